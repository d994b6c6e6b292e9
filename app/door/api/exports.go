package api

// Export names what is to be brought elsewhere, and where.
type Export struct {
	Kind        string   `json:"kind" enum:"mlruns,mlflow,parquet" doc:"A folder of MLflow, a running MLflow server, or tables"`
	To          string   `json:"to" minLength:"1" doc:"Absolute path of a folder that is new, empty or was exported to before; of mlflow the address of a server: http://..."`
	Runs        []string `json:"runs,omitempty" doc:"Ids: these runs and those nested in them"`
	Filter      string   `json:"filter,omitempty" doc:"Runs that it fits, in Varve's grammar"`
	Experiments []string `json:"experiments,omitempty" doc:"Ids; none: all"`
	Trashed     bool     `json:"trashed,omitempty" doc:"What lies in the trash, too"`
	NoArtifacts bool     `json:"noArtifacts,omitempty" doc:"Leave out artifacts"`
}

// ExportPlan is what an export would do.
type ExportPlan struct {
	Kind        string             `json:"kind"`
	To          string             `json:"to"`
	GoesOn      bool               `json:"goesOn,omitempty" doc:"The folder was exported to before: what is in it as it is here is left"`
	Runs        int                `json:"runs"`
	Models      int                `json:"models" doc:"Logged models"`
	Files       int64              `json:"files" doc:"Artifacts"`
	Bytes       int64              `json:"bytes" doc:"Of the artifacts"`
	Free        int64              `json:"free,omitempty" doc:"Bytes that are free where the folder is; 0 if nobody knows"`
	Experiments []ExportExperiment `json:"experiments"`
	Registered  []ExportRegistered `json:"registered" doc:"Registered models; if not everything is chosen, those with versions made of what is"`
	Skipped     []ImportSkipped    `json:"skipped" doc:"The first things that cannot be read"`
	Left        int                `json:"left" doc:"How many such things there are"`
}

// ExportExperiment is what is exported of one experiment.
type ExportExperiment struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Trashed bool   `json:"trashed,omitempty"`
	Runs    int    `json:"runs"`
	Models  int    `json:"models"`
	Files   int64  `json:"files"`
	Bytes   int64  `json:"bytes"`
}

// ExportRegistered is what is exported of one registered model.
type ExportRegistered struct {
	Name     string `json:"name"`
	Versions int    `json:"versions"`
}

// ExportResult is what an export did.
type ExportResult struct {
	Kind        string          `json:"kind"`
	To          string          `json:"to"`
	Experiments int             `json:"experiments"`
	Runs        int             `json:"runs" doc:"Written"`
	Same        int             `json:"same" doc:"Runs that were there as they are"`
	Points      int64           `json:"points"`
	Models      int             `json:"models" doc:"Logged models that were written"`
	Registered  int             `json:"registered" doc:"Registered models"`
	Versions    int             `json:"versions" doc:"Versions of registered models"`
	Files       int64           `json:"files" doc:"Artifacts that were written"`
	Bytes       int64           `json:"bytes" doc:"Of these"`
	Skipped     []ImportSkipped `json:"skipped" doc:"The first things that were left out"`
	Left        int             `json:"left" doc:"How many such things there are"`
}
