//go:build unix

package machine_test

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dev.varve/app/machine"
	"dev.varve/backend/fault"
)

func TestGit(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("GIT_DIR", filepath.Join(dir, "elsewhere")) // as in a hook
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(dir))
	g := machine.Git{}
	if _, err := g.Git(t.Context(), dir, 100, "rev-parse", "--show-prefix"); err == nil || !strings.Contains(err.Error(), "not a git repository") {
		t.Errorf("in no repository: %v", err)
	}
	if out, err := exec.Command("env", "-u", "GIT_DIR", "git", "init", "-q", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "größe 1.py"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	list := []string{"ls-files", "-z", "--others"}
	if out, err := g.Git(t.Context(), dir, 100, list...); err != nil || string(out) != "größe 1.py\x00" {
		t.Errorf("%q, %v", out, err)
	}
	if _, err := g.Git(t.Context(), dir, 5, list...); !errors.Is(err, fault.Unsupported) {
		t.Errorf("more than the limit: %v", err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := g.Git(ended, dir, 100, list...); !errors.Is(err, fault.Cancelled) {
		t.Errorf("cancelled: %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := g.Git(t.Context(), dir, 100, list...); !errors.Is(err, fault.NotFound) {
		t.Errorf("without git: %v", err)
	}
}

func TestGitStream(t *testing.T) {
	dir := t.TempDir()
	g := machine.Git{}
	if _, err := g.Git(t.Context(), dir, 100, "init", "-q"); err != nil {
		t.Fatal(err)
	}
	feed := func() io.Reader { return strings.NewReader(strings.Repeat("HEAD:nowhere\n", 50_000)) }
	lines := 0
	err := g.Stream(t.Context(), dir, feed(), func(r io.Reader) error {
		all, err := io.ReadAll(r)
		lines = strings.Count(string(all), "missing\n")
		return err
	}, "cat-file", "--batch-check")
	if err != nil || lines != 50_000 {
		t.Errorf("%d lines, %v", lines, err)
	}
	enough := errors.New("enough")
	err = g.Stream(t.Context(), dir, feed(), func(r io.Reader) error {
		_, err := r.Read(make([]byte, 10))
		return errors.Join(enough, err)
	}, "cat-file", "--batch-check")
	if !errors.Is(err, enough) {
		t.Errorf("a reader that has enough: %v", err)
	}
}
