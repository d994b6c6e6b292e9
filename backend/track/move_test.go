package track_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

func TestMoveRuns(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	from, to := w.experiment(t, "from"), w.experiment(t, "to")
	nested := func(name, parent string) string {
		return w.run(t, track.NewRun{Name: name, Experiment: from, Tags: map[string]string{"mlflow.parentRunId": parent}})
	}
	top := w.run(t, track.NewRun{Name: "top", Experiment: from, Params: []event.Param{{Key: "p", Value: "1"}}})
	child := nested("child", top)
	nested("grandchild", child)
	w.run(t, track.NewRun{Name: "other", Experiment: from})
	uri := func() (uri string) {
		noError(t, w.Run(top, func(r *track.Run) { uri = w.RunURI(r) }))
		return uri
	}
	before := uri()
	moved, err := w.MoveRuns(ctx, []string{top, child}, to)
	noError(t, err)
	if moved != 3 {
		t.Errorf("%d runs were moved, want the run and the two nested in it", moved)
	}
	check := func() {
		t.Helper()
		for experiment, want := range map[string]string{from: "other (1 of 1)", to: "child grandchild top (3 of 3)"} {
			q := query(t, "", "run_name ASC")
			q.Experiments = []string{experiment}
			if got := w.names(t, q); got != want {
				t.Errorf("in %s: %s, want %s", experiment, got, want)
			}
		}
		if got := uri(); got != before {
			t.Errorf("the artifacts are looked for in %s now, and lie in %s", got, before)
		}
		if got := w.names(t, query(t, "artifact_uri = '"+before+"' AND params.p = '1'")); got != "top (1 of 4)" {
			t.Errorf("found by its artifacts: %s", got)
		}
	}
	check()
	w.restart(t)
	check()
	moved, err = w.MoveRuns(ctx, []string{top}, to)
	if moved != 0 || err != nil {
		t.Errorf("what is there already was moved %d times: %v", moved, err)
	}
	_, err = w.MoveRuns(ctx, []string{top, "nobody"}, from)
	wants(t, err, fault.NotFound, "")
	_, err = w.MoveRuns(ctx, []string{top}, "99")
	wants(t, err, fault.NotFound, "")
	noError(t, w.TrashExperiment(ctx, from, true))
	_, err = w.MoveRuns(ctx, []string{top}, from)
	wants(t, err, fault.Invalid, "")
}

func TestMergeExperiments(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	from, into := w.experiment(t, "from"), w.experiment(t, "into")
	w.run(t, track.NewRun{Name: "a", Experiment: from})
	noError(t, w.TrashRun(ctx, w.run(t, track.NewRun{Name: "b", Experiment: from}), true))
	w.run(t, track.NewRun{Name: "c", Experiment: into})
	moved, err := w.MergeExperiments(ctx, from, into)
	noError(t, err)
	q := query(t, "", "run_name ASC")
	if got := w.names(t, q); len(moved) != 2 || got != "a c (2 of 2)" {
		t.Errorf("%v moved; then there are %s", moved, got)
	}
	q.Shows = func(bool) bool { return true }
	q.Experiments = []string{into}
	if got := w.names(t, q); got != "a b c (3 of 3)" {
		t.Errorf("with the trash there are %s", got)
	}
	// And the way back.
	noError(t, w.TrashExperiment(ctx, from, false))
	back, err := w.MoveExactly(ctx, moved, from)
	noError(t, err)
	q.Experiments = []string{from}
	if got := w.names(t, q); back != 2 || got != "a b (2 of 2)" {
		t.Errorf("%d went back, and there are %s", back, got)
	}
	_, err = w.MergeExperiments(ctx, from, into)
	noError(t, err)
	moved, err = w.MergeExperiments(ctx, into, track.DefaultExperiment)
	noError(t, err)
	more, err := w.MergeExperiments(ctx, track.DefaultExperiment, w.experiment(t, "last"))
	noError(t, err)
	w.run(t, track.NewRun{}) // the default experiment is still there
	if len(moved) != 3 || len(more) != 3 {
		t.Errorf("%v moved to the default experiment, and %v from there", moved, more)
	}
	into = w.experiment(t, "new")
	_, err = w.MergeExperiments(ctx, into, into)
	wants(t, err, fault.Invalid, "")
	_, err = w.MergeExperiments(ctx, from, into)
	wants(t, err, fault.Invalid, "")
}

func TestCopyRun(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	to := w.experiment(t, "to")
	id := w.run(t, track.NewRun{
		Name: "a", Start: 1000, Params: []event.Param{{Key: "p", Value: "1"}}, Tags: map[string]string{"team": "red"},
		Datasets: []event.DatasetInput{{Name: "wine", Digest: "ab", SourceType: "local", Source: "x"}},
	})
	for i := range 10 {
		noError(t, w.LogMetric(ctx, id, track.Metric{Key: "m", Point: event.Point{Step: int64(i), Value: float64(i)}}))
	}
	noError(t, w.PutArtifact(ctx, track.Owner{Run: id}, event.ArtifactPut{Path: "plots/a.png", Size: 3, Content: []byte("abc")}))
	_, err := w.CopyRun(ctx, id, to)
	wants(t, err, fault.State, "")
	noError(t, w.UpdateRun(ctx, id, track.RunUpdate{Status: "FINISHED", End: 2000}))
	made, err := w.CopyRun(ctx, id, to)
	noError(t, err)
	w.restart(t)
	said := func(id string) string {
		var s string
		noError(t, w.Run(id, func(r *track.Run) {
			tags := r.Labels.Tags()
			delete(tags, track.TagCopiedFrom)
			s = fmt.Sprint(r.Name(), r.Start, r.End(), r.Params["p"].Value, r.Metrics["m"].Last, r.Metrics["m"].Points, tags, r.Datasets[0].Value)
		}))
		points, err := w.Points(ctx, id, "m")
		noError(t, err)
		file, err := w.Artifact(track.Owner{Run: id}, "plots/a.png")
		noError(t, err)
		return s + fmt.Sprint(points, file)
	}
	if got, want := said(made), said(id); got != want {
		t.Errorf("the copy says %s\nof              %s", got, want)
	}
	if got := w.names(t, query(t, "tags.`varve.copiedFrom` = '"+id+"'")); got != "a (1 of 2)" {
		t.Errorf("copies: %s", got)
	}
}

func TestChanges(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	to := w.experiment(t, "to")
	id := w.run(t, track.NewRun{Name: "first", Tags: map[string]string{"team": "red"}})
	noError(t, w.UpdateRun(ctx, id, track.RunUpdate{Name: "second"}))
	noError(t, w.SetTag(ctx, id, event.Param{Key: "team", Value: "blue"}))
	noError(t, w.SetTag(ctx, id, event.Param{Key: "new", Value: "x"}))
	noError(t, w.DeleteTag(ctx, id, "team"))
	noError(t, w.TrashRun(ctx, id, true))
	noError(t, w.TrashRun(ctx, id, false))
	_, err := w.MoveRuns(ctx, []string{id}, to)
	noError(t, err)
	list := func() []track.Change {
		t.Helper()
		all, err := w.Changes(id)
		noError(t, err)
		slices.Reverse(all)
		return all
	}
	words := func(all []track.Change) string {
		var said []string
		for _, c := range all {
			said = append(said, fmt.Sprintf("%s:%s/%v>%s/%v", c.Label, c.Before, c.Absent, c.Value, c.Gone))
		}
		return strings.Join(said, " ")
	}
	want := "name:first/false>second/false tag/team:red/false>blue/false tag/new:/true>x/false tag/team:blue/false>/true" +
		" trash:/true>trash/false trash:trash/false>/true experiment:0/false>" + to + "/false"
	if got := words(list()); got != want {
		t.Errorf("changes\n%s\nwant\n%s", got, want)
	}
	w.restart(t)
	if got := words(list()); got != want {
		t.Errorf("changes after a restart\n%s\nwant\n%s", got, want)
	}
	for _, c := range slices.Backward(list()) {
		made, err := w.Revert(ctx, id, c.ID)
		noError(t, err)
		if now := list(); now[len(now)-1].ID != made {
			t.Errorf("the change is %v, not %v", made, now[len(now)-1].ID)
		}
	}
	noError(t, w.Run(id, func(r *track.Run) {
		if got := fmt.Sprintf("%s %v %v %s", r.Name(), r.Labels.Tags(), r.Trashed(), r.Experiment); got != "first map[team:red] false 0" {
			t.Errorf("after all was reverted: %s", got)
		}
	}))
	_, err = w.Revert(ctx, id, event.ID{Seq: 999})
	wants(t, err, fault.NotFound, "")
	// A run is not moved back into an experiment that lies in the trash.
	moves := list()
	i := slices.IndexFunc(moves, func(c track.Change) bool { return c.Label == event.LabelExperiment && c.Before == to })
	noError(t, w.TrashExperiment(ctx, to, true))
	_, err = w.Revert(ctx, id, moves[i].ID)
	wants(t, err, fault.Invalid, "")
	_, err = w.Changes("nobody")
	wants(t, err, fault.NotFound, "")
}

// hooked is a store that does something just before it writes.
type hooked struct {
	*track.Memory
	before func()
}

func (h *hooked) Write(pairs []track.Pair) error {
	if h.before != nil {
		h.before()
	}
	return h.Memory.Write(pairs)
}

// TestChangesWhileTheyAreWritten asks for what is on its way to the store.
func TestChangesWhileTheyAreWritten(t *testing.T) {
	journal, store := &memoryJournal{writer: event.Writer{7}}, &hooked{Memory: track.NewMemory()}
	tr, err := track.Open(track.Config{Journal: journal, Store: store, Clock: journal, Random: &counter{}})
	noError(t, err)
	id, err := tr.CreateRun(t.Context(), track.NewRun{Name: "a"})
	noError(t, err)
	noError(t, tr.UpdateRun(t.Context(), id, track.RunUpdate{Name: "b"}))
	seen := func() int {
		all, err := tr.Changes(id)
		noError(t, err)
		return len(all)
	}
	during := 0
	store.before = func() { during = seen() }
	before := seen()
	noError(t, tr.Flush(nil))
	if after := seen(); before != 1 || during != 1 || after != 1 {
		t.Errorf("%d, %d and %d changes before, during and after a flush", before, during, after)
	}
}
