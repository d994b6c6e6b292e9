// Package execute says what an agent does: which environment a child sees,
// what its end means, and the order of things from start to end. Processes,
// journals and HTTP come in through interfaces.
package execute

import (
	"dev.varve/backend/env"
	"dev.varve/backend/event"
)

// Spec is all that an agent needs to know to run one entry point. The owner
// prepares it; whoever starts the agent hands it over on standard input. It
// holds no secrets: the environment of the caller is inherited.
type Spec struct {
	Workspace string               `json:"workspace"` // folder
	ID        string               `json:"id"`        // of the workspace, 32 hex digits
	Created   int64                `json:"created"`   // of the workspace, ms since 1970
	Device    string               `json:"device"`    // 32 hex digits
	Cache     string               `json:"cache"`     // cache folder of this machine for all workspaces
	State     string               `json:"state"`     // state folder of this machine for this workspace
	Run       string               `json:"run"`       // id, drawn already
	Name      string               `json:"name,omitempty"`
	User      string               `json:"user"`
	Parent    string               `json:"parent,omitempty"` // id of the run that this one is nested in
	ExpID     string               `json:"experiment"`
	ExpName   string               `json:"experimentName"`
	Project   string               `json:"project"` // folder
	Title     string               `json:"title"`   // name of the project
	Entry     string               `json:"entry"`
	Command   string               `json:"command"` // for bash -c
	Params    []event.Param        `json:"params"`
	Numbers   []string             `json:"numbers,omitempty"` // names of those that are numbers
	Datasets  []event.DatasetInput `json:"datasets,omitempty"`
	Env       env.Spec             `json:"env"`
}

// OutputName is the artifact that holds what a run wrote.
const OutputName = "output.log"

// News is one line that an agent writes to whoever started it, until its child
// runs.
type News struct {
	Note    string `json:"note,omitempty"`    // progress, in words
	Started bool   `json:"started,omitempty"` // the child runs; nothing follows
	Agent   string `json:"agent,omitempty"`   // id of the agent's log, with Started
	Problem *Error `json:"problem,omitempty"` // refused; nothing was recorded, nothing follows
}

// Error is a fault on its way to another process.
type Error struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}
