//go:build window

package windowtest

import (
	"os"
	"path/filepath"
	"testing"

	"dev.varve/build/windowtest/rig"
)

// TestVarveSaysWhyItDoesNotOpen: a double click has no terminal; a workspace that
// cannot be opened is told in a dialog, and nothing is changed.
func TestVarveSaysWhyItDoesNotOpen(t *testing.T) {
	screen := rig.NewScreen(t, rig.Options{})
	folder := filepath.Join(screen.Home, "Lake")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	marker := filepath.Join(folder, "varve.json")
	if err := os.WriteFile(marker, []byte(`{"format": 99}`), 0o644); err != nil {
		t.Fatal(err)
	}
	app := screen.Start(t, nil, built(t, "varve-window"), marker)
	id := screen.Window(t, "Varve")
	screen.Picture(t, picture("why it does not open"))
	screen.Focus(t, id)
	screen.Key(t, "Escape")
	if code := app.Ended(t); code != 1 {
		t.Errorf("exit code %d", code)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
		t.Errorf("in the folder: %v, %v", entries, err)
	}
}
