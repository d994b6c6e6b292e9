package index_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"dev.varve/backend/track"
	"dev.varve/storage/index"
)

// frames are what a test keeps.
func frames(list ...string) func(func([]byte) error) error {
	return func(frame func([]byte) error) error {
		for _, f := range list {
			if err := frame([]byte(f)); err != nil {
				return err
			}
		}
		return nil
	}
}

func load(t *testing.T, x *index.Index) (string, uint64) {
	t.Helper()
	var all []string
	version, err := x.LoadSnapshot(func(frame []byte) error {
		all = append(all, string(frame))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(all), version
}

func TestSnapshot(t *testing.T) {
	c := config(t)
	x := mustOpen(t, c)
	if got, version := load(t, x); version != 0 || got != "[]" {
		t.Errorf("a new index has a snapshot: %s, %d", got, version)
	}
	write(t, x, "run/a", "1")
	write(t, x, "run/b", "1")
	noError(t, x.SaveSnapshot(x.Version(), frames("old")))
	noError(t, x.SaveSnapshot(x.Version(), frames("one", string(bytes.Repeat([]byte("x"), 100_000)))))
	if got, version := load(t, x); version != x.Version() || len(got) != 100_006 {
		t.Errorf("%d bytes come back, of version %d", len(got), version)
	}
	// A writer that fails leaves the snapshot as it was.
	failed := errors.New("no more")
	if err := x.SaveSnapshot(9, func(func([]byte) error) error { return failed }); !errors.Is(err, failed) {
		t.Errorf("a failed snapshot says %v", err)
	}
	noError(t, x.Close())
	x = mustOpen(t, c)
	_, version := load(t, x)
	write(t, x, "run/b", "2")
	write(t, x, "run/c", "1")
	write(t, x, "other/d", "1")
	later := ""
	noError(t, x.ScanSince("run/", version, func(key string, value []byte) error {
		later += key + "=" + string(value) + " "
		return nil
	}))
	if later != "run/b=2 run/c=1 " {
		t.Errorf("later than the snapshot are %s", later)
	}
	noError(t, x.Close())
}

// TestSnapshotDamaged flips each byte of a snapshot, and cuts it off at each.
func TestSnapshotDamaged(t *testing.T) {
	c := config(t)
	x := mustOpen(t, c)
	defer x.Close()
	write(t, x, "run/a", "1")
	noError(t, x.SaveSnapshot(x.Version(), frames("one", "two")))
	if got, version := load(t, x); version == 0 || got != "[one two]" {
		t.Fatalf("%s comes back, of version %d", got, version)
	}
	name := filepath.Join(c.Dir, "snapshot")
	good, err := os.ReadFile(name)
	noError(t, err)
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 0x10
		for _, data := range [][]byte{bad, good[:i]} {
			noError(t, os.WriteFile(name, data, 0o644))
			if _, version := load(t, x); version != 0 {
				t.Fatalf("byte %d is wrong, and the snapshot is believed", i)
			}
			if _, err := os.Stat(name); err == nil {
				t.Fatalf("byte %d is wrong, and the snapshot is kept", i)
			}
		}
	}
}

// A database that has lost writes is older than its snapshot.
func TestSnapshotOfLaterDatabase(t *testing.T) {
	x := mustOpen(t, config(t))
	defer x.Close()
	noError(t, x.SaveSnapshot(x.Version()+1, frames("one")))
	if _, version := load(t, x); version != 0 {
		t.Error("a snapshot of what the database does not have is believed")
	}
	write(t, x, "run/a", "1")
	if _, version := load(t, x); version != 0 {
		t.Error("it is believed later")
	}
}

func write(t *testing.T, x *index.Index, key, value string) {
	t.Helper()
	noError(t, x.Write([]track.Pair{{Key: key, Value: []byte(value)}}))
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
