//go:build e2e && linux

package e2etest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestFullDisk fills the disk of a workspace. Varve says so, goes on answering,
// loses nothing, and goes on recording when there is space again. Mounting a
// small file system needs root, which the tests have.
func TestFullDisk(t *testing.T) {
	h := newHome(t)
	disk := filepath.Join(h.dir, "disk")
	if err := os.MkdirAll(disk, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=12m"); err != nil {
		t.Fatalf("a small file system cannot be mounted: %v", err)
	}
	t.Cleanup(func() {
		endOwners(h.dir)
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	h.env = append(h.env, "VARVE_WORKSPACE="+filepath.Join(disk, "work"))
	h.write("small.txt", 1000)
	h.write("large.bin", 20<<20)
	h.run("data", "add", "small", "small.txt")
	owner := h.owner()

	if err := os.WriteFile(filepath.Join(disk, "fill"), make([]byte, 6<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	h.refused(t, 208, "data", "add", "large", "large.bin")
	h.write("other.txt", 300<<10)
	h.refused(t, 208, "data", "add", "other", "other.txt")
	if out := h.run("data", "list"); !strings.Contains(out, "small") || strings.Contains(out, "large") {
		t.Fatalf("with a full disk:\n%s", out)
	}
	h.run("data", "get", "small", "restored")

	if err := os.Remove(filepath.Join(disk, "fill")); err != nil {
		t.Fatal(err)
	}
	h.run("data", "add", "small", "other.txt")
	if h.owner() != owner {
		t.Fatal("the owner ended")
	}
	endOwners(h.dir)
	if out := h.run("doctor"); !strings.Contains(out, "Everything is well.") {
		t.Fatalf("afterwards:\n%s", out)
	}
}

// write makes a file of so many bytes that do not compress.
func (h *home) write(name string, size int) {
	h.t.Helper()
	data := make([]byte, size)
	x := uint64(size) | 1
	for i := range data {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		data[i] = byte(x >> 32)
	}
	if err := os.WriteFile(filepath.Join(h.dir, name), data, 0o644); err != nil {
		h.t.Fatal(err)
	}
}

// refused runs a command line that fails with an exit code and in words.
func (h *home) refused(t *testing.T, code int, args ...string) {
	t.Helper()
	cmd := h.command(args...)
	out, err := cmd.CombinedOutput()
	exit, ok := err.(*exec.ExitError)
	if !ok || exit.ExitCode() != code || !strings.Contains(string(out), "space") {
		t.Fatalf("varve %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
