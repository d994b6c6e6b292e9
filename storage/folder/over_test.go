package folder_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
	"dev.varve/storage/folder"
)

// two stores a version with a few files, whose texts are their paths.
func two(t testing.TB) (*contenttest.Memory, content.Version) {
	t.Helper()
	top, s := t.TempDir(), contenttest.NewMemory()
	for _, f := range []string{"a.csv", "deep/b.csv", "deep/er/c.csv"} {
		write(t, filepath.Join(top, f), "text of "+f, 0o644, then)
	}
	link(t, "a.csv", filepath.Join(top, "latest"))
	return s, build(t, s, top)
}

func over(t testing.TB, s content.Store, v content.Version, dest string) (content.Overlay, error) {
	t.Helper()
	return folder.Lay(t.Context(), s, v.Root, dest, content.RestoreOptions{Over: true})
}

func read(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	noError(t, err)
	return string(data)
}

func TestOverAFolder(t *testing.T) {
	s, v := two(t)
	dest := t.TempDir()
	write(t, filepath.Join(dest, "a.csv"), "text of a.csv", 0o600, then.Add(-1))
	write(t, filepath.Join(dest, "deep/b.csv"), "TEXT OF DEEP/B.CSV"[:18], 0o444, then)
	write(t, filepath.Join(dest, "deep/mine/x"), "12345", 0o644, then)
	link(t, "elsewhere", filepath.Join(dest, "latest"))
	before := describe(t, dest)

	seen, err := folder.Lay(t.Context(), s, v.Root, dest, content.RestoreOptions{Look: true})
	noError(t, err)
	want := content.Overlay{
		New:    content.Tally{Files: 1, Bytes: 21, First: []string{"deep/er/c.csv"}},
		Over:   content.Tally{Files: 2, Bytes: 18, First: []string{"deep/b.csv", "latest"}},
		Same:   content.Tally{Files: 1, Bytes: 13, First: []string{"a.csv"}},
		Beside: content.Tally{Files: 1, Bytes: 5, First: []string{"deep/mine/x"}},
	}
	if fmt.Sprint(seen) != fmt.Sprint(want) {
		t.Fatalf("a look says\n%+v, want\n%+v", seen, want)
	}
	if after := describe(t, dest); !slices.Equal(before, after) {
		t.Fatalf("a look changed something: %q", after)
	}
	_, err = folder.Lay(t.Context(), s, v.Root, dest, content.RestoreOptions{})
	wantKind(t, err, fault.Exists)

	did, err := over(t, s, v, dest)
	noError(t, err)
	if want.Beside = (content.Tally{}); fmt.Sprint(did) != fmt.Sprint(want) {
		t.Fatalf("it did\n%+v, want\n%+v", did, want)
	}
	fi, err := os.Stat(filepath.Join(dest, "a.csv"))
	noError(t, err)
	if fi.Mode().Perm() != 0o600 {
		t.Error("a file that was the same was touched")
	}
	for path, text := range map[string]string{"deep/b.csv": "text of deep/b.csv", "deep/er/c.csv": "text of deep/er/c.csv", "deep/mine/x": "12345"} {
		if got := read(t, filepath.Join(dest, path)); got != text {
			t.Errorf("%s is %q", path, got)
		}
	}
	again, err := over(t, s, v, dest)
	noError(t, err)
	if again.New.Files != 0 || again.Over.Files != 0 || again.Same.Files != 4 {
		t.Errorf("restored again: %+v", again)
	}
}

func TestOnlyAPart(t *testing.T) {
	s, v := two(t)
	for _, c := range []struct {
		only []string
		want []string
		kind fault.Kind
	}{
		{only: []string{"deep/er"}, want: []string{"deep", "deep/er", "deep/er/c.csv"}},
		{only: []string{"./a.csv", "deep/b.csv", "a.csv"}, want: []string{"a.csv", "deep", "deep/b.csv"}},
		{only: []string{"deep", "deep/er/c.csv"}, want: []string{"deep", "deep/b.csv", "deep/er", "deep/er/c.csv"}},
		{only: []string{"latest"}, want: []string{"latest"}},
		{only: []string{"a.csv", "nothing"}, kind: fault.NotFound},
		{only: []string{"../a.csv"}, kind: fault.Invalid},
		{only: []string{"/a.csv"}, kind: fault.Invalid},
		{only: []string{""}, kind: fault.Invalid},
	} {
		for _, overIt := range []bool{false, true} {
			dest := filepath.Join(t.TempDir(), "out")
			if overIt {
				write(t, filepath.Join(dest, "x"), "x", 0o644, then)
			}
			_, err := folder.Lay(t.Context(), s, v.Root, dest, content.RestoreOptions{Only: c.only, Over: overIt})
			if c.kind != "" {
				wantKind(t, err, c.kind)
				continue
			}
			noError(t, err)
			var got []string
			for _, line := range describe(t, dest) {
				if name, _, _ := strings.Cut(line, " "); name != "x" {
					got = append(got, name)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("only %q gives %q", c.only, got)
			}
		}
	}
}

// TestHostileDestinations: nothing that lies in the destination leads out of it,
// or loses what a person has there.
func TestHostileDestinations(t *testing.T) {
	outside := t.TempDir()
	secret := filepath.Join(outside, "secret")
	write(t, secret, "secret", 0o644, then)
	for name, c := range map[string]struct {
		make func(dest string)
		kind fault.Kind
		says string
	}{
		"a link to a file outside": {func(d string) { link(t, secret, filepath.Join(d, "a.csv")) }, fault.Exists, "“a.csv” is a link there, and a file in the version"},
		"a link to nowhere":        {func(d string) { link(t, "nowhere", filepath.Join(d, "a.csv")) }, fault.Exists, "“a.csv” is a link"},
		"a folder linked outside":  {func(d string) { link(t, outside, filepath.Join(d, "deep")) }, fault.Exists, "“deep” is a link there, and a folder"},
		"a folder linked inside": {func(d string) {
			write(t, filepath.Join(d, "other/y"), "y", 0o644, then)
			link(t, "other", filepath.Join(d, "deep"))
		}, fault.Exists, "“deep” is a link"},
		"a deep folder linked": {func(d string) {
			noError(t, os.Mkdir(filepath.Join(d, "deep"), 0o755))
			link(t, outside, filepath.Join(d, "deep/er"))
		}, fault.Exists, "“deep/er” is a link"},
		"a file as a folder": {func(d string) { write(t, filepath.Join(d, "deep"), "x", 0o644, then) }, fault.Exists, "“deep” is a file there, and a folder"},
		"a folder as a file": {func(d string) { write(t, filepath.Join(d, "a.csv/x"), "x", 0o644, then) }, fault.Exists, "“a.csv” is a folder there, and a file"},
		"a file as a link":   {func(d string) { write(t, filepath.Join(d, "latest"), "x", 0o644, then) }, fault.Exists, "“latest” is a file there, and a link"},
		"a temporary name linked": {func(d string) {
			link(t, secret, filepath.Join(d, ".varve-restore-0.part"))
		}, "", ""},
		"a temporary name that is a folder": {func(d string) {
			write(t, filepath.Join(d, ".varve-restore-0.part/x"), "x", 0o644, then)
		}, "", ""},
		"a hard link": {func(d string) {
			noError(t, os.Link(secret, filepath.Join(d, "a.csv")))
		}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, v := two(t)
			dest := t.TempDir()
			write(t, filepath.Join(dest, "mine"), "mine", 0o644, then)
			c.make(dest)
			before := describe(t, dest)
			_, err := over(t, s, v, dest)
			if c.kind == "" {
				noError(t, err)
				if got := read(t, filepath.Join(dest, "a.csv")); got != "text of a.csv" {
					t.Errorf("a.csv is %q", got)
				}
			} else {
				wantKind(t, err, c.kind)
				if !strings.Contains(err.Error(), c.says) {
					t.Errorf("%q is missing in %v", c.says, err)
				}
				if after := describe(t, dest); !slices.Equal(before, after) {
					t.Errorf("it was changed all the same: %q", after)
				}
			}
			if entries, err := os.ReadDir(outside); err != nil || len(entries) != 1 || read(t, secret) != "secret" {
				t.Errorf("something was written outside: %v, %v", entries, err)
			}
		})
	}
}

// Somebody puts a link, or a file, into the way after all was looked at.
func TestChangedWhileItIsLaidOver(t *testing.T) {
	outside := t.TempDir()
	for name, swap := range map[string]func(dest string){
		"a folder for a link": func(d string) {
			noError(t, os.Remove(filepath.Join(d, "deep")))
			link(t, outside, filepath.Join(d, "deep"))
		},
		"a new file": func(d string) { write(t, filepath.Join(d, "deep/b.csv"), "mine", 0o644, then) },
	} {
		t.Run(name, func(t *testing.T) {
			s, v := two(t)
			dest := t.TempDir()
			noError(t, os.Mkdir(filepath.Join(dest, "deep"), 0o755))
			done := false
			_, err := folder.Lay(t.Context(), s, v.Root, dest, content.RestoreOptions{Over: true, Progress: func(p content.Progress) {
				if !p.Counting && !done {
					done = true
					swap(dest)
				}
			}})
			wantKind(t, err, fault.Conflict)
			if !strings.Contains(fault.HintOf(err), "1 of 4 files had been restored") {
				t.Errorf("the hint is %q", fault.HintOf(err))
			}
			if entries, err := os.ReadDir(outside); err != nil || len(entries) > 0 {
				t.Errorf("written outside: %v, %v", entries, err)
			}
			if data, err := os.ReadFile(filepath.Join(dest, "deep/b.csv")); err == nil && string(data) != "mine" {
				t.Errorf("what came there is now %q", data)
			}
		})
	}
}

// TestOverIsOldOrNew stops or fails a restore at each object that it reads:
// every file is the old one or the new one, and nothing else is there.
func TestOverIsOldOrNew(t *testing.T) {
	mem := contenttest.NewMemory()
	v := build(t, mem, sample(t))
	for n := 1; ; n++ {
		dest := t.TempDir()
		for _, f := range []string{"wine.csv", "large", "deep/er/still/x", "run.sh"} {
			write(t, filepath.Join(dest, f), "old", 0o644, then)
		}
		ctx, cancel := context.WithCancel(t.Context())
		s := countingFrom(mem, n, func() error { cancel(); return nil })
		if n%2 == 0 {
			s.do = func() error { return fault.New(fault.Corrupt, "it is damaged") }
		}
		_, err := folder.Lay(ctx, s, v.Root, dest, content.RestoreOptions{Over: true})
		cancel()
		if s.left.Load() > 0 {
			noError(t, err)
			_ = os.Chmod(filepath.Join(dest, "deep/er"), 0o755)
			break
		}
		if err == nil {
			t.Fatalf("stopped at object %d, it says that all is well", n)
		}
		for _, line := range describe(t, dest) {
			if strings.Contains(line, ".varve-restore") {
				t.Fatalf("stopped at object %d, left behind: %s", n, line)
			}
		}
		for f, want := range map[string]string{"wine.csv": "a;b\n1;2\n", "deep/er/still/x": "x", "run.sh": "#!/bin/sh\n"} {
			if got := read(t, filepath.Join(dest, f)); got != "old" && got != want {
				t.Fatalf("stopped at object %d, %s is %q", n, f, got)
			}
		}
		if fi, err := os.Stat(filepath.Join(dest, "large")); err != nil || fi.Size() != 3 && fi.Size() != 700<<10 {
			t.Fatalf("stopped at object %d, the large file is %v, %v", n, fi, err)
		}
	}
}

// What a restore that was killed has left is removed by the next; what only
// looks like it is not.
func TestLeftoversAreRemoved(t *testing.T) {
	s, v := two(t)
	dest := t.TempDir()
	for _, gone := range []string{".varve-restore-0.part", "deep/.varve-restore-7.part", ".varve-restore-0/file"} {
		write(t, filepath.Join(dest, gone), "half", 0o600, then)
	}
	kept := []string{".varve-restore-1/mine", ".varve-restore-x.part", "deep/.varve-restore-2/file", "other/.varve-restore-0.part"}
	for _, path := range kept {
		write(t, filepath.Join(dest, path), "mine", 0o600, then)
	}
	seen, err := folder.Lay(t.Context(), s, v.Root, dest, content.RestoreOptions{Look: true})
	noError(t, err)
	if slices.Sort(seen.Beside.First); !slices.Equal(seen.Beside.First, kept) {
		t.Errorf("besides there are %q", seen.Beside.First)
	}
	_, err = over(t, s, v, dest)
	noError(t, err)
	var left []string
	for _, line := range describe(t, dest) {
		if name, _, _ := strings.Cut(line, " "); strings.Contains(name, "varve-restore") && strings.Contains(line, " -rw") {
			left = append(left, name)
		}
	}
	if !slices.Equal(left, kept) {
		t.Errorf("left are %q", left)
	}
}

func TestOverNoFolder(t *testing.T) {
	s, v := two(t)
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "x", 0o644, then)
	for _, look := range []bool{true, false} {
		_, err := folder.Lay(t.Context(), s, v.Root, file, content.RestoreOptions{Over: true, Look: look})
		wantKind(t, err, fault.Exists)
	}
	seen, err := folder.Lay(t.Context(), s, v.Root, filepath.Join(t.TempDir(), "new"), content.RestoreOptions{Look: true})
	noError(t, err)
	if seen.New.Files != 4 || seen.Over.Files+seen.Same.Files+seen.Beside.Files != 0 {
		t.Errorf("into a new folder: %+v", seen)
	}
}

// A version that is one file goes over a file of that name.
func TestOverOneFile(t *testing.T) {
	top, s := t.TempDir(), contenttest.NewMemory()
	write(t, filepath.Join(top, "a.csv"), "new", 0o644, then)
	v := build(t, s, filepath.Join(top, "a.csv"))
	dest := t.TempDir()
	write(t, filepath.Join(dest, "a.csv"), "old", 0o644, then)
	write(t, filepath.Join(dest, "b.csv"), "b", 0o644, then)
	seen, err := folder.Lay(t.Context(), s, v.Root, dest, content.RestoreOptions{Look: true})
	noError(t, err)
	if seen.Over.Files != 1 || seen.Beside.Files != 1 {
		t.Errorf("%+v", seen)
	}
	_, err = over(t, s, v, dest)
	noError(t, err)
	if got := read(t, filepath.Join(dest, "a.csv")); got != "new" {
		t.Errorf("it is %q", got)
	}
}
