//go:build window

package rig

import (
	"strconv"
	"testing"
)

// Click clicks at a place inside a window, in pixels from its top left corner.
func (s *Screen) Click(t *testing.T, id string, x, y int) {
	t.Helper()
	b := s.Geometry(t, id)
	s.xdotool(t, "mousemove", strconv.Itoa(b.X+x), strconv.Itoa(b.Y+y))
	s.xdotool(t, "click", "1")
}
