package api

// Import names what is to be brought in, and how.
type Import struct {
	From        string   `json:"from" minLength:"1" doc:"Absolute path of a folder or file of MLflow, or the address of a server: http://..."`
	Into        string   `json:"into,omitempty" doc:"A folder of experiments that everything is put in"`
	Reference   bool     `json:"reference,omitempty" doc:"Leave artifacts where they are, and refer to them"`
	NoArtifacts bool     `json:"noArtifacts,omitempty" doc:"Take no artifacts"`
	Experiments []string `json:"experiments,omitempty" doc:"Names or ids there; none: all"`
	Artifacts   []string `json:"artifacts,omitempty" doc:"Absolute paths of more folders that artifacts may lie in"`
}

// ImportPlan is what an import would do.
type ImportPlan struct {
	Kind        string             `json:"kind" doc:"What it is, in words"`
	From        string             `json:"from"`
	Local       bool               `json:"local" doc:"Artifacts can be left where they are"`
	Runs        int                `json:"runs"`
	Known       int                `json:"known" doc:"Of the runs: how many are here already; they get what they lack"`
	Deleted     int                `json:"deleted" doc:"Of the runs: how many come into the trash"`
	Models      int                `json:"models" doc:"Logged models"`
	Files       int64              `json:"files" doc:"Artifacts"`
	Bytes       int64              `json:"bytes" doc:"Of the artifacts"`
	Experiments []ImportExperiment `json:"experiments"`
	Registered  []ImportRegistered `json:"registered" doc:"Registered models; none of single experiments"`
	Skipped     []ImportSkipped    `json:"skipped" doc:"The first things that cannot be read"`
	Left        int                `json:"left" doc:"How many such things there are"`
}

// ImportExperiment is what an import would do with one experiment.
type ImportExperiment struct {
	ID      string `json:"id" doc:"There"`
	Name    string `json:"name" doc:"There"`
	As      string `json:"as" doc:"Name here"`
	New     bool   `json:"new" doc:"It is made"`
	Reason  string `json:"reason,omitempty" doc:"Why it is not simply made under its own name"`
	Deleted bool   `json:"deleted,omitempty"`
	Runs    int    `json:"runs"`
	Known   int    `json:"known"`
	Models  int    `json:"models"`
	Files   int64  `json:"files"`
	Bytes   int64  `json:"bytes"`
}

// ImportRegistered is what an import would do with one registered model.
type ImportRegistered struct {
	Name     string `json:"name"`
	Versions int    `json:"versions"`
	New      int    `json:"new" doc:"Of the versions: how many are not here yet"`
	Reason   string `json:"reason,omitempty" doc:"Why nothing of it is taken"`
}

// ImportSkipped is one thing that cannot be read.
type ImportSkipped struct {
	Where string `json:"where"`
	Why   string `json:"why"`
}

// ImportResult is what an import did.
type ImportResult struct {
	Experiments int             `json:"experiments" doc:"Made"`
	Runs        int             `json:"runs" doc:"New ones"`
	More        int             `json:"more" doc:"Runs that were here, and got something that they lacked"`
	Same        int             `json:"same" doc:"Runs that are here as they are there"`
	Points      int64           `json:"points"`
	Models      int             `json:"models" doc:"New logged models"`
	Registered  int             `json:"registered" doc:"New registered models"`
	Versions    int             `json:"versions" doc:"New versions of registered models"`
	Files       int64           `json:"files"`
	Bytes       int64           `json:"bytes"`
	Skipped     []ImportSkipped `json:"skipped" doc:"The first things that were left out"`
	Left        int             `json:"left" doc:"How many such things there are"`
}
