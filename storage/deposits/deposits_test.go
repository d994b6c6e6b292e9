package deposits_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/storage/deposits"
)

var when = time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC)

func noSync(string) error { return nil }

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

// write writes a small package and returns how that went.
func write(o deposits.Options) error {
	out, err := deposits.Open(o)
	if err != nil {
		return err
	}
	err = errors.Join(out.Folder("data/empty"), out.File("data/ü/a.csv", when, text("a,b\n")), out.File("info.json", time.Time{}, text("{}")))
	if err != nil {
		return errors.Join(err, out.Abandon())
	}
	return out.Commit()
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// listed is what lies in a folder, at any depth.
func listed(t *testing.T, dir string) (names []string) {
	t.Helper()
	noError(t, filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if rel, _ := filepath.Rel(dir, path); rel != "." {
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	}))
	return names
}

func refused(t *testing.T, err error, kind fault.Kind, words string) {
	t.Helper()
	if fault.KindOf(err) != kind || !strings.Contains(err.Error(), words) || fault.HintOf(err) == "" {
		t.Errorf("got %v (%s), want %s: %s", err, fault.HintOf(err), kind, words)
	}
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	o := deposits.Options{Dest: filepath.Join(dir, "out"), Known: []string{"data", "info.json"}, Sync: noSync}
	noError(t, write(o))
	want := []string{"data", "data/empty", "data/ü", "data/ü/a.csv", "info.json"}
	if got := listed(t, o.Dest); !slices.Equal(got, want) {
		t.Errorf("there is %q", got)
	}
	info, err := os.Stat(filepath.Join(o.Dest, "data/ü/a.csv"))
	noError(t, err)
	if !info.ModTime().Equal(when) {
		t.Errorf("its time is %v", info.ModTime())
	}
	refused(t, write(o), fault.Exists, "has an export in it already")
	o.Over = true
	noError(t, os.WriteFile(filepath.Join(o.Dest, "data", "old.csv"), nil, 0o644))
	noError(t, write(o))
	if got := listed(t, o.Dest); !slices.Equal(got, want) {
		t.Errorf("replaced, there is %q", got)
	}
	noError(t, os.WriteFile(filepath.Join(o.Dest, "mine.txt"), nil, 0o644))
	refused(t, write(o), fault.Exists, "has something else in it: mine.txt")
	if got := listed(t, dir); len(got) != len(want)+2 {
		t.Errorf("left over: %q", got)
	}
	o.Dest = filepath.Join(dir, "new")
	noError(t, os.Mkdir(o.Dest, 0o755))
	noError(t, write(o)) // an empty one
	o.Dest = filepath.Join(dir, "no", "where")
	refused(t, write(o), fault.NotFound, "there is no folder")
	o.Dest = filepath.Join(dir, "file")
	noError(t, os.WriteFile(o.Dest, []byte("mine"), 0o644))
	refused(t, write(o), fault.Exists, "no folder")
	o.Dest, o.Bytes = filepath.Join(dir, "large"), 1<<60
	refused(t, write(o), fault.NoSpace, "are needed")
}

func TestZip(t *testing.T) {
	dir := t.TempDir()
	o := deposits.Options{Dest: filepath.Join(dir, "out.zip"), Zip: true, Top: "bag"}
	noError(t, write(o))
	first, err := os.ReadFile(o.Dest)
	noError(t, err)
	r, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	noError(t, err)
	var names []string
	for _, f := range r.File {
		names = append(names, f.Name)
		if f.Method != zip.Deflate && !f.FileInfo().IsDir() {
			t.Errorf("%s is not compressed, so that nobody can read it as a stream", f.Name)
		}
	}
	if want := []string{"bag/data/empty/", "bag/data/ü/a.csv", "bag/info.json"}; !slices.Equal(names, want) {
		t.Errorf("there is %q", names)
	}
	if !r.File[1].Modified.Equal(when) || r.File[2].Modified.Year() != 1980 {
		t.Errorf("times %v, %v", r.File[1].Modified, r.File[2].Modified)
	}
	refused(t, write(o), fault.Exists, "is there already")
	o.Over = true
	noError(t, write(o))
	again, err := os.ReadFile(o.Dest)
	noError(t, err)
	if !bytes.Equal(first, again) {
		t.Error("the same again has other bytes")
	}
	o.Dest = dir
	refused(t, write(o), fault.Exists, "no file")
	if got := listed(t, dir); !slices.Equal(got, []string{"out.zip"}) {
		t.Errorf("left over: %q", got)
	}
}

// TestMeanwhile: what somebody puts there while it is written stays.
func TestMeanwhile(t *testing.T) {
	for _, zipped := range []bool{false, true} {
		dir := t.TempDir()
		o := deposits.Options{Dest: filepath.Join(dir, "out"), Zip: zipped, Sync: noSync}
		out, err := deposits.Open(o)
		noError(t, err)
		noError(t, os.WriteFile(o.Dest, []byte("mine"), 0o644))
		refused(t, out.Commit(), fault.Exists, "is there already")
		if data, err := os.ReadFile(o.Dest); err != nil || string(data) != "mine" {
			t.Errorf("there is %q, %v", data, err)
		}
		if got := listed(t, dir); !slices.Equal(got, []string{"out"}) {
			t.Errorf("left over: %q", got)
		}
	}
}

// TestFails: the fault of whoever fills a file arrives, and nothing is left.
func TestFails(t *testing.T) {
	for _, zipped := range []bool{false, true} {
		dir := t.TempDir()
		out, err := deposits.Open(deposits.Options{Dest: filepath.Join(dir, "out"), Zip: zipped, Sync: noSync})
		noError(t, err)
		err = out.File("a", when, func(io.Writer) error { return fault.New(fault.Corrupt, "damaged") })
		if fault.KindOf(err) != fault.Corrupt {
			t.Errorf("got %v", err)
		}
		noError(t, out.Abandon())
		if got := listed(t, dir); len(got) > 0 {
			t.Errorf("left over: %q", got)
		}
	}
}

// TestOutside: no path leads out of the folder.
func TestOutside(t *testing.T) {
	dir := t.TempDir()
	out, err := deposits.Open(deposits.Options{Dest: filepath.Join(dir, "out"), Sync: noSync})
	noError(t, err)
	for _, path := range []string{"../evil", "a/../../evil", "/evil"} {
		if err := out.File(path, when, text("x")); err == nil {
			t.Errorf("%s was written", path)
		}
	}
	noError(t, out.File("twice", when, text("x")))
	if err := out.File("twice", when, text("y")); fault.KindOf(err) != fault.Unsupported {
		t.Errorf("the same name twice: %v", err)
	}
	noError(t, out.Abandon())
	if got := listed(t, dir); len(got) > 0 {
		t.Errorf("left over: %q", got)
	}
}
