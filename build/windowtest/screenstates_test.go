//go:build window && screenshots

package windowtest

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"dev.varve/build/windowtest/rig"
)

// coresProject is what the workspace of the states runs: it counts layers, and
// breaks, or waits until it may end, with Python alone.
const coresProject = `name: ice-cores
entry_points:
  date:
    parameters:
      depth: {type: float, default: 120.5}
      until: {type: string, default: nothing}
    command: "python3 date.py {depth} {until}"
`

const coresScript = `"""Dates an ice core by counting its layers."""
import math, os, sys, time
import tracking

depth, until = float(sys.argv[1]), sys.argv[2]
print(f"counting layers down to {depth} m", flush=True)
for step in range(1, 41):
    loss = 0.9 * math.exp(-step / 12) + 0.05 * math.sin(step) ** 2
    tracking.log_metrics({"loss": loss, "layers": 97 * step, "age_error": 2.5 - step / 20}, step)
    print(f"step {step:2d} of 40: loss {loss:.4f}, {97 * step} layers", flush=True)
    if until == "melt" and step == 23:
        raise ValueError("layer 2231 at 64.2 m has melted: its grey value is nan")
while until not in ("nothing", "melt") and not os.path.exists(until):
    time.sleep(0.1)
`

const longName = "core EGRIP-2 recounted by two people, without the brittle zone, second attempt of May"

// states is the window on a new workspace that holds what goes wrong and what is
// too long, and whatever else has to look well.
type states struct {
	*varve
	project string
	running string // the id of the run that goes on
}

// cores starts the project and returns the id of the run.
func (s *states) cores(t *testing.T, name, until string, more ...string) string {
	t.Helper()
	args := []string{"run", s.project, "-e", "date", "--env-manager", "local", "--experiment-name", "ice/dating", "--run-name", name, "-P", "until=" + until}
	cmd := s.screen.Command(built(t, "varve"), append([]string{"--workspace", s.folder}, append(args, more...)...)...)
	out, err := cmd.CombinedOutput()
	if err != nil && until != "melt" {
		t.Fatalf("%v\n%s", err, out)
	}
	runs, _ := s.firstRuns(t, "ice/dating", "attributes.start_time DESC", 1)
	return runs[0]
}

// fillUp makes the data, the runs and what has gone wrong.
func (s *states) fillUp(t *testing.T) (failed, lost string) {
	t.Helper()
	depths := filepath.Join(filepath.Dir(s.project), "depths.csv")
	text := "depth,grey,tephra\n"
	for version, what := range []string{"As scanned", "Brittle zone left out", "Grey values by the new lamp", "Tephra of 1362 as a column"} {
		for i := range 400 {
			text += fmt.Sprintf("%d.%d,%d,%d\n", i, version, (i*7919+version)%251, i%97/96)
		}
		if err := os.WriteFile(depths, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		s.cli(t, "data", "add", "core depths", depths, "-m", what)
	}
	s.cli(t, "data", "add", longName, depths)

	s.cores(t, "NorthGRIP, first count", "nothing")
	failed = s.cores(t, "EastGRIP, brittle zone", "melt")
	enough := filepath.Join(filepath.Dir(s.project), "enough")
	lost = s.cores(t, "NEEM, on the old laptop", enough, "--detach")
	s.afterStep40(t, lost)
	agents, err := filepath.Glob(filepath.Join(s.folder, "journal", "*", "agent.json"))
	if err != nil || len(agents) != 1 {
		t.Fatalf("%d agents (%v)", len(agents), err)
	}
	var info struct{ Agent struct{ PID int } }
	data, err := os.ReadFile(agents[0])
	if err != nil || json.Unmarshal(data, &info) != nil {
		t.Fatalf("agent.json: %s (%v)", data, err)
	}
	if err := syscall.Kill(info.Agent.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	rig.Until(t, "the run is lost", func() bool { return strings.Contains(s.cli(t, "runs", "show", lost), "lost") })
	s.running = s.cores(t, "Dye 3, recount", enough, "--detach")
	s.afterStep40(t, s.running)
	t.Cleanup(func() { end(t, enough) })

	doing := s.script(t)
	s.odd(t, doing)
	doing.runs(t, 3000)
	return failed, lost
}

// afterStep40 waits until a run has counted, and waits.
func (s *states) afterStep40(t *testing.T, run string) {
	t.Helper()
	rig.Until(t, "the run has counted", func() bool { return strings.Contains(s.cli(t, "runs", "log", run), "step 40 of 40") })
}

// odd logs values that are missing, no numbers, or of a size that nobody
// expected, under names that are too long.
func (s *states) odd(t *testing.T, doing *script) {
	t.Helper()
	var made struct {
		ID string `json:"experiment_id"`
	}
	try := func(path string, body map[string]any, result any) {
		t.Helper()
		if err := doing.post(path, body, result); err != nil {
			t.Fatal(err)
		}
	}
	try("experiments/create", map[string]any{"name": "ice/odd values"}, &made)
	now := time.Now().UnixMilli()
	for i, r := range []struct {
		name    string
		metrics map[string]any
		params  map[string]string
	}{
		{longName, map[string]any{"loss": 0.0412, "layers": 61578, "drift": 8e-7}, map[string]string{"lamp": "LED, 4,200 K, from the left, through a polariser that Copenhagen lent us", "seed": "1"}},
		{"diverged", map[string]any{"loss": "NaN", "layers": 12, "drift": -0.25}, map[string]string{"lamp": "halogen", "seed": "2"}},
		{"ran away", map[string]any{"loss": "Infinity", "layers": 2500000, "drift": "-Infinity"}, map[string]string{"lamp": "halogen", "seed": "3"}},
		{"nothing logged", nil, map[string]string{"seed": "4"}},
		{"half of it", map[string]any{"layers": 240}, nil},
		{"as usual", map[string]any{"loss": 0.0398, "layers": 58020, "drift": 0.0013}, map[string]string{"lamp": "LED", "seed": "6"}},
	} {
		start := now - int64(i+1)*3_600_000
		var created struct {
			Run struct{ Info struct{ Run_id string } }
		}
		try("runs/create", map[string]any{"experiment_id": made.ID, "run_name": r.name, "start_time": start}, &created)
		var metrics, params []map[string]any
		for key, value := range r.metrics {
			for step := range 3 {
				metrics = append(metrics, map[string]any{"key": key, "value": value, "step": step, "timestamp": start + int64(step)})
			}
		}
		for key, value := range r.params {
			params = append(params, map[string]any{"key": key, "value": value})
		}
		try("runs/log-batch", map[string]any{"run_id": created.Run.Info.Run_id, "metrics": metrics, "params": params}, nil)
		try("runs/update", map[string]any{"run_id": created.Run.Info.Run_id, "status": "FINISHED", "end_time": start + 95_000}, nil)
	}
}

// owner is the process that answers for the workspace, beside the window.
func (s *states) owner(t *testing.T) int {
	t.Helper()
	for _, pid := range ownersOf(t, s.folder) {
		if s.Page == nil || pid != s.PID { // no window yet
			return pid
		}
	}
	t.Fatal("nobody owns " + s.folder)
	return 0
}

// TestScreenStates takes the pictures of the states, on a workspace that is made
// for them.
func TestScreenStates(t *testing.T) {
	folder := os.Getenv("VARVE_STATES")
	if os.Getenv("VARVE_SCREENS") == "" || folder == "" {
		t.Fatal("run make screenshots")
	}
	killOwners(t, folder)
	project := folder + "-project"
	tracking, err := os.ReadFile(filepath.Join(top, "examples", "sample", "tracking.py"))
	if err != nil {
		t.Fatal(err)
	}
	for _, old := range []string{folder, project, filepath.Join(filepath.Dir(folder), "enough")} {
		if err := os.RemoveAll(old); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(project, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"MLproject": coresProject, "date.py": coresScript, "tracking.py": string(tracking)} {
		if err := os.WriteFile(filepath.Join(project, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// The command line comes first: the owner is a process of its own, then.
	first := &varve{screen: rig.NewScreen(t, rig.Options{Home: os.Getenv("HOME")}), folder: folder}
	s := &states{varve: first, project: project}
	t.Cleanup(func() { killOwners(t, folder) })
	failed, lost := s.fillUp(t)
	s.varve = onScreen(t, folder)
	pid := s.owner(t)
	t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGCONT) }) // it may have gone already
	s.take(t, s.shots(t, failed, lost, pid))
}

// shots are the states, the worst of them last.
func (s *states) shots(t *testing.T, failed, lost string, owner int) []shot {
	t.Helper()
	_, dating := s.firstRuns(t, "ice/dating", "attributes.start_time DESC", 1)
	_, odd := s.firstRuns(t, "ice/odd values", "attributes.start_time DESC", 1)
	set := s.dataset(t, "core depths")
	signal := func(sig syscall.Signal) {
		t.Helper()
		if err := syscall.Kill(owner, sig); err != nil {
			t.Fatal(err)
		}
	}
	answers := func() {
		signal(syscall.SIGCONT)
		s.Until(t, `document.querySelector('main .btn')?.innerText !== "Try now" && !document.querySelector("main .lost")`)
	}
	in := func(experiment, more string) string { return "#/runs?experiment=" + experiment + more }
	filter := func(text string) string { return "&filter=" + url.QueryEscape(text) }
	return []shot{
		{name: "state-home", at: "#/home", shows: "Dye 3"},
		{name: "state-statuses", at: in(dating, ""), shows: "NEEM"},
		{name: "state-failed", at: "#/runs/" + failed, shows: "has melted"},
		{name: "state-lost-run", at: "#/runs/" + lost, shows: "NEEM"},
		{name: "state-running", at: "#/runs/" + s.running, shows: "loss"},
		{name: "state-odd-values", at: in(odd, "&order=metrics.loss+ASC"), shows: "NaN"},
		{name: "state-thousands", at: in("0", ""), shows: "3,000"},
		{name: "state-filtered-to-nothing", at: in("0", filter("metrics.rmse < 0")), shows: "No run"},
		{name: "state-filter-error", at: in("0", filter("metrics.rmse < lots")), shows: "?" + `document.querySelector("#filter-problem")`},
		{name: "state-data-versions", at: "#/data/" + set, shows: "Brittle"},
		{name: "state-data-values", at: "#/data/" + set + "?tab=changes", shows: "depths.csv", do: func() {
			s.Eval(t, `[...document.querySelectorAll("main section button")].find(b => b.textContent.includes("depths.csv")).click()`, nil)
			s.Until(t, `document.querySelector(".values table")`)
		}},
		{name: "state-data-menu", at: "#/data/" + set, shows: "Brittle", do: func() {
			s.secondClick(t, `a[href*="version="]:not([aria-current]) .bed`)
			s.Until(t, `document.querySelector("[role=menu]")`)
		}, undo: func() { s.keys(t, "Escape"); s.pointAway(t) }},
		{name: "state-long-names", at: "#/data", shows: "core depths"},
		{name: "state-form-error", at: "#/project?path=" + url.QueryEscape(s.project), shows: "depth", do: func() {
			s.fill(t, "depth", "deep")
			s.Find(t, "form button.primary").Click(t)
			s.Until(t, `document.querySelector("form .wrong")`)
		}, undo: func() { s.fill(t, "depth", "120.5") }},
		{name: "state-closing", at: "#/home", shows: "Dye 3", do: func() {
			s.screen.Close(t, s.screen.Window(t, s.title))
			s.Until(t, `document.querySelector("dialog[open]")`)
		}},
		{name: "state-loading", at: "#/home", shows: "Dye 3", do: func() {
			s.Eval(t, `window.before = true; location.reload()`, nil) // a table that was seen stays, and has no bars
			s.Until(t, `window.before === undefined && document.querySelector("main")?.innerText.includes("Dye 3")`)
			signal(syscall.SIGSTOP)
			s.Eval(t, `location.hash = arguments[0]`, nil, in(odd, filter("params.seed = '6'")))
			s.Until(t, `document.querySelector("main [aria-label=Loading]")`)
		}, undo: answers},
	}
}

// TestScreensOfTheFirstDay takes the pictures of a workspace in which nothing has
// happened.
func TestScreensOfTheFirstDay(t *testing.T) {
	folder := os.Getenv("VARVE_FIRST_DAY")
	if os.Getenv("VARVE_SCREENS") == "" || folder == "" {
		t.Fatal("run make screenshots")
	}
	killOwners(t, folder)
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	v := onScreen(t, folder)
	t.Cleanup(func() { killOwners(t, folder) })
	v.take(t, []shot{
		{name: "first-home", at: "#/home", shows: "?" + `document.querySelector("main section")`},
		{name: "first-runs", at: "#/runs", shows: "No runs"},
		{name: "first-data", at: "#/data", shows: "?" + `document.querySelector("main h2")`},
		{name: "first-projects", at: "#/projects", shows: "Open a project"},
	})
}

// TestScreensWithoutAnAnswer takes the pictures of a window whose owner is gone,
// together with the folder of the workspace: nobody can follow it.
func TestScreensWithoutAnAnswer(t *testing.T) {
	folder := os.Getenv("VARVE_STATES") + "-elsewhere"
	if os.Getenv("VARVE_SCREENS") == "" {
		t.Fatal("run make screenshots")
	}
	for _, theme := range themes {
		for _, size := range sizes {
			t.Run("as"+size.suffix+theme.suffix, func(t *testing.T) {
				s := &states{varve: &varve{screen: rig.NewScreen(t, rig.Options{Home: os.Getenv("HOME")}), folder: folder}}
				clear := func() {
					killOwners(t, folder)
					for _, name := range []string{folder, folder + "-away"} {
						if err := os.RemoveAll(name); err != nil {
							t.Error(err)
						}
					}
				}
				clear()
				t.Cleanup(clear)
				s.script(t).runs(t, 40)
				pid := s.owner(t)
				s.varve = onScreen(t, folder)
				t.Cleanup(func() { s.theme(t, 1) })
				s.theme(t, theme.choice)
				id := s.screen.Window(t, s.title)
				s.screen.Place(t, id, rig.Box{X: 10, Y: 40, Width: size.width, Height: size.height})
				s.Eval(t, `location.hash = "#/runs"`, nil)
				s.Until(t, `document.querySelector("main").innerText.includes("layer-00039")`)
				if err := os.Rename(folder, folder+"-away"); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(folder, []byte("not the workspace"), 0o600); err != nil {
					t.Fatal(err)
				}
				if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
					t.Fatal(err)
				}
				s.Until(t, `document.querySelector("main").innerText.includes("not answering")`)
				s.settle(t)
				s.cropped(t, s.screen.Geometry(t, id), filepath.Join(os.Getenv("VARVE_SCREENS"), "state-not-answering"+size.suffix+theme.suffix+".png"))
			})
		}
	}
}
