package api

// Workspace describes the open workspace.
type Workspace struct {
	ID      string   `json:"id" doc:"Random id of the record, the same on every device"`
	Name    string   `json:"name" doc:"Name of its folder"`
	Path    string   `json:"path"`
	Version string   `json:"version" doc:"Version of this Varve"`
	Door    string   `json:"door" doc:"Address that scripts use as MLFLOW_TRACKING_URI"`
	Warning string   `json:"warning,omitempty" doc:"A sentence for the person, when something about the folder is unwise"`
	Damage  []string `json:"damage,omitempty" doc:"What is damaged in the record, each with its file"`
	Seq     uint64   `json:"seq" doc:"Sequence number of the live stream that this answer reflects"`
	Counts  Counts   `json:"counts"`
	Machine Machine  `json:"machine"`
}

// Counts are the figures in the rail and the status bar.
type Counts struct {
	Runs     int `json:"runs"`
	Live     int `json:"live" doc:"Runs that are running now"`
	Datasets int `json:"datasets"`
	Projects int `json:"projects"`
	Models   int `json:"models" doc:"Registered models"`
}

// Machine is a glance at this computer.
type Machine struct {
	CPUPercent  Number `json:"cpuPercent"`
	Cores       int    `json:"cores"`
	MemoryUsed  int64  `json:"memoryUsed"`
	MemoryTotal int64  `json:"memoryTotal"`
}

// Alive says which workspace a door belongs to.
type Alive struct {
	Workspace string   `json:"workspace" doc:"Id of the workspace"`
	Version   string   `json:"version" doc:"Version of this Varve"`
	PID       int      `json:"pid" doc:"Process that holds the workspace"`
	Damage    []string `json:"damage" doc:"What is damaged in the record, each with its file"`
}

// Workspaces is the list of the workspaces that were opened on this computer.
type Workspaces struct {
	Workspaces []KnownWorkspace `json:"workspaces"`
	Problem    string           `json:"problem,omitempty" doc:"Why the list could not be read, as a sentence"`
}

// KnownWorkspace is a workspace that was opened on this computer.
type KnownWorkspace struct {
	Path   string `json:"path"`
	Name   string `json:"name" doc:"Name of its folder"`
	Opened int64  `json:"opened" doc:"When it was last opened"`
	Here   bool   `json:"here" doc:"It is the one that answers"`
	Gone   bool   `json:"gone" doc:"It is not where it was; perhaps its disk is not connected"`
}

// KeepWorkspace puts a workspace on the list.
type KeepWorkspace struct {
	Path   string `json:"path" doc:"Absolute"`
	Opened int64  `json:"opened" doc:"When it was last opened"`
}

// OpenWorkspace asks for another workspace.
type OpenWorkspace struct {
	Path   string `json:"path" doc:"Its folder, or the marker in it; absolute"`
	Create bool   `json:"create,omitempty" doc:"Make one if the folder is missing or empty"`
}

// OpenedWorkspace says where another workspace can be seen.
type OpenedWorkspace struct {
	Path    string `json:"path"`
	Name    string `json:"name"`
	Address string `json:"address" doc:"Of its pages, with a code that lets one browser in, once"`
}

// Diagnostics is a text about the program, the computer and the workspace.
type Diagnostics struct {
	Name string `json:"name" doc:"Proposed name of the file"`
	Text string `json:"text"`
}
