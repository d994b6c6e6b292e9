package index_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"dev.varve/backend/fault"
	"dev.varve/backend/track"
	"dev.varve/storage/index"
)

// TestFlippedBitsOfTablesAreNoticed flips bits in Badger's tables: what is read
// is right, or Corrupt is said, and said again at the next Open.
func TestFlippedBitsOfTablesAreNoticed(t *testing.T) {
	c := config(t)
	x := mustOpen(t, c)
	var pairs []track.Pair
	for i := range 500 {
		pairs = append(pairs, track.Pair{Key: fmt.Sprintf("run/%06d", i), Value: fmt.Appendf(nil, "value %d of a run", i*i)})
	}
	if err := errors.Join(x.Write(pairs), x.Close()); err != nil {
		t.Fatal(err)
	}
	tables, err := filepath.Glob(filepath.Join(c.Dir, "db", "*.sst"))
	if err != nil || len(tables) == 0 {
		t.Fatalf("tables: %v, %v", tables, err)
	}
	random, noticed := rand.New(rand.NewPCG(1, 2)), 0
	for range 60 {
		hurt := c
		hurt.Dir = t.TempDir()
		if err := os.CopyFS(hurt.Dir, os.DirFS(c.Dir)); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(hurt.Dir, "db", filepath.Base(tables[0]))
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		bit := random.IntN(8 * len(data))
		data[bit/8] ^= 1 << (bit % 8)
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := readBack(t, hurt, pairs); err != nil {
			noticed++
			if fault.KindOf(err) != fault.Corrupt {
				t.Fatalf("bit %d: %v", bit, err)
			}
		}
	}
	if noticed < 10 {
		t.Fatalf("%d of 60 flips were noticed", noticed)
	}
}

// readBack opens an index and reads all of it. An error while reading has to
// come again at the next Open.
func readBack(t *testing.T, c index.Config, pairs []track.Pair) error {
	t.Helper()
	x, err := index.Open(c)
	if err != nil {
		return err
	}
	want, n := map[string]string{}, 0
	for _, p := range pairs {
		want[p.Key] = string(p.Value)
	}
	err = x.Scan("run/", func(key string, value []byte) error {
		if string(value) != want[key] {
			t.Fatalf("%s is %q", key, value)
		}
		n++
		return nil
	})
	if err == nil && n != len(pairs) {
		t.Fatalf("%d entries, and no error", n)
	}
	if closed := x.Close(); err == nil {
		return closed
	}
	if _, again := index.Open(c); fault.KindOf(again) != fault.Corrupt {
		t.Fatalf("after %v, Open says %v", err, again)
	}
	return err
}

// TestBadgerDoesNotEndTheProcess: Badger calls log.Fatalf where one of its
// files does not open.
func TestBadgerDoesNotEndTheProcess(t *testing.T) {
	c := config(t)
	if err := mustOpen(t, c).Close(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(c.Dir, "db", "DISCARD")
	if err := errors.Join(os.Remove(name), os.Mkdir(name, 0o755)); err != nil {
		t.Fatal(err)
	}
	if _, err := index.Open(c); fault.KindOf(err) != fault.Corrupt {
		t.Fatalf("Open says %v", err)
	}
	if err := index.Wipe(c.Disk, c.Dir); err != nil {
		t.Fatal(err)
	}
	if err := mustOpen(t, c).Close(); err != nil {
		t.Fatal(err)
	}
}

// TestTablesInThePlaceOfOthersAreNoticed: the file of one table lies in the place
// of another. It reads well, but what the other held is gone.
func TestTablesInThePlaceOfOthersAreNoticed(t *testing.T) {
	for _, killed := range []bool{false, true} {
		c := config(t)
		for _, key := range []string{"dataset/lake", "run/1"} {
			if err := errors.Join(writeAlone(t, c, key)...); err != nil {
				t.Fatal(err)
			}
		}
		names, err := filepath.Glob(filepath.Join(c.Dir, "db", "*.sst"))
		if err != nil || len(names) < 2 {
			t.Fatalf("tables: %v, %v", names, err)
		}
		if killed { // in its next use, before it writes anything
			hurt := c
			hurt.Dir = t.TempDir()
			x := mustOpen(t, c)
			if err := os.CopyFS(hurt.Dir, os.DirFS(c.Dir)); err != nil {
				t.Fatal(err)
			}
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
			c = hurt
		}
		first, second := filepath.Join(c.Dir, "db", filepath.Base(names[0])), filepath.Join(c.Dir, "db", filepath.Base(names[1]))
		data, err := os.ReadFile(first)
		if err == nil {
			err = os.WriteFile(second, data, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := index.Open(c); fault.KindOf(err) != fault.Corrupt {
			t.Errorf("killed %v: Open says %v", killed, err)
		}
	}
}

// writeAlone writes an entry in a use of its own, so that it has a table of its own.
func writeAlone(t *testing.T, c index.Config, key string) []error {
	t.Helper()
	x := mustOpen(t, c)
	return []error{x.Write([]track.Pair{{Key: key, Value: []byte("its value")}}), x.Close()}
}
