package track_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/search"
	"dev.varve/backend/track"
)

// query makes a Query for what is not in the trash.
func query(t *testing.T, filter string, order ...string) track.Query {
	t.Helper()
	f, err := search.Parse(search.Runs, filter)
	noError(t, err)
	o, err := search.ParseOrder(search.Runs, order)
	noError(t, err)
	return track.Query{Filter: f, Order: o, Limit: 1000, Shows: func(gone bool) bool { return !gone }}
}

// names says what was found, as the names of the runs.
func (w *world) names(t *testing.T, q track.Query) string {
	t.Helper()
	found, err := w.Find(t.Context(), q)
	noError(t, err)
	var names []string
	for _, hit := range found.Hits {
		noError(t, w.Run(hit.ID, func(r *track.Run) { names = append(names, r.Name()) }))
	}
	return fmt.Sprintf("%s (%d of %d)", strings.Join(names, " "), found.Matching, found.All)
}

func TestFind(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	field := w.experiment(t, "field")
	ids := map[string]string{}
	for i, name := range []string{"ash", "oak", "elm", "fir"} {
		n := track.NewRun{Name: name, Start: int64(1000 + i), Params: []event.Param{{Key: "depth", Value: fmt.Sprint(i % 2)}}}
		if i == 3 {
			n.Experiment = field
		}
		ids[name] = w.run(t, n)
		noError(t, w.LogMetric(ctx, ids[name], track.Metric{Key: "loss", Point: event.Point{Value: float64(10 - i)}}))
	}
	noError(t, w.TrashRun(ctx, ids["elm"], true))
	check := func(when string) {
		t.Helper()
		for _, c := range []struct {
			change func(*track.Query)
			filter string
			order  string
			want   string
		}{
			{nil, "", "", "fir oak ash (3 of 3)"},
			{nil, "params.depth = '1'", "metrics.loss ASC", "fir oak (2 of 3)"},
			{nil, "metrics.loss > 8.5", "run_name DESC", "oak ash (2 of 3)"},
			{func(q *track.Query) { q.Experiments = []string{"0"} }, "", "", "oak ash (2 of 2)"},
			{func(q *track.Query) { q.Experiments = []string{} }, "", "", " (0 of 0)"},
			{func(q *track.Query) { q.Experiments = []string{"99", field, field} }, "", "", "fir (1 of 1)"},
			{func(q *track.Query) { q.Shows = func(gone bool) bool { return gone } }, "", "", "elm (1 of 1)"},
			{func(q *track.Query) { q.Shows = func(bool) bool { return true } }, "", "", "fir elm oak ash (4 of 4)"},
			{func(q *track.Query) { q.Limit = 2 }, "", "metrics.loss ASC", "fir oak (3 of 3)"},
			{func(q *track.Query) { q.Limit = 0 }, "", "", " (3 of 3)"},
		} {
			q := query(t, c.filter, slices.DeleteFunc([]string{c.order}, func(s string) bool { return s == "" })...)
			if c.change != nil {
				c.change(&q)
			}
			if got := w.names(t, q); got != c.want {
				t.Errorf("%s: %q, %q: %s, want %s", when, c.filter, c.order, got, c.want)
			}
		}
	}
	check("at once")
	w.restart(t)
	check("after a restart")
	noError(t, w.TrashExperiment(ctx, field, true))
	if got := w.names(t, query(t, "")); got != "oak ash (2 of 2)" {
		t.Errorf("with an experiment in the trash: %s", got)
	}
}

// TestFindInOwnGrammar asks what only Varve's grammar can, at once and of columns
// that come from the store.
func TestFindInOwnGrammar(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	field := w.experiment(t, "field")
	lost := w.run(t, track.NewRun{Name: "lost", Origin: &event.Origin{Host: "lab", Project: "/home/ada/wine"}})
	live := w.run(t, track.NewRun{Name: "live", Experiment: field, Params: []event.Param{{Key: "lr", Value: "0.10"}}})
	code := int64(3)
	failed := w.run(t, track.NewRun{Name: "failed", Tags: map[string]string{"mlflow.parentRunId": live, "mlflow.note.content": "Bad Weather"}})
	noError(t, w.UpdateRun(ctx, failed, track.RunUpdate{Status: "FAILED", End: 9000, Reason: "No disk", ExitCode: &code}))
	for i, value := range []float64{0.5, 0.1, 0.3} {
		noError(t, w.LogMetric(ctx, live, track.Metric{Key: "loss", Point: event.Point{Step: int64(i), Value: value}}))
	}
	check := func() {
		t.Helper()
		for filter, want := range map[string]string{
			"status = lost":                            "lost",
			"status = 'FAILED'":                        "lost failed",
			"status != lost":                           "live failed",
			"status IN (running, lost)":                "lost live",
			"params.lr = 0.1":                          "live",
			"min(metrics.loss) < 0.2":                  "live",
			"max(loss) >= 0.5":                         "live",
			"metrics.loss AT 1 = 0.1":                  "live",
			"metrics.loss AT 7 = 0.1":                  "",
			"weather":                                  "failed",
			"experiment = field OR reason = 'No disk'": "live failed",
			"exit_code = 3":                            "failed",
			"source = wine":                            "lost",
			"children > 0":                             "live",
			"parent = '" + live + "'":                  "failed",
			"NOT parent IS NULL":                       "failed",
		} {
			f, err := search.ParseQuery(filter, search.Given{})
			noError(t, err)
			q := query(t, "", "attributes.start_time ASC")
			q.Filter = f
			found, err := w.Find(ctx, q)
			noError(t, err)
			var names []string
			for _, hit := range found.Hits {
				noError(t, w.Run(hit.ID, func(r *track.Run) { names = append(names, r.Name()) }))
			}
			if got := strings.Join(names, " "); got != want {
				t.Errorf("%s finds %q, want %q", filter, got, want)
			}
		}
	}
	gone := map[string]string{lost: "It has gone"}
	w.SetLost(gone)
	check()
	w.restart(t)
	w.SetLost(gone)
	check()
}

// TestFindGoesOn reads page by page while runs come in.
func TestFindGoesOn(t *testing.T) {
	w := newWorld(t)
	for i := range 10 {
		id := w.run(t, track.NewRun{Name: fmt.Sprint(i), Start: int64(1000 + i)})
		noError(t, w.LogMetric(t.Context(), id, track.Metric{Key: "m", Point: event.Point{Value: float64(i % 3)}}))
	}
	q := query(t, "", "metrics.m DESC")
	q.Limit = 3
	var pages []string
	for range 4 {
		found, err := w.Find(t.Context(), q)
		noError(t, err)
		page := ""
		for _, hit := range found.Hits {
			noError(t, w.Run(hit.ID, func(r *track.Run) { page += r.Name() }))
		}
		pages = append(pages, page)
		q.After = found.Hits[len(found.Hits)-1].Run
		w.run(t, track.NewRun{Name: "new", Start: 5000}) // without the metric: at the end
	}
	if got := strings.Join(pages, " "); got != "852 741 963 0newnew" {
		t.Errorf("pages are %q", got)
	}
}

func TestKeysAreThoseOfShownRuns(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	x := w.experiment(t, "x")
	one := w.run(t, track.NewRun{Params: []event.Param{{Key: "a", Value: "1"}}})
	two := w.run(t, track.NewRun{Experiment: x, Params: []event.Param{{Key: "b", Value: "1"}}})
	noError(t, w.LogMetric(ctx, one, track.Metric{Key: "m"}))
	noError(t, w.LogMetric(ctx, two, track.Metric{Key: "n"}))
	keys := func(q track.Query) string {
		params, metrics := w.Keys(q)
		return fmt.Sprint(params, metrics)
	}
	all, trash := query(t, ""), query(t, "")
	trash.Shows = func(gone bool) bool { return gone }
	check := func(when string, q track.Query, want string) {
		t.Helper()
		if got := keys(q); got != want {
			t.Errorf("%s: keys %s, want %s", when, got, want)
		}
	}
	check("all", all, "[a b] [m n]")
	check("trash", trash, "[] []")
	only := all
	only.Experiments = []string{x}
	check("one experiment", only, "[b] [n]")
	noError(t, w.TrashRun(ctx, one, true))
	check("without a run", all, "[b] [n]")
	check("the run in the trash", trash, "[a] [m]")
	noError(t, w.TrashExperiment(ctx, x, true))
	check("without an experiment", all, "[] []")
	check("both in the trash", trash, "[a b] [m n]")
}

// TestRunsBeyondMemory keeps more runs than the shelf has room for.
func TestRunsBeyondMemory(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	long := strings.Repeat("x", 5000)
	var ids []string
	for i := range 300 {
		id := w.run(t, track.NewRun{Name: fmt.Sprint(i), Params: []event.Param{{Key: "long", Value: long + fmt.Sprint(i)}}})
		ids = append(ids, id)
	}
	w.Shelf(100_000)
	noError(t, w.Flush(nil))
	for i, id := range ids {
		noError(t, w.LogMetric(ctx, id, track.Metric{Key: "m", Point: event.Point{Value: float64(i)}}))
		if i%50 == 0 {
			noError(t, w.Flush(nil))
		}
	}
	for i, id := range ids {
		noError(t, w.Run(id, func(r *track.Run) {
			if r.Name() != fmt.Sprint(i) || r.Params["long"].Value != long+fmt.Sprint(i) || r.Metrics["m"].Last.Value != float64(i) {
				t.Errorf("run %d has lost something", i)
			}
		}))
	}
	noError(t, w.Flush(nil))
	if n := w.Shelved(); n == 0 || n > 20 {
		t.Errorf("%d of 300 records are in memory, where some 17 have room", n)
	}
	if got := w.names(t, query(t, "params.long LIKE '%x77'")); got != "77 (1 of 300)" {
		t.Errorf("found %s", got)
	}
}
