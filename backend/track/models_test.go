package track_test

import (
	"maps"
	"strings"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

func TestModel(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	run := w.run(t, track.NewRun{})
	id, err := w.CreateModel(ctx, track.NewModel{
		Experiment: "0", Name: "net", ModelType: "sklearn", Run: run, Tags: map[string]string{"any (key)": "v"}, Params: []event.Param{{Key: "any [key]", Value: "1"}},
	})
	noError(t, err)
	noError(t, w.SetModelTags(ctx, id, []event.Param{{Key: "t", Value: strings.Repeat("x", 10_000)}, {Key: "u", Value: "1"}}))
	noError(t, w.DeleteModelTag(ctx, id, "u"))
	wants(t, w.DeleteModelTag(ctx, id, "u"), fault.NotFound, "No tag with key 'u' found for model with ID '"+id+"'.")
	noError(t, w.LogModelParams(ctx, id, []event.Param{{Key: "depth", Value: "3"}, {Key: "any [key]", Value: "1"}}))
	wants(t, w.LogModelParams(ctx, id, []event.Param{{Key: "depth", Value: "4"}}), fault.Invalid, "")
	wants(t, w.LogModelParams(ctx, id, []event.Param{{Key: "x"}, {Key: "x"}}), fault.Invalid, "")
	wants(t, w.LogModelParams(ctx, id, []event.Param{{}}), fault.Invalid, "A param of a logged model needs a key.")
	noError(t, w.SetModelStatus(ctx, id, track.ModelReady, ""))
	wants(t, w.SetModelStatus(ctx, id, "TIRED", ""), fault.Invalid, `Invalid value "TIRED" for parameter 'status' supplied.`)
	noError(t, w.LogMetric(ctx, run, track.Metric{Key: "f1", Point: event.Point{Step: 1, Value: 0.5}, Model: id, Dataset: "wine", Digest: "d"}))
	noError(t, w.LogBatch(ctx, run, track.Batch{Metrics: []track.Metric{
		{Key: "f1", Point: event.Point{Step: 2, Value: 0.75}, Model: id}, {Key: "f1", Point: event.Point{Step: 3, Value: 1}},
	}}))
	w.restart(t)
	noError(t, w.Model(id, func(m *track.LoggedModel) {
		status, _ := m.Status.Get()
		if m.Name() != "net" || m.ModelType != "sklearn" || m.Run != run || m.Experiment != "0" || m.User != "ann" || status.Status != track.ModelReady {
			t.Errorf("%+v %+v", m, status)
		}
		if w.ModelURI(m) != "mlflow-artifacts:/0/models/"+id+"/artifacts" {
			t.Errorf("its files lie at %s", w.ModelURI(m))
		}
		if !maps.Equal(m.Labels.Tags(), map[string]string{"any (key)": "v", "t": strings.Repeat("x", 10_000)}) || len(m.Params) != 2 {
			t.Errorf("tags %v, params %v", m.Labels.Tags(), m.Params)
		}
		if len(m.Metrics) != 2 || m.Metrics[0].Value.Dataset != "wine" || m.Metrics[1].Value.Point.Value != 0.75 || m.Metrics[0].Value.Run != run {
			t.Errorf("metrics %+v", m.Metrics)
		}
	}))
	points, err := w.Points(ctx, run, "f1")
	if len(points) != 3 || err != nil {
		t.Errorf("the run has %d points, %v", len(points), err)
	}
}

func TestTrashModel(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id, err := w.CreateModel(ctx, track.NewModel{Experiment: "0"})
	noError(t, err)
	for range 2 {
		noError(t, w.TrashModel(ctx, id, true))
	}
	wants(t, w.SetModelStatus(ctx, id, track.ModelReady, ""), fault.NotFound, "Logged model with ID '"+id+"' not found.")
	wants(t, w.SetModelTags(ctx, id, nil), fault.NotFound, "")
	wants(t, w.DeleteModelTag(ctx, id, "x"), fault.NotFound, "")
	wants(t, w.LogModelParams(ctx, id, nil), fault.NotFound, "")
	noError(t, w.TrashModel(ctx, id, false))
	noError(t, w.SetModelStatus(ctx, id, track.ModelFailed, "no space"))
	n := 0
	w.Models(func(m *track.LoggedModel) { n++ })
	if n != 1 {
		t.Errorf("%d models", n)
	}
	for _, bad := range []track.NewModel{
		{Experiment: "99"}, {Experiment: "0", Name: "a/b"}, {Experiment: "0", Name: `a"b`}, {Experiment: "0", Tags: map[string]string{"": "x"}},
		{Experiment: "0", Params: []event.Param{{Key: strings.Repeat("k", 251)}}},
	} {
		if _, err := w.CreateModel(ctx, bad); err == nil {
			t.Errorf("%+v was made", bad)
		}
	}
	wants(t, w.Model("m-0", nil), fault.NotFound, "")
	wants(t, w.TrashModel(ctx, "m-0", true), fault.NotFound, "")
}
