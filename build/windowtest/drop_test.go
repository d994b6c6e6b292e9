//go:build window

package windowtest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dev.varve/build/windowtest/rig"
)

type drop struct {
	X, Y    int
	Paths   []string
	Problem string
}

// aside puts the program's window where the source of a drag does not lie under
// it, and returns a point inside it and the window's id.
func aside(t *testing.T, screen *rig.Screen, title string) (x, y int, id string) {
	t.Helper()
	id = screen.Window(t, title)
	screen.Place(t, id, rig.Box{X: 300, Y: 100, Width: 900, Height: 700})
	box := screen.Geometry(t, id)
	return box.X + 200, box.Y + 150, id
}

func TestDropDeliversPaths(t *testing.T) {
	screen := rig.NewScreen(t, rig.Options{})
	p := screen.Drive(t, nil, shell(t))
	p.Until(t, `window.listening`)
	x, y, id := aside(t, screen, "Shell")

	folder := t.TempDir()
	odd := []string{"a folder", "plain.csv", "é ü 漢.csv", "100%20 sure.csv", `"quoted" 'it'.csv`, "two\nlines.csv", "end\n", "a:b;c#d?e.csv", "-flag"}
	var paths []string
	for i, name := range odd {
		path := filepath.Join(folder, name)
		var err error
		if i == 0 {
			err = os.Mkdir(path, 0o755)
		} else {
			err = os.WriteFile(path, nil, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	// One at a time, so that one odd name cannot hide in another's; then all.
	drags := [][]string{paths[:1], paths[2:3], paths[5:6], paths}
	for i, dragged := range drags {
		screen.DragFiles(t, x, y, dragged...)
		p.Until(t, fmt.Sprintf(`window.drops.length === %d`, i+1))
		var got drop
		p.Eval(t, `return window.drops.at(-1)`, &got)
		if !slices.Equal(got.Paths, dragged) || got.Problem != "" {
			t.Errorf("dropped %q, the page got %q, problem %q", dragged, got.Paths, got.Problem)
		}
		// Only now: the window manager may have been slow to add the frame.
		box := screen.Geometry(t, id)
		if got.X != x-box.X || got.Y != y-box.Y {
			t.Errorf("dropped at %d,%d of the page, it got %d,%d", x-box.X, y-box.Y, got.X, got.Y)
		}
	}
	if title := p.Title(t); title != "Shell page" {
		t.Errorf("the page became %q", title)
	}
}

func TestDropOfTwoThousandFiles(t *testing.T) {
	screen := rig.NewScreen(t, rig.Options{})
	p := screen.Drive(t, nil, shell(t))
	p.Until(t, `window.listening`)
	x, y, _ := aside(t, screen, "Shell")
	folder := t.TempDir()
	var paths []string
	for i := range 2000 {
		path := filepath.Join(folder, fmt.Sprintf("measurement %04d of a long series.csv", i))
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	screen.DragFiles(t, x, y, paths...)
	p.Until(t, `window.drops.length === 1`)
	var got drop
	p.Eval(t, `return window.drops[0]`, &got)
	if !slices.Equal(got.Paths, paths) {
		t.Errorf("%d paths arrived, from %q to %q", len(got.Paths), got.Paths[0], got.Paths[len(got.Paths)-1])
	}
}

func TestDropWithoutPathsHasWords(t *testing.T) {
	screen := rig.NewScreen(t, rig.Options{})
	p := screen.Drive(t, nil, shell(t))
	p.Until(t, `window.listening`)
	x, y, _ := aside(t, screen, "Shell")
	screen.Drag(t, x, y, "text/uri-list", "https://example.org/picture.png\r\n")
	p.Until(t, `window.drops.length === 1`)
	var got drop
	p.Eval(t, `return window.drops[0]`, &got)
	if len(got.Paths) != 0 || got.Problem == "" {
		t.Errorf("the page got %+v", got)
	}
}

// TestUnhandledDropLeavesThePage: a web view opens what is dropped on it unless a
// script says no; this one does not even then, nor does it follow a link away.
func TestUnhandledDropLeavesThePage(t *testing.T) {
	screen := rig.NewScreen(t, rig.Options{})
	p := screen.Drive(t, nil, shell(t))
	p.Until(t, `window.listening`)
	x, y, _ := aside(t, screen, "Shell")
	p.Eval(t, `window.careless = true`, nil)
	screen.DragFiles(t, x, y, t.TempDir())
	p.Until(t, `window.drops.length === 1`)
	p.Eval(t, `location.href = "file:///etc/"; location.href = "https://example.org/"; window.open("https://example.org/")`, nil)
	p.Eval(t, `await new Promise(done => requestAnimationFrame(() => setTimeout(done)))`, nil)
	if a := fetch(t, p, "/status/200", nil); a.Status != 200 || p.URL(t) != "wails://wails/" {
		t.Errorf("the page is %s, %+v", p.URL(t), a)
	}
	p.Until(t, `window.drops.length === 1`) // the same page, not one loaded anew
}

// TestVarveTakesADropOnAField: on the field of a path, a drop is its value, also
// on a page that is shown larger; elsewhere on the same page it is data to add.
func TestVarveTakesADropOnAField(t *testing.T) {
	v := openVarve(t, rig.Options{})
	var made struct{ Path string }
	v.Eval(t, `return await fetch("/api/varve/v1/projects/sample", { method: "POST", headers: { "Content-Type": "application/json" } }).then(a => a.json())`, &made)
	v.Eval(t, `location.hash = "#/project?path=" + encodeURIComponent(arguments[0])`, nil, made.Path)
	const field = `document.querySelector("form input.mono")`
	v.Until(t, field)
	other := filepath.Join(t.TempDir(), "other wines.csv")
	if err := os.WriteFile(other, []byte("a;b\n1;2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, _, id := aside(t, v.screen, v.title)
	on := func() (x, y int) {
		t.Helper()
		var at [3]float64
		v.Eval(t, `const b = `+field+`.getBoundingClientRect(), s = outerWidth / innerWidth; return [(b.left + b.width / 2) * s, (b.top + b.height / 2) * s, innerHeight * s]`, &at)
		box := v.screen.Geometry(t, id)
		return box.X + int(at[0]), box.Y + box.Height - int(at[2]) + int(at[1]) // the menu stands above the page
	}
	for _, larger := range []int{0, 3} {
		for range larger {
			v.Eval(t, `window.before = innerWidth`, nil)
			v.keys(t, "ctrl+plus")
			v.Until(t, `innerWidth < window.before`)
		}
		v.Eval(t, field+`.value = ""; `+field+`.dispatchEvent(new Event("input", { bubbles: true }))`, nil)
		v.painted(t)
		x, y := on()
		v.screen.DragFiles(t, x, y, other)
		v.Until(t, field+`.value.endsWith("other wines.csv")`)
		v.Until(t, `!document.querySelector("dialog[open]")`)
	}
	x, y := on()
	v.screen.DragFiles(t, x, y+260, other)
	v.Until(t, `document.querySelector("dialog[open] input")?.value.endsWith("other wines.csv")`)
}

// TestDroppedRecordsOfMLflow: a folder of MLflow is offered as runs beside data; a
// table is data that can be imported as runs.
func TestDroppedRecordsOfMLflow(t *testing.T) {
	v := openVarve(t, rig.Options{})
	home := t.TempDir()
	write := func(text string, path ...string) {
		t.Helper()
		file := filepath.Join(append([]string{home}, path...)...)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("experiment_id: '7'\nname: lab/cores\nlifecycle_stage: active\n", "mlruns", "7", "meta.yaml")
	write("run_id: 0123456789abcdef0123456789abcdef\nrun_name: best\nexperiment_id: '7'\nstatus: 3\nstart_time: 1700000000000\nlifecycle_stage: active\n", "mlruns", "7", "0123456789abcdef0123456789abcdef", "meta.yaml")
	write("name,acc\nfirst,0.5\n", "table.csv")
	x, y, _ := aside(t, v.screen, v.title)
	primary := func(text string) string {
		return fmt.Sprintf(`document.querySelector("dialog[open] button.primary:enabled")?.textContent.trim() === %q`, text)
	}
	v.screen.DragFiles(t, x, y, filepath.Join(home, "mlruns"))
	v.Until(t, primary("Import these runs"))
	v.Find(t, "dialog[open] button.primary").Click(t)
	v.Until(t, primary("Import 1 run"))
	v.Find(t, "dialog[open] button.primary").Click(t)
	rig.Until(t, "the run is there", func() bool {
		return strings.Contains(v.cli(t, "runs", "list", "--experiment-name", "lab/cores"), "best")
	})
	v.screen.DragFiles(t, x, y, filepath.Join(home, "table.csv"))
	v.Until(t, primary("Add")+` && document.querySelector("dialog[open]").innerText.includes("Import as runs")`)
}
