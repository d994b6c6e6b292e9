//go:build e2e

package e2etest

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"

	"dev.varve/build/rig"
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
	one := rig.NewHome(varve(), t.TempDir())
	t.Cleanup(func() { endOwners(one.Dir) })
	return &home{t: t, dir: one.Dir, ws: one.WS, env: one.Env}
}

// rig is the person as the shared rig knows them, with what a test has added
// to the environment since.
func (h *home) rig() *rig.Home {
	return &rig.Home{Varve: varve(), Dir: h.dir, WS: h.ws, Env: h.env}
}

// varve is the program under test.
func varve() string {
	abs, err := filepath.Abs("../bin/varve")
	if err != nil {
		panic(err)
	}
	return abs
}

// copyProgram copies a program that is started afterwards. Another process writes
// it: one that this process starts meanwhile would hold it open for writing for
// a moment, and what is written cannot be started.
func copyProgram(from, to string) error {
	if out, err := exec.Command("cp", from, to).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

func environ(dir string) []string { return rig.Environ(varve(), dir) }

func endOwners(dir string) { rig.EndOwners(dir) }

func eventually(so func() bool) bool { return rig.Eventually(so) }

// command is a command line of varve, not started yet.
func (h *home) command(args ...string) *exec.Cmd { return h.rig().Command(args...) }

// run runs a command line and returns what it printed to standard output.
func (h *home) run(args ...string) string {
	h.t.Helper()
	out, err := h.rig().Run(args...)
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

// owner returns the process number of the live owner.
func (h *home) owner() int { return h.rig().Owner() }

// project writes a project whose entry point is a shell script.
func (h *home) project(script string) string {
	h.t.Helper()
	dir, err := h.rig().Project(script)
	if err != nil {
		h.t.Fatal(err)
	}
	return dir
}

// server is `varve serve` in a process of its own.
type server struct{ *rig.Server }

// serve starts an owner in a process of its own.
func (h *home) serve() server {
	h.t.Helper()
	s, err := h.rig().Serve()
	if err != nil {
		h.t.Fatal(err)
	}
	return server{s}
}
