package exportdir_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"dev.varve/backend/fault"
	"dev.varve/storage/exportdir"
)

var mine = exportdir.Of{Kind: "mlruns", Workspace: "w"}

// export writes a whole export of nothing.
func export(t *testing.T, dir string, of exportdir.Of) {
	t.Helper()
	f, err := exportdir.Open(dir, of, func(string) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Finish(), f.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestCheck says of folders of all sorts whether they would do, and what would.
func TestCheck(t *testing.T) {
	top := t.TempDir()
	at := func(name string) string { return filepath.Join(top, name) }
	fill := func(name string) {
		t.Helper()
		if err := errors.Join(os.MkdirAll(at(name), 0o755), os.WriteFile(filepath.Join(at(name), "notes.txt"), nil, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(at("empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	export(t, at("whole"), mine)
	if _, err := exportdir.Open(at("half"), mine, nil); err != nil { // it never ends
		t.Fatal(err)
	}
	export(t, at("other"), exportdir.Of{Kind: "mlruns", Workspace: "another"})
	fill("full")
	fill("taken")
	fill("taken/mlruns")
	fill("again")
	export(t, at("again/mlruns"), mine)
	for _, c := range []struct {
		dir     string
		goesOn  bool
		refused bool
		instead string
	}{
		{dir: "new"}, {dir: "empty"}, {dir: "a/b/c"},
		{dir: "whole", goesOn: true},
		{dir: "half", goesOn: true},
		{dir: "other", refused: true},
		{dir: "full", refused: true, instead: "full/mlruns"},
		{dir: "taken", refused: true, instead: "taken/mlruns-2"},
		{dir: "again", refused: true, instead: "again/mlruns"},
	} {
		goesOn, err := exportdir.Check(at(c.dir), mine)
		if goesOn != c.goesOn || errors.Is(err, fault.Exists) != c.refused || !c.refused && err != nil {
			t.Errorf("%s: goes on %t, %v", c.dir, goesOn, err)
		}
		var f *fault.Error
		if want := c.instead; errors.As(err, &f) {
			if want != "" {
				want = at(want)
			}
			if f.Instead() != want {
				t.Errorf("%s: %q would do, not %q", c.dir, f.Instead(), want)
			}
		}
	}
	if _, err := os.Stat(at("new")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the check made a folder: %v", err)
	}
}
