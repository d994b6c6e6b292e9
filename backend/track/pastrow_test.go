package track_test

import (
	"math"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

const theRow = "0123456789abcdef0123456789abcdef"

// TestARowIsTakenOnce takes a row of a table, and then what became of it.
func TestARowIsTakenOnce(t *testing.T) {
	row := func(acc float64, lr string, more ...string) track.PastRun {
		p := track.PastRun{
			ID: theRow, Experiment: track.DefaultExperiment, Status: "FINISHED", Row: true, Tags: map[string]string{"who": "ann"},
			Params:  []event.Param{{Key: "lr", Value: lr}},
			Metrics: []track.PastSeries{{Key: "acc", Points: []event.Point{{Value: acc}}}},
		}
		for _, key := range more {
			p.Metrics = append(p.Metrics, track.PastSeries{Key: key, Points: []event.Point{{Value: math.NaN()}}})
		}
		return p
	}
	w := newWorld(t)
	for _, c := range []struct {
		name string
		row  track.PastRun
		want track.Taken
	}{
		{"new", row(0.9, "0.1"), track.Taken{New: true, Points: 1}},
		{"the same", row(0.9, "0.1"), track.Taken{}},
		{"changed", row(0.91, "0.2"), track.Taken{Differs: "lr is 0.1 here and 0.2 there, acc is 0.9 here and 0.91 there"}},
		{"filled", row(0.9, "0.1", "loss"), track.Taken{More: true, Points: 1}},
		{"nothing is nothing", row(0.9, "0.1", "loss"), track.Taken{}},
	} {
		would, err := w.WouldTakeRun(t.Context(), c.row)
		if err != nil {
			t.Fatal(err)
		}
		got, err := w.TakeRuns(t.Context(), []track.PastRun{c.row})
		if err != nil {
			t.Fatal(err)
		}
		if got[0] != c.want || would != c.want {
			t.Errorf("%s: it was taken as %+v after a look that said %+v, and not as %+v", c.name, got[0], would, c.want)
		}
	}
	points, err := w.Points(t.Context(), theRow, "acc")
	if err != nil || len(points) != 1 || points[0].Value != 0.9 {
		t.Errorf("the metric has %v: %v", points, err)
	}
}
