// Package imports brings records that other programs keep into this one:
// folders and databases of MLflow, its servers, tables of results.
//
// A Source reads one of them and changes nothing in it. Look says what an import
// would do, and Take does it: run by run, under the ids that they have there, so
// that taking them again adds only what is new. What cannot be read is left out,
// and each such thing is said with its reason.
package imports

import (
	"context"
	"io"
	"math"
	"time"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// Source is a record that another program keeps. Its methods are called one
// after the other. An error ends the import; what is wrong with a single thing
// is told to the Report, and the next one read.
type Source interface {
	// About says what it is.
	About() About
	// Experiments lists the experiments, deleted ones too.
	Experiments(ctx context.Context, r *Report) ([]Experiment, error)
	// Runs calls fn with each run of an experiment, deleted ones too. Brief ones
	// have ID, Status, Deleted, Place, and Bytes where that is known; those of a Row
	// are whole.
	Runs(ctx context.Context, experiment string, brief bool, r *Report, fn func(*Run) error) error
	// Models calls fn with each logged model of an experiment.
	Models(ctx context.Context, experiment string, r *Report, fn func(*Model) error) error
	// Files calls fn with each file at a place, at any depth. A place where
	// nothing lies has none.
	Files(ctx context.Context, place string, r *Report, fn func(File) error) error
	// Open opens a file of a place for reading; at is its At.
	Open(ctx context.Context, place, at string) (io.ReadCloser, error)
	// Close lets go of it.
	Close() error
}

// About says what a source is.
type About struct {
	Kind  string // in words: "MLflow folder"
	Place string // path or address
	// Local says that its files are of this computer, so that they may be referred
	// to instead of copied.
	Local bool
}

// Experiment is a collection of runs.
type Experiment struct {
	ID      string // there
	Name    string
	Made    int64 // ms since 1970; 0 if nobody knows
	Tags    map[string]string
	Deleted bool
}

// Run is one run. Its Experiment is empty: it is put where its own one goes.
type Run struct {
	track.PastRun
	Place string // of its artifacts; empty: it has none
	Bytes int64  // of its record, as far as it is known before it is read
	Where string // what a Report calls it; empty: run and its id
}

func (r *Run) where() string {
	if r.Where != "" {
		return r.Where
	}
	return "run " + r.ID
}

// Model is a logged model.
type Model struct {
	track.PastModel
	Place string
	// Points are what runs measured on it, for exports. Sources of imports say so with
	// the runs.
	Points []RunPoint
}

// RunPoint is a point that a run measured on a logged model.
type RunPoint struct {
	Run string
	ModelPoint
}

// File is one file among artifacts.
type File struct {
	Path     string // relative, with slashes
	At       string // as the source calls it
	Size     int64
	Modified time.Time
	Whole    string // where it lies on this computer; empty if it does not
	Tag      string // another one if the content is another one; empty: nobody knows
}

// ModelPoint is a point that a run measured on a logged model, as MLflow keeps
// it beside the run's own points.
type ModelPoint struct {
	Key, Model      string
	Dataset, Digest string
	Point           event.Point
}

// Attribute says of points which logged model they were measured on. MLflow
// keeps them twice: among the run's, where nothing is said of the model, and
// with the model. A point that was measured on two models is there twice.
func Attribute(list []track.PastSeries, on []ModelPoint) []track.PastSeries {
	if len(on) == 0 {
		return list
	}
	type name struct {
		key        string
		step, time int64
		bits       uint64 // of the value: NaN is not equal to itself
	}
	named := func(key string, p event.Point) name { return name{key, p.Step, p.Time, math.Float64bits(p.Value)} }
	measured := map[name]bool{}
	var order []track.PastSeries
	at := map[ModelPoint]int{} // by all but the point
	for _, m := range on {
		p := m.Point
		measured[named(m.Key, p)] = true
		subject := m
		subject.Point = event.Point{}
		i, ok := at[subject]
		if !ok {
			i = len(order)
			at[subject] = i
			order = append(order, track.PastSeries{Key: m.Key, Model: m.Model, Dataset: m.Dataset, Digest: m.Digest})
		}
		order[i].Points = append(order[i].Points, p)
	}
	var rest []track.PastSeries
	for _, s := range list {
		var points []event.Point
		for _, p := range s.Points {
			if !measured[named(s.Key, p)] {
				points = append(points, p)
			}
		}
		if s.Points = points; len(points) > 0 {
			rest = append(rest, s)
		}
	}
	return append(rest, order...)
}
