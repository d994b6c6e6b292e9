package api

// Trash is what lies in the trash.
type Trash struct {
	Things []Trashed `json:"things" doc:"The latest first"`
}

// Trashed is an experiment in the trash with all its runs, or a run of an
// experiment that is not there itself; or a registered model with all its versions,
// or a version of one.
type Trashed struct {
	Run        string `json:"run,omitempty" doc:"Id of the run; absent if it is a whole experiment"`
	Experiment string `json:"experiment" doc:"Id of the experiment; empty of what is registered"`
	Name       string `json:"name"`
	In         string `json:"in" doc:"Name of the experiment, or of the registered model"`
	Runs       int    `json:"runs" doc:"How many runs go with it, a run itself included"`
	Since      int64  `json:"since" doc:"When it was put there, ms since 1970; 0 if that is not known"`
	Registered string `json:"registered,omitempty" doc:"Id of the registered model"`
	Version    string `json:"version,omitempty" doc:"Id of the version; absent if it is a whole registered model"`
	Versions   int    `json:"versions,omitempty" doc:"How many versions go with it, a version itself included"`
}

// Untrash names what of the registry is to be taken out of the trash.
type Untrash struct {
	Registered []string `json:"registered,omitempty" doc:"Ids of registered models"`
	Versions   []string `json:"versions,omitempty" doc:"Ids of versions"`
}

// Purge says what is to be deleted for good.
type Purge struct {
	Runs        []string `json:"runs,omitempty" doc:"Ids; they lie in the trash"`
	Experiments []string `json:"experiments,omitempty" doc:"Ids; they lie in the trash"`
	Registered  []string `json:"registered,omitempty" doc:"Ids of registered models; they lie in the trash"`
	Versions    []string `json:"versions,omitempty" doc:"Ids of their versions; they lie in the trash"`
	All         bool     `json:"all,omitempty" doc:"All that lies in the trash"`
	Before      int64    `json:"before,omitempty" doc:"With all: only what was put there before, ms since 1970"`
}

// PurgePreview is what a purge would delete.
type PurgePreview struct {
	Runs        []string `json:"runs"`
	Experiments []string `json:"experiments"`
	Models      []string `json:"models" doc:"Logged models of these runs"`
	Registered  []string `json:"registered" doc:"Registered models"`
	Versions    []string `json:"versions" doc:"Versions of registered models"`
	Frees       int64    `json:"frees" doc:"About how many bytes it frees: what the events, and the files that nothing else uses, take"`
	Takes       int64    `json:"takes" doc:"Bytes of the disk that the record takes now"`
	Left        []string `json:"left" doc:"Sentences about what cannot be deleted here"`
}

// PurgeResult is what a purge has freed.
type PurgeResult struct {
	Before int64    `json:"before" doc:"Bytes of the disk that the record took before"`
	After  int64    `json:"after" doc:"And takes now"`
	Left   []string `json:"left" doc:"Sentences about what could not be deleted"`
}
