package mlruns_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/exports"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/imports/importstest"
	"dev.varve/backend/search"
	"dev.varve/backend/track"
	"dev.varve/storage/exportdir"
	"dev.varve/storage/mlruns"
)

// again is the record of a workspace that imports a folder.
func again(t *testing.T, dir string) string {
	t.Helper()
	rec := importstest.New(t)
	s, err := mlruns.Open(dir)
	noError(t, err)
	_, err = rec.Import(t.Context(), s, imports.Options{})
	noError(t, errors.Join(err, s.Close()))
	return rec.Dump(t)
}

// TestAnExportIsContinued exports, changes the record in many ways, and exports
// again: what comes of it is what a new export makes.
func TestAnExportIsContinued(t *testing.T) {
	rec, dir, ctx := importstest.Filled(t), filepath.Join(t.TempDir(), "mlruns"), t.Context()
	all := exports.Selection{Trash: true}
	first := export(t, rec, dir, all)
	if first.Runs != 3 || first.Same != 0 || first.Models != 1 || first.Versions != 4 || first.Files != 4 || first.Left != 0 {
		t.Errorf("the first time: %+v", first)
	}
	if done := export(t, rec, dir, all); done.Runs != 0 || done.Same != 3 || done.Models != 0 || done.Files != 0 {
		t.Errorf("the second time: %+v", done)
	}
	other, err := rec.CreateExperiment(ctx, track.NewExperiment{Name: "other"})
	noError(t, err)
	_, err = rec.MoveRuns(ctx, []string{importstest.RunA}, other)
	noError(t, err)
	noError(t, rec.TrashRun(ctx, importstest.RunB, false))
	noError(t, rec.DeleteTag(ctx, importstest.RunA, "team"))
	gone := ""
	rec.Experiments(func(x *track.Experiment) {
		if x.Name() == "gone" {
			gone = x.ID
		}
	})
	noError(t, rec.TrashExperiment(ctx, gone, false))
	if done := export(t, rec, dir, all); done.Runs < 2 || done.Left != 0 {
		t.Errorf("after changes: %+v", done)
	}
	fresh := filepath.Join(t.TempDir(), "mlruns")
	export(t, rec, fresh, all)
	if got, want := again(t, dir), again(t, fresh); got != want {
		t.Errorf("it is\n%s\nand not\n%s", got, want)
	}
}

// cut cancels after some files.
type cut struct {
	exports.Target
	left int
	stop context.CancelCauseFunc
}

func (c *cut) File(ctx context.Context, place string, f imports.File, open func() (io.ReadCloser, error)) (bool, error) {
	if c.left--; c.left < 0 {
		c.stop(fault.New(fault.Cancelled, "enough"))
	}
	return c.Target.File(ctx, place, f, open)
}

// TestAHalfExportDoesNotLookWhole cancels at each file, and goes on.
func TestAHalfExportDoesNotLookWhole(t *testing.T) {
	want := again(t, written(t))
	for n := range 4 {
		dir := filepath.Join(t.TempDir(), "mlruns")
		ctx, stop := context.WithCancelCause(t.Context())
		w := mlruns.Create(folder(t, dir))
		rec := importstest.Filled(t)
		_, err := rec.Export(ctx, exports.Selection{Trash: true}, &cut{w, n, stop})
		if !errors.Is(err, fault.Cancelled) {
			t.Errorf("cancelled at file %d: %v", n, err)
		}
		noError(t, w.Close())
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("cancelled at file %d, it has its name", n)
		}
		if done := export(t, rec, dir, exports.Selection{Trash: true}); done.Runs+done.Same != 3 {
			t.Errorf("the rest: %+v", done)
		}
		if got := again(t, dir); got != want {
			t.Errorf("cancelled at file %d, it is\n%s\nand not\n%s", n, got, want)
		}
		if left, err := filepath.Glob(dir + "*"); err != nil || len(left) != 1 {
			t.Errorf("beside it there is %v: %v", left, err)
		}
	}
}

// TestWhatIsThereIsNotOverwritten names folders with something else in them.
func TestWhatIsThereIsNotOverwritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mlruns")
	write(t, filepath.Join(dir, "thesis.txt"), "years")
	of := exportdir.Of{Kind: mlruns.Kind, Workspace: "w"}
	sync := func(string) error { return nil }
	for what, folder := range map[string]string{"something else": dir, "another workspace": written(t)} {
		if what == "another workspace" {
			of.Workspace = "v"
		}
		if _, err := exportdir.Open(folder, of, sync); !errors.Is(err, fault.Exists) || !strings.Contains(err.Error(), what) {
			t.Errorf("a folder of %s: %v", what, err)
		}
	}
	of.Kind = "parquet"
	if _, err := exportdir.Open(written(t), of, sync); !errors.Is(err, fault.Exists) || !strings.Contains(err.Error(), "another kind: mlruns") {
		t.Errorf("a folder of another kind: %v", err)
	}
	write(t, filepath.Join(dir, ".varve-export.jsonl"), `{"format":99,"kind":"parquet","workspace":"v"}`)
	if _, err := exportdir.Open(dir, of, sync); !errors.Is(err, fault.Newer) {
		t.Errorf("a folder of tomorrow: %v", err)
	}
}

// TestADamagedLedgerCostsNothing cuts and fills with garbage the file that says what
// is there.
func TestADamagedLedgerCostsNothing(t *testing.T) {
	rec, dir := importstest.Filled(t), filepath.Join(t.TempDir(), "mlruns")
	all := exports.Selection{Trash: true}
	export(t, rec, dir, all)
	name := filepath.Join(dir, ".varve-export.jsonl")
	data, err := os.ReadFile(name)
	noError(t, err)
	first, rest, _ := strings.Cut(string(data), "\n")
	want := again(t, dir)
	for _, text := range []string{first, first + "\n" + rest[:len(rest)/2], first + "\n\x00\xff{}[]\n" + rest} {
		write(t, name, text)
		if done := export(t, rec, dir, all); done.Runs+done.Same != 3 || done.Left != 0 {
			t.Errorf("%.40q: %+v", text, done)
		}
		if got := again(t, dir); got != want {
			t.Errorf("%.40q: it is\n%s\nand not\n%s", text, got, want)
		}
	}
}

// TestWhatNoFolderHolds has names that MLflow's folders cannot hold, and an artifact
// that is lost.
func TestWhatNoFolderHolds(t *testing.T) {
	rec, ctx := importstest.Filled(t), t.Context()
	tag := func(key string) { noError(t, rec.SetTag(ctx, importstest.RunA, event.Param{Key: key, Value: "v"})) }
	tag("note") // and there is note/long
	_, err := rec.TakeRuns(ctx, []track.PastRun{{ID: strings.Repeat("d", 32), Experiment: "0", Name: "odd", Status: "FINISHED", Params: []event.Param{
		{Key: strings.Repeat("ü", 200), Value: "1"}, {Key: "a", Value: "1"}, {Key: "a/b", Value: "2"}, {Key: "a/b/c", Value: "3"}, {Key: "ok", Value: "two\nlines"},
	}}})
	noError(t, err)
	plot, err := rec.Artifact(track.Owner{Run: importstest.RunA}, "plot.png")
	noError(t, err)
	rec.Lose(plot)
	dir := filepath.Join(t.TempDir(), "mlruns")
	done := export(t, rec, dir, exports.Selection{Trash: true})
	var said strings.Builder
	for _, s := range done.Skipped {
		said.WriteString(s.Where + ": " + s.Why + "\n")
		if s.Run == "" {
			t.Errorf("nobody knows which run %s is", s.Where)
		}
	}
	for _, want := range []string{
		`run first & best: tag "note/long": "note" is there, too`, `a file cannot have a name of more than 255 bytes`, `run odd: param "a/b": "a" is there, too`, `param "a/b/c": "a/b" is there, too`, "run first & best: plot.png: ",
	} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("%q is not in\n%s", want, said.String())
		}
	}
	if dump := again(t, dir); done.Left != 5 || !strings.Contains(dump, `["a"="1"]["ok"="two\nlines"]`) || !strings.Contains(dump, "sub/deep/text.txt") {
		t.Errorf("%d things are left out:\n%s\nand it is\n%s", done.Left, said.String(), dump)
	}
	if done := export(t, rec, dir, exports.Selection{Trash: true}); done.Same != 2 {
		t.Errorf("what could not be written whole is not tried again: %+v", done)
	}
}

// TestAPartOfARecord chooses a run: what is nested in it, and the versions that are
// made of it, come along.
func TestAPartOfARecord(t *testing.T) {
	rec := importstest.Filled(t)
	noError(t, rec.TrashRun(t.Context(), importstest.RunB, false))
	high, err := search.ParseQuery("metrics.tiny < -1", search.Given{})
	noError(t, err)
	for _, c := range []struct {
		want           exports.Selection
		runs, versions int
	}{
		{exports.Selection{Filter: high}, 1, 3},
		{exports.Selection{Filter: high, Runs: []string{importstest.RunB}}, 0, 0},
		{exports.Selection{Runs: []string{importstest.RunA}}, 2, 3},
		{exports.Selection{Runs: []string{importstest.RunB}}, 1, 0},
		{exports.Selection{}, 2, 4},
		{exports.Selection{Experiments: []string{"0"}}, 0, 0},
	} {
		done := export(t, rec, filepath.Join(t.TempDir(), "mlruns"), c.want)
		if done.Runs != c.runs || done.Versions != c.versions {
			t.Errorf("%+v: %+v", c.want, done)
		}
	}
	for _, want := range []exports.Selection{{Runs: []string{"none"}}, {Experiments: []string{"999"}}} {
		if _, err := rec.Own(t.Context(), want); !errors.Is(err, fault.NotFound) {
			t.Errorf("%+v: %v", want, err)
		}
	}
}
