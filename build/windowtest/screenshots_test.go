//go:build window && screenshots

package windowtest

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"dev.varve/build/windowtest/rig"
)

// shot is a picture of docs/screens.
type shot struct {
	name string
	at   string // the address; empty for where the last one was
	// shows is a text of the main part, or with a leading "?" an expression: what
	// the page shows when it is ready.
	shows string
	do    func() // what a person does there before the picture, if anything
	undo  func() // and after it; Escape if there is nothing else
}

// sizes are those that the interface is judged at, with what they add to a
// picture's name.
var sizes = []struct {
	suffix        string
	width, height int
}{{"", 1280, 800}, {"-small", 1024, 700}}

// themes are the choices in the settings, in their order there.
var themes = []struct {
	suffix string
	choice int
}{{"", 2}, {"-dark", 3}}

// onScreen opens the window on a workspace, below the frame of the window manager.
func onScreen(t *testing.T, folder string) *varve {
	t.Helper()
	screen := rig.NewScreen(t, rig.Options{Width: 1320, Height: 900, Home: os.Getenv("HOME"), SessionBus: true})
	v := &varve{screen: screen, folder: folder, title: filepath.Base(folder) + " – Varve"}
	v.Page = screen.Drive(t, nil, built(t, "varve-window"), "--workspace", folder)
	v.Until(t, `document.querySelector("h1")?.textContent.trim()`)
	v.screen.Focus(t, v.screen.Window(t, v.title))
	v.hasMenu(t)
	v.pointAway(t)
	return v
}

// take takes all pictures in both themes and both sizes. VARVE_SHOTS may name
// those that are wanted, with commas, and nothing else is taken then.
func (v *varve) take(t *testing.T, shots []shot) {
	t.Helper()
	target := os.Getenv("VARVE_SCREENS")
	id := v.screen.Window(t, v.title)
	t.Cleanup(func() { v.theme(t, 1) })
	for _, theme := range themes {
		v.theme(t, theme.choice)
		for _, size := range sizes {
			box := rig.Box{X: 10, Y: 40, Width: size.width, Height: size.height}
			v.screen.Place(t, id, box)
			box = v.screen.Geometry(t, id)
			for _, s := range shots {
				if !wanted(s.name) {
					continue
				}
				v.stage(t, s)
				v.cropped(t, box, filepath.Join(target, s.name+size.suffix+theme.suffix+".png"))
				v.strike(t, s)
				v.pointAway(t)
			}
		}
	}
}

// stage brings the window to what a picture shows.
func (v *varve) stage(t *testing.T, s shot) {
	t.Helper()
	if s.at != "" {
		v.Eval(t, `location.hash = arguments[0]`, nil, s.at)
	}
	if s.shows != "" && s.shows[0] == '?' {
		v.Until(t, s.shows[1:])
	} else {
		v.Until(t, `document.querySelector("main")?.innerText.includes(`+strconv.Quote(s.shows)+`)`)
	}
	if s.do != nil {
		s.do()
	}
	v.settle(t)
}

// settle waits for what comes a little later than the page's text: charts and
// previews are parts of their own, and are painted a frame after they came.
func (v *varve) settle(t *testing.T) {
	t.Helper()
	v.Eval(t, `await document.fonts.ready; await new Promise(done => setTimeout(done, 450));
		for (let i = 0; i < 2; i++) await new Promise(done => requestAnimationFrame(done))`, nil)
}

// strike puts away what a picture needed.
func (v *varve) strike(t *testing.T, s shot) {
	t.Helper()
	if s.undo != nil {
		s.undo()
	} else if s.do != nil {
		v.keys(t, "Escape")
	}
	v.Until(t, `!document.querySelector("dialog[open], [popover]:popover-open")`)
}

// wanted tells whether a picture shall be taken.
func wanted(name string) bool {
	names := os.Getenv("VARVE_SHOTS")
	return names == "" || slices.Contains(strings.Split(names, ","), name)
}

// theme chooses a theme as a person does: the menu's colours follow it, too.
func (v *varve) theme(t *testing.T, choice int) {
	t.Helper()
	v.Eval(t, `location.hash = "#/settings"`, nil)
	v.Find(t, fmt.Sprintf(`[role=radiogroup][aria-labelledby="set-theme"] label:nth-of-type(%d)`, choice)).Click(t)
	v.pointAway(t)
	v.painted(t)
}

// cropped saves what the screen shows in a box: the window with its menu bar, and
// what lies above it, without the frame of the window manager.
func (v *varve) cropped(t *testing.T, box rig.Box, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	crop := fmt.Sprintf("%dx%d+%d+%d", box.Width, box.Height, box.X, box.Y)
	out, err := v.screen.Command("import", "-window", "root", "-crop", crop, "+repage", "-strip", "-depth", "8",
		"-dither", "None", "-colors", "256", "-define", "png:compression-level=9", name).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// pointAway keeps the pointer from what it would light up.
func (v *varve) pointAway(t *testing.T) {
	t.Helper()
	if out, err := v.screen.Command("xdotool", "mousemove", "600", "600", "mousemove", "0", "0").CombinedOutput(); err != nil {
		t.Fatalf("xdotool: %v\n%s", err, out)
	}
}

// secondClick asks for the menu of something in the page.
func (v *varve) secondClick(t *testing.T, selector string) {
	t.Helper()
	at, in := v.Find(t, selector).Box(t), v.screen.Geometry(t, v.screen.Window(t, v.title))
	var bar int
	v.Eval(t, `return outerHeight - innerHeight`, &bar)
	x, y := in.X+at.X+at.Width/2, in.Y+bar+at.Y+at.Height/2
	if out, err := v.screen.Command("xdotool", "mousemove", strconv.Itoa(x), strconv.Itoa(y), "click", "3").CombinedOutput(); err != nil {
		t.Fatalf("xdotool: %v\n%s", err, out)
	}
}

// choose ticks the first rows of the table.
func (v *varve) choose(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		v.Find(t, fmt.Sprintf(`[data-row="%d"] .grid-choose`, i)).Click(t)
	}
	v.Until(t, fmt.Sprintf(`document.querySelector("main").innerText.includes("%d runs chosen")`, n))
}

// firstRuns are the ids of an experiment's first runs in some order, and that of
// the experiment.
func (v *varve) firstRuns(t *testing.T, experiment, order string, n int) (ids []string, of string) {
	t.Helper()
	var runs []struct {
		Info struct {
			ID         string `json:"run_id"`
			Experiment string `json:"experiment_id"`
		} `json:"info"`
	}
	list := v.cli(t, "runs", "list", "--json", "--experiment-name", experiment, "--order", order, "--limit", strconv.Itoa(n))
	if err := json.Unmarshal([]byte(list), &runs); err != nil || len(runs) == 0 {
		t.Fatalf("%s has %d runs: %v", experiment, len(runs), err)
	}
	for _, r := range runs {
		ids = append(ids, r.Info.ID)
	}
	return ids, runs[0].Info.Experiment
}

// TestScreens takes the pictures of the screens on the demo's workspace
// (build/scripts/screenshots.sh makes it).
func TestScreens(t *testing.T) {
	workspace, example := os.Getenv("VARVE_DEMO"), os.Getenv("VARVE_EXAMPLE")
	if os.Getenv("VARVE_SCREENS") == "" || workspace == "" {
		t.Fatal("run make screenshots")
	}
	v := onScreen(t, workspace)
	best, grid := v.firstRuns(t, "wine/elastic-net", "metrics.rmse ASC", 4)
	long, boosting := v.firstRuns(t, "wine/boosting", "attributes.start_time DESC", 3)
	set := v.dataset(t, "wine-quality")
	project := "#/project?path=" + url.QueryEscape(example)
	table := "#/runs?experiment=" + grid + "&order=metrics.rmse+ASC&differs=yes"
	compared := "#/compare?"
	for _, run := range best {
		compared += "&run=" + run
	}
	curves := "#/compare?"
	for _, run := range long {
		curves += "&run=" + run
	}
	dialog := `document.querySelector("dialog[open], [popover]:popover-open, [role=menu], [aria-label=Progress]")`
	opens := func(keys ...string) func() {
		return func() { v.keys(t, keys...); v.Until(t, dialog) }
	}
	v.take(t, []shot{
		{name: "home", at: "#/home", shows: "wine"},
		{name: "runs", at: table, shows: "rmse"},
		{name: "runs-chosen", at: table, shows: "rmse", do: func() { v.choose(t, 3) }},
		{name: "runs-menu", at: table, shows: "rmse", do: func() { v.secondClick(t, `[data-row="4"] [data-column="params.alpha"]`); v.Until(t, dialog) },
			undo: func() { v.keys(t, "Escape"); v.pointAway(t) }},
		{name: "runs-all", at: "#/runs?differs=yes", shows: "boosting"},
		{name: "compare", at: compared, shows: "alpha"},
		{name: "compare-curves", at: curves, shows: "max_depth"},
		{name: "run", at: "#/runs/" + best[0], shows: "alpha"},
		{name: "run-curves", at: "#/runs/" + long[0], shows: "learning_rate"},
		{name: "run-charts", at: "#/runs/" + long[0] + "?tab=charts", shows: "rmse"},
		{name: "run-log", at: "#/runs/" + long[0] + "?tab=log", shows: "rmse"},
		{name: "run-artifacts", at: "#/runs/" + best[0] + "?tab=artifacts&artifact=model%2FMLmodel", shows: "flavors"},
		{name: "run-system", at: "#/runs/" + long[0] + "?tab=system", shows: "CPU"},
		{name: "runs-boosting", at: "#/runs?experiment=" + boosting + "&differs=yes", shows: "max_depth"},
		{name: "data", at: "#/data", shows: "wine-quality"},
		{name: "data-set", at: "#/data/" + set, shows: "wine-quality"},
		{name: "data-file", at: "#/data/" + set + "?file=wine-quality.csv&tab=files", shows: "residual sugar"},
		{name: "data-describe", at: "#/data/" + set + "?tab=about", shows: "Licence"},
		{name: "data-export", at: "#/data/" + set, shows: "wine-quality", do: func() {
			v.Eval(t, `[...document.querySelectorAll("main button")].find(b => b.textContent.startsWith("Export")).click()`, nil)
			v.Until(t, dialog)
		}},
		{name: "data-add", at: "#/data", shows: "wine-quality", do: func() {
			v.keys(t, "ctrl+o")
			v.Find(t, "dialog[open] input").Type(t, filepath.Join(example, "data", "wine-quality.csv"))
			v.Until(t, `document.querySelector("dialog[open] form button.primary")?.disabled === false`)
		}},
		{name: "import-table", at: "#/data", shows: "wine-quality", do: func() {
			v.keys(t, "ctrl+o")
			v.Find(t, "dialog[open] input").Type(t, filepath.Join(example, "data", "wine-quality.csv"))
			const button = `[...document.querySelectorAll("dialog[open] button")].find(b => b.textContent.startsWith("Import as runs"))`
			v.Until(t, button)
			v.Eval(t, button+".click()", nil)
			v.Until(t, `document.querySelector("dialog[open] table") && document.querySelector("dialog[open] form button.primary")?.disabled === false`)
		}},
		{name: "models", at: "#/models", shows: "wine-quality"},
		{name: "model", at: "#/models/wine-quality", shows: "Promote version"},
		{name: "model-files", at: "#/models/wine-quality?version=3", shows: "load_model", do: func() {
			v.Eval(t, `[...document.querySelectorAll(".use button")].find(b => b.textContent.startsWith("Files")).click()`, nil)
		}, undo: func() {}},
		{name: "model-compare", at: "#/models/wine-quality?version=4&with=3", shows: "?" + dialog, undo: func() { v.keys(t, "Escape") }},
		{name: "projects", at: "#/projects", shows: "wine"},
		{name: "project", at: project, shows: "alpha"},
		{name: "project-grid", at: project + "&entry=boosting", shows: "max_depth", do: func() {
			v.fill(t, "learning_rate", "0.05, 0.1, 0.2")
			v.fill(t, "max_depth", "2, 3, 4")
			v.Until(t, `document.querySelector("form").innerText.includes("9 runs")`)
		}, undo: func() { v.fill(t, "learning_rate", "0.1"); v.fill(t, "max_depth", "3") }},
		{name: "settings", at: "#/settings", shows: "Theme"},
		{name: "settings-licences", at: "#/settings?show=licences", shows: "?" + dialog, undo: func() { v.keys(t, "Escape") }},
		{name: "settings-diagnostics", at: "#/settings?show=diagnostics", shows: "?" + dialog, undo: func() { v.keys(t, "Escape") }},
		{name: "palette", at: table, shows: "rmse", do: func() {
			opens("ctrl+k")()
			v.screen.Type(t, "wine")
			v.Until(t, `document.querySelector("[role=option][aria-selected=true]")`)
		}},
		{name: "keys", at: table, shows: "rmse", do: opens("question")},
		{name: "menu", at: "#/home", shows: "wine", do: func() { v.keys(t, "F10", "Right", "Right"); time.Sleep(300 * time.Millisecond) }},
		{name: "workspaces", at: "#/home", shows: "wine", do: func() { v.Find(t, `nav button[aria-haspopup="menu"]`).Click(t) }},
		{name: "progress", at: "#/data", shows: "wine-quality", do: opens("j"), undo: func() { v.keys(t, "j") }},
	})
}

// dataset is the id of a data set.
func (v *varve) dataset(t *testing.T, name string) string {
	t.Helper()
	var sets struct{ Datasets []struct{ ID, Name string } }
	v.Eval(t, `return await fetch("/api/varve/v1/datasets").then(r => r.json())`, &sets)
	for _, d := range sets.Datasets {
		if d.Name == name {
			return d.ID
		}
	}
	t.Fatalf("there is no data set %s", name)
	return ""
}

// fill writes into the field of a project's parameter.
func (v *varve) fill(t *testing.T, parameter, text string) {
	t.Helper()
	v.Eval(t, `const label = [...document.querySelectorAll("form label")].find(l => l.querySelector(".name")?.textContent === arguments[0]);
		const field = document.getElementById(label.htmlFor);
		field.focus(); field.value = arguments[1]; field.dispatchEvent(new Event("input", { bubbles: true })); field.blur()`, nil, parameter, text)
}
