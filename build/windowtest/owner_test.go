//go:build window

package windowtest

import (
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"dev.varve/build/windowtest/rig"
)

// TestVarveSaysThatItsOwnerIsGone: the window shows pages of an owner elsewhere;
// when that one is killed, the page says so, or is there again already, and works.
func TestVarveSaysThatItsOwnerIsGone(t *testing.T) {
	v, pid := openAtForeignOwner(t)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	v.Until(t, `!document.body.textContent.includes("Varve is not answering") && fetch("/api/varve/v1/alive").then(a => a.ok)`)
	v.mlflow(t, "runs/create", map[string]any{"experiment_id": "0", "run_name": "after", "start_time": 1}, nil)
	v.Eval(t, `location.hash = "#/runs"`, nil)
	v.Until(t, `document.body.innerText.includes("after")`)
	var after string
	v.Eval(t, `return await fetch("/api/varve/v1/alive").then(a => a.json()).then(a => String(a.pid))`, &after)
	if after == strconv.Itoa(pid) {
		t.Errorf("the owner is still %s", after)
	}
}

// openAtForeignOwner opens the window at a workspace whose owner is another
// process.
func openAtForeignOwner(t *testing.T) (v *varve, owner int) {
	t.Helper()
	screen := rig.NewScreen(t, rig.Options{})
	v = &varve{screen: screen, folder: filepath.Join(screen.Home, "Lake"), title: "Lake – Varve"}
	v.cli(t, "runs", "list") // leaves an owner in the background
	v.Page = screen.Drive(t, nil, built(t, "varve-window"), "--workspace", v.folder)
	v.Until(t, `document.querySelector("h1")?.textContent.trim()`)
	var pid string
	v.Eval(t, `return await fetch("/api/varve/v1/alive").then(a => a.json()).then(a => String(a.pid))`, &pid)
	owner, err := strconv.Atoi(pid)
	if err != nil || owner == v.PID {
		t.Fatalf("the owner is the process %q, the window %d: %v", pid, v.PID, err)
	}
	return v, owner
}

// TestVarveSaysThatItsOwnerHangs: an owner elsewhere stands still; the page says
// so, with what it has on screen, and goes on when the owner does.
func TestVarveSaysThatItsOwnerHangs(t *testing.T) {
	v, pid := openAtForeignOwner(t)
	v.Eval(t, `location.hash = "#/runs"`, nil)
	v.mlflow(t, "runs/create", map[string]any{"experiment_id": "0", "run_name": "before", "start_time": 1}, nil)
	v.Until(t, `document.body.innerText.includes("before")`)
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGCONT) })
	v.Until(t, `document.body.innerText.includes("Varve is not answering")`)
	v.Until(t, `document.body.innerText.includes("before")`)
	if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	v.mlflow(t, "runs/create", map[string]any{"experiment_id": "0", "run_name": "after", "start_time": 2}, nil)
	v.Until(t, `document.body.innerText.includes("after") && !document.body.innerText.includes("Varve is not answering")`)
}
