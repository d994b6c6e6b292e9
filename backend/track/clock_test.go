package track_test

import (
	"testing"
	"time"

	"dev.varve/backend/event"
	"dev.varve/backend/search"
	"dev.varve/backend/track"
)

// TestTheClockGoesBackTwoDays: what comes causally later wins whatever the clock
// says, no run takes less than no time, and what was made on the wrong day is found
// where people look. The world replays it all in the end, and compares.
func TestTheClockGoesBackTwoDays(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	lake := w.experiment(t, "lake")
	script := w.run(t, track.NewRun{Name: "a", Experiment: lake})
	agents := w.run(t, track.NewRun{Name: "agent's", Experiment: lake, Origin: &event.Origin{Host: "tarn"}})
	noError(t, w.SetTag(ctx, script, event.Param{Key: "k", Value: "before"}))
	noError(t, w.LogParam(ctx, script, event.Param{Key: "p", Value: "1"}))
	ahead := w.journal.Now()

	w.journal.ticks -= (48 * time.Hour).Milliseconds()
	noError(t, w.SetTag(ctx, script, event.Param{Key: "k", Value: "after"}))
	noError(t, w.UpdateRun(ctx, script, track.RunUpdate{Name: "b"}))
	noError(t, w.RenameExperiment(ctx, lake, "lake 2"))
	noError(t, w.LogParam(ctx, script, event.Param{Key: "q", Value: "2"}))
	noError(t, w.UpdateRun(ctx, agents, track.RunUpdate{Status: "FINISHED", Agent: true}))
	noError(t, w.SetStatus(ctx, script, "FAILED"))
	later := w.run(t, track.NewRun{Name: "c", Experiment: lake})

	check := func() {
		t.Helper()
		noError(t, w.Run(script, func(r *track.Run) {
			if v, _ := r.Labels.Tag("k"); v != "after" || r.Name() != "b" || len(r.Params) != 2 || r.End().Status != "FAILED" {
				t.Errorf("tag %q, name %q, %d params, %s", v, r.Name(), len(r.Params), r.End().Status)
			}
			if r.End().End < r.Start {
				t.Errorf("it ended %d ms before it began", r.Start-r.End().End)
			}
		}))
		noError(t, w.Experiment(lake, func(x *track.Experiment) {
			if x.Name() != "lake 2" {
				t.Errorf("the experiment is named %q", x.Name())
			}
		}))
		noError(t, w.Run(agents, func(r *track.Run) {
			if r.End().End < r.Start {
				t.Errorf("the agent's run ended %d ms before it began", r.Start-r.End().End)
			}
		}))
		for filter, want := range map[string]string{
			"started in last 7 days": "agent's b c (3 of 3)",
			"started in last 1 day":  "agent's b c (3 of 3)", // what lies ahead is not older than a day
			"duration < 0s":          " (0 of 3)",
			"duration >= 0s AND name LIKE '%' AND status = finished": "agent's (1 of 3)",
		} {
			q, err := search.ParseQuery(filter, search.Given{Now: w.journal.Now()})
			noError(t, err)
			order, err := search.ParseQueryOrder([]string{"name ASC"}, search.Given{Now: w.journal.Now()})
			noError(t, err)
			if got := w.names(t, track.Query{Filter: q, Order: order, Limit: 10, Shows: func(gone bool) bool { return !gone }}); got != want {
				t.Errorf("%s: %q, want %q", filter, got, want)
			}
		}
	}
	check()
	w.restart(t)
	check()
	noError(t, w.Run(later, func(r *track.Run) {
		if !time.UnixMilli(r.Start).Before(ahead) {
			t.Error("the clock did not go back: this test is none")
		}
	}))

	// And what happened is told in the order of the clock that each author had.
	changes, err := w.Changes(script)
	noError(t, err)
	var values []string
	for _, c := range changes {
		values = append(values, c.Label+" "+c.Before+" → "+c.Value)
	}
	if len(values) != 4 || values[0] != "tag/k  → before" {
		t.Errorf("changes %q", values)
	}
}
