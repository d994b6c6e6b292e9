package mlflow

import (
	"math"

	"dev.varve/backend/search"
	"dev.varve/backend/track"
)

// cell is an attribute of a row: a text or a number. A search gets it as a
// search.Value, a cursor keeps it.
type cell struct {
	text   string
	number float64
	isText bool
}

func textCell(s string) (cell, bool) { return cell{text: s, isText: true}, true }
func timeCell(ms int64) (cell, bool) { return cell{number: float64(ms)}, true }
func (c cell) value() search.Value {
	if c.isText {
		return search.Text(c.text)
	}
	return search.Number(c.number)
}

// source is a row that a cursor can be made of.
type source interface {
	search.Row
	cell(attribute string) (cell, bool)
}

// runRow shows a run to a search. It lives as long as the lock under which it
// was made; one row serves all runs of a walk.
type runRow struct {
	d        *door
	run      *track.Run
	datasets []search.Dataset
}

func (r *runRow) Metric(key string) (float64, bool) {
	m, ok := r.run.Metrics[key]
	if !ok {
		return 0, false
	}
	return m.Last.Value, true
}

func (r *runRow) Param(key string) (string, bool) {
	p, ok := r.run.Params[key]
	if !ok {
		return "", false
	}
	return p.Value, true
}

func (r *runRow) Tag(key string) (string, bool) {
	switch key {
	case tagRunName:
		return r.run.Name(), r.run.Name() != ""
	case tagLost:
		return r.d.Tracker.Lost(r.run)
	}
	return r.run.Labels.Tag(key)
}

func (r *runRow) Attribute(name string) (search.Value, bool) {
	c, ok := r.cell(name)
	return c.value(), ok
}

func (r *runRow) cell(name string) (cell, bool) {
	switch name {
	case "run_id":
		return textCell(r.run.ID)
	case "run_name":
		return textCell(r.run.Name())
	case "user_id":
		return textCell(r.run.User)
	case "status":
		status, _ := r.d.status(r.run)
		return textCell(status)
	case "artifact_uri":
		return textCell(r.d.Tracker.RunURI(r.run))
	case "start_time":
		return timeCell(r.run.Start)
	case "end_time":
		_, end := r.d.status(r.run)
		return cell{number: float64(end)}, end != 0
	}
	return cell{}, false
}

func (r *runRow) Datasets() []search.Dataset {
	r.datasets = r.datasets[:0]
	for i := range r.run.Datasets {
		in := &r.run.Datasets[i].Value
		set := search.Dataset{Name: in.Name, Digest: in.Digest}
		for _, t := range in.Tags {
			if t.Key == "mlflow.data.context" {
				set.Context, set.HasContext = t.Value, true
			}
		}
		r.datasets = append(r.datasets, set)
	}
	return r.datasets
}

// experimentRow shows an experiment to a search.
type experimentRow struct{ x *track.Experiment }

func (experimentRow) Metric(string) (float64, bool) { return 0, false }
func (experimentRow) Param(string) (string, bool)   { return "", false }
func (experimentRow) Datasets() []search.Dataset    { return nil }

func (r experimentRow) Tag(key string) (string, bool) { return r.x.Labels.Tag(key) }

func (r experimentRow) Attribute(name string) (search.Value, bool) {
	c, ok := r.cell(name)
	return c.value(), ok
}

func (r experimentRow) cell(name string) (cell, bool) {
	switch name {
	case "name":
		return textCell(r.x.Name())
	case "experiment_id":
		return textCell(r.x.ID)
	case "creation_time":
		return timeCell(created(&r.x.Head))
	case "last_update_time":
		return timeCell(updated(&r.x.Head))
	}
	return cell{}, false
}

// modelRow shows a logged model to a search.
type modelRow struct {
	d *door
	m *track.LoggedModel
}

func (r modelRow) Metric(string) (float64, bool) { return math.NaN(), false }
func (modelRow) Datasets() []search.Dataset      { return nil }

func (r modelRow) Param(key string) (string, bool) {
	p, ok := r.m.Params[key]
	if !ok {
		return "", false
	}
	return p.Value, true
}

func (r modelRow) Tag(key string) (string, bool) { return r.m.Labels.Tag(key) }

// shortStatus is how a search calls the statuses of logged models.
var shortStatus = map[string]string{track.ModelPending: "PENDING", track.ModelReady: "READY", track.ModelFailed: "FAILED"}

func (r modelRow) Attribute(name string) (search.Value, bool) {
	c, ok := r.cell(name)
	return c.value(), ok
}

func (r modelRow) cell(name string) (cell, bool) {
	switch name {
	case "name":
		return textCell(r.m.Name())
	case "model_id":
		return textCell(r.m.ID)
	case "model_type":
		return textCell(r.m.ModelType)
	case "status":
		status, _ := r.m.Status.Get()
		return textCell(shortStatus[status.Status])
	case "status_message":
		status, _ := r.m.Status.Get()
		return cell{text: status.Message, isText: true}, status.Message != ""
	case "source_run_id":
		return textCell(r.m.Run)
	case "experiment_id":
		return textCell(r.m.Experiment)
	case "artifact_location":
		return textCell(r.d.Tracker.ModelURI(r.m))
	case "lifecycle_stage":
		return textCell(stage(r.m.Trashed()))
	case "creation_timestamp":
		return timeCell(created(&r.m.Head))
	case "last_updated_timestamp":
		return timeCell(updated(&r.m.Head))
	}
	return cell{}, false
}

func (r modelRow) Points() []search.Point {
	points := make([]search.Point, len(r.m.Metrics))
	for i := range r.m.Metrics {
		p := &r.m.Metrics[i].Value
		points[i] = search.Point{
			Key: p.Key, Value: p.Point.Value, Time: p.Point.Time, Step: p.Point.Step, RunID: p.Run,
			DatasetName: p.Dataset, DatasetDigest: p.Digest,
		}
	}
	return points
}
