package track_test

import (
	"fmt"
	"strings"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// shown is what the labels of runs show.
func shown(t *testing.T, w *world, ids []string) string {
	t.Helper()
	list := make([]string, len(ids))
	for i, id := range ids {
		noError(t, w.Run(id, func(r *track.Run) {
			list[i] = fmt.Sprintf("%s %v %v in %s", r.Name(), r.Labels.Tags(), r.Trashed(), r.Experiment)
		}))
	}
	return strings.Join(list, "; ")
}

// TestManyRunsAreChangedAndBack makes every kind of change, and takes it back.
func TestManyRunsAreChangedAndBack(t *testing.T) {
	w := newWorld(t)
	field := w.experiment(t, "field")
	var ids []string
	for i := range 520 { // more than are changed at once
		n := track.NewRun{Name: fmt.Sprint("r", i)}
		if i%3 == 0 {
			n.Tags = map[string]string{"team": "red"}
		}
		ids = append(ids, w.run(t, n))
	}
	yes := true
	for _, c := range []struct {
		edit    track.RunsEdit
		changed int
	}{
		{track.RunsEdit{Set: []event.Param{{Key: "team", Value: "red"}, {Key: "b", Value: ""}}}, 520},
		{track.RunsEdit{Set: []event.Param{{Key: "team", Value: "red"}}}, 346},
		{track.RunsEdit{Set: []event.Param{{Key: "mlflow.runName", Value: "same"}}}, 520},
		{track.RunsEdit{Unset: []string{"team", "none"}}, 174},
		{track.RunsEdit{Trash: &yes}, 520},
		{track.RunsEdit{Experiment: field}, 520},
	} {
		before := shown(t, w, ids)
		changed, undo, err := w.EditRuns(t.Context(), append(ids, ids[0]), c.edit)
		noError(t, err)
		if again, _, err := w.EditRuns(t.Context(), ids, c.edit); c.edit.Trash == nil && (again != 0 || err != nil) {
			t.Errorf("%+v changes %d runs again: %v", c.edit, again, err)
		}
		if changed != c.changed || shown(t, w, ids) == before {
			t.Errorf("%+v changes %d runs, not %d", c.edit, changed, c.changed)
		}
		back, err := w.UndoEdit(t.Context(), undo)
		noError(t, err)
		if now := shown(t, w, ids); back != changed || now != before {
			t.Errorf("%+v: after it was taken back %d are %.300s, not %.300s", c.edit, back, now, before)
		}
	}
}

func TestUndoLeavesWhatWasChangedSince(t *testing.T) {
	w := newWorld(t)
	a, b := w.run(t, track.NewRun{Name: "a"}), w.run(t, track.NewRun{Name: "b"})
	_, undo, err := w.EditRuns(t.Context(), []string{a, b}, track.RunsEdit{Set: []event.Param{{Key: "k", Value: "1"}}})
	noError(t, err)
	noError(t, w.SetTag(t.Context(), a, event.Param{Key: "k", Value: "2"}))
	back, err := w.UndoEdit(t.Context(), undo)
	noError(t, err)
	if got := shown(t, w, []string{a, b}); back != 1 || got != "a map[k:2] false in 0; b map[] false in 0" {
		t.Errorf("%d: %s", back, got)
	}
}

func TestEditsThatAreRefused(t *testing.T) {
	w := newWorld(t)
	a := w.run(t, track.NewRun{Name: "a"})
	gone := w.run(t, track.NewRun{Name: "gone"})
	noError(t, w.TrashRun(t.Context(), gone, true))
	set := []event.Param{{Key: "k", Value: "1"}}
	for _, c := range []struct {
		ids  []string
		edit track.RunsEdit
		kind fault.Kind
	}{
		{[]string{a}, track.RunsEdit{}, fault.Invalid},
		{[]string{a}, track.RunsEdit{Set: set, Unset: []string{"b"}}, fault.Invalid},
		{[]string{a}, track.RunsEdit{Set: []event.Param{{Key: "a(", Value: "1"}}}, fault.Invalid},
		{[]string{a}, track.RunsEdit{Set: append(set, set...)}, fault.Invalid},
		{[]string{a}, track.RunsEdit{Unset: []string{"mlflow.runName"}}, fault.Invalid},
		{[]string{a, "nobody"}, track.RunsEdit{Set: set}, fault.NotFound},
		{[]string{a, gone}, track.RunsEdit{Set: set}, fault.Invalid},
		{[]string{a}, track.RunsEdit{Experiment: "77"}, fault.NotFound},
	} {
		n, undo, err := w.EditRuns(t.Context(), c.ids, c.edit)
		wants(t, err, c.kind, "")
		if n != 0 || undo != nil {
			t.Errorf("%+v: %d, %+v", c, n, undo)
		}
	}
	if got := shown(t, w, []string{a}); got != "a map[] false in 0" {
		t.Errorf("something was changed: %s", got)
	}
}
