package track_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

func TestCreateRun(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	plain := w.run(t, track.NewRun{})
	noError(t, w.Run(plain, func(r *track.Run) {
		if r.Experiment != track.DefaultExperiment || r.Name() == "" || r.User != "ann" || r.Start != 1_700_000_000_000 || r.End().Status != "RUNNING" || len(r.ID) != 32 {
			t.Errorf("%+v named %q", r, r.Name())
		}
		if r.AllTags()["mlflow.runName"] != r.Name() {
			t.Errorf("tags %v", r.AllTags())
		}
	}))
	tags := map[string]string{"mlflow.runName": "tagged", "long": strings.Repeat("ü", 9000)}
	full := w.run(t, track.NewRun{
		ID: "given", User: "bob", Start: 5, Tags: tags, Params: []event.Param{{Key: "p", Value: "1"}},
		Datasets: []event.DatasetInput{{Name: "wine", Digest: "d"}}, Origin: &event.Origin{Command: "python x.py"},
	})
	noError(t, w.Run(full, func(r *track.Run) {
		if r.ID != "given" || r.Name() != "tagged" || r.User != "bob" || r.Start != 5 || r.Params["p"].Value != "1" || len(r.Datasets) != 1 || r.Origin.Command != "python x.py" {
			t.Errorf("%+v", r)
		}
		if long, _ := r.Labels.Tag("long"); len([]rune(long)) != 8000 {
			t.Errorf("a tag of %d characters", len([]rune(long)))
		}
	}))
	if tags["mlflow.runName"] != "tagged" || len(tags["long"]) != 18000 {
		t.Error("the caller's tags were changed")
	}
	for _, n := range []track.NewRun{
		{Experiment: "99"}, {Experiment: "x"}, {Name: "a", Tags: map[string]string{"mlflow.runName": "b"}},
		{Tags: map[string]string{"a#b": "v"}}, {Params: []event.Param{{Key: "a", Value: "1"}, {Key: "a", Value: "2"}}},
	} {
		if _, err := w.CreateRun(ctx, n); err == nil {
			t.Errorf("%+v was made", n)
		}
	}
}

func TestRunStatus(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.run(t, track.NewRun{})
	status := func() (s event.RunStatus) {
		noError(t, w.Run(id, func(r *track.Run) { s = r.End() }))
		return s
	}
	code := int64(3)
	steps := []struct {
		update track.RunUpdate
		want   string
	}{
		{track.RunUpdate{Status: "FINISHED", End: 9}, "FINISHED 9"},
		{track.RunUpdate{Name: "renamed"}, "FINISHED 9"},
		{track.RunUpdate{End: 10}, "FINISHED 10"},
		{track.RunUpdate{Status: "RUNNING"}, "RUNNING 0"},
		{track.RunUpdate{Status: "FAILED", Agent: true, Reason: "exit status 3", ExitCode: &code}, ""},
		{track.RunUpdate{Status: "SCHEDULED"}, "SCHEDULED 0"},
		{track.RunUpdate{Status: "KILLED"}, "KILLED 0"},
	}
	for _, s := range steps {
		noError(t, w.UpdateRun(ctx, id, s.update))
		got := status()
		if s.update.Agent {
			if got.Status != "FAILED" || got.End == 0 || got.Reason != "exit status 3" || *got.ExitCode != 3 {
				t.Errorf("after the agent's word: %+v", got)
			}
			continue
		}
		if text := fmt.Sprintf("%s %d", got.Status, got.End); text != s.want {
			t.Errorf("after %+v: %s, want %s", s.update, text, s.want)
		}
	}
	wants(t, w.UpdateRun(ctx, id, track.RunUpdate{Status: "TIRED"}), fault.Invalid, "")
	wants(t, w.UpdateRun(ctx, "nobody", track.RunUpdate{Status: "KILLED"}), fault.NotFound, "Run with id=nobody not found")
	noError(t, w.Run(id, func(r *track.Run) {
		if r.Name() != "renamed" {
			t.Errorf("the name is %q", r.Name())
		}
	}))
}

func TestLiveAndLost(t *testing.T) {
	w := newWorld(t)
	a, b := w.run(t, track.NewRun{}), w.run(t, track.NewRun{})
	noError(t, w.UpdateRun(t.Context(), b, track.RunUpdate{Status: "FINISHED"}))
	live := func() (ids []string) {
		w.Live(func(r track.Brief) { ids = append(ids, r.ID()) })
		return ids
	}
	if got := live(); len(got) != 1 || got[0] != a {
		t.Errorf("live runs %v, want %s", got, a)
	}
	w.restart(t)
	if got := live(); len(got) != 1 || got[0] != a {
		t.Errorf("live runs after a restart %v, want %s", got, a)
	}
	w.SetLost(map[string]string{a: "gone", b: "gone"})
	lost := func(id string) (reason string) {
		noError(t, w.Run(id, func(r *track.Run) { reason, _ = w.Lost(r) }))
		return reason
	}
	if lost(a) != "gone" || lost(b) != "" {
		t.Errorf("lost: %q and %q; a run that has ended cannot be lost", lost(a), lost(b))
	}
	w.SetLost(nil)
	if lost(a) != "" {
		t.Error("a run that was found again is lost")
	}
}

func TestTags(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.run(t, track.NewRun{Name: "one", Tags: map[string]string{"a": "1"}})
	noError(t, w.SetTag(ctx, id, event.Param{Key: "a", Value: "2"}))
	noError(t, w.SetTags(ctx, id, []event.Param{{Key: "b", Value: "1"}, {Key: "b", Value: "2"}, {Key: "mlflow.runName", Value: "two"}}))
	noError(t, w.DeleteTag(ctx, id, "a"))
	wants(t, w.DeleteTag(ctx, id, "a"), fault.NotFound, "No tag with name: a in run with id "+id)
	wants(t, w.SetTag(ctx, id, event.Param{Key: "", Value: "x"}), fault.Invalid, "")
	wants(t, w.SetTags(ctx, id, []event.Param{{Key: "ok"}, {Key: "a/../b"}}), fault.Invalid,
		`Invalid value "a/../b" for parameter 'tags[1].key' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to 'b'`)
	noError(t, w.ChangeTag(ctx, id, "list", func(old string) (string, error) { return old + "x", nil }))
	noError(t, w.ChangeTag(ctx, id, "list", func(old string) (string, error) { return old + strings.Repeat("y", 9000), nil }))
	if err := w.ChangeTag(ctx, id, "list", func(string) (string, error) { return "", errors.New("no") }); err == nil {
		t.Error("a change that failed was taken")
	}
	noError(t, w.Run(id, func(r *track.Run) {
		tags := r.AllTags()
		if len(tags) != 3 || tags["b"] != "2" || tags["mlflow.runName"] != "two" || len(tags["list"]) != 9001 {
			t.Errorf("tags %v", tags)
		}
	}))
}

func TestTrashRun(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.run(t, track.NewRun{})
	for range 2 {
		noError(t, w.TrashRun(ctx, id, true))
	}
	wants(t, w.LogMetric(ctx, id, track.Metric{Key: "m"}), fault.Invalid, "The run "+id+" must be in the 'active' state. Current state is deleted.")
	for range 2 {
		noError(t, w.TrashRun(ctx, id, false))
	}
	noError(t, w.LogMetric(ctx, id, track.Metric{Key: "m"}))
	wants(t, w.TrashRun(ctx, "nobody", true), fault.NotFound, "Run with id=nobody not found")
}

func TestRunsOfExperiments(t *testing.T) {
	w := newWorld(t)
	x, y := w.experiment(t, "x"), w.experiment(t, "y")
	var want []string
	for i := range 600 {
		id := w.run(t, track.NewRun{Experiment: map[bool]string{true: x, false: y}[i%3 > 0]})
		if i%3 > 0 {
			want = append([]string{id}, want...)
		}
	}
	walk := func(stopAfter int, ids ...string) (got []string) {
		w.Briefs(ids, func(r track.Brief) bool {
			got = append(got, r.ID())
			return len(got) != stopAfter
		})
		return got
	}
	if got := walk(0, x, x); strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("%d runs, want %d, the latest first, each once", len(got), len(want))
	}
	if got := walk(300, x, y); len(got) != 300 {
		t.Errorf("a walk that should stop after 300 saw %d", len(got))
	}
	if got := walk(0, x, y, "99"); len(got) != 600 {
		t.Errorf("%d runs in both", len(got))
	}
	w.restart(t)
	if got := walk(0, x, y); len(got) != 600 {
		t.Errorf("%d runs in both after a restart", len(got))
	}
	if !w.Knows(want[0]) || w.Knows("nobody") {
		t.Error("it does not know what it has")
	}
}

// TestNothingHalfway checks that what the journal refuses has not happened.
func TestNothingHalfway(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.run(t, track.NewRun{})
	before := hashOf(t, w.Tracker)
	w.journal.broken = fault.New(fault.NoSpace, "full")
	for _, err := range []error{
		w.LogMetric(ctx, id, track.Metric{Key: "m"}), w.LogParam(ctx, id, event.Param{Key: "p"}), w.SetTag(ctx, id, event.Param{Key: "t"}),
		w.UpdateRun(ctx, id, track.RunUpdate{Status: "FINISHED"}), w.TrashRun(ctx, id, true),
		w.PutArtifact(ctx, track.Owner{Run: id}, event.ArtifactPut{Path: "f"}),
	} {
		wants(t, err, fault.NoSpace, "full")
	}
	w.journal.broken = nil
	if hashOf(t, w.Tracker) != before {
		t.Error("something has happened all the same")
	}
}

// TestTogether checks that points that are logged at the same time, while
// records are flushed, are all there.
func TestTogether(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.run(t, track.NewRun{})
	var wg sync.WaitGroup
	const writers, each = 8, 200
	for n := range writers {
		wg.Go(func() {
			for i := range each {
				m := track.Metric{Key: "m", Point: event.Point{Step: int64(i), Time: int64(n), Value: 1}}
				if err := w.LogMetric(ctx, id, m); err != nil {
					t.Error(err)
				}
				if err := w.SetTag(ctx, id, event.Param{Key: fmt.Sprint("t", n), Value: fmt.Sprint(i)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	stop := make(chan struct{})
	var flusher sync.WaitGroup
	flusher.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				if err := w.Flush(nil); err != nil {
					t.Error(err)
				}
			}
		}
	})
	wg.Wait()
	close(stop)
	flusher.Wait()
	points, err := w.Points(ctx, id, "m")
	noError(t, err)
	if len(points) != writers*each {
		t.Errorf("%d of %d points are there", len(points), writers*each)
	}
	noError(t, w.Run(id, func(r *track.Run) {
		if n := len(r.Labels.Tags()); n != writers || r.Metrics["m"].Points != writers*each {
			t.Errorf("%d tags, %d points in the summary", n, r.Metrics["m"].Points)
		}
	}))
}
