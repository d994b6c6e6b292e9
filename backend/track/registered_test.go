package track_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// registered makes a model with some versions.
func (w *world) registered(t *testing.T, name string, versions int) (id string) {
	t.Helper()
	id, err := w.CreateRegisteredModel(t.Context(), track.NewRegisteredModel{Name: name, Description: "of " + name, Tags: map[string]string{"k": "v"}})
	noError(t, err)
	for range versions {
		w.version(t, name)
	}
	return id
}

func (w *world) version(t *testing.T, name string) (number uint64, id string) {
	t.Helper()
	number, id, err := w.CreateModelVersion(t.Context(), track.NewModelVersion{Model: name, Source: "s3://b/" + name, Description: "made", Tags: map[string]string{"k": "v"}})
	noError(t, err)
	return number, id
}

// shows describes a model as people see it.
func shows(t *testing.T, tr *track.Tracker, name string) string {
	t.Helper()
	var out string
	err := tr.Registry(func(r track.Registry) error {
		m, err := r.Model(name)
		if err != nil {
			return err
		}
		out = fmt.Sprintf("%s %q", m.Name(), m.Description())
		for _, v := range r.Versions(m) {
			if !v.Trashed() {
				out += fmt.Sprintf(" %d:%s%v", v.Number(), v.Stage(), r.AliasesOf(v))
			}
		}
		return nil
	})
	noError(t, err)
	return out
}

func looks(t *testing.T, w *world, name, want string) {
	t.Helper()
	if got := shows(t, w.Tracker, name); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestRegisteredModel(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.registered(t, "lake", 3)
	_, err := w.CreateRegisteredModel(ctx, track.NewRegisteredModel{Name: "lake"})
	wants(t, err, fault.Exists, "Registered Model (name=lake) already exists.")
	noError(t, w.SetAlias(ctx, "lake", "champion", 2, "best so far"))
	noError(t, w.SetAlias(ctx, "lake", "champion", 3, ""))
	_, err = w.TransitionStage(ctx, track.Transition{Model: "lake", Number: 1, Stage: "production"})
	noError(t, err)
	moved, err := w.TransitionStage(ctx, track.Transition{Model: "lake", Number: 2, Stage: "Production", Archive: true, Why: "better on winter"})
	noError(t, err)
	looks(t, w, "lake", `lake "of lake" 1:Archived[] 2:Production[] 3:None[champion]`)
	if len(moved) != 2 {
		t.Fatalf("the transition has changed %v", moved)
	}
	changes, err := w.ModelVersionChanges(moved[0].Version)
	noError(t, err)
	if c := changes[0]; c.Label != event.LabelStage || c.Value != "Production" || !c.Absent || c.Comment != "better on winter" {
		t.Errorf("the change says %+v", c)
	}
	undone, err := w.UndoRegistry(ctx, false, moved...)
	noError(t, err)
	if len(undone) != 2 {
		t.Errorf("%v: of 2 changes were taken back", undone)
	}
	looks(t, w, "lake", `lake "of lake" 1:Production[] 2:None[] 3:None[champion]`)
	w.restart(t)

	noError(t, w.RenameRegisteredModel(ctx, "lake", "sea"))
	noError(t, w.DescribeRegisteredModel(ctx, "sea", nil))
	looks(t, w, "sea", `sea "" 1:Production[] 2:None[] 3:None[champion]`)
	wants(t, w.RenameRegisteredModel(ctx, "lake", "x"), fault.NotFound, "Registered Model with name=lake not found")
	if w.registered(t, "lake", 1) == w.registered(t, "bay", 0) {
		t.Error("two models have one id")
	}
	wants(t, w.RenameRegisteredModel(ctx, "sea", "lake"), fault.Exists, "Registered Model (name=lake) already exists.")
	w.restart(t)
	looks(t, w, "lake", `lake "of lake" 1:None[]`)
}

func TestRegisteredModelInTheTrash(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	old := w.registered(t, "lake", 2)
	noError(t, w.SetAlias(ctx, "lake", "champion", 2, ""))
	noError(t, w.DeleteModelVersion(ctx, "lake", 2))
	looks(t, w, "lake", `lake "of lake" 1:None[]`)
	wants(t, w.DeleteModelVersion(ctx, "lake", 2), fault.NotFound, "Model Version (name=lake, version=2) not found")
	if n, _ := w.version(t, "lake"); n != 3 {
		t.Errorf("the number of a version in the trash was given again: %d", n)
	}
	var second string
	noError(t, w.Registry(func(r track.Registry) error {
		m, err := r.Model("lake")
		second = r.Versions(m)[1].ID
		return err
	}))
	noError(t, w.TrashModelVersion(ctx, second, false))
	looks(t, w, "lake", `lake "of lake" 1:None[] 2:None[champion] 3:None[]`)

	noError(t, w.DeleteRegisteredModel(ctx, "lake"))
	wants(t, w.DeleteRegisteredModel(ctx, "lake"), fault.NotFound, "")
	wants(t, w.SetAlias(ctx, "lake", "x", 1, ""), fault.NotFound, "")
	if again := w.registered(t, "lake", 1); again == old {
		t.Error("the name that is free again has the old id")
	}
	looks(t, w, "lake", `lake "of lake" 1:None[]`)
	wants(t, w.TrashRegisteredModel(ctx, old, false), fault.Exists, "there is another registered model named lake now")
	noError(t, w.RenameRegisteredModel(ctx, "lake", "pond"))
	noError(t, w.TrashRegisteredModel(ctx, old, false))
	looks(t, w, "lake", `lake "of lake" 1:None[] 2:None[champion] 3:None[]`)
	changes, err := w.RegisteredModelChanges(old)
	noError(t, err)
	if len(changes) != 3 || changes[0].Label != event.LabelTrash {
		t.Fatalf("changes: %+v", changes)
	}
	_, err = w.UndoRegistry(ctx, false, track.RegistryChange{Registered: old, Change: changes[0].ID}) // back into the trash
	noError(t, err)
	wants(t, w.Registry(func(r track.Registry) error { _, err := r.Model("lake"); return err }), fault.NotFound, "")
}

// TestNumbersMadeApart reads the logs of two devices that have registered the same
// versions without knowing of each other.
func TestNumbersMadeApart(t *testing.T) {
	a, b := newWorld(t), newWorld(t)
	b.journal.writer = event.Writer{8}
	b.config.Random = &counter{n: 99}
	b.Tracker = b.open(t, b.store)
	for range 3 {
		a.journal.ticks, b.journal.ticks = a.journal.ticks+10, b.journal.ticks+10
		if len(a.journal.events) == 0 {
			a.registered(t, "lake", 0)
			b.registered(t, "lake", 0)
		}
		a.version(t, "lake")
		b.version(t, "lake")
	}
	both := newWorld(t)
	for _, log := range [][]*event.Event{b.journal.events, a.journal.events} {
		for _, e := range log {
			noError(t, both.Apply(e))
		}
	}
	seen := map[uint64]int{}
	renumbered := 0
	noError(t, both.Registry(func(r track.Registry) error {
		m, err := r.Model("lake")
		noError(t, err)
		for _, v := range r.Versions(m) {
			seen[v.Number()]++
			if v.Renumbered() {
				renumbered++
			}
		}
		return nil
	}))
	if !slices.Equal(slices.Sorted(maps.Keys(seen)), []uint64{1, 2, 3, 4, 5, 6}) || renumbered == 0 {
		t.Errorf("numbers %v, %d of them renumbered", seen, renumbered)
	}
	both.journal.events = append(slices.Clone(a.journal.events), b.journal.events...) // for the check at the end
}

// TestAVersionThatKeepsTwoNumbers has devices that each keep another number for
// one version: it shows the lowest, whatever was read first.
func TestAVersionThatKeepsTwoNumbers(t *testing.T) {
	w := newWorld(t)
	id := w.registered(t, "lake", 1)
	_, version := w.version(t, "lake")
	for _, n := range []string{"9", "4", "7", "5", "8", "6"} {
		said, err := w.journal.Append(t.Context(), event.Draft{Stream: "registered-model/" + id, Body: event.LabelSet{Key: event.NumberPrefix + n, Value: version}})
		noError(t, err)
		noError(t, w.Apply(said[0]))
	}
	for range 20 {
		other := newWorld(t)
		for _, e := range w.journal.events {
			noError(t, other.Apply(e))
		}
		other.journal.events = w.journal.events // for the check at the end
		noError(t, other.Registry(func(r track.Registry) error {
			v, err := r.Version("lake", 4)
			if err == nil && v.Number() != 4 {
				t.Errorf("number %d", v.Number())
			}
			return err
		}))
	}
	w.restart(t)
}

// TestPurgedVersion checks that the number of a version that is gone for good is
// never given again, here or where the versions are numbered anew.
func TestPurgedVersion(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.registered(t, "lake", 1)
	w.registered(t, "bay", 2)
	_, second := w.version(t, "lake")
	_, err := w.PlanPurge(track.PurgeOf{Versions: []string{second}})
	wants(t, err, fault.State, "")
	noError(t, w.TrashModelVersion(ctx, second, true))
	noError(t, w.DeleteRegisteredModel(ctx, "bay"))
	trash, err := w.Trash()
	noError(t, err)
	if len(trash) != 2 || trash[0].In != "bay" || trash[0].Versions != 2 || trash[1].Version != second || trash[1].Name != "version 2" {
		t.Fatalf("the trash holds %+v", trash)
	}
	plan := purge(t, w, track.PurgeOf{All: true})
	if len(plan.Registered) != 1 || len(plan.Versions) != 3 {
		t.Fatalf("purged %+v", plan)
	}
	if left := stored(t, w, "s3://b/bay"); len(left) > 0 {
		t.Errorf("the store still has %v", left)
	}
	w.restart(t)
	if n, _ := w.version(t, "lake"); n != 3 {
		t.Errorf("the next version is number %d", n)
	}
	wants(t, w.TrashModelVersion(ctx, second, false), fault.NotFound, "")
	// Nor when all that there were are gone.
	var left []string
	noError(t, w.Registry(func(r track.Registry) error {
		m, err := r.Model("lake")
		noError(t, err)
		for _, v := range r.Versions(m) {
			left = append(left, v.ID)
		}
		return nil
	}))
	for _, id := range left {
		noError(t, w.TrashModelVersion(ctx, id, true))
	}
	purge(t, w, track.PurgeOf{All: true})
	w.restart(t)
	if n, _ := w.version(t, "lake"); n != 4 {
		t.Errorf("after all were purged, the next version is number %d", n)
	}
	if again := w.registered(t, "bay", 1); again == plan.Registered[0] {
		t.Error("the id of a purged model was given again")
	}
}

func TestRegistryRefuses(t *testing.T) {
	w := newWorld(t)
	w.registered(t, "lake", 1)
	ctx := t.Context()
	for _, c := range []struct {
		err  error
		want string
	}{
		{w.SetAlias(ctx, "lake", "latest", 1, ""), "'latest' alias name (case insensitive) is reserved."},
		{w.SetAlias(ctx, "lake", "v7", 1, ""), "Version alias name 'v7' is reserved."},
		{w.SetAlias(ctx, "lake", "a b", 1, ""), "Invalid alias name: 'a b'. Names may only contain alphanumerics, underscores (_), and dashes (-)."},
		{w.RenameRegisteredModel(ctx, "lake", " "), "Missing value for required parameter 'name'."},
		{stageOf(ctx, w, "shelf", false), "Invalid Model Version stage: shelf. Value must be one of None, Staging, Production, Archived."},
		{stageOf(ctx, w, "Archived", true), "Model version transition cannot archive existing model versions because 'Archived' is not an Active stage. Valid stages are ['Staging', 'Production']"},
	} {
		wants(t, c.err, fault.Invalid, c.want)
	}
	looks(t, w, "lake", `lake "of lake" 1:None[]`)
}

func stageOf(ctx context.Context, w *world, stage string, archive bool) error {
	_, err := w.TransitionStage(ctx, track.Transition{Model: "lake", Number: 1, Stage: stage, Archive: archive})
	return err
}
