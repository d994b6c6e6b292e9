package api

// Restoration asks for the files of a version.
type Restoration struct {
	Dest string   `json:"dest" doc:"Folder that is filled, absolute; empty or new, unless over says otherwise"`
	Only []string `json:"only,omitempty" maxItems:"10000" doc:"Files and folders of the version, from its root with /; none: all of it"`
	Over bool     `json:"over,omitempty" doc:"Also over a folder in which there is something: files that differ are replaced, what the version does not have is left alone"`
	Look bool     `json:"look,omitempty" doc:"Change nothing: the result of the job is a RestorePlan as JSON"`
}

// RestorePlan says what a restore over a folder would do. Links count as files.
type RestorePlan struct {
	New    RestoreFiles `json:"new" doc:"Not there yet"`
	Over   RestoreFiles `json:"over" doc:"There with another content: would be replaced"`
	Same   RestoreFiles `json:"same" doc:"There as they are in the version: would not be written"`
	Beside RestoreFiles `json:"beside" doc:"Not of the version, or of the part that is restored: left alone"`
}

// RestoreFiles counts files.
type RestoreFiles struct {
	Files int64    `json:"files"`
	Bytes int64    `json:"bytes"`
	First []string `json:"first" doc:"Paths of the first 200"`
}
