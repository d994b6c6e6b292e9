//go:build window

package windowtest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"dev.varve/build/windowtest/rig"
)

func TestRaiseBringsTheWindowToTheFront(t *testing.T) {
	screen := rig.NewScreen(t, rig.Options{})
	app := screen.Start(t, nil, shell(t))
	id := screen.Window(t, "Shell")
	rig.Until(t, "the page is loaded", func() bool { return strings.Contains(app.Output(), "page loaded") })

	other := screen.OtherWindow(t)
	screen.Focus(t, other)
	rig.Until(t, "the other window is active", func() bool { return screen.Active() == other })
	app.Signal(t, syscall.SIGUSR2)
	rig.Until(t, "the window is active again", func() bool { return screen.Active() == id })

	screen.Minimise(t, id)
	rig.Until(t, "the window is gone", func() bool { return screen.Windows("Shell") == 0 })
	app.Signal(t, syscall.SIGUSR2)
	rig.Until(t, "the window is active after being minimised", func() bool { return screen.Active() == id })
}

func TestPlaceIsRememberedBetweenStarts(t *testing.T) {
	screen := rig.NewScreen(t, rig.Options{})
	state := filepath.Join(t.TempDir(), "window.json")
	app := screen.Start(t, nil, shell(t), "-state", state)
	id := screen.Window(t, "Shell")
	screen.Place(t, id, rig.Box{X: 90, Y: 70, Width: 850, Height: 610})
	before := screen.Geometry(t, id)
	screen.Close(t, id)
	if code := app.Ended(t); code != 0 {
		t.Fatalf("exit code %d", code)
	}

	screen.Start(t, nil, shell(t), "-state", state)
	id = screen.Window(t, "Shell")
	rig.Until(t, "the window is where it was", func() bool { return screen.Geometry(t, id) == before })
}

func TestPlaceOffTheScreenIsMended(t *testing.T) {
	screen := rig.NewScreen(t, rig.Options{Width: 1024, Height: 700})
	state := filepath.Join(t.TempDir(), "window.json")
	if err := os.WriteFile(state, []byte(`{"x":5000,"y":-900,"width":4000,"height":3000,"placed":true}`), 0o600); err != nil {
		t.Fatal(err)
	}
	screen.Start(t, nil, shell(t), "-state", state)
	id := screen.Window(t, "Shell")
	rig.Until(t, "the window is on the screen", func() bool {
		b := screen.Geometry(t, id)
		return b.X >= 0 && b.Y >= 0 && b.X < 900 && b.Y < 600 && b.Width <= 1024 && b.Height <= 700
	})
}

func TestMaximisedComesBackMaximised(t *testing.T) {
	screen := rig.NewScreen(t, rig.Options{})
	state := filepath.Join(t.TempDir(), "window.json")
	saved := map[string]any{"x": 90, "y": 70, "width": 800, "height": 600, "placed": true, "maximised": true}
	data, err := json.Marshal(saved)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(state, data, 0o600); err != nil {
		t.Fatal(err)
	}
	app := screen.Start(t, nil, shell(t), "-state", state)
	id := screen.Window(t, "Shell")
	rig.Until(t, "the window fills the screen", func() bool { return screen.Geometry(t, id).Width == 1280 })
	screen.Close(t, id)
	app.Ended(t)
	data, err = os.ReadFile(state)
	if err != nil {
		t.Fatal(err)
	}
	var now map[string]any
	if err := json.Unmarshal(data, &now); err != nil {
		t.Fatal(err)
	}
	if now["maximised"] != true || now["width"] != 800.0 || now["x"] != 90.0 {
		t.Errorf("remembered %s", data)
	}
}

func TestClosingAsksAndTermDoesNot(t *testing.T) {
	screen := rig.NewScreen(t, rig.Options{})
	app := screen.Start(t, nil, shell(t), "-stay")
	id := screen.Window(t, "Shell")
	rig.Until(t, "the page is loaded", func() bool { return strings.Contains(app.Output(), "page loaded") })
	for asked := 1; asked <= 2; asked++ {
		screen.Close(t, id)
		rig.Until(t, "it is asked", func() bool { return strings.Count(app.Output(), "asked to close") == asked })
	}
	if n := screen.Windows("Shell"); n != 1 {
		t.Errorf("%d windows after No", n)
	}
	app.Signal(t, syscall.SIGTERM)
	if code := app.Ended(t); code != 0 || !strings.Contains(app.Output(), "closed") {
		t.Errorf("exit code %d", code)
	}
	if n := strings.Count(app.Output(), "asked to close"); n != 2 {
		t.Errorf("asked %d times: TERM does not ask", n)
	}
}

// TestPageComesBackAfterItsProcessDied ends the web view's process as the kernel
// does when memory runs out.
func TestPageComesBackAfterItsProcessDied(t *testing.T) {
	screen := rig.NewScreen(t, rig.Options{})
	app := screen.Start(t, nil, shell(t))
	loads := func(n int) {
		t.Helper()
		rig.Until(t, "the page is loaded "+strconv.Itoa(n)+" times", func() bool {
			return strings.Count(app.Output(), "page loaded") >= n
		})
	}
	loads(1)
	killWeb := func() {
		t.Helper()
		rig.Until(t, "the web process was killed", func() bool {
			for _, pid := range rig.Children(t, app.PID, "WebKitWebProces") {
				return syscall.Kill(pid, syscall.SIGKILL) == nil
			}
			return false
		})
	}
	killWeb()
	loads(2)
	killWeb()
	loads(3)
	// Three times within a minute: now the person is asked.
	killWeb()
	rig.Until(t, "the window says so", func() bool { return screen.Windows("Shell") == 2 })
	if n := strings.Count(app.Output(), "page loaded"); n != 3 {
		t.Errorf("the page was loaded %d times before the answer", n)
	}
	screen.Key(t, "Return")
	loads(4)
}

func TestDialogs(t *testing.T) {
	screen := rig.NewScreen(t, rig.Options{})
	p := screen.Drive(t, nil, shell(t))
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "set"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "one.csv"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ask := func(kind, title string) {
		t.Helper()
		p.Eval(t, `window.chosen = undefined;
			fetch("/native/choose", {method: "POST", headers: {"Content-Type": "application/json"},
				body: JSON.stringify({kind: arguments[0], title: arguments[1], start: arguments[2], name: "new.csv"})})
			.then(r => r.text()).then(t => window.chosen = t)`, nil, kind, title, folder)
	}
	chosen := func() (text string) {
		t.Helper()
		p.Until(t, `window.chosen`)
		p.Eval(t, `return window.chosen`, &text)
		return strings.TrimSpace(text)
	}
	for _, tt := range []struct{ kind, typed, want string }{
		{"file", folder + "/one.csv", folder + "/one.csv"},
		{"files", folder + "/one.csv", folder + "/one.csv"},
		{"place", "", folder + "/new.csv"},
		{"folder", "", folder},
	} {
		ask(tt.kind, "Choose "+tt.kind)
		screen.Focus(t, screen.Window(t, "Choose "+tt.kind))
		if tt.typed != "" {
			screen.Key(t, "ctrl+l") // a place to type a path in
			screen.Type(t, tt.typed)
		}
		screen.Key(t, "Return")
		if got, want := chosen(), `{"paths":["`+tt.want+`"]}`; got != want {
			t.Errorf("%s: %s, want %s", tt.kind, got, want)
		}
	}

	ask("file", "Choose nothing")
	id := screen.Window(t, "Choose nothing")
	if a := postJSON(t, p, "/native/choose", `{"kind":"file","title":"A second one"}`); a.Status != 409 {
		t.Errorf("a second dialog: %+v", a)
	}
	screen.Focus(t, id)
	screen.Key(t, "Escape")
	if got := chosen(); got != `{"paths":[]}` {
		t.Errorf("nothing chosen: %s", got)
	}
}

func TestNoDisplayHasWords(t *testing.T) {
	cmd := exec.Command(shell(t))
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "DISPLAY=") && !strings.HasPrefix(e, "WAYLAND_DISPLAY=") {
			cmd.Env = append(cmd.Env, e)
		}
	}
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "no display") || !strings.Contains(string(out), "varve serve") || strings.Contains(string(out), "goroutine") {
		t.Errorf("%v: %s", err, out)
	}
}
