package track_test

import (
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

func (w *world) status(t *testing.T, id string) (s event.RunStatus) {
	t.Helper()
	noError(t, w.Run(id, func(r *track.Run) { s = r.End() }))
	return s
}

// history lists the changes of status of a run, the latest first, as "before → after".
func (w *world) history(t *testing.T, id string) (list []string) {
	t.Helper()
	changes, err := w.Changes(id)
	noError(t, err)
	for _, c := range changes {
		if c.Label == track.LabelStatus {
			list = append(list, c.Before+" → "+c.Value)
		}
	}
	return list
}

func TestAnOrdinaryLifeHasNoHistory(t *testing.T) {
	w := newWorld(t)
	id := w.run(t, track.NewRun{})
	noError(t, w.UpdateRun(t.Context(), id, track.RunUpdate{Status: "FINISHED", End: 7}))
	if got := w.history(t, id); len(got) != 0 {
		t.Errorf("history %v of a run that began and ended", got)
	}
}

func TestARunIsTakenUpAgain(t *testing.T) {
	w := newWorld(t)
	id := w.run(t, track.NewRun{})
	update := func(u track.RunUpdate) {
		t.Helper()
		noError(t, w.UpdateRun(t.Context(), id, u))
	}
	update(track.RunUpdate{Status: "FAILED", End: 7, Reason: "out of memory"})
	update(track.RunUpdate{Status: "RUNNING"})
	if s := w.status(t, id); s.Status != "RUNNING" || s.End != 0 || s.Reason != "" {
		t.Errorf("taken up again: %+v", s)
	}
	w.restart(t)
	update(track.RunUpdate{Status: "FINISHED", End: 9})
	want := []string{"RUNNING → FINISHED", "FAILED → RUNNING"}
	for range 2 {
		if got := w.history(t, id); len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
			t.Errorf("history %v, want %v", got, want)
		}
		w.restart(t)
	}
	changes, err := w.Changes(id)
	noError(t, err)
	if was := changes[1].Status.Was; was.Reason != "out of memory" || was.End != 7 {
		t.Errorf("before: %+v", was)
	}
}

func TestALostRunIsEndedByHand(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.run(t, track.NewRun{})
	lost := map[string]string{id: "Its program has ended without a word"}
	w.SetLost(lost)
	noError(t, w.SetStatus(ctx, id, "FINISHED"))
	s := w.status(t, id)
	if s.Status != "FINISHED" || s.End == 0 || s.Reason != track.EndedByHand {
		t.Errorf("set by hand: %+v", s)
	}
	noError(t, w.SetStatus(ctx, id, "FINISHED")) // twice is no error, and no change
	changes, err := w.Changes(id)
	noError(t, err)
	if len(changes) != 1 || changes[0].Status.Was.Reason != lost[id] {
		t.Fatalf("changes %+v", changes)
	}
	_, err = w.Revert(ctx, id, changes[0].ID)
	noError(t, err)
	if s := w.status(t, id); s.Status != "RUNNING" || s.End != 0 || s.Reason != "" {
		t.Errorf("taken back: %+v", s)
	}
	noError(t, w.Run(id, func(r *track.Run) {
		if state := w.State(r); state != "lost" {
			t.Errorf("taken back, it is %s", state)
		}
	}))
	w.Found(id)
	noError(t, w.Run(id, func(r *track.Run) {
		if state := w.State(r); state != "running" {
			t.Errorf("heard of again, it is %s", state)
		}
	}))
}

func TestWhatCannotBeSetByHand(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	script, agents := w.run(t, track.NewRun{}), w.run(t, track.NewRun{Origin: &event.Origin{Host: "tarn"}})
	wants(t, w.SetStatus(ctx, script, "RUNNING"), fault.Invalid, "")
	wants(t, w.SetStatus(ctx, "nobody", "FAILED"), fault.NotFound, "")
	wants(t, w.SetStatus(ctx, agents, "FAILED"), fault.State, "run "+agents+" is still being run")
	noError(t, w.UpdateRun(ctx, agents, track.RunUpdate{Status: "FINISHED", Agent: true}))
	noError(t, w.SetStatus(ctx, agents, "FAILED")) // a person knows better what the result is worth
	noError(t, w.TrashRun(ctx, script, true))
	wants(t, w.SetStatus(ctx, script, "FAILED"), fault.Invalid, "")
}

func TestExperimentChangesAreTakenBack(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.experiment(t, "wine")
	noError(t, w.RenameExperiment(ctx, id, "archive/wine"))
	noError(t, w.SetExperimentTag(ctx, id, track.TagNote, "# Wine"))
	noError(t, w.TrashExperiment(ctx, id, true))
	changes, err := w.ExperimentChanges(id)
	noError(t, err)
	if len(changes) != 3 {
		t.Fatalf("changes %+v", changes)
	}
	for _, c := range changes {
		made, err := w.RevertExperiment(ctx, id, c.ID)
		noError(t, err)
		if after, err := w.ExperimentChanges(id); err != nil || after[0].ID != made {
			t.Errorf("the change is %v, not %v (%v)", made, after[0].ID, err)
		}
	}
	noError(t, w.Experiment(id, func(x *track.Experiment) {
		if _, note := x.Labels.Tag(track.TagNote); x.Name() != "wine" || x.Trashed() || note {
			t.Errorf("name %q, trashed %v, note %v", x.Name(), x.Trashed(), note)
		}
	}))
	noError(t, w.RenameExperiment(ctx, id, "grape"))
	w.experiment(t, "wine")
	_, err = w.RevertExperiment(ctx, id, changes[2].ID)
	wants(t, err, fault.Exists, "")
}
