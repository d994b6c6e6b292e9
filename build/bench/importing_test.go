package main

import (
	"testing"

	"dev.varve/backend/imports"
	"dev.varve/backend/imports/importstest"
	"dev.varve/storage/mlruns"
)

// TestTheFolderThatIsImported is one of MLflow with as many runs and points as it says.
func TestTheFolderThatIsImported(t *testing.T) {
	dir := t.TempDir()
	if err := writeFolder(dir, 3); err != nil {
		t.Fatal(err)
	}
	s, err := mlruns.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	done, err := importstest.New(t).Import(t.Context(), s, imports.Options{})
	if err != nil || done.Runs != 3 || done.Points != 3*importedPoints/importedRuns || done.Left > 0 {
		t.Errorf("%+v: %v", done, err)
	}
}
