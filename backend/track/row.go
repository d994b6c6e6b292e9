package track

import (
	"context"
	"math"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/search"
)

// tagContext says what a run used a data set for.
const tagContext = "mlflow.data.context"

// RunRow is a run as a search sees it. Whoever uses it holds the lock, as fn
// of Run does.
type RunRow struct {
	run     *Run
	tracker *Tracker
}

var _ search.RunRow = RunRow{}

// Row shows a run to a search.
func (t *Tracker) Row(r *Run) RunRow { return RunRow{run: r, tracker: t} }

// Metric returns the latest value of a metric.
func (r RunRow) Metric(key string) (float64, bool) {
	m, ok := r.run.Metrics[key]
	if !ok {
		return 0, false
	}
	return m.Last.Value, true
}

// Param returns a parameter.
func (r RunRow) Param(key string) (string, bool) {
	p, ok := r.run.Params[key]
	if !ok {
		return "", false
	}
	return p.Value, true
}

// Min returns the least value that a metric ever had.
func (r RunRow) Min(key string) (float64, bool) {
	m, ok := r.run.Metrics[key]
	if !ok || math.IsNaN(m.Min) {
		return 0, false
	}
	return m.Min, true
}

// Max returns the greatest value that a metric ever had.
func (r RunRow) Max(key string) (float64, bool) {
	m, ok := r.run.Metrics[key]
	if !ok || math.IsNaN(m.Max) {
		return 0, false
	}
	return m.Max, true
}

// At returns the latest value of a metric at a step. It reads the history.
func (r RunRow) At(key string, step int64) (float64, bool) {
	m, ok := r.run.Metrics[key]
	if !ok || step > m.Last.Step { // the latest point has the greatest step
		return 0, false
	}
	points, _, err := r.tracker.points(context.Background(), r.run.ID, key, Window{Axis: BySteps, From: step, To: step}, m.Points)
	if err != nil || len(points) == 0 {
		return 0, false // who reads the history itself is told why
	}
	return slices.MaxFunc(points, event.Point.Compare).Value, true
}

// Params calls yield with all parameters.
func (r RunRow) Params(yield func(key, value string) bool) {
	for key, p := range r.run.Params {
		if !yield(key, p.Value) {
			return
		}
	}
}

// Tags calls yield with all tags but the name.
func (r RunRow) Tags(yield func(key, value string) bool) {
	for key, value := range r.run.Labels.Tags() {
		if !yield(key, value) {
			return
		}
	}
}

// Tag returns a tag; the name of the run is one of them.
func (r RunRow) Tag(key string) (string, bool) {
	if key == tagRunName {
		name := r.run.Name()
		return name, name != ""
	}
	return r.run.Labels.Tag(key)
}

// Attribute returns one of the attributes of search.Runs.
func (r RunRow) Attribute(name string) (search.Value, bool) {
	switch name {
	case "run_id":
		return search.Text(r.run.ID), true
	case "run_name":
		return search.Text(r.run.Name()), true
	case "user_id":
		return search.Text(r.run.User), true
	case "status":
		return search.Text(r.tracker.StatusOf(r.run)), true
	case "artifact_uri":
		return search.Text(r.tracker.RunURI(r.run)), true
	case "state":
		return search.Text(r.tracker.State(r.run)), true
	case "experiment":
		return search.Text(r.tracker.state.nameOf(r.run.Experiment)), true
	case "source":
		source := r.run.Source()
		return search.Text(source), source != ""
	case "reason":
		reason := r.run.End().Reason
		return search.Text(reason), reason != ""
	case "exit_code":
		if code := r.run.End().ExitCode; code != nil {
			return search.Number(float64(*code)), true
		}
	case "children":
		return search.Number(float64(r.tracker.state.tables.children(r.run.ID))), true
	case "start_time":
		return search.Number(float64(r.run.Start)), true
	case "end_time":
		end := r.run.End().End
		return search.Number(float64(end)), end != 0
	}
	return search.Value{}, false
}

// Datasets returns the inputs of the run.
func (r RunRow) Datasets() []search.Dataset {
	return r.run.inputs()
}

// ContextOf says what a run used a data set for: training, evaluation…
func ContextOf(d *event.DatasetInput) (context string, ok bool) {
	for _, tag := range d.Tags {
		if tag.Key == tagContext {
			return tag.Value, true
		}
	}
	return "", false
}

// State says in Varve's words what a run is doing: waiting, running, finished,
// failed, stopped or lost. The caller holds the lock, as fn of Run does.
func (t *Tracker) State(r *Run) string {
	if _, lost := t.Lost(r); lost {
		return "lost"
	}
	return StateOf(r.End().Status)
}

// StateOf says one of MLflow's statuses in Varve's words.
func StateOf(status string) string {
	switch status {
	case "SCHEDULED":
		return "waiting"
	case "FINISHED":
		return "finished"
	case "FAILED":
		return "failed"
	case "KILLED":
		return "stopped"
	}
	return "running"
}

// StatusNamed says one of Varve's words for an end in MLflow's.
func StatusNamed(state string) string {
	switch state {
	case "finished":
		return "FINISHED"
	case "failed":
		return "FAILED"
	case "stopped":
		return "KILLED"
	}
	return ""
}

// StatusOf is the status of a run as MLflow's clients see it: a lost run has
// FAILED. The caller holds the lock, as fn of Run does.
func (t *Tracker) StatusOf(r *Run) string {
	if _, lost := t.Lost(r); lost {
		return "FAILED"
	}
	return r.End().Status
}
