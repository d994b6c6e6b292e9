//go:build e2e && linux

package e2etest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestFullDisk fills the disk of a workspace. Varve says so, goes on answering,
// loses nothing, and goes on recording when there is space again.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	disk := h.mount("disk", "12m")
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

// TestARunFillsTheDisk lets a run write more than the disk of its workspace
// has room for. What it wrote until then can be read at once, and is taken in
// when there is space again.
func TestARunFillsTheDisk(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	disk := h.mount("disk", "5m")
	h.env = append(h.env, "VARVE_WORKSPACE="+filepath.Join(disk, "work"))
	project := h.project("echo begun; head -c 20000000 /dev/urandom | base64 || exit 9\n")
	cmd := h.command("run", project)
	out, err := cmd.Output()
	if cmd.ProcessState.ExitCode() != 9 || !strings.HasPrefix(string(out), "begun\n") || len(out) < 1<<20 {
		t.Fatalf("%v, %d bytes of output", err, len(out))
	}
	h.refused(t, 208, "run", project)
	var runs []struct {
		Info struct{ Status, RunID string }
	}
	if err := json.Unmarshal([]byte(strings.ReplaceAll(h.run("runs", "list", "--json"), "run_id", "RunID")), &runs); err != nil {
		t.Fatal(err)
	}
	if len(runs) != 1 || runs[0].Info.Status != "FAILED" {
		t.Fatalf("the runs are %+v", runs)
	}
	if again := h.run("runs", "log", runs[0].Info.RunID); again != string(out) {
		t.Fatalf("%d bytes of output, %d when they were read again", len(out), len(again))
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT, "size=100m"); err != nil {
		t.Fatal(err)
	}
	if !eventually(func() bool {
		left, _ := filepath.Glob(filepath.Join(disk, "work", "journal", "*", "agent.json"))
		return len(left) == 0
	}) {
		t.Fatal("the run was not taken in")
	}
	if again := h.run("runs", "log", runs[0].Info.RunID); again != string(out) {
		t.Fatalf("%d bytes of output, %d after they were taken in", len(out), len(again))
	}
}

// TestNoSpaceForTheIndex opens a workspace while the disk of the machine's
// cache has 5 MB left.
func TestNoSpaceForTheIndex(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	h.env = append(h.env, "XDG_CACHE_HOME="+h.mount("small", "5m"))
	h.refused(t, 208, "data", "list")
	h.env = h.env[:len(h.env)-1]
	h.run("data", "list")
}

// mount mounts a small file system. That needs root, which the tests have.
func (h *home) mount(name, size string) string {
	h.t.Helper()
	disk := filepath.Join(h.dir, name)
	if err := os.MkdirAll(disk, 0o755); err != nil {
		h.t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size="+size); err != nil {
		h.t.Fatalf("a small file system cannot be mounted: %v", err)
	}
	h.t.Cleanup(func() {
		endOwners(h.dir)
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			h.t.Error(err)
		}
	})
	return disk
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
