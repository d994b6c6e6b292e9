//go:build window

package windowtest

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"dev.varve/build/windowtest/rig"
)

// in is the command line on another workspace of the same person.
func (v *varve) in(name string) *varve {
	other := *v
	other.folder, other.title = filepath.Join(v.screen.Home, name), name+" – Varve"
	return &other
}

// statuses are those of all runs of a workspace.
func (v *varve) statuses(t *testing.T) string {
	t.Helper()
	var runs []struct{ Info struct{ Status string } }
	if err := json.Unmarshal([]byte(v.cli(t, "runs", "list", "--json")), &runs); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, r := range runs {
		all = append(all, r.Info.Status)
	}
	return strings.Join(all, " ")
}

// waiter starts a run that goes on until the file that is returned exists.
func (v *varve) waiter(t *testing.T) (until string) {
	t.Helper()
	project := t.TempDir()
	until = filepath.Join(project, "enough")
	file := "entry_points:\n  main:\n    command: echo started && while [ -d " + project + " ] && [ ! -e " + until + " ]; do sleep 0.1; done && echo ended\n"
	if err := os.WriteFile(filepath.Join(project, "MLproject"), []byte(file), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { end(t, until) }) // whatever has come of the test
	v.cli(t, "run", project, "--env-manager", "local", "--detach")
	return until
}

// end lets a waiter end.
func end(t *testing.T, until string) {
	t.Helper()
	if err := os.WriteFile(until, nil, 0o600); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// clickLast presses a button that closes the window: WebDriver would wait for an
// answer of a page that has gone.
func (v *varve) clickLast(t *testing.T, selector string) {
	t.Helper()
	v.Eval(t, `const b = document.querySelector(arguments[0]); setTimeout(() => b.click())`, nil, selector)
}

// switchTo chooses a workspace in the menu behind the name of this one.
func (v *varve) switchTo(t *testing.T, name string) {
	t.Helper()
	v.Find(t, `nav button[aria-haspopup="menu"]`).Click(t)
	item := `[...document.querySelectorAll('[role=menu] [role=menuitemradio]')].find(i => i.innerText.split("\n")[0].trim() === "` + name + `")`
	v.Until(t, item)
	v.Eval(t, item+`.click()`, nil)
}

// shows waits until the pages are those of a workspace, at Home.
func (v *varve) shows(t *testing.T, name string) {
	t.Helper()
	v.Until(t, `document.querySelector('nav button[aria-haspopup="menu"]')?.ariaLabel === "`+name+`, workspace" && document.querySelector("h1")?.textContent.trim() === "Home"`)
}

// painted waits until what the page has is on the screen.
func (v *varve) painted(t *testing.T) {
	t.Helper()
	v.Eval(t, `for (let i = 0; i < 20; i++) await new Promise(requestAnimationFrame)`, nil)
}

// gone waits until the window's process has ended.
func (v *varve) gone(t *testing.T) {
	t.Helper()
	rig.Until(t, "the window's process has ended", func() bool {
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(v.PID) + "/stat")
		_, after, _ := strings.Cut(string(stat), ") ")
		return err != nil || strings.HasPrefix(after, "Z")
	})
}

// TestVarveSwitchesWorkspaces: there and back in the same window, by the menu. A
// run of the first goes on meanwhile, and the first can have a window of its own.
func TestVarveSwitchesWorkspaces(t *testing.T) {
	v := openVarve(t, rig.Options{})
	t.Cleanup(func() { killOwners(t, v.folder); killOwners(t, v.in("Glacier").folder) })
	until := v.waiter(t)
	rig.Until(t, "the run is running", func() bool { return v.statuses(t) == "RUNNING" })

	v.Find(t, `nav button[aria-haspopup="menu"]`).Click(t)
	v.painted(t)
	v.screen.Picture(t, picture("workspaces"))
	v.Eval(t, `[...document.querySelectorAll("[role=menuitem]")].find(i => i.innerText.includes("New workspace")).click()`, nil)
	v.Find(t, "dialog[open] form input").Type(t, "Glacier")
	v.screen.Picture(t, picture("new workspace"))
	v.Find(t, "dialog[open] form button.primary").Click(t)
	v.shows(t, "Glacier")
	glacier := v.in("Glacier")
	id := v.screen.Window(t, glacier.title)
	if n := v.screen.Windows(v.title); n != 0 {
		t.Errorf("the window is still called %s", v.title)
	}
	if got := v.statuses(t); got != "RUNNING" {
		t.Errorf("the run of the first workspace is %q", got)
	}
	if got := glacier.statuses(t); got != "" {
		t.Errorf("the new workspace has runs: %q", got)
	}

	// A second start of the second one raises this window now.
	v.screen.Focus(t, v.screen.OtherWindow(t))
	second := v.screen.Start(t, nil, built(t, "varve-window"), "--workspace", glacier.folder)
	if code := second.Ended(t); code != 0 {
		t.Errorf("the second start ended with %d:\n%s", code, second.Output())
	}
	rig.Until(t, "the window is active", func() bool { return v.screen.Active() == id })

	// Meanwhile the first one has a window of its own: that one is raised, and this
	// one stays.
	first := v.screen.Start(t, nil, built(t, "varve-window"), "--workspace", v.folder)
	lake := v.screen.Window(t, v.title)
	v.screen.Focus(t, id)
	v.switchTo(t, "Lake")
	v.Until(t, `document.body.innerText.includes("Lake has a window of its own")`)
	rig.Until(t, "that window is active", func() bool { return v.screen.Active() == lake })
	v.shows(t, "Glacier")
	first.Signal(t, syscall.SIGTERM)
	first.Ended(t)

	v.Eval(t, `location.hash = "#/data"`, nil)
	v.Until(t, `document.querySelector("h1")?.textContent.trim() === "Data"`)
	v.switchTo(t, "Lake")
	v.shows(t, "Lake")
	// What was before is of the other one.
	v.Eval(t, `history.back()`, nil)
	v.Until(t, `document.body.innerText.includes("That page is in Glacier; this is Home of Lake.")`)
	v.shows(t, "Lake")
	v.screen.Window(t, v.title)
	if got := v.statuses(t); got != "RUNNING" {
		t.Errorf("back again, the run is %q", got)
	}
	end(t, until)
	v.Until(t, `document.querySelector("main").innerText.includes("1 run ended since yesterday")`) // the page hears of it
	rig.Until(t, "the run has finished", func() bool { return v.statuses(t) == "FINISHED" })
}

// TestVarveFinishesAGridInTheOtherWorkspace: work that goes on in this process, a
// grid of runs here, goes on while another workspace is shown; and it is there
// still for whoever comes back before its end.
func TestVarveFinishesAGridInTheOtherWorkspace(t *testing.T) {
	v := openVarve(t, rig.Options{})
	glacier := v.in("Glacier")
	t.Cleanup(func() { killOwners(t, v.folder); killOwners(t, glacier.folder) })
	project := t.TempDir()
	until := filepath.Join(project, "enough")
	t.Cleanup(func() { end(t, until) })
	file := "entry_points:\n  main:\n    parameters:\n      n: float\n    command: while [ ! -e " + until + " ]; do sleep 0.1; done && echo {n}\n"
	if err := os.WriteFile(filepath.Join(project, "MLproject"), []byte(file), 0o644); err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]any{
		"start": map[string]any{"path": project, "entryPoint": "main", "params": map[string]string{}, "manager": "local"},
		"grid":  []any{map[string]any{"name": "n", "values": []string{"1", "2"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if a := postJSON(t, v.Page, "/api/varve/v1/projects/sweep", string(body)); a.Status != 200 {
		t.Fatalf("%+v", a)
	}
	rig.Until(t, "the first run is running", func() bool { return v.statuses(t) == "RUNNING" })
	change := func(to *varve) {
		t.Helper()
		if a := postJSON(t, v.Page, "/native/workspace", `{"path":"`+to.folder+`","create":true}`); a.Status != 200 {
			t.Fatalf("%+v", a)
		}
	}
	running := `(await fetch("/api/varve/v1/jobs").then(r => r.json())).jobs.some(j => j.kind === "run.sweep" && j.state === "running")`
	change(glacier)
	v.Until(t, "!("+running+")") // this one has no such job
	change(v)
	v.Until(t, running)
	change(glacier)

	// Closing the window would stop it: that is asked every time.
	v.screen.Close(t, v.screen.Window(t, glacier.title))
	v.Until(t, `document.querySelector("dialog[open]")?.innerText.includes("stopped with the window: ")`)
	v.painted(t)
	v.screen.Picture(t, picture("closing, a grid"))
	v.screen.Key(t, "Escape")
	end(t, until)
	rig.Until(t, "both runs have finished", func() bool { return v.statuses(t) == "FINISHED FINISHED" })
}

// TestVarveStaysWhereSwitchingFails: what cannot be opened is said, and the
// workspace that is open stays open.
func TestVarveStaysWhereSwitchingFails(t *testing.T) {
	v := openVarve(t, rig.Options{})
	full := v.in("papers").folder
	if err := os.Mkdir(full, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(full, "draft.txt"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	held := v.in("held")
	held.cli(t, "runs", "list")
	killOwners(t, held.folder)
	if err := os.WriteFile(filepath.Join(held.folder, "varve.json"), []byte(`{"format": 99}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		folder string
		create bool
		says   string
	}{
		{full, false, "is not a Varve workspace"},
		{full, true, "is not empty"},
		{held.folder, false, "later version"},
	} {
		body, err := json.Marshal(map[string]any{"path": tt.folder, "create": tt.create})
		if err != nil {
			t.Fatal(err)
		}
		if a := postJSON(t, v.Page, "/native/workspace", string(body)); a.Status < 400 || !strings.Contains(a.Text, tt.says) {
			t.Errorf("%s: %+v", tt.folder, a)
		}
	}
	if files, err := os.ReadDir(full); err != nil || len(files) != 1 {
		t.Errorf("the folder has changed: %v (%v)", files, err)
	}
	v.screen.Window(t, v.title)
	v.cli(t, "runs", "list")
	v.shows(t, "Lake")
}

// whole lets doctor look at a workspace whose owners are ended first. One may have
// been on its way just now.
func (v *varve) whole(t *testing.T) {
	t.Helper()
	const owned = 207
	rig.Until(t, "nobody owns "+v.folder, func() bool {
		killOwners(t, v.folder)
		out, err := v.screen.Command(built(t, "varve"), "--workspace", v.folder, "doctor").CombinedOutput()
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() == owned {
			return false
		}
		if err != nil {
			t.Errorf("doctor on %s: %v\n%s", v.folder, err, out)
		}
		return true
	})
}

// TestVarveKilledWhileSwitching: whatever moment the process is killed at, what
// was acknowledged is there, and both workspaces are whole.
func TestVarveKilledWhileSwitching(t *testing.T) {
	for _, after := range []time.Duration{0, 20 * time.Millisecond, 60 * time.Millisecond, 150 * time.Millisecond, 400 * time.Millisecond} {
		t.Run(after.String(), func(t *testing.T) {
			v := openVarve(t, rig.Options{})
			glacier := v.in("Glacier")
			t.Cleanup(func() { killOwners(t, v.folder); killOwners(t, glacier.folder) })
			var created struct {
				Run struct{ Info struct{ Run_id string } }
			}
			v.mlflow(t, "runs/create", map[string]any{"experiment_id": "0", "run_name": "kept", "start_time": time.Now().UnixMilli()}, &created)
			for i := range 5 {
				v.mlflow(t, "runs/log-metric", map[string]any{"run_id": created.Run.Info.Run_id, "key": "loss", "value": i, "step": i, "timestamp": i + 1}, nil)
			}
			body, err := json.Marshal(map[string]any{"path": glacier.folder, "create": true})
			if err != nil {
				t.Fatal(err)
			}
			v.Eval(t, `fetch("/native/workspace", {method: "POST", headers: {"Content-Type": "application/json"}, body: arguments[0]}).catch(() => undefined)`, nil, string(body))
			time.Sleep(after) // a moment, not an end to wait for
			if err := syscall.Kill(v.PID, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			v.gone(t)
			for _, w := range []*varve{v, glacier} {
				w.whole(t)
			}
			if out := v.cli(t, "runs", "show", created.Run.Info.Run_id, "--json"); !strings.Contains(out, `"step": 4`) || !strings.Contains(out, `"points": 5`) {
				t.Errorf("the run is %s", out)
			}
			again := v.screen.Start(t, nil, built(t, "varve-window"), "--workspace", glacier.folder)
			v.screen.Window(t, glacier.title)
			again.Signal(t, syscall.SIGTERM)
			again.Ended(t)
		})
	}
}

// TestVarveAsksOnceBeforeItCloses: with a run that goes on, and without any
// service of the desktop.
func TestVarveAsksOnceBeforeItCloses(t *testing.T) {
	for name, o := range map[string]rig.Options{"usual": {SessionBus: true}, "no D-Bus, small": {Width: 1024, Height: 700}} {
		t.Run(name, func(t *testing.T) {
			v := openVarve(t, o)
			t.Cleanup(func() { killOwners(t, v.folder) })
			until := v.waiter(t)
			rig.Until(t, "the run is running", func() bool { return v.statuses(t) == "RUNNING" })
			id := v.screen.Window(t, v.title)
			asked := `document.querySelector("dialog[open]")?.innerText.includes("1 run goes on without the window")`

			v.screen.Close(t, id)
			v.Until(t, asked)
			v.painted(t)
			v.screen.Picture(t, picture("closing, "+name))
			v.screen.Key(t, "Escape") // which means: stay
			v.Until(t, `!document.querySelector("dialog[open]")`)
			v.screen.Close(t, id)
			v.Until(t, asked)
			v.Eval(t, `location.reload()`, nil) // whoever was asked has gone with the page
			v.Until(t, `document.querySelector("h1") && !document.querySelector("dialog[open]")`)
			v.screen.Close(t, id)
			v.Until(t, asked)
			v.clickLast(t, "dialog[open] button.primary")
			v.gone(t)
			if got := v.statuses(t); got != "RUNNING" {
				t.Errorf("without the window the run is %q", got)
			}

			// Asked once is enough.
			again := v.screen.Start(t, nil, built(t, "varve-window"), "--workspace", v.folder)
			v.screen.Close(t, v.screen.Window(t, v.title))
			again.Ended(t)
			if got := v.statuses(t); got != "RUNNING" {
				t.Errorf("without the second window the run is %q", got)
			}

			// Whoever wants to be asked again says so in the settings. TERM asks never.
			third := &varve{screen: v.screen, folder: v.folder, title: v.title}
			third.Page = v.screen.Drive(t, nil, built(t, "varve-window"), "--workspace", v.folder)
			third.Until(t, `document.querySelector("h1")`)
			third.Eval(t, `location.hash = "#/settings"`, nil)
			third.Find(t, `[aria-labelledby="set-closing"][aria-checked="false"]`).Click(t)
			third.Until(t, `document.querySelector('[aria-labelledby="set-closing"]').ariaChecked === "true"`)
			third.screen.Picture(t, picture("asks again, "+name))
			third.screen.Close(t, third.screen.Window(t, third.title))
			third.Until(t, asked)
			if err := syscall.Kill(third.PID, syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			third.gone(t)
			end(t, until)
			rig.Until(t, "the run has finished", func() bool { return third.statuses(t) == "FINISHED" })
		})
	}
}

// TestVarveClosesUnaskedWithoutRuns: a question that says nothing is not asked.
func TestVarveClosesUnaskedWithoutRuns(t *testing.T) {
	v := openVarve(t, rig.Options{})
	v.screen.Close(t, v.screen.Window(t, v.title))
	v.gone(t)
}
