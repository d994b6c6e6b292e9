//go:build unix

package machine_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dev.varve/app/machine"
	"dev.varve/backend/env"
	"dev.varve/backend/fault"
)

func TestRunHandsOverLines(t *testing.T) {
	var got []string
	code, err := machine.Tools{}.Run(t.Context(), env.Command{
		Args: []string{"/bin/sh", "-c", `printf 'a\nb\r\n\nerr\n' >&2; head -c 40000 /dev/zero | tr '\0' x; printf '\nlast'; exit 3`},
	}, func(s string) { got = append(got, s) })
	if err != nil || code != 3 {
		t.Fatalf("code %d, %v", code, err)
	}
	want := []string{"a", "b", "", "err", strings.Repeat("x", 16<<10), "last"}
	if !slices.Equal(got, want) {
		t.Fatalf("%d lines: %.200q", len(got), got)
	}
}

// name names the process whose number a script has written.
func name(t *testing.T, line string) machine.Identity {
	pid, err := strconv.Atoi(line)
	if err != nil {
		t.Error(err)
	}
	id, err := machine.IdentityOf(pid)
	if err != nil {
		t.Error(err)
	}
	return id
}

func TestRunDoesNotWaitForWhatIsLeftBehind(t *testing.T) {
	var left machine.Identity
	code, err := machine.Tools{}.Run(t.Context(), env.Command{Args: []string{"/bin/sh", "-c", `sleep 1000 & echo $!`}}, func(s string) { left = name(t, s) })
	if err != nil || code != 0 {
		t.Fatal(code, err)
	}
	mustBeGone(t, []machine.Identity{left})
}

func TestRunIsCancelledWithItsTree(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var child machine.Identity
	_, err := machine.Tools{}.Run(ctx, env.Command{Args: []string{"/bin/sh", "-c", `sleep 1000 & echo $!; wait`}}, func(s string) {
		child = name(t, s)
		cancel()
	})
	if fault.KindOf(err) != fault.Cancelled {
		t.Fatal(err)
	}
	mustBeGone(t, []machine.Identity{child})
	if _, err := (machine.Tools{}).Run(ctx, env.Command{Args: []string{"/bin/sh"}}, nil); fault.KindOf(err) != fault.Cancelled {
		t.Errorf("started all the same: %v", err)
	}
}

func TestRunRefusesWhatCannotStart(t *testing.T) {
	if _, err := (machine.Tools{}).Run(t.Context(), env.Command{Args: []string{"varve-none"}}, nil); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
}

func TestCandidates(t *testing.T) {
	root := t.TempDir()
	file := func(name string) string {
		name = filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, 0o755); err != nil {
			t.Fatal(err)
		}
		return name
	}
	want := []env.Candidate{
		{Path: file("b/python3")},
		{Path: file("b/python3.12"), Version: "3.12"},
		{Path: file("b/python3.9"), Version: "3.9"},
		{Path: file("a/python")},
		{Path: file("a/python3.9"), Version: "3.9"},
		{Path: file(".pyenv/versions/3.11.10/bin/python3"), Version: "3.11.10"},
		{Path: file(".pyenv/versions/3.11.9/bin/python3"), Version: "3.11.9"},
		{Path: file(".pyenv/versions/3.9.1/bin/python3"), Version: "3.9.1"},
		{Path: file(".pyenv/versions/mine/bin/python3")},
		{Path: file(".local/share/uv/python/cpython-3.13.1-linux-x86_64-gnu/bin/python3"), Version: "3.13.1"},
	}
	for _, no := range []string{"a/python2", "a/python3-config", "a/pythonw", "a/ipython3", "a/python3.9-dbg", ".pyenv/versions/empty/x"} {
		file(no)
	}
	environ := []string{"HOME=" + root, "PATH=relative:" + root + "/none:" + root + "/b:" + root + "/a:" + root + "/b"}
	got := machine.Tools{}.Candidates(environ)
	got = slices.DeleteFunc(got, func(c env.Candidate) bool { return !strings.HasPrefix(c.Path, root) })
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if p, err := (machine.Tools{}).Program("python", environ); err != nil || p != filepath.Join(root, "a/python") {
		t.Errorf("program %s, %v", p, err)
	}
}

func TestSync(t *testing.T) {
	if err := (machine.Tools{}).Sync(t.TempDir()); err != nil {
		t.Error(err)
	}
	if err := (machine.Tools{}).Sync(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a folder that is not there was synced")
	}
}
