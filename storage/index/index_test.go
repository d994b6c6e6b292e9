package index_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dev.varve/backend/fault"
	"dev.varve/backend/track"
	"dev.varve/storage/disk"
	"dev.varve/storage/index"
)

func mustOpen(t *testing.T, c index.Config) *index.Index {
	t.Helper()
	x, err := index.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func config(t *testing.T) index.Config {
	return index.Config{Disk: disk.OS{}, Dir: t.TempDir(), Workspace: [16]byte{1}, Boot: "a"}
}

func TestValuesSurviveReopeningAndLargeOnesToo(t *testing.T) {
	c := config(t)
	x := mustOpen(t, c)
	big := bytes.Repeat([]byte("varve"), 700_000) // several parts
	pairs := []track.Pair{{Key: "run/big", Value: big}, {Key: "run/empty", Value: []byte{}}}
	for i := range 20_000 {
		pairs = append(pairs, track.Pair{Key: fmt.Sprintf("run/%06d", i), Value: fmt.Appendf(nil, "value %d", i)})
	}
	if err := x.Write(pairs); err != nil {
		t.Fatal(err)
	}
	if err := x.Write([]track.Pair{{Key: "run/000007"}, {Key: "run/big", Value: big[:10]}}); err != nil {
		t.Fatal(err)
	}
	if err := x.Write([]track.Pair{{Key: "run/big", Value: big}}); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = mustOpen(t, c)
	defer x.Close()
	n := 0
	if err := x.Scan("run/", func(string, []byte) error { n++; return nil }); err != nil || n != 20_001 {
		t.Fatalf("scan saw %d, %v", n, err)
	}
	if v, ok, err := x.Get("run/big"); err != nil || !ok || !bytes.Equal(v, big) {
		t.Fatalf("big value: %d bytes, %v, %v", len(v), ok, err)
	}
	if _, ok, _ := x.Get("run/000007"); ok {
		t.Fatal("a deleted key is still there")
	}
}

func TestUncleanEndsAskForARebuild(t *testing.T) {
	for _, test := range []struct {
		name    string
		unclean int
		reboot  bool
		want    fault.Kind
	}{
		{"one kill", 1, false, ""},
		{"two kills", 2, false, fault.Corrupt},
		{"power cut", 1, true, fault.Corrupt},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := config(t)
			if err := mustOpen(t, c).Close(); err != nil {
				t.Fatal(err)
			}
			ended, err := c.Disk.ReadFile(c.Dir + "/ending.json")
			if err != nil {
				t.Fatal(err)
			}
			note := bytes.Replace(ended, []byte(`"unclean":0`), fmt.Appendf(nil, `"unclean":%d`, test.unclean), 1)
			if err := c.Disk.WriteFile(c.Dir+"/ending.json", note, 0o644); err != nil {
				t.Fatal(err)
			}
			if test.reboot {
				c.Boot = "b"
			}
			x, err := index.Open(c)
			if test.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				x.Close()
				return
			}
			if fault.KindOf(err) != test.want {
				t.Fatalf("Open = %v", err)
			}
			if err := index.Wipe(c.Disk, c.Dir); err != nil {
				t.Fatal(err)
			}
			mustOpen(t, c).Close()
		})
	}
}

func TestWhatLiesInItsPlaceIsCorrupt(t *testing.T) {
	for name, put := range map[string]func(dir string) error{
		"a file":             func(dir string) error { return os.WriteFile(dir, nil, 0o644) },
		"a folder as a note": func(dir string) error { return os.MkdirAll(filepath.Join(dir, "ending.json"), 0o755) },
	} {
		c := config(t)
		c.Dir = filepath.Join(c.Dir, "index")
		if err := put(c.Dir); err != nil {
			t.Fatal(err)
		}
		if _, err := index.Open(c); fault.KindOf(err) != fault.Corrupt {
			t.Fatalf("%s: Open = %v", name, err)
		}
		if err := index.Wipe(c.Disk, c.Dir); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		mustOpen(t, c).Close()
	}
}

func TestTheIndexOfAnotherWorkspaceIsRefused(t *testing.T) {
	c := config(t)
	mustOpen(t, c).Close()
	c.Workspace = [16]byte{2}
	if _, err := index.Open(c); fault.KindOf(err) != fault.Corrupt {
		t.Fatalf("Open = %v", err)
	}
}

// TestAnotherFormIsBuiltAgain opens an index as earlier versions left it.
func TestAnotherFormIsBuiltAgain(t *testing.T) {
	c := config(t)
	x := mustOpen(t, c)
	if err := x.Write([]track.Pair{{Key: "meta/workspace", Value: c.Workspace[:]}}); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := index.Open(c); fault.KindOf(err) != fault.Corrupt || !strings.Contains(err.Error(), "another version") {
		t.Fatalf("Open = %v", err)
	}
}

func TestADistrustedIndexIsBuiltAgain(t *testing.T) {
	c := config(t)
	x := mustOpen(t, c)
	x.Distrust()
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := index.Open(c); fault.KindOf(err) != fault.Corrupt {
		t.Fatalf("Open = %v", err)
	}
}

// TestAnIndexThatWasDeletedWhileOpenCanBeClosed: caches may be deleted at any
// time; whoever has it open must still be able to end.
func TestAnIndexThatWasDeletedWhileOpenCanBeClosed(t *testing.T) {
	c := config(t)
	x := mustOpen(t, c)
	if err := x.Write([]track.Pair{{Key: "run/a", Value: []byte("a")}}); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(c.Dir); err != nil {
		t.Skipf("this system does not delete what is open: %v", err)
	}
	if err := x.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(c.Dir); !os.IsNotExist(err) {
		t.Errorf("something is left of it: %v", err)
	}
	x = mustOpen(t, c)
	if err := x.Close(); err != nil {
		t.Error(err)
	}
}
