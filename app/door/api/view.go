package api

// View is an arrangement of a table or of charts that somebody saved under a
// name. What its JSON means is the business of the pages.
type View struct {
	Kind  string `json:"kind" enum:"table,charts"`
	Name  string `json:"name"`
	Value string `json:"value" doc:"JSON"`
	Time  int64  `json:"time" doc:"Of the last change"`
}

// Views are saved arrangements, by kind and name.
type Views struct {
	Views []View `json:"views"`
}

// SavedView asks for a view to be kept. One of that name is replaced.
type SavedView struct {
	Experiment string `json:"experiment,omitempty" doc:"Id of the experiment; none: for several"`
	Kind       string `json:"kind" enum:"table,charts"`
	Name       string `json:"name" minLength:"1"`
	Value      string `json:"value" doc:"JSON, 64 KiB at most"`
}

// RenamedView gives a view another name.
type RenamedView struct {
	Experiment string `json:"experiment,omitempty" doc:"Id of the experiment; none: for several"`
	Kind       string `json:"kind" enum:"table,charts"`
	Name       string `json:"name" minLength:"1"`
	To         string `json:"to" minLength:"1"`
}

// RevertedView names a change of a view.
type RevertedView struct {
	Experiment string `json:"experiment,omitempty" doc:"Id of the experiment; none: for several"`
	ID         string `json:"id" minLength:"1"`
}
