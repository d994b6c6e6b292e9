package track_test

import (
	"maps"
	"strings"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

func TestExperimentIDs(t *testing.T) {
	a, b := newWorld(t), newWorld(t)
	id := a.experiment(t, "field")
	if other := b.experiment(t, "field"); other != id {
		t.Errorf("two devices call one experiment %s and %s", id, other)
	}
	if len(id) != 18 || strings.Trim(id, "0123456789") != "" {
		t.Errorf("%s is not a decimal of 18 digits", id)
	}
	noError(t, a.RenameExperiment(t.Context(), id, "meadow"))
	again := a.experiment(t, "field")
	if again == id {
		t.Error("a new experiment has the id of one that was renamed")
	}
	got, err := a.EnsureExperiment(t.Context(), "meadow")
	if err != nil || got != id {
		t.Errorf("the renamed experiment is %s, %v", got, err)
	}
	if got, err := a.EnsureExperiment(t.Context(), ""); got != track.DefaultExperiment || err != nil {
		t.Errorf("no name is %s, %v", got, err)
	}
	made, err := a.EnsureExperiment(t.Context(), "new")
	noError(t, err)
	noError(t, a.Experiment(made, func(x *track.Experiment) {
		if x.Name() != "new" || x.ArtifactLocation() != "mlflow-artifacts:/"+made {
			t.Errorf("%q at %s", x.Name(), x.ArtifactLocation())
		}
	}))
}

func TestExperimentNames(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.experiment(t, "field")
	for _, name := range []string{"", "  ", strings.Repeat("ü", 501)} {
		_, err := w.CreateExperiment(ctx, track.NewExperiment{Name: name})
		wants(t, err, fault.Invalid, "")
	}
	w.experiment(t, strings.Repeat("ü", 500))
	_, err := w.CreateExperiment(ctx, track.NewExperiment{Name: "field"})
	wants(t, err, fault.Exists, "Experiment(name=field) already exists.")
	wants(t, w.RenameExperiment(ctx, id, "Default"), fault.Exists, "")
	noError(t, w.RenameExperiment(ctx, id, "field")) // its own name
	noError(t, w.TrashExperiment(ctx, id, true))
	_, err = w.CreateExperiment(ctx, track.NewExperiment{Name: "field"})
	wants(t, err, fault.Exists, "")
	wants(t, w.RenameExperiment(ctx, id, "x"), fault.State, "Cannot rename a non-active experiment.")
	wants(t, w.RenameExperiment(ctx, "99", "x"), fault.NotFound, "No Experiment with id=99 exists")
	wants(t, w.Experiment("abc", nil), fault.Invalid, "Invalid experiment ID 'abc'. Experiment ID must be a valid integer.")
	wants(t, w.ExperimentByName("nobody", nil), fault.NotFound, "Could not find experiment with name 'nobody'")
}

func TestExperimentTags(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id, err := w.CreateExperiment(ctx, track.NewExperiment{Name: "field", Tags: map[string]string{"a": "1"}})
	noError(t, err)
	noError(t, w.SetExperimentTag(ctx, id, "a", "2"))
	noError(t, w.SetExperimentTag(ctx, id, "b", strings.Repeat("x", 20000)))
	noError(t, w.SetExperimentTag(ctx, id, "c", ""))
	noError(t, w.DeleteExperimentTag(ctx, id, "b"))
	wants(t, w.DeleteExperimentTag(ctx, id, "b"), fault.NotFound, "No tag with name: b in experiment with id "+id)
	wants(t, w.SetExperimentTag(ctx, id, "b", strings.Repeat("x", 20001)), fault.Invalid, "'value' exceeds the maximum length of 20000 characters")
	wants(t, w.SetExperimentTag(ctx, id, "a#b", "x"), fault.Invalid, "")
	w.restart(t)
	noError(t, w.Experiment(id, func(x *track.Experiment) {
		if got := x.ExperimentTags(); !maps.Equal(got, map[string]string{"a": "2", "c": ""}) {
			t.Errorf("tags are %v", got)
		}
	}))
	noError(t, w.TrashExperiment(ctx, id, true))
	wants(t, w.SetExperimentTag(ctx, id, "a", "3"), fault.Invalid, "The experiment "+id+" must be in the 'active' state. Current state is deleted.")
	wants(t, w.TrashExperiment(ctx, id, true), fault.NotFound, "")
	noError(t, w.TrashExperiment(ctx, id, false))
	wants(t, w.TrashExperiment(ctx, id, false), fault.NotFound, "")
}

// TestTrashedExperiment checks that the runs of an experiment go with it.
func TestTrashedExperiment(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	x := w.experiment(t, "field")
	run := w.run(t, track.NewRun{Experiment: x})
	own := w.run(t, track.NewRun{Experiment: x})
	noError(t, w.TrashRun(ctx, own, true))
	noError(t, w.TrashExperiment(ctx, x, true))
	wants(t, w.SetTag(ctx, run, event.Param{Key: "k", Value: "v"}), fault.Invalid, "The run "+run+" must be in the 'active' state. Current state is deleted.")
	_, err := w.CreateRun(ctx, track.NewRun{Experiment: x})
	wants(t, err, fault.Invalid, "The experiment "+x+" must be in the 'active' state. Current state is deleted.")
	gone := func() (n int) {
		w.Briefs([]string{x}, func(r track.Brief) bool {
			if r.Gone() {
				n++
			}
			return true
		})
		return n
	}
	if n := gone(); n != 2 {
		t.Errorf("%d of 2 runs went with their experiment", n)
	}
	noError(t, w.TrashExperiment(ctx, x, false))
	if n := gone(); n != 1 {
		t.Errorf("%d runs are gone, want the one that was thrown away by itself", n)
	}
}

// TestLearn checks experiments that another writer made.
func TestLearn(t *testing.T) {
	w := newWorld(t)
	w.Learn("5", track.NewExperiment{Name: "far", Location: "s3://bucket/x/", Tags: map[string]string{"k": "v"}})
	w.Learn("5", track.NewExperiment{Name: "other"})
	w.Assume("6", "near")
	run := w.run(t, track.NewRun{Experiment: "5"})
	noError(t, w.Run(run, func(r *track.Run) {
		if uri := w.RunURI(r); uri != "s3://bucket/x/"+run+"/artifacts" {
			t.Errorf("artifacts lie at %s", uri)
		}
	}))
	noError(t, w.ExperimentByName("far", func(x *track.Experiment) {
		if x.ID != "5" || x.ExperimentTags()["k"] != "v" {
			t.Errorf("%+v", x)
		}
	}))
	n := 0
	w.Experiments(func(*track.Experiment) { n++ })
	if n != 3 {
		t.Errorf("%d experiments, want the default one and two", n)
	}
}
