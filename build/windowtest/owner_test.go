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
	screen := rig.NewScreen(t, rig.Options{})
	v := &varve{screen: screen, folder: filepath.Join(screen.Home, "Lake"), title: "Lake – Varve"}
	v.cli(t, "runs", "list") // leaves an owner in the background
	v.Page = screen.Drive(t, nil, built(t, "varve-window"), "--workspace", v.folder)
	v.Until(t, `document.querySelector("h1")?.textContent.trim()`)
	var before string
	v.Eval(t, `return await fetch("/api/varve/v1/alive").then(a => a.json()).then(a => String(a.pid))`, &before)
	pid, err := strconv.Atoi(before)
	if err != nil || pid == v.PID {
		t.Fatalf("the owner is the process %q, the window %d: %v", before, v.PID, err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	v.Until(t, `!document.body.textContent.includes("Varve is not answering") && fetch("/api/varve/v1/alive").then(a => a.ok)`)
	v.mlflow(t, "runs/create", map[string]any{"experiment_id": "0", "run_name": "after", "start_time": 1}, nil)
	v.Eval(t, `location.hash = "#/runs"`, nil)
	v.Until(t, `document.body.innerText.includes("after")`)
	var after string
	v.Eval(t, `return await fetch("/api/varve/v1/alive").then(a => a.json()).then(a => String(a.pid))`, &after)
	if after == before {
		t.Errorf("the owner is still %s", after)
	}
}
