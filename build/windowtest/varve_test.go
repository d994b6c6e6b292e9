//go:build window

package windowtest

import (
	"os"
	"path/filepath"
	"testing"

	"dev.varve/build/windowtest/rig"
)

// varveWindow is the finished program, as `make build` leaves it.
func varveWindow(t *testing.T) string {
	t.Helper()
	name, err := filepath.Abs(filepath.Join(top, "build", "bin", "varve-window"))
	if err == nil {
		_, err = os.Stat(name)
	}
	if err != nil {
		t.Fatalf("the window is not built; run make build: %v", err)
	}
	return name
}

// pictures is where tests leave what the window looked like.
func picture(name string) string {
	return filepath.Join(top, "build", "cache", "pictures", name+".png")
}

func TestVarveShowsItsFirstScreen(t *testing.T) {
	for name, env := range map[string][]string{
		"usual": {"LANG=en_US.UTF-8"}, "LANG=C": {"LANG=C"}, "C.UTF-8": {"LANG=C.UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			screen := rig.NewScreen(t, rig.Options{})
			p := screen.Drive(t, env, varveWindow(t))
			screen.Window(t, "Varve")
			if heading := p.Find(t, "h1").Text(t); heading == "" {
				t.Error("the heading is empty")
			}
			var failures int
			p.Eval(t, `return performance.getEntriesByType("resource").filter(e => e.responseStatus >= 400).length`, &failures)
			if failures > 0 {
				t.Errorf("%d files of the page are missing", failures)
			}
			screen.Picture(t, picture("first screen, "+name))
		})
	}
}

// TestVarveWithASessionBus: with and without D-Bus the window comes up alike.
func TestVarveWithASessionBus(t *testing.T) {
	screen := rig.NewScreen(t, rig.Options{SessionBus: true})
	p := screen.Drive(t, nil, varveWindow(t))
	p.Find(t, "h1")
}
