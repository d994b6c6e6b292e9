package index_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"dev.varve/backend/fault"
	"dev.varve/backend/track"
	"dev.varve/storage/index"
)

// versionBytes stand between a key and its value in a table.
const versionBytes = 8

// TestFlippedBitsOfKeysAreNoticed flips each bit of the version and of the last letters
// of one key: then Badger knows the entry under another name, or in another time. Chunks
// are not counted, so that no sum says that one is missing.
func TestFlippedBitsOfKeysAreNoticed(t *testing.T) {
	c := config(t)
	name, table := tableOfChunks(t, c)
	value := bytes.Index(table, []byte("the chunk 17"))
	if value < 0 {
		t.Fatal("the value is not in the table")
	}
	key := bytes.LastIndex(table[:value], []byte("7/data"))
	if key < 0 || value-key > 40 {
		t.Fatalf("the key at %d does not belong to the value at %d", key, value)
	}
	for bit := 8 * key; bit < 8*(key+len("7/data")+versionBytes); bit++ {
		hurt := bytes.Clone(table)
		hurt[bit/8] ^= 1 << (bit % 8)
		if err := os.WriteFile(name, hurt, 0o644); err != nil {
			t.Fatal(err)
		}
		noticedSoon(t, c, bit)
		mended(t, c)
		if err := os.WriteFile(name, table, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// noticedSoon opens a damaged index and asks for what is damaged.
func noticedSoon(t *testing.T, c index.Config, bit int) {
	t.Helper()
	x, err := index.Open(c)
	if err != nil {
		t.Fatalf("bit %d: Open says %v", bit, err)
	}
	defer x.Close()
	if _, ok, err := x.Get("chunk/17/data"); fault.KindOf(err) != fault.Corrupt {
		t.Fatalf("bit %d: there %v, %v", bit, ok, err)
	}
	n := 0
	err = x.Scan("chunk/17/", func(string, []byte) error { n++; return nil })
	if fault.KindOf(err) != fault.Corrupt || n > 0 {
		t.Fatalf("bit %d: a scan finds %d, %v", bit, n, err)
	}
	if err := x.Vouch(context.Background()); fault.KindOf(err) != fault.Corrupt {
		t.Fatalf("bit %d: Vouch says %v", bit, err)
	}
}

// mended makes an index trusted again whose table is as it was.
func mended(t *testing.T, c index.Config) {
	t.Helper()
	name := filepath.Join(c.Dir, "ending.json")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	trusted := bytes.Replace(data, []byte(`"unclean":2`), []byte(`"unclean":0`), 1)
	if bytes.Equal(trusted, data) {
		t.Fatalf("a damaged index is trusted: %s", data)
	}
	if err := os.WriteFile(name, trusted, 0o644); err != nil {
		t.Fatal(err)
	}
}

// tableOfChunks makes an index with a table of chunks that nobody reads who opens it.
func tableOfChunks(t *testing.T, c index.Config) (name string, data []byte) {
	t.Helper()
	err := errors.Join(writeAlone(t, c, "run/1")...)
	x := mustOpen(t, c)
	for i := range 40 {
		err = errors.Join(err, x.Write([]track.Pair{{Key: fmt.Sprintf("chunk/%02d/data", i), Value: fmt.Appendf(nil, "the chunk %02d", i)}}))
	}
	if err := errors.Join(err, x.Close()); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(c.Dir, "db", "*.sst"))
	if err != nil || len(names) != 2 {
		t.Fatalf("tables: %v, %v", names, err)
	}
	data, err = os.ReadFile(names[1])
	if err != nil {
		t.Fatal(err)
	}
	return names[1], data
}

// TestDamageIsRememberedThroughAKill: who is killed after damage was found in the
// background has said so.
func TestDamageIsRememberedThroughAKill(t *testing.T) {
	c := config(t)
	name, table := tableOfChunks(t, c)
	at := bytes.Index(table, []byte("the chunk 17"))
	table[at] ^= 1
	if err := os.WriteFile(name, table, 0o644); err != nil {
		t.Fatal(err)
	}
	x, err := index.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if err := x.Vouch(context.Background()); fault.KindOf(err) != fault.Corrupt {
		t.Fatalf("Vouch says %v", err)
	}
	killed := c
	killed.Dir = t.TempDir()
	if err := os.CopyFS(killed.Dir, os.DirFS(c.Dir)); err != nil {
		t.Fatal(err)
	}
	if _, err := index.Open(killed); fault.KindOf(err) != fault.Corrupt {
		t.Fatalf("after a kill, Open says %v", err)
	}
}

// TestSoundIndexIsVouchedFor: nothing is damaged, and it is said so.
func TestSoundIndexIsVouchedFor(t *testing.T) {
	c := config(t)
	for i := range 5 {
		if err := errors.Join(writeAlone(t, c, fmt.Sprintf("run/%d", i))...); err != nil {
			t.Fatal(err)
		}
	}
	x := mustOpen(t, c)
	defer x.Close()
	if err := x.Vouch(context.Background()); err != nil || x.Distrusted() {
		t.Fatalf("Vouch says %v, distrusted %v", err, x.Distrusted())
	}
}
