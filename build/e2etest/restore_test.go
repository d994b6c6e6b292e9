//go:build e2e && linux

package e2etest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// older puts other files where those of a version are restored over.
func (h *home) older(dest string, files, size int) {
	h.t.Helper()
	for i := range files {
		old := bytes.Repeat([]byte{'o'}, size/2)
		if err := os.WriteFile(filepath.Join(h.dir, dest, fmt.Sprintf("f%02d", i)), old, 0o644); err != nil {
			h.t.Fatal(err)
		}
	}
}

// whole counts the files that are new, and fails if one is neither old nor new.
func (h *home) whole(source, dest string) (fresh int) {
	h.t.Helper()
	entries, err := os.ReadDir(filepath.Join(h.dir, source))
	if err != nil {
		h.t.Fatal(err)
	}
	for _, e := range entries {
		now, err := os.ReadFile(filepath.Join(h.dir, dest, e.Name()))
		if err != nil {
			h.t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(h.dir, source, e.Name()))
		if err != nil {
			h.t.Fatal(err)
		}
		switch {
		case bytes.Equal(now, want):
			fresh++
		case len(now) != len(want)/2 || bytes.Count(now, []byte{'o'}) != len(now):
			h.t.Fatalf("%s is neither the old file nor the new one", e.Name())
		}
	}
	return fresh
}

// leftovers are files of a restore that was not finished.
func (h *home) leftovers(dest string) []string {
	h.t.Helper()
	list, err := filepath.Glob(filepath.Join(h.dir, dest, ".varve-restore-*"))
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

func (h *home) versionOf(files, size int) {
	h.t.Helper()
	if err := os.Mkdir(filepath.Join(h.dir, "wine"), 0o755); err != nil {
		h.t.Fatal(err)
	}
	for i := range files {
		h.write(fmt.Sprintf("wine/f%02d", i), size)
	}
	h.run("data", "add", "wine", "wine")
}

// TestKilledWhileItRestoresOver kills the owner in the middle, again and again.
// Every file is the old one or the new one, and the next restore ends the work
// and takes away what was left.
func TestKilledWhileItRestoresOver(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	const files, size = 24, 2 << 20
	h.versionOf(files, size)
	if err := os.Mkdir(filepath.Join(h.dir, "mine"), 0o755); err != nil {
		t.Fatal(err)
	}
	halfway := 0
	for round := range 6 {
		h.older("mine", files, size)
		owner := h.owner()
		cmd := h.command("data", "get", "wine", "mine", "--over")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		deadline := time.Now().Add(20 * time.Second)
		for len(h.leftovers("mine")) == 0 && time.Now().Before(deadline) {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Duration(round) * 7 * time.Millisecond)
		if err := syscall.Kill(owner, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if n := h.whole("wine", "mine"); n > 0 && n < files {
			halfway++
		}
		h.run("data", "get", "wine", "mine", "--over")
		if n, left := h.whole("wine", "mine"), h.leftovers("mine"); n != files || len(left) > 0 {
			t.Fatalf("afterwards %d files are new, and there is %q", n, left)
		}
	}
	if halfway == 0 {
		t.Error("no restore was killed halfway: this tests nothing")
	}
}

// TestRestoreOverFillsTheDisk restores over a folder on a disk that has no room
// for all of it.
func TestRestoreOverFillsTheDisk(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	const files, size = 8, 1 << 20
	h.versionOf(files, size)
	h.mount("mine", "6m")
	h.older("mine", files, size)
	h.refused(t, 208, "data", "get", "wine", "mine", "--over")
	if n, left := h.whole("wine", "mine"), h.leftovers("mine"); n != 0 || len(left) > 0 {
		t.Errorf("%d files are new, and there is %q", n, left)
	}
}
