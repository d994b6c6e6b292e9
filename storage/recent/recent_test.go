package recent_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/fault"
	"dev.varve/storage/disk"
	"dev.varve/storage/recent"
)

func root(path string) string {
	if runtime.GOOS == "windows" {
		return `C:` + filepath.FromSlash(path)
	}
	return path
}

func put(t *testing.T, s recent.Shelf, path string, at int64) {
	t.Helper()
	if err := s.Put(recent.Workspace{Path: root(path), Opened: at}); err != nil {
		t.Fatal(err)
	}
}

// paths are the workspaces of a shelf, as they are listed.
func paths(t *testing.T, s recent.Shelf) []string {
	t.Helper()
	all, err := s.Workspaces()
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, w := range all {
		list = append(list, w.Path)
	}
	return list
}

func want(t *testing.T, s recent.Shelf, names ...string) {
	t.Helper()
	for i := range names {
		names[i] = root(names[i])
	}
	if got := paths(t, s); !slices.Equal(got, names) {
		t.Errorf("the list is %q, not %q", got, names)
	}
}

func TestTheLastOpenedStandsFirst(t *testing.T) {
	s := recent.At(disk.OS{}, filepath.Join(t.TempDir(), "state", "varve"))
	want(t, s)
	put(t, s, "/a", 1)
	put(t, s, "/b", 2)
	put(t, s, "/a", 3)
	want(t, s, "/a", "/b")
	if err := s.Drop(root("/a")); err != nil {
		t.Fatal(err)
	}
	want(t, s, "/b")
	put(t, s, "/a", 1) // the removal is taken back: it stands where it stood
	want(t, s, "/b", "/a")
	if err := s.Drop(root("/never")); err != nil {
		t.Fatal(err)
	}
	for i := range recent.Most + 5 {
		put(t, s, fmt.Sprintf("/w%02d", i), int64(10+i))
	}
	if got := paths(t, s); len(got) != recent.Most || got[0] != root("/w54") || got[49] != root("/w05") {
		t.Errorf("%d are kept, from %s to %s", len(got), got[0], got[len(got)-1])
	}
}

// TestAFileThatIsNoList: it is said, and it stops nobody.
func TestAFileThatIsNoList(t *testing.T) {
	for name, tt := range map[string]struct {
		text   string
		kind   fault.Kind
		begins bool // anew, with the next workspace
	}{
		"torn":    {`{"format": 1, "workspaces": [{"pa`, fault.Corrupt, true},
		"empty":   {``, fault.Corrupt, true},
		"foreign": {`[1, 2]`, fault.Corrupt, true},
		"other":   {`{"some": "thing"}`, fault.Corrupt, true},
		"later":   {`{"format": 2, "workspaces": {}}`, fault.Newer, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "workspaces.json")
			if err := os.WriteFile(file, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			s := recent.At(disk.OS{}, dir)
			if all, err := s.Workspaces(); len(all) != 0 || !errors.Is(err, tt.kind) || fault.HintOf(err) == "" {
				t.Fatalf("%v, %v", all, err)
			}
			if err := s.Put(recent.Workspace{Path: root("/a"), Opened: 1}); !errors.Is(err, tt.kind) {
				t.Errorf("it is not said: %v", err)
			}
			if !tt.begins {
				if text, err := os.ReadFile(file); err != nil || string(text) != tt.text {
					t.Errorf("the file of a later version was changed: %s, %v", text, err)
				}
				return
			}
			want(t, s, "/a")
		})
	}
}

// TestEntriesThatSayNothing: paths that no computer could open are left out.
func TestEntriesThatSayNothing(t *testing.T) {
	dir := t.TempDir()
	text := fmt.Sprintf(`{"format":1,"workspaces":[{"path":""},{"path":"a/b","opened":9},{"path":%q,"opened":1},{"path":%[1]q,"opened":5}]}`, root("/a"))
	if err := os.WriteFile(filepath.Join(dir, "workspaces.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	want(t, recent.At(disk.OS{}, dir), "/a")
}

// TestSeveralAtOnce: each of several that open a workspace at the same time is
// on the list.
func TestSeveralAtOnce(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			s := recent.At(disk.OS{}, dir)
			if err := s.Put(recent.Workspace{Path: root(fmt.Sprintf("/w%d", i)), Opened: int64(i)}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := paths(t, recent.At(disk.OS{}, dir)); len(got) != 20 {
		t.Errorf("%d of 20 are there: %q", len(got), got)
	}
}

func TestAHomeThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := recent.At(disk.OS{}, filepath.Join(file, "varve")) // below a file there are no folders, for root neither
	if err := s.Put(recent.Workspace{Path: root("/a")}); err == nil {
		t.Error("nothing is said")
	}
	if err := s.Remember(recent.Asked{Closing: true}); err == nil {
		t.Error("nothing is said")
	}
	if s.Asked().Closing {
		t.Error("an answer was made up")
	}
}

func TestAsked(t *testing.T) {
	dir := t.TempDir()
	s := recent.At(disk.OS{}, filepath.Join(dir, "varve"))
	if s.Asked().Closing {
		t.Error("nobody has answered")
	}
	for _, a := range []bool{true, false} {
		if err := s.Remember(recent.Asked{Closing: a}); err != nil || s.Asked().Closing != a {
			t.Errorf("%v is not remembered: %v", a, err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "varve", "asked.json"), []byte(`{"closing": tr`), 0o600); err != nil || s.Asked().Closing {
		t.Errorf("a torn file answers (%v)", err)
	}
}

// FuzzList: whatever stands in the file, reading it ends, and what is entered
// after that is there.
func FuzzList(f *testing.F) {
	f.Add([]byte(`{"format":1,"workspaces":[{"path":"/a","opened":1}]}`))
	f.Add([]byte(`{"format":1,"workspaces":[{"path":"/a","opened":9223372036854775807}]}`))
	f.Add([]byte(`null`))
	dir := f.TempDir()
	s := recent.At(disk.OS{}, dir)
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, "workspaces.json"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		all, err := s.Workspaces()
		if err != nil && len(all) > 0 || len(all) > recent.Most {
			t.Fatalf("%d workspaces and %v", len(all), err)
		}
		if err := s.Drop(root("/none")); errors.Is(err, fault.Newer) {
			return
		}
		again, err := s.Workspaces()
		if err != nil || len(again) > len(all) {
			t.Fatalf("%d workspaces after the change (%v)", len(again), err)
		}
	})
}

// TestListIsAList compares any sequence of changes with a plain list.
func TestListIsAList(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		s := recent.At(disk.OS{}, filepath.Join(dir, fmt.Sprint(n)))
		var model []string
		for at := range rapid.IntRange(1, 8).Draw(t, "changes") {
			path := root("/" + strings.Repeat("x", rapid.IntRange(1, 4).Draw(t, "which")))
			model = slices.DeleteFunc(model, func(p string) bool { return p == path })
			var err error
			if rapid.Bool().Draw(t, "put") {
				model = append([]string{path}, model...)
				err = s.Put(recent.Workspace{Path: path, Opened: int64(at)})
			} else {
				err = s.Drop(path)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		all, err := s.Workspaces()
		if err != nil || !slices.EqualFunc(all, model, func(w recent.Workspace, p string) bool { return w.Path == p }) {
			t.Fatalf("%v is not %v (%v)", all, model, err)
		}
	})
}
