package track

import (
	"dev.varve/backend/event"
	"dev.varve/backend/search"
)

// tagContext says what a run used a data set for.
const tagContext = "mlflow.data.context"

// RunRow is a run as a search sees it. Whoever uses it holds the lock, as fn
// of Runs does; Freeze makes a copy for afterwards.
type RunRow struct {
	run     *Run
	tracker *Tracker
}

var _ search.Row = RunRow{}

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

// StatusOf is the status of a run as MLflow's clients see it: a lost run has
// FAILED. The caller holds the lock, as fn of Run does.
func (t *Tracker) StatusOf(r *Run) string {
	if _, lost := t.Lost(r); lost {
		return "FAILED"
	}
	return r.End().Status
}

// Freeze copies some columns of a row, so that rows can be sorted when the
// lock is gone. Of the data sets it keeps nothing: an order cannot name them.
func Freeze(r search.Row, columns []search.Column) search.Row {
	f := frozen{columns: columns, cells: make([]cell, len(columns))}
	for i, c := range columns {
		cell := &f.cells[i]
		switch c.Kind {
		case search.Metric:
			cell.number, cell.ok = r.Metric(c.Name)
		case search.Param:
			cell.text, cell.ok = r.Param(c.Name)
		case search.Tag:
			cell.text, cell.ok = r.Tag(c.Name)
		case search.Attribute:
			cell.value, cell.ok = r.Attribute(c.Name)
		}
	}
	return &f
}

type frozen struct {
	columns []search.Column
	cells   []cell
}

type cell struct {
	number float64
	text   string
	value  search.Value
	ok     bool
}

func (f *frozen) cell(kind search.Kind, name string) cell {
	for i, c := range f.columns {
		if c.Kind == kind && c.Name == name {
			return f.cells[i]
		}
	}
	return cell{}
}

func (f *frozen) Metric(key string) (float64, bool) {
	c := f.cell(search.Metric, key)
	return c.number, c.ok
}

func (f *frozen) Param(key string) (string, bool) {
	c := f.cell(search.Param, key)
	return c.text, c.ok
}

func (f *frozen) Tag(key string) (string, bool) {
	c := f.cell(search.Tag, key)
	return c.text, c.ok
}

func (f *frozen) Attribute(name string) (search.Value, bool) {
	c := f.cell(search.Attribute, name)
	return c.value, c.ok
}

func (f *frozen) Datasets() []search.Dataset { return nil }
