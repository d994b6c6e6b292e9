package index_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"dev.varve/backend/track"
	"dev.varve/storage/disk"
	"dev.varve/storage/index"
)

// What is deleted can be found in Badger's files, until the space is given back.
func TestReclaimTakesTheBytesOutOfTheFiles(t *testing.T) {
	dir := t.TempDir()
	x, err := index.Open(index.Config{Disk: disk.OS{}, Dir: dir, Boot: "b"})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	secret := make([]byte, 40) // does not compress
	rnd := rand.NewChaCha8([32]byte{1})
	_, _ = rnd.Read(secret)
	filler := make([]byte, 2000)
	write := func(round int, value func(i int) []byte) {
		var pairs []track.Pair
		for i := range 4000 {
			pairs = append(pairs, track.Pair{Key: fmt.Sprintf("run/%d-%04d", round%3, i), Value: value(i)})
		}
		if err := x.Write(pairs); err != nil {
			t.Fatal(err)
		}
	}
	for round := range 6 {
		write(round, func(i int) []byte {
			_, _ = rnd.Read(filler)
			if i%100 == 7 {
				return append(bytes.Clone(filler), secret...)
			}
			return bytes.Clone(filler)
		})
	}
	if !inFiles(t, dir, secret) {
		t.Fatal("the files never had what is deleted now")
	}
	for round := range 3 {
		write(round, func(i int) []byte {
			if i%100 == 7 {
				return nil
			}
			return []byte{byte(i)}
		})
	}
	before := sizeOf(t, dir)
	if err := x.Reclaim(); err != nil {
		t.Fatal(err)
	}
	if inFiles(t, dir, secret) {
		t.Error("the files still have what was deleted")
	}
	if after := sizeOf(t, dir); after > before/10 {
		t.Errorf("%d bytes became %d", before, after)
	}
	n := 0
	if err := x.Scan("run/", func(string, []byte) error { n++; return nil }); err != nil || n != 3*3960 {
		t.Errorf("%d entries are there, %v", n, err)
	}
	if err := x.Reclaim(); err != nil { // with nothing to do
		t.Fatal(err)
	}
}

func inFiles(t *testing.T, dir string, text []byte) (found bool) {
	t.Helper()
	eachFile(t, dir, func(path string) {
		b, err := os.ReadFile(path)
		found = found || err == nil && bytes.Contains(b, text)
	})
	return found
}

func sizeOf(t *testing.T, dir string) (n int64) {
	t.Helper()
	eachFile(t, dir, func(path string) {
		if info, err := os.Stat(path); err == nil {
			n += disk.Room(info)
		}
	})
	return n
}

func eachFile(t *testing.T, dir string, fn func(string)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			fn(path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
