package tables_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dev.varve/backend/exports"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/imports/importstest"
	"dev.varve/storage/exportdir"
	"dev.varve/storage/tables"
)

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func create(t *testing.T, dir string) *tables.Writer {
	t.Helper()
	f, err := exportdir.Open(dir, exportdir.Of{Kind: tables.Kind, Workspace: "w"}, func(string) error { return nil })
	noError(t, err)
	w, err := tables.Create(f)
	noError(t, err)
	return w
}

func export(t *testing.T, rec *importstest.Record, dir string) exports.Done {
	t.Helper()
	w := create(t, dir)
	done, err := rec.Export(t.Context(), exports.Selection{Trash: true}, w)
	noError(t, errors.Join(err, w.Close()))
	return done
}

// objects reads a list, which must be an array with an object in each line.
func objects(t *testing.T, dir, name string) (list []map[string]any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	noError(t, err)
	noError(t, json.Unmarshal(data, &list))
	if n := strings.Count(string(data), "\n"); len(list) > 0 && n != len(list)+2 {
		t.Errorf("%s has %d lines for %d objects", name, n, len(list))
	}
	return list
}

// TestLists reads what stands in JSON; the tables are read by pandas.
func TestLists(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tables")
	done := export(t, importstest.Filled(t), dir)
	if done.Runs != 3 || done.Files != 4 || done.Left != 0 {
		t.Errorf("%+v", done)
	}
	for name, want := range map[string]int{"experiments.json": 3, "models.json": 1, "inputs.json": 3, "artifacts.json": 4, "registered.json": 7} {
		if got := objects(t, dir, name); len(got) != want {
			t.Errorf("%s has %v", name, got)
		}
	}
	for _, a := range objects(t, dir, "artifacts.json") {
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(a["file"].(string))))
		if err != nil || float64(info.Size()) != a["size"] {
			t.Errorf("%v: %v", a, err)
		}
	}
	for _, v := range objects(t, dir, "registered.json") {
		if v["model"] == "wine" && v["version"] == 1.0 && v["files"] != "artifacts/runs/"+importstest.RunA+"/sub/deep" {
			t.Errorf("the files of a version: %v", v)
		}
	}
	entries, err := os.ReadDir(dir)
	noError(t, err)
	if len(entries) != 11 {
		t.Errorf("it has %v", entries)
	}
}

// TestArtifactsAreWrittenOnce exports again: files that are as they were stay.
func TestArtifactsAreWrittenOnce(t *testing.T) {
	rec, dir := importstest.Filled(t), filepath.Join(t.TempDir(), "tables")
	export(t, rec, dir)
	plot := filepath.Join(dir, "artifacts", "runs", importstest.RunA, "plot.png")
	long := time.Unix(1_000_000_000, 0)
	noError(t, os.Chtimes(plot, long, long))
	noError(t, os.Remove(filepath.Join(dir, "artifacts", "runs", importstest.RunA, "empty")))
	if done := export(t, rec, dir); done.Files != 1 || done.Runs != 3 {
		t.Errorf("again: %+v", done)
	}
	if info, err := os.Stat(plot); err != nil || !info.ModTime().Equal(long) {
		t.Errorf("a file that was there: %v %v", info, err)
	}
	if got := objects(t, dir, "artifacts.json"); len(got) != 4 {
		t.Errorf("the list of artifacts: %v", got)
	}
}

// stopped cancels at the first file.
type stopped struct {
	exports.Target
	stop context.CancelCauseFunc
}

func (s *stopped) File(ctx context.Context, place string, f imports.File, open func() (io.ReadCloser, error)) (bool, error) {
	s.stop(fault.New(fault.Cancelled, "enough"))
	return s.Target.File(ctx, place, f, open)
}

// TestCancelledTablesAreNotThere cancels the first export, then a second one: the
// tables of the first whole one stay as they were.
func TestCancelledTablesAreNotThere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tables")
	cancelled := func(rec *importstest.Record) {
		t.Helper()
		ctx, stop := context.WithCancelCause(t.Context())
		w := create(t, dir)
		if _, err := rec.Export(ctx, exports.Selection{}, &stopped{w, stop}); !errors.Is(err, fault.Cancelled) {
			t.Errorf("cancelled: %v", err)
		}
		noError(t, w.Close())
	}
	rec := importstest.Filled(t)
	cancelled(rec)
	if _, err := os.Stat(dir); err == nil {
		t.Error("half an export has its name")
	}
	export(t, rec, dir)
	before, err := os.ReadFile(filepath.Join(dir, "runs.parquet"))
	noError(t, err)
	cancelled(importstest.Filled(t))
	after, err := os.ReadFile(filepath.Join(dir, "runs.parquet"))
	noError(t, err)
	if string(before) != string(after) || len(objects(t, dir, "artifacts.json")) != 4 {
		t.Error("a cancelled export has changed the tables")
	}
}
