package track_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

func TestKeys(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.run(t, track.NewRun{})
	characters := "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/)."
	resolve := "Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to "
	for _, key := range []string{"a", "Loss/train 1.0-x_y:z", "größe", "数", strings.Repeat("k", 250), "a.b", "a..b"} {
		noError(t, w.LogMetric(ctx, id, track.Metric{Key: key}))
		noError(t, w.LogParam(ctx, id, event.Param{Key: key, Value: "v"}))
		noError(t, w.SetTag(ctx, id, event.Param{Key: key, Value: "v"}))
	}
	for key, why := range map[string]string{
		"a#b": characters, "a\nb": characters, "a\x00": characters, "\xff": characters, "": resolve + "'.'", ".": resolve + "'.'", "..": resolve + "'..'",
		"..a": resolve + "'..a'", "/a": resolve + "'/a'", "a/": resolve + "'a'", "a//b": resolve + "'a/b'", "a/./b": resolve + "'a/b'", "../a": resolve + "'../a'",
	} {
		for _, err := range []error{w.LogMetric(ctx, id, track.Metric{Key: key}), w.LogParam(ctx, id, event.Param{Key: key}), w.SetTag(ctx, id, event.Param{Key: key})} {
			wants(t, err, fault.Invalid, "")
			if !strings.HasSuffix(err.Error(), why) {
				t.Errorf("%q: %v", key, err)
			}
		}
	}
	long := strings.Repeat("k", 251)
	wants(t, w.LogMetric(ctx, id, track.Metric{Key: long}), fault.Invalid, "'Metric name' exceeds the maximum length of 250 characters")
	wants(t, w.LogParam(ctx, id, event.Param{Key: long}), fault.Invalid, "'Param key' exceeds the maximum length of 250 characters")
	wants(t, w.SetTag(ctx, id, event.Param{Key: long}), fault.Invalid, "'key' exceeds the maximum length of 250 characters")
	wants(t, w.LogBatch(ctx, id, track.Batch{Metrics: []track.Metric{{Key: "a"}, {Key: "b#"}}}), fault.Invalid,
		`Invalid value "b#" for parameter 'metrics[1].name' supplied: `+characters)
	wants(t, w.LogMetric(ctx, id, track.Metric{Key: "m", Point: event.Point{Time: -1}}), fault.Invalid, "")
}

func TestBatchLimits(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.run(t, track.NewRun{})
	batch := func(metrics, params, tags int) (b track.Batch) {
		for i := range metrics {
			b.Metrics = append(b.Metrics, track.Metric{Key: "m", Point: event.Point{Step: int64(i)}})
		}
		for i := range params {
			b.Params = append(b.Params, event.Param{Key: fmt.Sprint("p", i)})
		}
		for i := range tags {
			b.Tags = append(b.Tags, event.Param{Key: fmt.Sprint("t", i)})
		}
		return b
	}
	noError(t, w.LogBatch(ctx, id, batch(1000, 0, 0)))
	noError(t, w.LogBatch(ctx, id, batch(800, 100, 100)))
	noError(t, w.LogBatch(ctx, id, batch(0, 0, 0)))
	noError(t, w.LogAll(ctx, id, batch(2000, 0, 0)))
	for text, b := range map[string]track.Batch{
		"at most 1000 metrics. Got 1001 metrics": batch(1001, 0, 0), "at most 100 params. Got 101": batch(0, 101, 0), "at most 100 tags. Got 101": batch(0, 0, 101),
		"at most 1000 metrics, params, and tags. Got 1001": batch(900, 100, 1),
	} {
		err := w.LogBatch(ctx, id, b)
		wants(t, err, fault.Invalid, "")
		if !strings.Contains(err.Error(), text) {
			t.Errorf("%v does not say %q", err, text)
		}
	}
	wants(t, w.LogBatch(ctx, "a/b", track.Batch{}), fault.Invalid, `Invalid value "a/b" for parameter 'run_id' supplied.`)
	wants(t, w.LogBatch(ctx, "nobody", track.Batch{}), fault.NotFound, "Run with id=nobody not found")
}

func TestParams(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.run(t, track.NewRun{})
	noError(t, w.LogParam(ctx, id, event.Param{Key: "a", Value: "1"}))
	events := len(w.journal.events)
	noError(t, w.LogParam(ctx, id, event.Param{Key: "a", Value: "1"}))
	if len(w.journal.events) != events {
		t.Error("a param that is there already was recorded again")
	}
	long := strings.Repeat("ü", 7000)
	for range 2 { // it is cut, and is then the same
		noError(t, w.LogParam(ctx, id, event.Param{Key: "long", Value: long}))
	}
	wants(t, w.LogParam(ctx, id, event.Param{Key: "a", Value: "2"}), fault.Invalid,
		"Changing param values is not allowed. Param with key='a' was already logged with value='1' for run ID='"+id+"'. Attempted logging new value '2'.")
	err := w.LogBatch(ctx, id, track.Batch{Params: []event.Param{{Key: "new", Value: "x"}, {Key: "a", Value: "it's"}}, Tags: []event.Param{{Key: "t", Value: "v"}}})
	wants(t, err, fault.Invalid, "Changing param values is not allowed. Params were already logged='[{'key': 'a', 'old_value': '1', 'new_value': \"it's\"}]' for run ID='"+id+"'.")
	err = w.LogBatch(ctx, id, track.Batch{Params: []event.Param{{Key: "x"}, {Key: "y"}, {Key: "x"}}})
	wants(t, err, fault.Invalid, "Duplicate parameter keys have been submitted: ['x']. Please ensure the request contains only one param value per param key.")
	noError(t, w.Run(id, func(r *track.Run) {
		if len(r.Params) != 2 || len([]rune(r.Params["long"].Value)) != 6000 || len(r.Labels.Tags()) != 0 {
			t.Errorf("a batch that was refused left something: %v %v", r.Params, r.Labels.Tags())
		}
	}))
}

func TestMetrics(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.run(t, track.NewRun{})
	nan := math.NaN()
	log := func(key string, points ...event.Point) {
		t.Helper()
		b := track.Batch{}
		for _, p := range points {
			b.Metrics = append(b.Metrics, track.Metric{Key: key, Point: p})
		}
		noError(t, w.LogBatch(ctx, id, b))
	}
	log("m", event.Point{Step: 2, Time: 1, Value: 5}, event.Point{Step: 1, Time: 9, Value: -7}, event.Point{Step: 2, Time: 1, Value: 5})
	log("m", event.Point{Step: 2, Time: 1, Value: 4}, event.Point{Step: 0, Time: 0, Value: nan}, event.Point{Step: 0, Time: 0, Value: nan})
	log("n", event.Point{Value: nan})
	log("i", event.Point{Value: math.Inf(1)}, event.Point{Step: 1, Value: math.Inf(-1)})
	w.restart(t)
	log("m", event.Point{Step: -3, Time: 20, Value: 1})
	points, err := w.Points(ctx, id, "m")
	noError(t, err)
	var text []string
	for _, p := range points {
		text = append(text, fmt.Sprintf("%d/%d=%v", p.Time, p.Step, p.Value))
	}
	if got := strings.Join(text, " "); got != "0/0=NaN 1/2=4 1/2=5 9/1=-7 20/-3=1" {
		t.Errorf("history: %s", got)
	}
	noError(t, w.Run(id, func(r *track.Run) {
		m, n, i := r.Metrics["m"], r.Metrics["n"], r.Metrics["i"]
		if m.Last.Value != 5 || m.Last.Step != 2 || m.Min != -7 || m.MinAt != 1 || m.Max != 5 || m.MaxAt != 2 || m.Points != 7 {
			t.Errorf("m: %+v", m)
		}
		if !math.IsNaN(n.Last.Value) || !math.IsNaN(n.Min) || !math.IsNaN(n.Max) || n.Points != 1 {
			t.Errorf("n: %+v", n)
		}
		if i.Last.Value != math.Inf(-1) || i.Max != math.Inf(1) || i.Min != math.Inf(-1) {
			t.Errorf("i: %+v", i)
		}
	}))
	none, err := w.Points(ctx, id, "nothing")
	if len(none) != 0 || err != nil {
		t.Errorf("history of nothing: %v %v", none, err)
	}
	_, err = w.Points(ctx, "nobody", "m")
	wants(t, err, fault.NotFound, "Run with id=nobody not found")
}

func TestInputsAndOutputs(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.run(t, track.NewRun{})
	wine := event.DatasetInput{Name: "wine", Digest: "d", SourceType: "local", Source: "{}", Tags: []event.Param{{Key: "mlflow.data.context", Value: "training"}}}
	test := wine
	test.Tags = []event.Param{{Key: "mlflow.data.context", Value: "test"}}
	for range 2 {
		noError(t, w.LogInputs(ctx, id, []event.DatasetInput{wine, test, wine}, []string{"m-1", "m-1", "m-2"}))
	}
	noError(t, w.LogOutputs(ctx, id, []event.ModelOutput{{ID: "m-3", Step: 4}}))
	w.restart(t)
	noError(t, w.Run(id, func(r *track.Run) {
		if len(r.Datasets) != 2 || len(r.ModelsIn) != 2 || len(r.ModelsOut) != 1 || r.ModelsOut[0].Value.Step != 4 {
			t.Errorf("%d data sets, %d models in, %+v out", len(r.Datasets), len(r.ModelsIn), r.ModelsOut)
		}
	}))
	for text, change := range map[string]func(*event.DatasetInput){
		"Missing value for required parameter 'datasets[0].dataset.name'.":        func(d *event.DatasetInput) { d.Name = "" },
		"Missing value for required parameter 'datasets[0].dataset.source_type'.": func(d *event.DatasetInput) { d.SourceType = "" },
		"'name' exceeds the maximum length of 500 characters":                     func(d *event.DatasetInput) { d.Name = strings.Repeat("x", 501) },
		"'digest' exceeds the maximum length of 36 characters":                    func(d *event.DatasetInput) { d.Digest = strings.Repeat("x", 37) },
		"'schema' exceeds the maximum length of 1048575 characters":               func(d *event.DatasetInput) { d.Schema = strings.Repeat("x", 1<<20) },
		"'key' exceeds the maximum length of 255 characters":                      func(d *event.DatasetInput) { d.Tags = []event.Param{{Key: strings.Repeat("k", 256)}} },
		"'value' exceeds the maximum length of 500 characters":                    func(d *event.DatasetInput) { d.Tags = []event.Param{{Value: strings.Repeat("k", 501)}} },
	} {
		d := wine
		change(&d)
		wants(t, w.LogInputs(ctx, id, []event.DatasetInput{d}, nil), fault.Invalid, text)
	}
	wants(t, w.LogInputs(ctx, id, make([]event.DatasetInput, 1001), nil), fault.Invalid, "")
	wants(t, w.LogInputs(ctx, "nobody", nil, nil), fault.NotFound, "")
	wants(t, w.LogOutputs(ctx, "nobody", nil), fault.NotFound, "")
}
