//go:build window

package windowtest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dev.varve/build/windowtest/rig"
)

// built is a finished program, as `make build` leaves it.
func built(t *testing.T, program string) string {
	t.Helper()
	name, err := filepath.Abs(filepath.Join(top, "build", "bin", program))
	if err == nil {
		_, err = os.Stat(name)
	}
	if err != nil {
		t.Fatalf("%s is not built; run make build: %v", program, err)
	}
	return name
}

// picture is where tests leave what the window looked like.
func picture(name string) string {
	return filepath.Join(top, "build", "cache", "pictures", name+".png")
}

// varve is the window on a new workspace.
type varve struct {
	*rig.Page
	screen *rig.Screen
	folder string
	title  string
}

func openVarve(t *testing.T, o rig.Options, env ...string) *varve {
	t.Helper()
	screen := rig.NewScreen(t, o)
	v := &varve{screen: screen, folder: filepath.Join(screen.Home, "Lake"), title: "Lake – Varve"}
	v.Page = screen.Drive(t, env, built(t, "varve-window"), "--workspace", v.folder)
	v.Until(t, `document.querySelector("h1")?.textContent.trim()`)
	return v
}

// cli runs the command line on the same workspace and returns what it prints.
func (v *varve) cli(t *testing.T, args ...string) string {
	t.Helper()
	cmd := v.screen.Command(built(t, "varve"), append([]string{"--workspace", v.folder}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("varve %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}

// mlflow asks MLflow's interface as a script would, with what `varve env` prints.
func (v *varve) mlflow(t *testing.T, path string, body, result any) {
	t.Helper()
	var env map[string]string
	if err := json.Unmarshal([]byte(v.cli(t, "env", "--json")), &env); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest("POST", env["MLFLOW_TRACKING_URI"]+"/api/2.0/mlflow/"+path, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.SetBasicAuth(env["MLFLOW_TRACKING_USERNAME"], env["MLFLOW_TRACKING_PASSWORD"])
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %s (%v)", path, response.Status, text, err)
	}
	if result != nil {
		if err := json.Unmarshal(text, result); err != nil {
			t.Fatal(err)
		}
	}
}

func TestVarveShowsItsFirstScreen(t *testing.T) {
	for name, o := range map[string]struct {
		env     []string
		options rig.Options
	}{
		"usual":            {[]string{"LANG=en_US.UTF-8"}, rig.Options{SessionBus: true}},
		"LANG=C, no D-Bus": {[]string{"LANG=C"}, rig.Options{}},
		"C.UTF-8, small":   {[]string{"LANG=C.UTF-8"}, rig.Options{Width: 1024, Height: 700}},
	} {
		t.Run(name, func(t *testing.T) {
			v := openVarve(t, o.options, o.env...)
			v.screen.Window(t, v.title)
			var failed []string
			v.Eval(t, `return performance.getEntriesByType("resource").filter(e => e.responseStatus >= 400).map(e => e.name)`, &failed)
			if len(failed) > 0 {
				t.Errorf("the page asked in vain for %q", failed)
			}
			v.screen.Picture(t, picture("first screen, "+name))
		})
	}
}

func TestVarveSecondStartRaisesTheFirst(t *testing.T) {
	v := openVarve(t, rig.Options{})
	id := v.screen.Window(t, v.title)
	other := v.screen.OtherWindow(t)
	v.screen.Focus(t, other)
	second := v.screen.Start(t, nil, built(t, "varve-window"), "--workspace", v.folder)
	if code := second.Ended(t); code != 0 {
		t.Errorf("the second start ended with %d:\n%s", code, second.Output())
	}
	rig.Until(t, "the first window is active", func() bool { return v.screen.Active() == id })
	if n := v.screen.Windows(v.title); n != 1 {
		t.Errorf("there are %d windows", n)
	}
}

// TestVarveOpensByItsMarker: a double click on the marker of a workspace is a
// start like any other.
func TestVarveOpensByItsMarker(t *testing.T) {
	v := openVarve(t, rig.Options{})
	id := v.screen.Window(t, v.title)
	v.screen.Focus(t, v.screen.OtherWindow(t))
	second := v.screen.Start(t, nil, built(t, "varve-window"), filepath.Join(v.folder, "varve.json"))
	if code := second.Ended(t); code != 0 {
		t.Errorf("the start ended with %d:\n%s", code, second.Output())
	}
	rig.Until(t, "the window of that workspace is active", func() bool { return v.screen.Active() == id })
}

func TestVarveTakesADroppedFolder(t *testing.T) {
	v := openVarve(t, rig.Options{})
	folder := filepath.Join(t.TempDir(), "Lake cores, été")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "a.csv"), []byte("x,y\n1,2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	x, y, _ := aside(t, v.screen, v.title)
	v.screen.DragFiles(t, x, y, folder)

	// The sheet says what will happen; Add does it.
	v.Until(t, `document.querySelector("dialog[open] input")?.value.includes("Lake cores, été")`)
	v.Until(t, `!document.querySelector("dialog[open] button.primary").disabled`)
	v.screen.Picture(t, picture("dropped folder"))
	v.Find(t, "dialog[open] button.primary").Click(t)
	v.Until(t, `!document.querySelector("dialog[open] form")`)
	rig.Until(t, "the data set is there", func() bool { return strings.Contains(v.cli(t, "data", "list"), "Lake cores, été") })
	v.Eval(t, `location.hash = "#/data"`, nil)
	v.Until(t, `document.body.innerText.includes("Lake cores, été")`)
	v.screen.Picture(t, picture("data after the drop"))
}

// TestVarveShowsNaN: a loss that is not a number is a value like others: the run
// page shows it, live, and goes on.
func TestVarveShowsNaN(t *testing.T) {
	v := openVarve(t, rig.Options{})
	now := time.Now().UnixMilli()
	var created struct {
		Run struct{ Info struct{ Run_id string } }
	}
	v.mlflow(t, "runs/create", map[string]any{"experiment_id": "0", "run_name": "diverged", "start_time": now}, &created)
	id := created.Run.Info.Run_id
	v.Eval(t, `location.hash = "#/runs/" + arguments[0]`, nil, id)
	v.Until(t, `document.querySelector("h1").textContent.includes("diverged")`)
	log := func(step int, value any) {
		t.Helper()
		v.mlflow(t, "runs/log-metric", map[string]any{"run_id": id, "key": "loss", "value": value, "step": step, "timestamp": now + int64(step)}, nil)
	}
	log(0, 0.25)
	v.Until(t, `document.body.innerText.includes("0.25")`)
	log(1, "NaN")
	v.Until(t, `document.body.innerText.includes("NaN")`)
	log(2, 0.125)
	v.Until(t, `document.body.innerText.includes("0.125")`)
	v.screen.Picture(t, picture("NaN"))
	v.Eval(t, `location.hash = "#/runs"`, nil)
	v.Until(t, `document.body.innerText.includes("diverged")`)
}

// TestVarveStopsARun: started, stopped and put into the trash by the buttons of
// the real window, whose requests are not quite those of a browser.
func TestVarveStopsARun(t *testing.T) {
	v := openVarve(t, rig.Options{})
	project := filepath.Join(t.TempDir(), "waits")
	if err := os.Mkdir(project, 0o755); err != nil {
		t.Fatal(err)
	}
	file := "name: waits\nentry_points:\n  main:\n    command: echo started && sleep 600\n"
	if err := os.WriteFile(filepath.Join(project, "MLproject"), []byte(file), 0o644); err != nil {
		t.Fatal(err)
	}
	v.Eval(t, `location.hash = "#/project?path=" + encodeURIComponent(arguments[0])`, nil, project)
	v.Until(t, `document.querySelector("form button.primary")`)
	v.Eval(t, `const s = document.querySelector("form select"); s.value = "local"; s.dispatchEvent(new Event("change", { bubbles: true }))`, nil)
	v.Find(t, "form button.primary").Click(t)
	v.Until(t, `document.querySelector("main .danger")?.textContent.includes("Stop")`)
	v.Until(t, `document.querySelector("main").innerText.includes("started")`)
	v.screen.Picture(t, picture("running"))
	v.Find(t, "main .danger").Click(t)
	v.Until(t, `[...document.querySelectorAll("main button")].some(b => b.textContent.includes("Move to trash"))`)
	if list := v.cli(t, "runs", "list", "--json"); !strings.Contains(list, `"KILLED"`) {
		t.Errorf("the run was not stopped: %s", list)
	}
}

// TestVarveSavesAnArtifact: a web view has no downloads; the window asks where.
func TestVarveSavesAnArtifact(t *testing.T) {
	v := openVarve(t, rig.Options{})
	project := filepath.Join(t.TempDir(), "says")
	if err := os.Mkdir(project, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(project, "MLproject"), []byte("entry_points:\n  main:\n    command: echo hello\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	v.cli(t, "run", project, "--env-manager", "local", "--run-name", "talker")
	var runs []struct{ Info struct{ Run_id string } }
	if err := json.Unmarshal([]byte(v.cli(t, "runs", "list", "--json")), &runs); err != nil || len(runs) != 1 {
		t.Fatalf("%d runs (%v)", len(runs), err)
	}
	v.Eval(t, `location.hash = "#/runs/" + arguments[0] + "?tab=artifacts&artifact=output.log"`, nil, runs[0].Info.Run_id)
	v.Until(t, `document.querySelector("a[download]") && document.querySelector("main").innerText.includes("hello")`)
	v.Find(t, "a[download]").Click(t)
	folder := t.TempDir()
	save := func(name string) string {
		t.Helper()
		v.screen.Focus(t, v.screen.Window(t, "Save "+name))
		v.screen.Key(t, "ctrl+a")
		v.screen.Type(t, filepath.Join(folder, name))
		v.screen.Key(t, "Return")
		rig.Until(t, name+" is saved", func() bool { _, err := os.Stat(filepath.Join(folder, name)); return err == nil })
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if got := save("output.log"); got != "hello\n" {
		t.Errorf("saved was %q", got)
	}
	v.Until(t, `document.body.innerText.includes("output.log is saved")`)

	// What a page made itself, as the menu of a chart does: bytes, since a Blob as
	// the body ends the window.
	v.Eval(t, `fetch("/native/save?title=Save+own.csv&name=own.csv", {method: "POST",
		headers: {"Content-Type": "application/octet-stream"}, body: new TextEncoder().encode("step,loss\n1,NaN\n")})`, nil)
	if got := save("own.csv"); got != "step,loss\n1,NaN\n" {
		t.Errorf("saved was %q", got)
	}
}
