//go:build e2e

package e2etest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// home is one person on one machine: folders of their own, and a workspace.
type home struct {
	t   testing.TB
	dir string
	ws  string
	env []string
}

func newHome(t testing.TB) *home {
	t.Helper()
	h := &home{t: t, dir: t.TempDir()}
	h.ws = filepath.Join(h.dir, "work")
	h.env = environ(h.dir)
	h.env = append(h.env, "VARVE_WORKSPACE="+h.ws)
	t.Cleanup(func() { endOwners(h.dir) })
	return h
}

// environ is the environment of somebody whose folders lie in dir.
func environ(dir string) []string {
	env := []string{
		"HOME=" + dir, "XDG_CACHE_HOME=" + filepath.Join(dir, "cache"), "XDG_STATE_HOME=" + filepath.Join(dir, "state"),
		"PATH=" + filepath.Dir(varve()) + string(os.PathListSeparator) + os.Getenv("PATH"), "LANG=C.UTF-8", "TMPDIR=" + dir,
	}
	return env
}

// varve is the program under test.
func varve() string {
	abs, err := filepath.Abs("../bin/varve")
	if err != nil {
		panic(err)
	}
	return abs
}

// hint is what an owner leaves behind for others.
type hint struct {
	PID     int    `json:"pid"`
	Address string `json:"address"`
	Open    bool   `json:"open"`
}

// hints returns what the owners of somebody's workspaces left.
func hints(dir string) (list []hint) {
	names, _ := filepath.Glob(filepath.Join(dir, "state", "varve", "*", "door.json"))
	for _, name := range names {
		var h hint
		if data, err := os.ReadFile(name); err == nil && json.Unmarshal(data, &h) == nil {
			list = append(list, h)
		}
	}
	return list
}

// endOwners ends the owners that commands started in the background, so that
// no process outlives its test.
func endOwners(dir string) {
	for _, h := range hints(dir) {
		if h.Open && h.PID > 1 {
			_ = syscall.Kill(h.PID, syscall.SIGTERM)
		}
	}
	eventually(func() bool {
		for _, h := range hints(dir) {
			if h.Open && syscall.Kill(h.PID, 0) == nil {
				return false
			}
		}
		return true
	})
}

// eventually waits until something is so, for a long time at most.
func eventually(so func() bool) bool {
	for range 600 {
		if so() {
			return true
		}
		time.Sleep(50 * time.Millisecond)
	}
	return false
}

// command is a command line of varve, not started yet.
func (h *home) command(args ...string) *exec.Cmd {
	cmd := exec.Command(varve(), args...)
	cmd.Env, cmd.Dir = h.env, h.dir
	return cmd
}

// run runs a command line and returns what it printed to standard output.
func (h *home) run(args ...string) string {
	h.t.Helper()
	cmd := h.command(args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		h.t.Fatalf("varve %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}

// owner returns the process number of the live owner.
func (h *home) owner() int {
	for _, one := range hints(h.dir) {
		if one.Open {
			return one.PID
		}
	}
	return 0
}

// project writes a project whose entry point is a shell script.
func (h *home) project(script string) string {
	h.t.Helper()
	dir := filepath.Join(h.dir, "project")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		h.t.Fatal(err)
	}
	file := "name: e2e\nentry_points:\n  main:\n    parameters:\n      n: {type: int, default: 3}\n    command: \"bash main.sh {n}\"\n"
	for name, text := range map[string]string{"MLproject": file, "main.sh": script} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			h.t.Fatal(err)
		}
	}
	return dir
}
