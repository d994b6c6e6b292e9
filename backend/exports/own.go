package exports

import (
	"context"
	"io"
	"maps"
	"slices"
	"strings"

	"dev.varve/backend/artifact"
	"dev.varve/backend/event"
	"dev.varve/backend/imports"
	"dev.varve/backend/registry"
	"dev.varve/backend/track"
)

// Record is what is exported. *track.Tracker is one.
type Record interface {
	registry.Record
	Experiments(fn func(*track.Experiment))
	Models(fn func(*track.LoggedModel))
	Briefs(experiments []string, fn func(track.Brief) bool)
	List(ctx context.Context, q track.Query) (*track.Listing, error)
	Points(ctx context.Context, run, key string) ([]event.Point, error)
	Lost(*track.Run) (reason string, ok bool)
}

// Own is the record of this workspace, or a part of it, as it is when Choose is
// called. It is an imports.Source.
type Own struct {
	Record Record
	// Trees are the artifacts of runs and logged models.
	Trees func(track.Owner) (artifact.Tree, error)
	Place string // of the workspace

	want        Selection
	experiments []imports.Experiment
	runs        map[string][]string // by experiment, the oldest first
	chosen      map[string]bool     // runs
	models      map[string][]string // by experiment
	logged      map[string]bool     // models
	measured    map[string][]imports.ModelPoint
}

// TagLost is the tag that says, to MLflow, why a run counts as lost.
const TagLost = "varve.lost"

// About says what it is.
func (o *Own) About() imports.About { return imports.About{Kind: "workspace", Place: o.Place} }

// Experiments lists the experiments that are chosen, or have something chosen.
func (o *Own) Experiments(context.Context, *imports.Report) ([]imports.Experiment, error) {
	return o.experiments, nil
}

// Runs calls fn with the chosen runs of an experiment. One that has vanished since
// is left out, and so is one whose points cannot be read.
func (o *Own) Runs(ctx context.Context, experiment string, brief bool, r *imports.Report, fn func(*imports.Run) error) error {
	for _, id := range o.runs[experiment] {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		run, keys, err := o.run(id)
		if err == nil && !brief {
			err = o.points(ctx, run, keys)
		}
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		if r.Fail("run "+id, err) {
			continue
		}
		if err := fn(run); err != nil {
			return err
		}
	}
	return nil
}

// bytesOfPoint is about what a point takes where others keep it.
const bytesOfPoint = 30

func (o *Own) run(id string) (*imports.Run, []string, error) {
	out := &imports.Run{Place: place(track.Owner{Run: id})}
	var keys []string
	err := o.Record.Run(id, func(r *track.Run) {
		end := r.End()
		out.PastRun = track.PastRun{
			ID: id, Experiment: r.Experiment, Name: r.Name(), User: r.User, Status: end.Status, Start: r.Start, End: end.End, Trashed: r.Trashed(),
			Tags: r.Labels.Tags(), Params: paramsOf(r.Params), ModelsIn: values(r.ModelsIn), ModelsOut: values(r.ModelsOut), Datasets: values(r.Datasets),
		}
		if reason, lost := o.Record.Lost(r); lost {
			out.Status, out.End, out.Tags[TagLost] = "FAILED", 0, reason
		}
		keys = slices.Sorted(maps.Keys(r.Metrics))
		for _, m := range r.Metrics {
			out.Bytes += m.Points * bytesOfPoint
		}
	})
	if out.Name != "" && err == nil {
		out.Tags["mlflow.runName"] = out.Name
	}
	return out, keys, err
}

func values[T any](list []track.Stamped[T]) (out []T) {
	for _, s := range list {
		out = append(out, s.Value)
	}
	return out
}

func paramsOf(params map[string]*track.ParamRecord) (list []event.Param) {
	for _, key := range slices.Sorted(maps.Keys(params)) {
		list = append(list, event.Param{Key: key, Value: params[key].Value})
	}
	return list
}

// points reads all points of a run. The record says of the last point of a metric
// alone on which data it was measured, and of those on models it says all.
func (o *Own) points(ctx context.Context, run *imports.Run, keys []string) error {
	for _, key := range keys {
		points, err := o.Record.Points(ctx, run.ID, key)
		if err != nil {
			return err
		}
		run.Metrics = append(run.Metrics, track.PastSeries{Key: key, Points: points})
	}
	run.Metrics = imports.Attribute(run.Metrics, o.measured[run.ID])
	return nil
}

// Models calls fn with the chosen logged models of an experiment.
func (o *Own) Models(ctx context.Context, experiment string, r *imports.Report, fn func(*imports.Model) error) error {
	for _, id := range o.models[experiment] {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		out := &imports.Model{Place: place(track.Owner{Model: id})}
		err := o.Record.Model(id, func(m *track.LoggedModel) {
			status, _ := m.Status.Get()
			out.PastModel = track.PastModel{
				ID: id, Experiment: m.Experiment, Name: m.Name(), ModelType: m.ModelType, Run: m.Run, User: m.User, Status: status.Status, Message: status.Message,
				Made: m.MadeAt(), Trashed: m.Trashed(), Tags: m.Labels.Tags(), Params: paramsOf(m.Params),
			}
			for _, p := range m.Metrics {
				out.Points = append(out.Points, imports.RunPoint{Run: p.Value.Run, ModelPoint: modelPoint(id, p.Value)})
			}
		})
		if r.Fail("model "+id, err) {
			continue
		}
		if err := fn(out); err != nil {
			return err
		}
	}
	return nil
}

// place is the word for where the artifacts of an owner lie.
func place(o track.Owner) string { return Thing{Owner: o}.Name() }

func (o *Own) tree(at string) (artifact.Tree, error) {
	if model, ok := strings.CutPrefix(at, "model "); ok {
		return o.Trees(track.Owner{Model: model})
	}
	return o.Trees(track.Owner{Run: strings.TrimPrefix(at, "run ")})
}

// Files calls fn with the artifacts at a place, as far as Varve reads them there.
func (o *Own) Files(ctx context.Context, at string, r *imports.Report, fn func(imports.File) error) error {
	tree, err := o.tree(at)
	if r.Fail("artifacts of "+at, err) {
		return nil
	}
	files, err := tree.All(ctx, "")
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if r.Fail("artifacts of "+at, err) {
		return nil
	}
	for _, f := range files {
		if err := fn(imports.File{Path: f.Path, At: f.Path, Size: f.Size, Tag: f.Tag}); err != nil {
			return err
		}
	}
	return nil
}

// Open opens an artifact.
func (o *Own) Open(ctx context.Context, at, path string) (io.ReadCloser, error) {
	tree, err := o.tree(at)
	if err != nil {
		return nil, err
	}
	c, err := tree.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	return c.ReadSeekCloser, nil
}

// Close does nothing: the record stays open.
func (*Own) Close() error { return nil }
