package api

// SomeRuns names runs, and the experiment that they are moved or copied to.
type SomeRuns struct {
	Runs       []string `json:"runs" minItems:"1" maxItems:"100000" doc:"Ids of runs"`
	Experiment string   `json:"experiment" minLength:"1" doc:"Id of an experiment"`
}

// Moved says how many runs were moved, those nested in them included.
type Moved struct {
	Moved int `json:"moved"`
}

// Copied names the copies of runs, in the order of the originals.
type Copied struct {
	Runs []string `json:"runs"`
}

// Edit is one change of a name, a tag, the note, the trash, or the place of a run.
type Edit struct {
	ID     string `json:"id"`
	Time   int64  `json:"time"`
	Who    string `json:"who,omitempty" doc:"The person's label on that device"`
	Device string `json:"device" doc:"Id of the device"`
	Here   bool   `json:"here" doc:"Whether that is this device"`
	What   string `json:"what" enum:"name,tag,trash,experiment,view"`
	Key    string `json:"key,omitempty" doc:"Of the tag; of a view its kind, a slash and its name"`
	Value  string `json:"value,omitempty" doc:"Afterwards; of a move the name of the experiment"`
	Gone   bool   `json:"gone,omitempty" doc:"It was taken away"`
	Before string `json:"before,omitempty"`
	Absent bool   `json:"absent,omitempty" doc:"There was none before"`
}

// Edits is what happened to a run, the latest first.
type Edits struct {
	Edits []Edit `json:"edits"`
}

// OneEdit names an edit.
type OneEdit struct {
	ID string `json:"id" minLength:"1"`
}

// Merge names the experiment whose runs go into another one.
type Merge struct {
	From string `json:"from" minLength:"1"`
	Into string `json:"into" minLength:"1"`
}
