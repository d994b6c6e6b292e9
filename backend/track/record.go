package track

import (
	"slices"

	"dev.varve/backend/event"
)

// Head is what every record begins with. A record whose creation has not
// arrived yet (its first events came from another writer) is not shown.
type Head struct {
	ID      string      `cbor:"1,keyasint"`
	Created event.Stamp `cbor:"2,keyasint"` // of the earliest creation in merge order
	Labels  Labels      `cbor:"3,keyasint,omitempty"`
	Applied Applied     `cbor:"4,keyasint"`
	Touched int64       `cbor:"5,keyasint"` // ns, the latest author's clock
}

// Known reports whether the record's creation has arrived.
func (h *Head) Known() bool { return h.Created != event.Stamp{} }

// Trashed reports whether the thing lies in the trash.
func (h *Head) Trashed() bool { return h.Labels.trashed() }

// Name is the shown name.
func (h *Head) Name() string {
	name, _ := h.Labels.get(event.LabelName)
	return name
}

// creates reports whether e is the earliest creation so far; if so its facts
// replace those of a later one.
func (h *Head) creates(e *event.Event) bool {
	if h.Known() && h.Created.Compare(e.Stamp()) <= 0 {
		return false
	}
	h.Created = e.Stamp()
	return true
}

func (h *Head) head() *Head { return h }

// Experiment is a named collection of runs.
type Experiment struct {
	Head     `cbor:"1,keyasint"`
	Location string `cbor:"2,keyasint,omitempty"`
	Made     int64  `cbor:"3,keyasint,omitempty"` // ms since 1970, if that was elsewhere
}

// MadeAt is when the experiment was made, ms since 1970.
func (x *Experiment) MadeAt() int64 { return madeAt(&x.Head, x.Made) }

func madeAt(h *Head, elsewhere int64) int64 {
	if elsewhere != 0 {
		return elsewhere
	}
	return h.Created.Time / 1e6
}

// Run is one recorded execution.
type Run struct {
	Head       `cbor:"1,keyasint"`
	Experiment string                        `cbor:"2,keyasint"`  // where it is now
	Made       string                        `cbor:"12,keyasint"` // the experiment where it was made, and its artifacts lie
	User       string                        `cbor:"3,keyasint,omitempty"`
	Start      int64                         `cbor:"4,keyasint"` // ms since 1970
	Origin     *event.Origin                 `cbor:"5,keyasint,omitempty"`
	Status     Register[event.RunStatus]     `cbor:"6,keyasint"`
	Params     map[string]*ParamRecord       `cbor:"7,keyasint,omitempty"`
	Metrics    map[string]*Summary           `cbor:"8,keyasint,omitempty"`
	Datasets   []Stamped[event.DatasetInput] `cbor:"9,keyasint,omitempty"`
	Code       []Stamped[event.RunCode]      `cbor:"13,keyasint,omitempty"`
	ModelsIn   []Stamped[string]             `cbor:"10,keyasint,omitempty"`
	ModelsOut  []Stamped[event.ModelOutput]  `cbor:"11,keyasint,omitempty"`
	Read       event.MetricsRead             `cbor:"14,keyasint"` // how far the program's file of metrics is read

	stored bool // whether the store may have it already
}

// Stamped is a fact with its place in merge order; lists of facts are kept in
// that order, so that they are the same on every device.
type Stamped[T any] struct {
	Stamp event.Stamp `cbor:"1,keyasint"`
	Value T           `cbor:"2,keyasint"`
}

func insert[T any](list []Stamped[T], e *event.Event, value T) []Stamped[T] {
	s := Stamped[T]{Stamp: e.Stamp(), Value: value}
	i, _ := slices.BinarySearchFunc(list, s, func(a, b Stamped[T]) int {
		if c := a.Stamp.Compare(b.Stamp); c != 0 {
			return c
		}
		return -1 // behind the other facts of the same event
	})
	return slices.Insert(list, i, s)
}

// ParamRecord is a parameter. Other values that were recorded for it elsewhere
// are kept as conflicts, in merge order.
type ParamRecord struct {
	Value     string            `cbor:"1,keyasint"`
	Stamp     event.Stamp       `cbor:"2,keyasint"`
	Conflicts []Stamped[string] `cbor:"3,keyasint,omitempty"`
}

// Summary is what is known of a metric without reading its history. Min and
// Max leave NaN out; they are NaN while there is no number.
type Summary struct {
	Last   event.Point `cbor:"1,keyasint"`
	Min    float64     `cbor:"2,keyasint"`
	Max    float64     `cbor:"3,keyasint"`
	MinAt  int64       `cbor:"4,keyasint"` // its step
	MaxAt  int64       `cbor:"5,keyasint"`
	Points int64       `cbor:"6,keyasint"`           // as recorded, duplicates included
	Model  string      `cbor:"7,keyasint,omitempty"` // that the last value was measured on
	Data   string      `cbor:"8,keyasint,omitempty"` // data set that the last value was measured on
	Digest string      `cbor:"9,keyasint,omitempty"`
}

// Varies reports whether a metric has more to show than one value: the same
// point may be recorded again, as MLflow's clients do for each model.
func (m *Summary) Varies() bool {
	return m.Points > 1 && !(m.Min == m.Max && m.MinAt == m.MaxAt && m.Last.Step == m.MaxAt && m.Last.Value == m.Max)
}

// settle finds out in which experiment a run is.
func (r *Run) settle() {
	r.Experiment = r.Made
	if moved, ok := r.Labels.get(event.LabelExperiment); ok && r.Made != "" {
		r.Experiment = moved
	}
}

// LoggedModel is a model that a run logged (MLflow 3).
type LoggedModel struct {
	Head       `cbor:"1,keyasint"`
	Experiment string                      `cbor:"2,keyasint"`
	ModelType  string                      `cbor:"3,keyasint,omitempty"`
	Run        string                      `cbor:"4,keyasint,omitempty"`
	User       string                      `cbor:"5,keyasint,omitempty"`
	Status     Register[event.ModelStatus] `cbor:"6,keyasint"`
	Params     map[string]*ParamRecord     `cbor:"7,keyasint,omitempty"`
	Metrics    []Stamped[ModelMetric]      `cbor:"8,keyasint,omitempty"`
	Made       int64                       `cbor:"9,keyasint,omitempty"` // ms since 1970, if that was elsewhere
}

// MadeAt is when the model was made, ms since 1970.
func (m *LoggedModel) MadeAt() int64 { return madeAt(&m.Head, m.Made) }

// ModelMetric is one point that a run measured on a model.
type ModelMetric struct {
	Run     string      `cbor:"1,keyasint"`
	Key     string      `cbor:"2,keyasint"`
	Point   event.Point `cbor:"3,keyasint"`
	Dataset string      `cbor:"4,keyasint,omitempty"`
	Digest  string      `cbor:"5,keyasint,omitempty"`
}

// Dataset is a named series of versions.
type Dataset struct {
	Head     `cbor:"1,keyasint"`
	Versions []Stamped[event.DatasetVersion] `cbor:"2,keyasint,omitempty"`
	// Described are the descriptions of versions, by their ids.
	Described map[string]*Register[event.DatasetDescribed] `cbor:"3,keyasint,omitempty"`
}

// Project is a folder that was opened here, with the values of its last start.
type Project struct {
	Head   `cbor:"1,keyasint"`
	Opened Register[event.ProjectOpened] `cbor:"2,keyasint"`
}

// Artifact is one file among the artifacts of a run or a logged model.
type Artifact struct {
	Head `cbor:"1,keyasint"`
	File Register[event.ArtifactPut] `cbor:"2,keyasint"`
}

// End is the shown status with its end time, which is 0 while it runs.
func (r *Run) End() event.RunStatus {
	s, _ := r.Status.Get()
	return s
}

// Terminal reports whether a status of MLflow is an end.
func Terminal(status string) bool {
	return status == "FINISHED" || status == "FAILED" || status == "KILLED"
}

// Number returns the number of each version, in the order of Versions: the
// number that its author saw free, or the next free one if an earlier version
// in merge order has it already.
func (d *Dataset) Numbers() []uint64 {
	taken := map[uint64]bool{}
	numbers := make([]uint64, len(d.Versions))
	for i, v := range d.Versions {
		n := max(v.Value.Number, 1)
		for taken[n] {
			n++
		}
		taken[n], numbers[i] = true, n
	}
	return numbers
}
