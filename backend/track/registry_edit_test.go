package track_test

import (
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// TestRegistryEdit promotes a version, and takes that back: all at once.
func TestRegistryEdit(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.registered(t, "lake", 3)
	edit := func(e track.RegistryEdit, want string) []track.RegistryChange {
		t.Helper()
		e.Model = "lake"
		changes, err := w.EditRegistered(ctx, e)
		noError(t, err)
		looks(t, w, "lake", want)
		return changes
	}
	edit(track.RegistryEdit{Number: 1, Stage: "Production", Aliases: []string{"champion", "paper"}}, `lake "of lake" 1:Production[champion paper] 2:None[] 3:None[]`)
	before := len(w.journal.events)
	promoted := edit(track.RegistryEdit{Number: 2, Stage: "production", Archive: true, Aliases: []string{"champion"}, Why: "better"},
		`lake "of lake" 1:Archived[paper] 2:Production[champion] 3:None[]`)
	if len(promoted) != 3 || len(w.journal.events)-before != 3 {
		t.Fatalf("the promotion has changed %v", promoted)
	}
	again := edit(track.RegistryEdit{Number: 2, Stage: "Production", Aliases: []string{"champion"}, DropAliases: []string{"nobody"}}, `lake "of lake" 1:Archived[paper] 2:Production[champion] 3:None[]`)
	if len(again) != 0 {
		t.Errorf("what is so already was changed: %v", again)
	}
	// The alias has gone on since: it stays.
	edit(track.RegistryEdit{Number: 3, Aliases: []string{"champion"}}, `lake "of lake" 1:Archived[paper] 2:Production[] 3:None[champion]`)
	undone, err := w.UndoRegistry(ctx, false, promoted...)
	noError(t, err)
	if len(undone) != 2 {
		t.Errorf("%v: changes were taken back", undone)
	}
	looks(t, w, "lake", `lake "of lake" 1:Production[paper] 2:None[] 3:None[champion]`)
	undone, err = w.UndoRegistry(ctx, true, promoted...)
	noError(t, err)
	if len(undone) != 3 {
		t.Errorf("%v: changes were taken back after all", undone)
	}
	looks(t, w, "lake", `lake "of lake" 1:Production[champion paper] 2:None[] 3:None[]`)

	text := "of **all** lakes"
	told := edit(track.RegistryEdit{Description: &text, Set: []event.Param{{Key: "team", Value: "red"}}, Unset: []string{"k"}, DropAliases: []string{"paper"}},
		`lake "of **all** lakes" 1:Production[champion] 2:None[] 3:None[]`)
	noError(t, w.RenameRegisteredModel(ctx, "lake", "sea"))
	changes, err := w.RegisteredModelChanges(id)
	noError(t, err)
	renamed := track.RegistryChange{Registered: id, Change: changes[0].ID}
	_, err = w.UndoRegistry(ctx, false, append(told, renamed)...)
	wants(t, err, fault.Invalid, "changes of names, and of the trash, are taken back one by one")
	back, err := w.UndoRegistry(ctx, false, renamed)
	noError(t, err)
	// What taking back has changed can be taken back in turn, whatever it is.
	forth, err := w.UndoRegistry(ctx, false, back...)
	noError(t, err)
	looks(t, w, "sea", `sea "of **all** lakes" 1:Production[champion] 2:None[] 3:None[]`)
	_, err = w.UndoRegistry(ctx, false, forth...)
	noError(t, err)
	_, err = w.UndoRegistry(ctx, false, told...)
	noError(t, err)
	looks(t, w, "lake", `lake "of lake" 1:Production[champion paper] 2:None[] 3:None[]`)
}

func TestRegistryEditsThatAreRefused(t *testing.T) {
	w := newWorld(t)
	w.registered(t, "lake", 1)
	before := len(w.journal.events)
	for _, c := range []struct {
		edit track.RegistryEdit
		kind fault.Kind
	}{
		{track.RegistryEdit{Model: "sea", Number: 1, Stage: "Staging"}, fault.NotFound},
		{track.RegistryEdit{Model: "lake", Number: 7, Stage: "Staging"}, fault.NotFound},
		{track.RegistryEdit{Model: "lake", Number: 1, Stage: "Prod"}, fault.Invalid},
		{track.RegistryEdit{Model: "lake", Stage: "Staging"}, fault.Invalid},
		{track.RegistryEdit{Model: "lake", Aliases: []string{"a"}}, fault.Invalid},
		{track.RegistryEdit{Model: "lake", Number: 1, Stage: "None", Archive: true}, fault.Invalid},
		{track.RegistryEdit{Model: "lake", Number: 1, Aliases: []string{"latest"}}, fault.Invalid},
		{track.RegistryEdit{Model: "lake", Number: 1, Aliases: []string{"v7"}}, fault.Invalid},
		{track.RegistryEdit{Model: "lake", Number: 1, DropAliases: []string{""}}, fault.Invalid},
		{track.RegistryEdit{Model: "lake", Number: 1, Set: []event.Param{{Key: ""}}}, fault.Invalid},
	} {
		_, err := w.EditRegistered(t.Context(), c.edit)
		wants(t, err, c.kind, "")
	}
	if len(w.journal.events) != before {
		t.Error("what was refused has changed something")
	}
}
