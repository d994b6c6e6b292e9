package ignore_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
	"dev.varve/backend/ignore"
)

func TestSource(t *testing.T) {
	files := map[string]string{
		".varveignore": "*.tmp\n/cache/\n.*\n", "a.csv": "1", "a.tmp": "2", "cache/x/y": "3", "cache/z": "4", ".hidden": "5",
		"sub/.varveignore": "!keep.tmp\nlocal.csv\n", "sub/keep.tmp": "6", "sub/other.tmp": "7", "sub/local.csv": "8", "local.csv": "9", "sub/cache/x": "10",
		".gitignore": "*.csv\n", "sub/.dvcignore": "cache\n", ".git/config": "11", ".dvc/config": "12",
	}
	const normal = "a.csv local.csv sub/cache/x sub/keep.tmp"
	for _, c := range []struct {
		o    ignore.Options
		kept string
		left int64
		by   string
	}{
		{ignore.Options{}, normal, 10, "10 files left out by .varveignore"},
		{ignore.Options{Git: true}, ".gitignore sub/cache/x sub/keep.tmp", 11, "11 files left out by .gitignore and .varveignore"},
		{ignore.Options{DVC: true}, "a.csv local.csv sub/.dvcignore sub/keep.tmp", 10, "10 files left out by .dvcignore and .varveignore"},
	} {
		got, left := kept(t, contenttest.NewFiles(files), c.o)
		if want := strings.Fields(c.kept); !slices.Equal(got, want) {
			t.Errorf("%+v keeps %q, not %q", c.o, got, want)
		}
		if left.Files != c.left || left.Words() != c.by {
			t.Errorf("%+v: %d, %q", c.o, left.Files, left.Words())
		}
	}
}

// The files that hold rules are kept, so that what is restored and added again
// is the same version.
func TestTheRulesAreKept(t *testing.T) {
	var left ignore.Left
	v, err := content.Build(t.Context(), nil, ignore.Source(contenttest.NewFiles(map[string]string{".varveignore": "*\n", "a": "1"}), ignore.Options{}, &left), content.BuildOptions{})
	if err != nil || v.Totals.Files != 1 || left.Files != 1 {
		t.Fatalf("%+v, %d left, %v", v.Totals, left.Files, err)
	}
	again, err := content.Build(t.Context(), nil, ignore.Source(contenttest.NewFiles(map[string]string{".varveignore": "*\n"}), ignore.Options{}, &left), content.BuildOptions{})
	if err != nil || again.Digest != v.Digest {
		t.Errorf("added again it is another version: %v", err)
	}
}

func TestOddFilesOfRules(t *testing.T) {
	build := func(f *contenttest.Files) (content.Version, error) {
		var left ignore.Left
		return content.Build(t.Context(), nil, ignore.Source(f, ignore.Options{}, &left), content.BuildOptions{})
	}
	// A file that was named itself is meant.
	one := contenttest.NewFiles(map[string]string{".varveignore": "*", "a": "1"})
	one.File = "a"
	if v, err := build(one); err != nil || v.Totals.Files != 1 {
		t.Errorf("one file: %+v, %v", v.Totals, err)
	}
	// A link and a folder of that name hold no rules.
	odd := contenttest.NewFiles(map[string]string{"rules": "*", "a": "1", "sub/.varveignore/x": "2"})
	odd.Items[".varveignore"] = &contenttest.Item{Type: content.Link, Target: "rules"}
	if v, err := build(odd); err != nil || v.Totals.Files != 3 || v.Totals.Links != 1 {
		t.Errorf("odd ones: %+v, %v", v.Totals, err)
	}
	if _, err := build(contenttest.NewFiles(map[string]string{".varveignore": strings.Repeat("a\n", ignore.MaxFile)})); !errors.Is(err, fault.Unsupported) {
		t.Errorf("a huge one: %v", err)
	}
	denied := contenttest.NewFiles(map[string]string{"a": "1"})
	denied.Items["sub/.varveignore"] = &contenttest.Item{Denied: true, Mode: 0o200}
	if _, err := build(denied); !errors.Is(err, fault.Denied) || !strings.Contains(err.Error(), ".varveignore") {
		t.Errorf("one that may not be read: %v", err)
	}
	// A pipe that is left out is no reason to refuse the rest.
	pipe := contenttest.NewFiles(map[string]string{".varveignore": "*.sock", "a": "1"})
	pipe.Items["x.sock"] = &contenttest.Item{What: "a socket"}
	if v, err := build(pipe); err != nil || v.Totals.Files != 2 {
		t.Errorf("with a socket: %+v, %v", v.Totals, err)
	}
}

func TestStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var left ignore.Left
	dir, _, err := ignore.Source(contenttest.NewFiles(map[string]string{".varveignore": "*.tmp", "a": "1"}), ignore.Options{}, &left).Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := dir.Names(); fault.KindOf(err) != fault.Cancelled {
		t.Errorf("stopped: %v", err)
	}
}
