//go:build window

package rig

import (
	"bufio"
	_ "embed"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

//go:embed files/dragsource.py
var dragSource []byte

// DragFiles drags files and folders, by their absolute paths, onto a point of
// the screen, as a file manager does.
func (s *Screen) DragFiles(t *testing.T, x, y int, paths ...string) {
	t.Helper()
	var list strings.Builder
	for _, p := range paths {
		list.WriteString((&url.URL{Scheme: "file", Path: p}).String() + "\r\n")
	}
	s.Drag(t, x, y, "text/uri-list", list.String())
}

// Drag drags data of some type onto a point of the screen with the mouse. The
// source's window stands in the upper left corner; nothing may lie over it.
func (s *Screen) Drag(t *testing.T, x, y int, kind, data string) {
	t.Helper()
	folder := t.TempDir()
	script, content := filepath.Join(folder, "dragsource.py"), filepath.Join(folder, "data")
	for name, text := range map[string][]byte{script: dragSource, content: []byte(data)} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// Debian's own Python: PyGObject is installed there.
	cmd := s.Command("/usr/bin/python3", script, kind, content, "0", "0")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	begin(t, cmd)
	said := bufio.NewScanner(out)
	expect := func(word string) {
		t.Helper()
		if !said.Scan() || said.Text() != word {
			t.Fatalf("the drag source said %q (%v), not %q", said.Text(), said.Err(), word)
		}
	}
	expect("ready")
	id := s.Window(t, "dragsource")
	s.Focus(t, id)
	box := s.Geometry(t, id)
	s.mouseDrag(t, box.X+box.Width/2, box.Y+box.Height/2, x, y)
	expect("dropped")
	s.xdotool(t, "windowkill", id)
}

// mouseDrag moves in small steps: toolkits begin a drag only after some motion,
// and ask each window under way.
func (s *Screen) mouseDrag(t *testing.T, fromX, fromY, toX, toY int) {
	t.Helper()
	const steps = 25
	args := []string{"mousemove", strconv.Itoa(fromX), strconv.Itoa(fromY), "sleep", "0.1", "mousedown", "1", "sleep", "0.1"}
	for i := 1; i <= steps; i++ {
		x, y := fromX+(toX-fromX)*i/steps, fromY+(toY-fromY)*i/steps
		args = append(args, "mousemove", strconv.Itoa(x), strconv.Itoa(y), "sleep", "0.02")
	}
	args = append(args, "sleep", "0.2", "mouseup", "1")
	s.xdotool(t, args...)
}
