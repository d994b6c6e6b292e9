package api

// SomeRuns names runs, and the experiment that they are moved or copied to.
type SomeRuns struct {
	Runs       []string `json:"runs" minItems:"1" maxItems:"100000" doc:"Ids of runs"`
	Experiment string   `json:"experiment" minLength:"1" doc:"Id of an experiment"`
	Exactly    bool     `json:"exactly,omitempty" doc:"Of a move: without the runs nested in them, and from the trash, too"`
}

// Moved says how many runs were moved, those nested in them included.
type Moved struct {
	Moved int `json:"moved"`
}

// Copied names the copies of runs, in the order of the originals.
type Copied struct {
	Runs []string `json:"runs"`
}

// Edit is one change of a name, a tag, the note, the trash, the place of a run, or
// of its status: the first beginning and the first end of a run are none.
type Edit struct {
	ID     string `json:"id"`
	Time   int64  `json:"time"`
	Who    string `json:"who,omitempty" doc:"The person's label on that device"`
	Device string `json:"device" doc:"Id of the device"`
	Here   bool   `json:"here" doc:"Whether that is this device"`
	What   string `json:"what" enum:"name,tag,trash,experiment,view,status,stage,alias,description,made"`
	Key    string `json:"key,omitempty" doc:"Of the tag; of a view its kind, a slash and its name; of an alias its name"`
	Value  string `json:"value,omitempty" doc:"Afterwards; of a move the name of the experiment"`
	Gone   bool   `json:"gone,omitempty" doc:"It was taken away"`
	Before string `json:"before,omitempty"`
	Absent bool   `json:"absent,omitempty" doc:"There was none before"`
	// Of a status:
	Reason       string `json:"reason,omitempty" doc:"Of a status, as a sentence"`
	ReasonBefore string `json:"reasonBefore,omitempty"`
}

// Edits is what happened to a run or an experiment, the latest first.
type Edits struct {
	Edits []Edit `json:"edits"`
}

// OneEdit names an edit.
type OneEdit struct {
	ID string `json:"id" minLength:"1"`
}

// Reverted tells which change took one back.
type Reverted struct {
	ID string `json:"id,omitempty" doc:"None: nothing was to be done"`
}

// Merge names the experiment whose runs go into another one.
type Merge struct {
	From string `json:"from" minLength:"1"`
	Into string `json:"into" minLength:"1"`
}

// Merged says which runs were moved, so that they can be moved back.
type Merged struct {
	Moved int      `json:"moved"`
	Runs  []string `json:"runs" doc:"Their ids, those in the trash included"`
}

// NewStatus says how a run ended.
type NewStatus struct {
	Status string `json:"status" enum:"finished,failed,stopped"`
}

// MovedFolder gives a folder of experiments another name or place.
type MovedFolder struct {
	From string `json:"from" minLength:"1" doc:"As it stands before the slash in the names of experiments"`
	To   string `json:"to" doc:"Empty: what is in it comes to the top"`
}

// Renamed are experiments that have another name now.
type Renamed struct {
	Experiments []RenamedExperiment `json:"experiments"`
}

// RenamedExperiment is one of them.
type RenamedExperiment struct {
	ID     string `json:"id"`
	Before string `json:"before"`
	Name   string `json:"name"`
}

// ExperimentDetail is an experiment with what people wrote about it.
type ExperimentDetail struct {
	Experiment
	Note string `json:"note,omitempty" doc:"Markdown: the tag mlflow.note.content"`
	Tags []Tag  `json:"tags" doc:"Sorted by key; MLflow's own left out"`
}

// EditRuns asks for one kind of change of many runs: those of some ids, or all
// that a question finds.
type EditRuns struct {
	Runs       []string  `json:"runs,omitempty" maxItems:"1000000" doc:"Ids of runs"`
	Question   *Question `json:"question,omitempty" doc:"Instead of ids"`
	Set        []Tag     `json:"set,omitempty" doc:"Tags; a note is the tag mlflow.note.content"`
	Unset      []string  `json:"unset,omitempty" doc:"Keys of tags that are taken away"`
	Trash      *bool     `json:"trash,omitempty" doc:"Into the trash, or out of it"`
	Experiment string    `json:"experiment,omitempty" doc:"Id of the experiment that they are moved to"`
}

// EditedRuns says what was changed.
type EditedRuns struct {
	Changed int  `json:"changed" doc:"Runs; those that were so already do not count"`
	Undo    Undo `json:"undo" doc:"Send it to /runs/edit/undo to take the change back"`
}

// Undo is what a change of many runs is taken back by.
type Undo struct {
	Parts []UndoPart `json:"parts"`
}

// UndoPart is changes of some runs.
type UndoPart struct {
	Runs  []string `json:"runs"`
	First string   `json:"first" doc:"Id of the first change"`
	Last  string   `json:"last" doc:"Id of the last one"`
}

// Undone says how many runs are as before.
type Undone struct {
	Changed int `json:"changed"`
}
