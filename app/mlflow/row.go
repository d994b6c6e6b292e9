package mlflow

import (
	"math"

	"dev.varve/backend/search"
	"dev.varve/backend/track"
)

// runRow shows a run to a search as MLflow's clients see it: with the tag that
// says why it is lost. It lives as long as the lock under which it was made.
type runRow struct {
	track.RunRow
	reason string
	lost   bool
}

func (d *door) row(r *track.Run) *runRow {
	row := &runRow{RunRow: d.Tracker.Row(r)}
	row.reason, row.lost = d.Tracker.Lost(r)
	return row
}

// Tag returns a tag.
func (r *runRow) Tag(key string) (string, bool) {
	if key == tagLost {
		return r.reason, r.lost
	}
	return r.RunRow.Tag(key)
}

// Attribute returns an attribute of search.Runs.
func (r *runRow) Attribute(name string) (search.Value, bool) {
	if name == "end_time" && r.lost {
		return search.Value{}, false // nobody knows when
	}
	return r.RunRow.Attribute(name)
}

// experimentRow shows an experiment to a search.
type experimentRow struct{ x *track.Experiment }

func (experimentRow) Metric(string) (float64, bool) { return 0, false }
func (experimentRow) Param(string) (string, bool)   { return "", false }
func (experimentRow) Datasets() []search.Dataset    { return nil }

func (r experimentRow) Tag(key string) (string, bool) { return r.x.Labels.Tag(key) }

func (r experimentRow) Attribute(name string) (search.Value, bool) {
	switch name {
	case "name":
		return search.Text(r.x.Name()), true
	case "experiment_id":
		return search.Text(r.x.ID), true
	case "creation_time":
		return search.Number(float64(r.x.MadeAt())), true
	case "last_update_time":
		return search.Number(float64(updated(&r.x.Head))), true
	}
	return search.Value{}, false
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
	switch name {
	case "name":
		return search.Text(r.m.Name()), true
	case "model_id":
		return search.Text(r.m.ID), true
	case "model_type":
		return search.Text(r.m.ModelType), true
	case "status":
		status, _ := r.m.Status.Get()
		return search.Text(shortStatus[status.Status]), true
	case "status_message":
		status, _ := r.m.Status.Get()
		return search.Text(status.Message), status.Message != ""
	case "source_run_id":
		return search.Text(r.m.Run), true
	case "experiment_id":
		return search.Text(r.m.Experiment), true
	case "artifact_location":
		return search.Text(r.d.Tracker.ModelURI(r.m)), true
	case "lifecycle_stage":
		return search.Text(stage(r.m.Trashed())), true
	case "creation_timestamp":
		return search.Number(float64(r.m.MadeAt())), true
	case "last_updated_timestamp":
		return search.Number(float64(updated(&r.m.Head))), true
	}
	return search.Value{}, false
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
