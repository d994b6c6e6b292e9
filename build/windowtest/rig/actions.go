//go:build window

package rig

import (
	"net/http"
	"testing"
)

// The pages' own pointer, by WebDriver's actions: the web view takes them as it
// takes those of a mouse.

// Drag presses the pointer at a point of the page, moves it to another and lets
// go.
func (p *Page) Drag(t *testing.T, fromX, fromY, toX, toY int) {
	t.Helper()
	move := func(x, y, ms int) map[string]any {
		return map[string]any{"type": "pointerMove", "duration": ms, "x": x, "y": y, "origin": "viewport"}
	}
	p.act(t, map[string]any{
		"type": "pointer", "id": "mouse", "parameters": map[string]any{"pointerType": "mouse"},
		"actions": []any{
			move(fromX, fromY, 0),
			map[string]any{"type": "pointerDown", "button": 0},
			move((fromX+toX)/2, (fromY+toY)/2, 60),
			move(toX, toY, 60),
			map[string]any{"type": "pointerUp", "button": 0},
		},
	})
}

// act performs actions of one device, and forgets what is held down.
func (p *Page) act(t *testing.T, device map[string]any) {
	t.Helper()
	p.do(t, http.MethodPost, "/actions", map[string]any{"actions": []any{device}}, nil)
	p.do(t, http.MethodDelete, "/actions", nil, nil)
}

// Box is where an element is in the page.
func (e Element) Box(t *testing.T) (b Box) {
	t.Helper()
	var rect struct{ X, Y, Width, Height float64 }
	e.page.do(t, http.MethodGet, "/element/"+e.id+"/rect", nil, &rect)
	return Box{X: int(rect.X), Y: int(rect.Y), Width: int(rect.Width), Height: int(rect.Height)}
}

// Keys presses keys one after the other in the active window, without a pause.
func (s *Screen) Keys(t *testing.T, keys ...string) {
	t.Helper()
	s.xdotool(t, append([]string{"key", "--clearmodifiers"}, keys...)...)
}
