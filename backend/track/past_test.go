package track_test

import (
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// TestRunsFromElsewhereAreTakenOnce takes runs, takes them again when there is
// more of them, and leaves alone what lies in the trash or was deleted for good.
func TestRunsFromElsewhereAreTakenOnce(t *testing.T) {
	w := newWorld(t)
	x := w.experiment(t, "old")
	past := track.PastRun{
		ID: "0123456789abcdef0123456789abcdef", Experiment: x, Name: "r", User: "bob", Status: "RUNNING", Start: 5, Tags: map[string]string{"a": "1"},
		Params: []event.Param{{Key: "lr", Value: "0.1"}}, Files: []event.ArtifactPut{{Path: "f", Size: 1}},
		Metrics: []track.PastSeries{{Key: "m", Points: []event.Point{{Step: 1, Time: 1, Value: 1}}}},
	}
	take := func(want track.Taken) {
		t.Helper()
		got, err := w.TakeRuns(t.Context(), []track.PastRun{past})
		noError(t, err)
		if len(got) != 1 || got[0] != want {
			t.Errorf("it says %+v, not %+v", got, want)
		}
	}
	take(track.Taken{New: true, Points: 1})
	take(track.Taken{})
	noError(t, w.SetTag(t.Context(), past.ID, event.Param{Key: "a", Value: "mine"}))
	noError(t, w.DeleteTag(t.Context(), past.ID, "a"))
	past.Status, past.End = "FINISHED", 9
	past.Params = append(past.Params, event.Param{Key: "depth", Value: "3"})
	past.Metrics[0].Points = append(past.Metrics[0].Points, event.Point{Step: 2, Time: 2, Value: 2})
	past.Metrics = append(past.Metrics, track.PastSeries{Key: "n", Points: []event.Point{{Value: 7}}})
	past.Files = append(past.Files, event.ArtifactPut{Path: "g", Size: 2})
	take(track.Taken{More: true, Points: 2})
	take(track.Taken{})
	noError(t, w.Run(past.ID, func(r *track.Run) {
		if _, ok := r.Labels.Tag("a"); ok || r.End().End != 9 || len(r.Params) != 2 || r.Metrics["m"].Points != 2 {
			t.Errorf("the run is %+v", r)
		}
	}))
	noError(t, w.TrashRun(t.Context(), past.ID, true))
	past.Params = append(past.Params, event.Param{Key: "more", Value: "3"})
	take(track.Taken{Left: "it lies in the trash here"})
	purge(t, w, track.PurgeOf{Runs: []string{past.ID}})
	take(track.Taken{Left: "it was deleted here for good"})
}

// TestAModelFromElsewhereIsTakenOnce is the same for logged models.
func TestAModelFromElsewhereIsTakenOnce(t *testing.T) {
	w := newWorld(t)
	past := track.PastModel{ID: "m-0123456789abcdef0123456789abcdef", Experiment: track.DefaultExperiment, Name: "forest", Status: track.ModelReady, Made: 7}
	for _, want := range []track.Taken{{New: true}, {}} {
		got, err := w.TakeModel(t.Context(), past)
		noError(t, err)
		if got != want {
			t.Errorf("it says %+v, not %+v", got, want)
		}
	}
	past.Files = []event.ArtifactPut{{Path: "MLmodel", Size: 1}}
	got, err := w.TakeModel(t.Context(), past)
	noError(t, err)
	noError(t, w.Model(past.ID, func(m *track.LoggedModel) {
		if !got.More || m.MadeAt() != 7 {
			t.Errorf("it says %+v of a model made at %d", got, m.MadeAt())
		}
	}))
	past.ID = "../m"
	if _, err := w.TakeModel(t.Context(), past); err == nil {
		t.Error("a model with a path for an id is taken")
	}
}
