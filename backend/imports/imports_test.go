package imports_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/imports/importstest"
	"dev.varve/backend/track"
)

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestConformance(t *testing.T) { importstest.Conformance(t, importstest.Sample(), nil) }

// TestWhereExperimentsGo names what is here, what is imported into it, and where
// that goes.
func TestWhereExperimentsGo(t *testing.T) {
	list := []imports.Experiment{{ID: "0", Name: "Default"}, {ID: "1", Name: "wine"}, {ID: "2", Name: "wine"}, {ID: "3", Name: "old"}, {ID: "4", Name: "  "}}
	for _, c := range []struct {
		into string
		want string
	}{
		{"", "Default→Default here; wine→wine here (an experiment of that name is here: the runs are added to it); wine→wine (2) (another one is named wine); " +
			"old→old (2) (an experiment named old lies in the trash here);   →experiment 4"},
		{"a/b/", "Default→a/b/Default; wine→a/b/wine; wine→a/b/wine (2) (another one is named a/b/wine); old→a/b/old;   →a/b/experiment 4"},
	} {
		rec := importstest.New(t)
		ctx := t.Context()
		_, err := rec.CreateExperiment(ctx, track.NewExperiment{Name: "wine"})
		noError(t, err)
		old, err := rec.CreateExperiment(ctx, track.NewExperiment{Name: "old"})
		noError(t, err)
		noError(t, rec.TrashExperiment(ctx, old, true))
		source := &importstest.Fixed{Place: "p", List: list}
		show := func() string {
			plan, err := rec.Look(ctx, source, imports.Options{Into: c.into})
			noError(t, err)
			var parts []string
			for _, e := range plan.Experiments {
				part := e.Name + "→" + e.As
				if e.Here != "" {
					part += " here"
				}
				if e.Reason != "" {
					part += " (" + e.Reason + ")"
				}
				parts = append(parts, part)
			}
			return strings.Join(parts, "; ")
		}
		if got := show(); got != c.want {
			t.Errorf("into %q: %s\nnot  %s", c.into, got, c.want)
		}
		_, err = rec.Import(ctx, source, imports.Options{Into: c.into})
		noError(t, err)
		n := 0
		rec.Experiments(func(*track.Experiment) { n++ })
		done, err := rec.Import(ctx, source, imports.Options{Into: c.into})
		noError(t, err)
		again := 0
		rec.Experiments(func(*track.Experiment) { again++ })
		if again != n || done.Experiments != 0 {
			t.Errorf("into %q: importing again made experiments: %d, then %d\n%s", c.into, n, again, show())
		}
	}
}

// TestAnImportGoesOn cancels in the middle, and takes the rest later.
func TestAnImportGoesOn(t *testing.T) {
	source := &importstest.Fixed{Place: "p", List: []imports.Experiment{{ID: "1", Name: "many"}}, In: map[string][]imports.Run{}}
	for i := range 600 {
		source.In["1"] = append(source.In["1"], imports.Run{PastRun: track.PastRun{ID: fmt.Sprintf("%032x", i+1), Name: "r", Status: "FINISHED"}})
	}
	rec := importstest.New(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	stopping := &stopped{Fixed: source, after: 400, stop: func() { cancel(fault.New(fault.Cancelled, "enough")) }}
	done, err := rec.Import(ctx, stopping, imports.Options{})
	if !errors.Is(err, fault.Cancelled) || done.Runs == 0 || done.Runs >= 400 || len(done.New) != done.Runs || len(done.Made) != 1 {
		t.Fatalf("after a cancel %d runs are here: %v", done.Runs, err)
	}
	rest, err := rec.Import(t.Context(), source, imports.Options{})
	noError(t, err)
	if rest.Runs+done.Runs != 600 || rest.Same != done.Runs {
		t.Errorf("%d runs at first, then %d more and %d the same", done.Runs, rest.Runs, rest.Same)
	}
}

// stopped cancels when some runs have been read whole.
type stopped struct {
	*importstest.Fixed
	after int
	stop  func()
}

func (s *stopped) Runs(ctx context.Context, experiment string, brief bool, r *imports.Report, fn func(*imports.Run) error) error {
	n := 0
	return s.Fixed.Runs(ctx, experiment, brief, r, func(run *imports.Run) error {
		if n++; n == s.after && !brief {
			s.stop()
		}
		return fn(run)
	})
}

// TestWhatCannotBeIsLeftOut gives names and values that no run can have.
func TestWhatCannotBeIsLeftOut(t *testing.T) {
	source := importstest.Sample()
	r := &source.In["7"][0]
	r.Params = append(r.Params, event.Param{Key: "lr", Value: "again"}, event.Param{Key: ""}, event.Param{Key: "../up"}, event.Param{Key: "a\x00b"}, event.Param{Key: strings.Repeat("k", 251)},
		event.Param{Key: "f1@0.5 (odd)", Value: "fine"})
	r.Tags["/abs"] = "x"
	r.Datasets = append(r.Datasets, event.DatasetInput{Name: "no digest"})
	source.Lies["a"]["../../etc/passwd"] = "x"
	source.Made["7"][0].ID = "m-wrong"
	rec := importstest.New(t)
	done, err := rec.Import(t.Context(), source, imports.Options{})
	noError(t, err)
	if done.Left != 10 || done.Runs != 3 { // the last one: files of the version of a model that is none
		t.Errorf("%d runs, and %d things left out: %+v", done.Runs, done.Left, done.Skipped)
	}
	if dump := rec.Dump(t); !strings.Contains(dump, `["f1@0.5 (odd)"="fine"]`) || strings.Contains(dump, "passwd") {
		t.Error(dump)
	}
}

// TestArtifactsCanBeLeft leaves them out, and refuses to refer to what is not of
// this computer.
func TestArtifactsCanBeLeft(t *testing.T) {
	rec := importstest.New(t)
	done, err := rec.Import(t.Context(), importstest.Sample(), imports.Options{Bare: true})
	noError(t, err)
	if done.Files != 0 || done.Runs != 3 {
		t.Errorf("%+v", done)
	}
	if _, err := rec.Import(t.Context(), importstest.Sample(), imports.Options{Refer: true}); !errors.Is(err, fault.Unsupported) {
		t.Errorf("referring to a server's files: %v", err)
	}
	later, err := rec.Import(t.Context(), importstest.Sample(), imports.Options{})
	noError(t, err)
	if later.Files != 4 || later.More != 1 {
		t.Errorf("artifacts that come later: %+v", later)
	}
	if _, err := rec.Import(t.Context(), importstest.Sample(), imports.Options{Only: []string{"none"}}); !errors.Is(err, fault.NotFound) {
		t.Errorf("an experiment that is not there: %v", err)
	}
}

// TestAFileThatCannotBeReadIsNamed breaks the reading of artifacts.
func TestAFileThatCannotBeReadIsNamed(t *testing.T) {
	source := importstest.Sample()
	source.Bad = errors.New("the disk is broken")
	done, err := importstest.New(t).Import(t.Context(), source, imports.Options{})
	noError(t, err)
	if done.Left != 4 || done.Runs != 3 || done.Files != 0 {
		t.Errorf("%+v", done)
	}
}

// TestPointsOnModelsAreThereOnce attributes points, one of which is not even equal to
// itself.
func TestPointsOnModelsAreThereOnce(t *testing.T) {
	points := []event.Point{{Step: 1, Time: 1, Value: math.NaN()}, {Step: 2, Time: 1, Value: 3}, {Step: 3, Time: 1, Value: 3}}
	on := []imports.ModelPoint{{Key: "k", Model: "m", Point: points[0]}, {Key: "k", Model: "m", Point: points[1]}, {Key: "other", Model: "m", Point: points[2]}}
	list := imports.Attribute([]track.PastSeries{{Key: "k", Points: points}, {Key: "other", Points: points[2:]}}, on)
	if got, want := fmt.Sprint(list), "[{k    [{{} 3 1 3}]} {k m   [{{} 1 1 NaN} {{} 2 1 3}]} {other m   [{{} 3 1 3}]}]"; got != want {
		t.Errorf("%s\nnot %s", got, want)
	}
}
