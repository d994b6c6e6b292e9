package event

import (
	"cmp"

	"dev.varve/backend/fault"
)

// Body is what an event says. Each type of body is one row of
// docs/format/events.md; fields are never renumbered or reused.
type Body interface {
	// Type is the name in the envelope; the part before the dot is the thing.
	Type() string
	// Version is the version of the body's layout.
	Version() uint64
}

// ExperimentCreated makes an experiment. Two devices that make an experiment
// of one name make the same id, and the earlier one wins.
type ExperimentCreated struct {
	Name     string            `cbor:"1,keyasint"`
	Location string            `cbor:"2,keyasint,omitempty"` // artifact location, if it is not Varve's own
	Tags     map[string]string `cbor:"3,keyasint,omitempty"`
	Made     int64             `cbor:"4,keyasint,omitempty"` // ms since 1970, if it was made elsewhere, earlier
}

// LabelSet changes one label of a thing: its name, a tag ("tag/<key>"), the
// trash ("trash"). The envelope says which earlier settings it replaces.
type LabelSet struct {
	Key   string `cbor:"1,keyasint"`
	Value string `cbor:"2,keyasint,omitempty"`
	Gone  bool   `cbor:"3,keyasint,omitempty"` // the label is taken away
	// Comment is why, in the words of whoever did it.
	Comment string `cbor:"4,keyasint,omitempty"`
}

// Keys of labels. Tags have the prefix TagPrefix before their own key.
const (
	LabelName       = "name"
	LabelTrash      = "trash"
	LabelExperiment = "experiment" // of a run that was moved: the id of the experiment where it is now
	LabelLocation   = "location"   // of the default experiment, which no event creates: where its artifacts lie
	TagPrefix       = "tag/"
	ViewPrefix      = "view/" // of an experiment or the workspace: view/<kind>/<name>, a saved arrangement
)

// RunCreated starts a run.
type RunCreated struct {
	Experiment string            `cbor:"1,keyasint"`
	Name       string            `cbor:"2,keyasint,omitempty"`
	User       string            `cbor:"3,keyasint,omitempty"`
	Start      int64             `cbor:"4,keyasint"` // ms since 1970, as MLflow's clients say it
	Tags       map[string]string `cbor:"5,keyasint,omitempty"`
	Origin     *Origin           `cbor:"6,keyasint,omitempty"` // absent when no agent started it
}

// Origin says where an agent's run comes from.
type Origin struct {
	Project     string   `cbor:"1,keyasint,omitempty"` // folder
	EntryPoint  string   `cbor:"2,keyasint,omitempty"`
	Command     string   `cbor:"3,keyasint,omitempty"`
	Manager     string   `cbor:"4,keyasint,omitempty"` // local, venv, uv
	Environment string   `cbor:"5,keyasint,omitempty"` // key of the environment
	Python      string   `cbor:"6,keyasint,omitempty"` // interpreter version
	Packages    []string `cbor:"7,keyasint,omitempty"` // exact versions, as pip freeze writes them
	Host        string   `cbor:"8,keyasint,omitempty"`
	Agent       Writer   `cbor:"9,keyasint"`
}

// RunStatus changes what a run is doing; the envelope says which earlier
// statuses it replaces.
type RunStatus struct {
	Status   string `cbor:"1,keyasint"`           // MLflow's: RUNNING, SCHEDULED, FINISHED, FAILED, KILLED
	End      int64  `cbor:"2,keyasint,omitempty"` // ms since 1970
	Reason   string `cbor:"3,keyasint,omitempty"` // a sentence, when it did not finish
	ExitCode *int64 `cbor:"4,keyasint,omitempty"` // of the child, when an agent saw it
	Signal   string `cbor:"5,keyasint,omitempty"` // that ended the child
	Agent    bool   `cbor:"6,keyasint,omitempty"` // an agent says so, not the script
	// Was is what the author saw, when this is neither the first beginning nor the
	// first end of a run but a part of its history.
	Was *StatusBefore `cbor:"7,keyasint,omitempty"`
}

// StatusBefore is the status that another one replaced.
type StatusBefore struct {
	Status   string `cbor:"1,keyasint"`
	End      int64  `cbor:"2,keyasint,omitempty"` // ms since 1970
	Reason   string `cbor:"3,keyasint,omitempty"` // of a run that had not ended: why it counted as lost
	ExitCode *int64 `cbor:"4,keyasint,omitempty"`
	Signal   string `cbor:"5,keyasint,omitempty"`
	Agent    bool   `cbor:"6,keyasint,omitempty"`
}

// Param is one parameter.
type Param struct {
	Key   string `cbor:"1,keyasint"`
	Value string `cbor:"2,keyasint"`
}

// RunParams records parameters of a run (or of a logged model). The first
// value of a parameter in merge order wins; others are kept as conflicts.
type RunParams struct {
	Params []Param `cbor:"1,keyasint"`
}

// RunMetrics records points, one column group per metric.
type RunMetrics struct {
	Series []Series `cbor:"1,keyasint"`
	// Read says how far the run's file of metrics is read with these points
	// (docs/contract.md). Nil: they came otherwise.
	Read *MetricsRead `cbor:"2,keyasint,omitempty"`
}

// MetricsRead is a position in the file to which a program appends its metrics,
// recorded together with what was read up to there.
type MetricsRead struct {
	Begun int64  `cbor:"1,keyasint,omitempty"` // how often the file had been begun anew
	Bytes int64  `cbor:"2,keyasint,omitempty"` // of it that are read
	Lines int64  `cbor:"3,keyasint,omitempty"` // that these bytes are
	Left  int64  `cbor:"4,keyasint,omitempty"` // lines that were left out, of all files
	Check uint64 `cbor:"5,keyasint,omitempty"` // CRC-32C of the last of these bytes, 64 at most
}

// Before reports whether o is further on.
func (m MetricsRead) Before(o MetricsRead) bool {
	return cmp.Or(cmp.Compare(m.Begun, o.Begun), cmp.Compare(m.Bytes, o.Bytes), cmp.Compare(m.Lines, o.Lines),
		cmp.Compare(m.Left, o.Left), cmp.Compare(m.Check, o.Check)) < 0
}

// RunCode records the code that a run is made of. Fields of git are empty
// where there is no repository, or no commit yet.
type RunCode struct {
	Root   []byte `cbor:"1,keyasint,omitempty"` // of the tree: the files of code in the project's folder
	Digest []byte `cbor:"2,keyasint,omitempty"` // of that tree's content: equal code has an equal one
	Files  int64  `cbor:"3,keyasint,omitempty"`
	Bytes  int64  `cbor:"4,keyasint,omitempty"`
	// LeftFiles is how many files of code the tree lacks, Left names the first of them.
	LeftFiles int64    `cbor:"5,keyasint,omitempty"`
	Left      []string `cbor:"6,keyasint,omitempty"`
	Commit    string   `cbor:"7,keyasint,omitempty"`
	Branch    string   `cbor:"8,keyasint,omitempty"`
	Remote    string   `cbor:"9,keyasint,omitempty"`  // without name and password
	Folder    string   `cbor:"10,keyasint,omitempty"` // of the project in the repository, with slashes
	Dirty     bool     `cbor:"11,keyasint,omitempty"` // something was changed since the commit, or is not in it
	Patch     []byte   `cbor:"12,keyasint,omitempty"` // reference to content: what git diff says of the whole repository
	Problem   string   `cbor:"13,keyasint,omitempty"` // a sentence: why less was recorded than should be
}

// RunInputs records data sets and models that a run read.
type RunInputs struct {
	Datasets []DatasetInput `cbor:"1,keyasint,omitempty"`
	Models   []string       `cbor:"2,keyasint,omitempty"`
}

// DatasetInput is one data set as MLflow describes it. When it is a version
// of this workspace, Version names it.
type DatasetInput struct {
	Name       string  `cbor:"1,keyasint"`
	Digest     string  `cbor:"2,keyasint"`
	SourceType string  `cbor:"3,keyasint,omitempty"`
	Source     string  `cbor:"4,keyasint,omitempty"`
	Schema     string  `cbor:"5,keyasint,omitempty"`
	Profile    string  `cbor:"6,keyasint,omitempty"`
	Tags       []Param `cbor:"7,keyasint,omitempty"`
	Dataset    string  `cbor:"8,keyasint,omitempty"`  // id of the data set
	Version    string  `cbor:"9,keyasint,omitempty"`  // id of the version
	Content    []byte  `cbor:"10,keyasint,omitempty"` // its content digest
}

// RunOutputs records models that a run made.
type RunOutputs struct {
	Models []ModelOutput `cbor:"1,keyasint"`
}

// ModelOutput is one model with the step at which it was made.
type ModelOutput struct {
	ID   string `cbor:"1,keyasint"`
	Step int64  `cbor:"2,keyasint,omitempty"`
}

// ArtifactPut records one file among the artifacts of a run or a model. The
// bytes are in the content store; Content is a reference in its own encoding.
type ArtifactPut struct {
	Path    string `cbor:"1,keyasint"`
	Size    int64  `cbor:"2,keyasint,omitempty"`
	Content []byte `cbor:"3,keyasint,omitempty"`
	Gone    bool   `cbor:"4,keyasint,omitempty"` // the file was taken away
}

// ModelLogged makes a logged model (MLflow 3) on the stream logged-model/<id>.
type ModelLogged struct {
	Experiment string            `cbor:"1,keyasint"`
	Name       string            `cbor:"2,keyasint"`
	ModelType  string            `cbor:"3,keyasint,omitempty"`
	Run        string            `cbor:"4,keyasint,omitempty"`
	Tags       map[string]string `cbor:"5,keyasint,omitempty"`
	Params     []Param           `cbor:"6,keyasint,omitempty"`
	User       string            `cbor:"7,keyasint,omitempty"`
	Made       int64             `cbor:"8,keyasint,omitempty"` // ms since 1970, if it was made elsewhere, earlier
}

// ModelStatus changes the status of a logged model.
type ModelStatus struct {
	Status  string `cbor:"1,keyasint"` // LOGGED_MODEL_PENDING, LOGGED_MODEL_READY, LOGGED_MODEL_UPLOAD_FAILED
	Message string `cbor:"2,keyasint,omitempty"`
}

// DatasetCreated makes a data set; its id derives from workspace and name.
type DatasetCreated struct {
	Name string `cbor:"1,keyasint"`
}

// DatasetVersion lays down one immutable version.
type DatasetVersion struct {
	ID      string `cbor:"1,keyasint"` // random, 32 hex digits
	Number  uint64 `cbor:"2,keyasint"` // a label: the number that the author saw free
	Root    []byte `cbor:"3,keyasint"` // id of the tree
	Digest  []byte `cbor:"4,keyasint"` // content digest of the tree
	Files   int64  `cbor:"5,keyasint"`
	Bytes   int64  `cbor:"6,keyasint"`
	Message string `cbor:"7,keyasint,omitempty"`
	Source  string `cbor:"8,keyasint,omitempty"`  // folder or file that it was added from
	User    string `cbor:"9,keyasint,omitempty"`  // who added it
	Made    int64  `cbor:"10,keyasint,omitempty"` // ms since 1970, if it was made elsewhere, earlier
	Origin  string `cbor:"11,keyasint,omitempty"` // what it is there, such as dvc:md5:…
}

// ProjectOpened remembers a project folder and the values of its last start.
type ProjectOpened struct {
	Path       string            `cbor:"1,keyasint"`
	EntryPoint string            `cbor:"2,keyasint,omitempty"`
	Params     map[string]string `cbor:"3,keyasint,omitempty"`
}

// StreamPurged says that what its stream is about, a run, an experiment, a
// logged model, a registered model or one of its versions, was deleted for good: nothing on the stream counts any more,
// whatever else says so, and whenever it arrives.
type StreamPurged struct{}

// LogRewritten says that a segment of the author's own log was written anew,
// without what was purged.
type LogRewritten struct {
	Segment     uint64 `cbor:"1,keyasint"`
	Times       uint64 `cbor:"2,keyasint"` // how often it has been rewritten now
	BytesBefore int64  `cbor:"3,keyasint"`
	Before      []byte `cbor:"4,keyasint"` // BLAKE3-256 of the file before
	BytesAfter  int64  `cbor:"5,keyasint"`
	After       []byte `cbor:"6,keyasint"` // and after
}

// PurgeDone says that the author's device keeps nothing any more of what was
// purged so far.
type PurgeDone struct {
	Through []Through `cbor:"1,keyasint"` // the last event of each writer that purged something
	Before  int64     `cbor:"2,keyasint"` // bytes of the file system before
	After   int64     `cbor:"3,keyasint"` // and afterwards
}

// Through is an event of a writer and all before it.
type Through struct {
	Writer Writer `cbor:"1,keyasint"`
	Seq    uint64 `cbor:"2,keyasint"`
}

// Type and Version of each body.
func (ExperimentCreated) Type() string { return "experiment.created" }
func (LabelSet) Type() string          { return "label.set" }
func (RunCreated) Type() string        { return "run.created" }
func (RunStatus) Type() string         { return "run.status" }
func (RunParams) Type() string         { return "run.params" }
func (RunMetrics) Type() string        { return "run.metrics" }
func (RunCode) Type() string           { return "run.code" }
func (RunInputs) Type() string         { return "run.inputs" }
func (RunOutputs) Type() string        { return "run.outputs" }
func (ArtifactPut) Type() string       { return "artifact.put" }
func (ModelLogged) Type() string       { return "logged-model.created" }
func (ModelStatus) Type() string       { return "logged-model.status" }
func (DatasetCreated) Type() string    { return "dataset.created" }
func (DatasetVersion) Type() string    { return "dataset.version" }
func (ProjectOpened) Type() string     { return "project.opened" }
func (StreamPurged) Type() string      { return "stream.purged" }
func (LogRewritten) Type() string      { return "log.rewritten" }
func (PurgeDone) Type() string         { return "purge.done" }

func (ExperimentCreated) Version() uint64 { return 1 }
func (LabelSet) Version() uint64          { return 1 }
func (RunCreated) Version() uint64        { return 1 }
func (RunStatus) Version() uint64         { return 1 }
func (RunParams) Version() uint64         { return 1 }
func (RunMetrics) Version() uint64        { return 1 }
func (RunCode) Version() uint64           { return 1 }
func (RunInputs) Version() uint64         { return 1 }
func (RunOutputs) Version() uint64        { return 1 }
func (ArtifactPut) Version() uint64       { return 1 }
func (ModelLogged) Version() uint64       { return 1 }
func (ModelStatus) Version() uint64       { return 1 }
func (DatasetCreated) Version() uint64    { return 1 }
func (DatasetVersion) Version() uint64    { return 1 }
func (ProjectOpened) Version() uint64     { return 1 }
func (StreamPurged) Version() uint64      { return 1 }
func (LogRewritten) Version() uint64      { return 1 }
func (PurgeDone) Version() uint64         { return 1 }

// bodies makes an empty body for each type of this version of Varve.
var bodies = map[string]func() Body{
	"experiment.created":       func() Body { return &ExperimentCreated{} },
	"label.set":                func() Body { return &LabelSet{} },
	"run.created":              func() Body { return &RunCreated{} },
	"run.status":               func() Body { return &RunStatus{} },
	"run.params":               func() Body { return &RunParams{} },
	"run.metrics":              func() Body { return &RunMetrics{} },
	"run.code":                 func() Body { return &RunCode{} },
	"run.inputs":               func() Body { return &RunInputs{} },
	"run.outputs":              func() Body { return &RunOutputs{} },
	"artifact.put":             func() Body { return &ArtifactPut{} },
	"logged-model.created":     func() Body { return &ModelLogged{} },
	"logged-model.status":      func() Body { return &ModelStatus{} },
	"dataset.created":          func() Body { return &DatasetCreated{} },
	"dataset.version":          func() Body { return &DatasetVersion{} },
	"dataset.described":        func() Body { return &DatasetDescribed{} },
	"project.opened":           func() Body { return &ProjectOpened{} },
	"stream.purged":            func() Body { return &StreamPurged{} },
	"log.rewritten":            func() Body { return &LogRewritten{} },
	"purge.done":               func() Body { return &PurgeDone{} },
	"registered-model.created": func() Body { return &ModelRegistered{} },
	"model-version.created":    func() Body { return &ModelVersion{} },
}

// ErrUnknown is the fault of an event whose type or version is from a later
// Varve.
var ErrUnknown = fault.New(fault.Newer, "this event was written by a later version of Varve").
	WithHint("Update Varve on this computer to see it.")

const majorMap = 5 // CBOR's major type of maps

// EncodeBody encodes a body for the envelope. A body that Unmarshal would
// refuse, because it has too many parts, is Invalid: what is written can be
// read.
func EncodeBody(b Body) ([]byte, error) {
	data, err := Marshal(b)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "encode", b.Type())
	}
	if err := decoder.Wellformed(data); err != nil {
		return nil, fault.New(fault.Invalid, "this is more than one event can hold").On("record", b.Type()).
			WithHint("Record it in several smaller steps.")
	}
	return data, nil
}

// Knows reports whether this Varve understands an event.
func Knows(e *Event) bool {
	fresh, ok := bodies[e.Type]
	return ok && e.Version <= fresh().Version()
}

// DecodeBody returns the typed body of e, a pointer to one of the types
// above, or ErrUnknown.
func (e *Event) DecodeBody() (Body, error) {
	fresh, ok := bodies[e.Type]
	if !ok {
		return nil, ErrUnknown
	}
	b := fresh()
	if e.Version > b.Version() {
		return nil, ErrUnknown
	}
	if len(e.Body) == 0 || e.Body[0]>>5 != majorMap {
		return nil, fault.New(fault.Corrupt, "the body of this event is no map").On("read event", e.Type)
	}
	if err := Unmarshal(e.Body, b); err != nil {
		return nil, fault.Wrap(err, fault.Corrupt, "read event", e.Type)
	}
	return b, nil
}
