package api

// ScriptLines make a script of one's own record into the workspace: they come
// first, and the script itself stays as it is.
type ScriptLines struct {
	Notebook string `json:"notebook" doc:"Python, for the first cell"`
	Terminal string `json:"terminal,omitempty" doc:"For a shell; none on Windows"`
}

// CheckScript asks whether a line works on this computer.
type CheckScript struct {
	Terminal bool `json:"terminal,omitempty" doc:"The line for a shell instead of that for a notebook"`
}

// ScriptCheck is what came of it.
type ScriptCheck struct {
	Works    bool   `json:"works"`
	Sentence string `json:"sentence"`
}
