package track_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// full makes a run with something of everything, each with a word in it.
func full(t *testing.T, w *world, experiment, word string) string {
	t.Helper()
	ctx := t.Context()
	id := w.run(t, track.NewRun{Experiment: experiment, Name: word, Tags: map[string]string{"tag": word}})
	noError(t, w.LogBatch(ctx, id, track.Batch{Params: []event.Param{{Key: "param " + word, Value: word}}}))
	noError(t, w.LogBatch(ctx, id, track.Batch{Metrics: []track.Metric{{Key: "metric " + word, Point: event.Point{Step: 1, Time: 1, Value: 1}}}}))
	noError(t, w.SetTag(ctx, id, event.Param{Key: "tag", Value: word + " again"}))
	noError(t, w.PutArtifact(ctx, track.Owner{Run: id}, event.ArtifactPut{Path: word, Content: []byte(word)}))
	return id
}

// stored lists the keys whose key or value holds a word.
func stored(t *testing.T, w *world, word string) (keys []string) {
	t.Helper()
	noError(t, w.Flush(nil))
	noError(t, w.store.Scan("", func(key string, value []byte) error {
		if strings.Contains(key, word) || strings.Contains(string(value), word) {
			keys = append(keys, key)
		}
		return nil
	}))
	return keys
}

func purge(t *testing.T, w *world, of track.PurgeOf) track.PurgePlan {
	t.Helper()
	plan, err := w.PlanPurge(of)
	noError(t, err)
	done, err := w.Purge(t.Context(), plan)
	noError(t, err)
	return done
}

func TestAPurgedRunIsGone(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	kept, gone := full(t, w, "0", "kept"), full(t, w, "0", "secret")
	model, err := w.CreateModel(ctx, track.NewModel{Experiment: "0", Name: "secret model", Run: gone})
	noError(t, err)
	noError(t, w.PutArtifact(ctx, track.Owner{Model: model}, event.ArtifactPut{Path: "weights", Content: []byte("secret")}))
	if n := len(stored(t, w, "secret")); n < 6 {
		t.Fatalf("the store has %d entries of the run", n)
	}
	_, err = w.PlanPurge(track.PurgeOf{Runs: []string{gone}})
	wants(t, err, fault.State, "")
	noError(t, w.TrashRun(ctx, gone, true))
	for _, flushed := range []bool{false, true} { // before and after the store has heard of it
		if flushed {
			noError(t, w.Flush(nil))
		} else {
			noError(t, w.LogBatch(ctx, kept, track.Batch{Params: []event.Param{{Key: "later", Value: "1"}}}))
			plan := purge(t, w, track.PurgeOf{Runs: []string{gone}})
			if !slices.Equal(plan.Runs, []string{gone}) || !slices.Equal(plan.Models, []string{model}) {
				t.Fatalf("purged %+v", plan)
			}
		}
		wants(t, w.Run(gone, func(*track.Run) {}), fault.NotFound, "")
		wants(t, w.Model(model, func(*track.LoggedModel) {}), fault.NotFound, "")
		wants(t, w.SetTag(ctx, gone, event.Param{Key: "k", Value: "v"}), fault.NotFound, "")
		wants(t, w.TrashRun(ctx, gone, false), fault.NotFound, "")
		if files, err := w.Artifacts(track.Owner{Run: gone}, ""); err != nil || len(files) > 0 {
			t.Errorf("it still has the artifacts %v, %v", files, err)
		}
		w.Briefs(nil, func(b track.Brief) bool {
			if b.ID() == gone {
				t.Error("it is still listed")
			}
			return true
		})
	}
	if keys := stored(t, w, "secret"); len(keys) > 0 {
		t.Errorf("the store still has %q", keys)
	}
	if keys := stored(t, w, gone); !slices.Equal(keys, []string{"purged/run/" + gone}) {
		t.Errorf("of its id, the store has %q", keys)
	}
	noError(t, w.Run(kept, func(r *track.Run) {
		if r.Params["param kept"] == nil || r.Params["later"] == nil {
			t.Error("the other run has lost a param")
		}
	}))
}

func TestWhatArrivesAfterAPurgeIsDropped(t *testing.T) {
	w := newWorld(t)
	id := full(t, w, "0", "secret")
	noError(t, w.TrashRun(t.Context(), id, true))
	purge(t, w, track.PurgeOf{All: true})
	before := hashOf(t, w.Tracker)
	body, err := event.Marshal(event.RunParams{Params: []event.Param{{Key: "secret", Value: "secret"}}})
	noError(t, err)
	noError(t, w.Apply(&event.Event{
		ID: event.ID{Writer: event.Writer{99}, Seq: 1}, Count: 1, Stream: "run/" + id, Type: "run.params", Version: 1, Must: true, Time: 1 << 60, Body: body,
	}))
	if after := hashOf(t, w.Tracker); after != before || len(stored(t, w, "secret")) > 0 {
		t.Error("an event about a purged run has changed something")
	}
}

func TestAPurgedExperimentTakesItsRunsAlong(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.experiment(t, "secret")
	other := full(t, w, "0", "kept")
	full(t, w, id, "secret")
	full(t, w, id, "secret")
	_, err := w.PlanPurge(track.PurgeOf{Experiments: []string{id}})
	wants(t, err, fault.State, "")
	_, err = w.PlanPurge(track.PurgeOf{Experiments: []string{"0"}})
	wants(t, err, fault.Invalid, "")
	noError(t, w.TrashExperiment(ctx, id, true))
	list, err := w.Trash()
	noError(t, err)
	if len(list) != 1 || list[0].Experiment != id || list[0].Runs != 2 || list[0].Since == 0 {
		t.Errorf("the trash holds %+v", list)
	}
	if plan := purge(t, w, track.PurgeOf{Experiments: []string{id}}); len(plan.Runs) != 2 || len(plan.Experiments) != 1 {
		t.Errorf("purged %+v", plan)
	}
	wants(t, w.Experiment(id, func(*track.Experiment) {}), fault.NotFound, "")
	if keys := stored(t, w, "secret"); len(keys) > 0 {
		t.Errorf("the store still has %q", keys)
	}
	noError(t, w.Run(other, func(*track.Run) {}))
	again := w.experiment(t, "secret") // the name is free, its id is not
	if again == id {
		t.Error("the id of a purged experiment was given again")
	}
	noError(t, w.ExperimentByName("secret", func(x *track.Experiment) {
		if x.ID != again {
			t.Errorf("the name means %s, want %s", x.ID, again)
		}
	}))
}

func TestOnlyWhatLayThereLongEnough(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	old, young := full(t, w, "0", "old"), full(t, w, "0", "young")
	noError(t, w.TrashRun(ctx, old, true))
	between := w.journal.Now().UnixMilli() + 1
	noError(t, w.SetTag(ctx, young, event.Param{Key: "k", Value: "v"}))
	noError(t, w.TrashRun(ctx, young, true))
	plan, err := w.PlanPurge(track.PurgeOf{All: true, Before: between})
	noError(t, err)
	if !slices.Equal(plan.Runs, []string{old}) {
		t.Errorf("%+v are older", plan)
	}
	noError(t, w.TrashRun(ctx, old, false)) // somebody wants it back meanwhile
	done, err := w.Purge(ctx, plan)
	noError(t, err)
	if !done.Empty() || w.IsPurged("run/"+old) {
		t.Errorf("a run that was taken out of the trash was purged: %+v", done)
	}
}

func TestAPurgeIsPendingUntilItWasCarriedOut(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	pending := func() (track.Through, bool) { return w.Purges(w.journal.writer) }
	if _, is := pending(); is {
		t.Error("a purge is pending, and there was none")
	}
	noError(t, w.TrashRun(ctx, full(t, w, "0", "x"), true))
	purge(t, w, track.PurgeOf{All: true})
	w.restart(t)
	through, is := pending()
	if !is || len(through) != 1 {
		t.Errorf("pending %v %v", through, is)
	}
	noError(t, w.PurgeCarriedOut(ctx, event.PurgeDone{Through: through, Before: 10, After: 5}))
	w.restart(t)
	if _, is := pending(); is {
		t.Error("a purge is pending that was carried out")
	}
}

// A store that refuses to write keeps what was purged until it does not.
func TestAPurgeSurvivesAStoreThatRefuses(t *testing.T) {
	w := newWorld(t)
	store := &moody{Memory: w.store}
	w.Tracker = w.open(t, store)
	ctx := t.Context()
	id := full(t, w, "0", "secret")
	store.refuse = true
	if err := w.Flush(nil); !errors.Is(err, errRefused) {
		t.Fatal(err)
	}
	noError(t, w.TrashRun(ctx, id, true))
	purge(t, w, track.PurgeOf{All: true})
	if err := w.Flush(nil); !errors.Is(err, errRefused) {
		t.Fatal(err)
	}
	store.refuse = false
	if keys := stored(t, w, "secret"); len(keys) > 0 {
		t.Errorf("the store has %q", keys)
	}
}
