//go:build window && screenshots

package windowtest

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"dev.varve/build/windowtest/rig"
)

// TestScreens takes the pictures of docs/screens from the real window on the
// demo's workspace (build/scripts/screenshots.sh makes it).
func TestScreens(t *testing.T) {
	target, workspace := os.Getenv("VARVE_SCREENS"), os.Getenv("VARVE_DEMO")
	if target == "" || workspace == "" {
		t.Fatal("run make screenshots")
	}
	screen := rig.NewScreen(t, rig.Options{Width: 1320, Height: 900, Home: os.Getenv("HOME")})
	v := &varve{screen: screen, folder: workspace, title: filepath.Base(workspace) + " – Varve"}
	v.Page = screen.Drive(t, nil, built(t, "varve-window"), "--workspace", workspace)
	v.Until(t, `document.querySelector("h1")?.textContent.trim()`)

	screen.Place(t, screen.Window(t, v.title), rig.Box{X: 10, Y: 10, Width: 1280, Height: 800})

	bestRun, grid := v.firstRun(t, "wine/elastic-net", "metrics.rmse ASC")
	longRun, _ := v.firstRun(t, "wine/boosting", "attributes.start_time DESC")
	best, long := "#/runs/"+bestRun, "#/runs/"+longRun
	shots := []struct{ name, address, shows string }{
		{"home", "#/home", "wine"},
		{"runs", "#/runs?experiment=" + grid, "rmse"},
		{"run", best, "alpha"},
		{"run-charts", long + "?tab=charts", "rmse"},
		{"run-log", long + "?tab=log", "rmse"},
		{"run-artifacts", best + "?tab=artifacts&artifact=model%2FMLmodel", "flavors"},
		{"run-system", long + "?tab=system", "CPU"},
		{"data", "#/data", "wine-quality"},
		{"projects", "#/projects", "wine"},
		{"project", "#/project?path=" + url.QueryEscape(os.Getenv("VARVE_EXAMPLE")), "alpha"},
		{"settings", "#/settings", "Theme"},
	}
	for _, theme := range []string{"light", "dark"} {
		v.Eval(t, `document.documentElement.dataset.theme = arguments[0]`, nil, theme)
		for _, shot := range shots {
			v.Eval(t, `location.hash = arguments[0]`, nil, shot.address)
			v.Until(t, `document.querySelector("main")?.innerText.includes("`+shot.shows+`")`)
			// Charts come in a part of their own, and are painted a frame later.
			v.Eval(t, `await document.fonts.ready; await new Promise(done => setTimeout(done, 1000));
				for (let i = 0; i < 2; i++) await new Promise(done => requestAnimationFrame(done))`, nil)
			name := shot.name
			if theme == "dark" {
				name += "-dark"
			}
			v.Picture(t, filepath.Join(target, name+".png"))
		}
	}
}

// firstRun is the id of an experiment's first run in some order, and that of the
// experiment.
func (v *varve) firstRun(t *testing.T, experiment, order string) (run, of string) {
	t.Helper()
	var runs []struct {
		Info struct {
			ID         string `json:"run_id"`
			Experiment string `json:"experiment_id"`
		} `json:"info"`
	}
	list := v.cli(t, "runs", "list", "--json", "--experiment-name", experiment, "--order", order, "--limit", "1")
	if err := json.Unmarshal([]byte(list), &runs); err != nil || len(runs) == 0 {
		t.Fatalf("%s has %d runs: %v", experiment, len(runs), err)
	}
	return runs[0].Info.ID, runs[0].Info.Experiment
}
