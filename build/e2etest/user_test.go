//go:build e2e && linux

package e2etest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nobody is an ordinary user; permissions mean nothing to root, as whom the
// tests may run.
const nobody = 65534

// TestOrdinaryUser works where the operating system says no: each time a
// sentence with the path and what to do, exit code 206, and nothing recorded.
func TestOrdinaryUser(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	program := h.give(t)
	h.as(t, program, 0, "", "data", "add", "open", "open.txt")
	list := h.as(t, program, 0, "", "data", "list", "--json")

	for _, c := range []struct{ says, args string }{
		{"“closed.txt” may not be read", "data add x closed.txt"},
		{"“closed.txt” may not be read; the folder “sub” may not be read", "data add x mixed"},
		{"/sub", "data add x mixed/sub"},
		{"/locked/dest", "data get open locked/dest"},
		{"/sub", "run mixed/sub"},
		{"/locked", "runs list -w locked"},
		{"/locked/new", "runs list -w locked/new"},
		{"/foreign/varve.json", "runs list -w foreign"},
	} {
		h.as(t, program, 206, c.says, strings.Fields(c.args)...)
	}
	if again := h.as(t, program, 0, "", "data", "list", "--json"); again != list {
		t.Fatalf("the record changed:\n%s\n%s", list, again)
	}

	// A workspace that can be read and not written.
	h.end(t)
	logs := filepath.Join(h.ws, "journal", "*")
	h.chmod(t, 0o555, logs)
	h.as(t, program, 206, "/journal/", "data", "add", "y", "mixed/fine.txt")
	if again := h.as(t, program, 0, "", "data", "list", "--json"); again != list {
		t.Fatalf("the record changed:\n%s\n%s", list, again)
	}
	// One whose journal cannot be read.
	h.end(t)
	h.chmod(t, 0, logs)
	h.as(t, program, 206, "/journal/", "data", "list")
	h.chmod(t, 0o755, logs)
	if again := h.as(t, program, 0, "", "data", "list", "--json"); again != list {
		t.Fatalf("the record changed:\n%s\n%s", list, again)
	}
}

// give lays out files of all kinds, gives everything to nobody, and returns a
// program that nobody can start.
func (h *home) give(t *testing.T) string {
	t.Helper()
	program := filepath.Join(h.dir, "varve")
	for _, dir := range []string{"mixed/sub", "locked", "foreign"} {
		if err := os.MkdirAll(filepath.Join(h.dir, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	files := map[string][]byte{
		h.dir + "/open.txt": []byte("1\n"), h.dir + "/closed.txt": []byte("2\n"),
		h.dir + "/mixed/fine.txt": []byte("3\n"), h.dir + "/mixed/closed.txt": []byte("4\n"), h.dir + "/mixed/sub/x": []byte("5\n"),
	}
	for name, data := range files {
		if err := os.WriteFile(name, data, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := copyProgram(varve(), program); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(h.dir, func(path string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, nobody, nobody))
	})
	if err == nil {
		err = os.Chown(filepath.Join(h.dir, "foreign"), 0, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	h.chmod(t, 0, "closed.txt")
	h.chmod(t, 0, "mixed/closed.txt")
	h.chmod(t, 0, "mixed/sub")
	h.chmod(t, 0o555, "locked")
	h.chmod(t, 0o700, "foreign")
	h.chmod(t, 0o711, "..") // of the test: nobody has to get through
	return program
}

// chmod changes the mode of what a pattern names.
func (h *home) chmod(t *testing.T, mode os.FileMode, pattern string) {
	t.Helper()
	if !filepath.IsAbs(pattern) {
		pattern = filepath.Join(h.dir, pattern)
	}
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s names nothing, %v", pattern, err)
	}
	for _, name := range names {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
	}
}

// as runs a command line as nobody and returns its standard output.
func (h *home) as(t *testing.T, program string, code int, says string, args ...string) string {
	t.Helper()
	cmd := h.command(args...)
	cmd.Path = program
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	said := stderr.String()
	if got := cmd.ProcessState.ExitCode(); got != code || !strings.Contains(said, says) || code != 0 && !strings.Contains(said, "Ask for permission") {
		t.Fatalf("varve %s: exit code %d, want %d and %q\n%s%s", strings.Join(args, " "), got, code, says, out, said)
	}
	return string(out)
}
