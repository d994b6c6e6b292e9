package folder_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
	"dev.varve/storage/folder"
)

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t testing.TB, err error, kind fault.Kind) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("got %v, want a fault of kind %q", err, kind)
	}
}

func write(t testing.TB, path, text string, mode fs.FileMode, at time.Time) {
	t.Helper()
	noError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	noError(t, os.WriteFile(path, []byte(text), 0o600))
	noError(t, os.Chmod(path, mode))
	noError(t, os.Chtimes(path, at, at))
}

func link(t testing.TB, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		if runtime.GOOS == "windows" {
			t.Skip("no right to make links")
		}
		t.Fatal(err)
	}
}

var then = time.Unix(1_700_000_000, 123_456_700)

// sample makes a folder with a bit of everything.
func sample(t testing.TB) string {
	t.Helper()
	top := filepath.Join(t.TempDir(), "sample")
	write(t, filepath.Join(top, "wine.csv"), "a;b\n1;2\n", 0o644, then)
	write(t, filepath.Join(top, "run.sh"), "#!/bin/sh\n", 0o755, then.Add(time.Second))
	write(t, filepath.Join(top, "deep/er/still/x"), "x", 0o600, then)
	write(t, filepath.Join(top, "empty file"), "", 0o444, then)
	write(t, filepath.Join(top, "large"), string(contenttest.Bytes(1, 700<<10)), 0o640, then)
	noError(t, os.MkdirAll(filepath.Join(top, "empty folder"), 0o755))
	link(t, "wine.csv", filepath.Join(top, "latest"))
	link(t, "..", filepath.Join(top, "deep/loop"))
	link(t, "/etc/passwd", filepath.Join(top, "absolute"))
	link(t, "nowhere", filepath.Join(top, "deep/broken"))
	if runtime.GOOS == "linux" {
		write(t, filepath.Join(top, "raw \xff\xfe name"), "raw", 0o644, then)
		write(t, filepath.Join(top, `back\slash: "x"`), "b", 0o644, then)
	}
	noError(t, os.Chmod(filepath.Join(top, "deep/er"), 0o555))
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(top, "deep/er"), 0o755) })
	noError(t, os.Chtimes(filepath.Join(top, "deep/er"), then, then))
	return top
}

func build(t testing.TB, s content.Store, path string) content.Version {
	t.Helper()
	v, err := content.Build(t.Context(), s, folder.NewSource(path), content.BuildOptions{})
	noError(t, err)
	return v
}

func restore(t testing.TB, s content.Store, v content.Version, dest string) error {
	t.Helper()
	total, err := folder.Restore(t.Context(), s, v.Root, dest, nil)
	if err == nil && total != v.Totals {
		t.Fatalf("restored %+v of %+v", total, v.Totals)
	}
	return err
}

// describe lists everything in a folder with all that a version keeps.
func describe(t testing.TB, top string) (lines []string) {
	t.Helper()
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fi, err := os.Lstat(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(top, path)
		if err != nil || rel == "." {
			return err
		}
		line := rel + " " + fi.Mode().String() + " " + fi.ModTime().UTC().String()
		switch {
		case fi.Mode().IsRegular():
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			line += " " + content.Sum(content.KindData, data).String()
		case fi.Mode()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			line += " -> " + target
		}
		lines = append(lines, line)
		return nil
	})
	noError(t, err)
	return lines
}

func TestThereAndBack(t *testing.T) {
	top, s := sample(t), contenttest.NewMemory()
	v := build(t, s, top)
	for _, dest := range []string{"new", "new/with/parents", "empty"} {
		dest = filepath.Join(t.TempDir(), dest)
		if filepath.Base(dest) == "empty" {
			noError(t, os.Mkdir(dest, 0o755))
		}
		noError(t, restore(t, s, v, dest))
		t.Cleanup(func() { _ = os.Chmod(filepath.Join(dest, "deep/er"), 0o755) })
		if want, got := describe(t, top), describe(t, dest); !slices.Equal(want, got) {
			t.Fatalf("restored\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		again := build(t, s, dest)
		if again.Digest != v.Digest {
			t.Fatal("what was restored has another digest")
		}
		if only, err := content.Build(t.Context(), nil, folder.NewSource(dest), content.BuildOptions{}); err != nil || only.Digest != v.Digest {
			t.Fatalf("digest alone: %v, %v", only.Digest, err)
		}
	}
}

func TestASingleFile(t *testing.T) {
	top, s := sample(t), contenttest.NewMemory()
	v := build(t, s, filepath.Join(top, "run.sh"))
	dest := filepath.Join(t.TempDir(), "out")
	noError(t, restore(t, s, v, dest))
	lines := describe(t, dest)
	if len(lines) != 1 || !slices.Contains(describe(t, top), lines[0]) {
		t.Fatalf("restored %q", lines)
	}
	// A link that the person names is what it leads to.
	linked := build(t, s, filepath.Join(top, "latest"))
	if direct := build(t, s, filepath.Join(top, "wine.csv")); linked.Root != direct.Root {
		t.Fatal("a named link is another version than its target")
	}
}

func TestTimesOfAllAges(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other file systems hold other times")
	}
	s := contenttest.NewMemory()
	times := []time.Time{time.Unix(0, 0), time.Unix(-1, 5), time.Unix(13_000_000_000, 7)} // the last: year 2381
	var entries []content.PathEntry
	for i, at := range times {
		ref, err := content.WriteFile(t.Context(), s, strings.NewReader("x"), content.WriteOptions{})
		noError(t, err)
		entries = append(entries, content.PathEntry{Path: string(rune('a' + i)), Ref: ref, ModTime: at})
	}
	v, err := content.Assemble(t.Context(), s, entries)
	noError(t, err)
	dest := filepath.Join(t.TempDir(), "out")
	noError(t, restore(t, s, v, dest))
	for i, at := range times {
		fi, err := os.Stat(filepath.Join(dest, string(rune('a'+i))))
		noError(t, err)
		if !fi.ModTime().Equal(at) {
			t.Errorf("%s became %s", at, fi.ModTime())
		}
	}
}

func TestSourceRefuses(t *testing.T) {
	for _, path := range []string{filepath.Join(t.TempDir(), "nothing")} {
		_, err := content.Build(t.Context(), nil, folder.NewSource(path), content.BuildOptions{})
		wantKind(t, err, fault.NotFound)
		if !strings.Contains(err.Error(), path) {
			t.Errorf("the message does not name it: %v", err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := content.Build(ctx, nil, folder.NewSource(t.TempDir()), content.BuildOptions{})
	wantKind(t, err, fault.Cancelled)
}

func TestDestMustBeEmptyOrNew(t *testing.T) {
	s := contenttest.NewMemory()
	v := build(t, s, sample(t))
	dir := t.TempDir()
	write(t, filepath.Join(dir, "full/mine"), "mine", 0o644, then)
	write(t, filepath.Join(dir, "file"), "mine", 0o644, then)
	link(t, "gone", filepath.Join(dir, "dangling"))
	before := describe(t, dir)
	for _, dest := range []string{"full", "file", "dangling"} {
		wantKind(t, restore(t, s, v, filepath.Join(dir, dest)), fault.Exists)
	}
	if after := describe(t, dir); !slices.Equal(before, after) {
		t.Fatalf("something was touched: %q", after)
	}
}
