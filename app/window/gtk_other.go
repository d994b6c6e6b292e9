//go:build (desktop || bindings) && (!linux || bindings)

package window

import (
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"dev.varve/backend/fault"
)

// prepare has nothing to do: Wails starts the toolkit, and which screens there
// are is known only when the window is open.
func prepare(string) ([]place, error) { return nil, nil }

// putAt moves the window to a place that was on a screen when it was saved; the
// system keeps windows within reach.
func (s *shell) putAt(p place) { runtime.WindowSetPosition(s.ctx, p.X, p.Y) }

// toFront shows the window above all others and gives it the focus.
func (s *shell) toFront() {
	runtime.WindowUnminimise(s.ctx)
	runtime.WindowShow(s.ctx)
}

// sealBridge leaves the scripts of Wails as they are: on Windows, drops need them.
func sealBridge() {}

// zoom is something that pages do by themselves here.
func (s *shell) zoom(int) error {
	return fault.New(fault.Unsupported, "this window cannot make its page larger")
}

// loadAgain starts the web view anew.
func loadAgain() {}

// onPageFailure tells nothing: Wails does not say when a web view ends.
func onPageFailure(func(reason string)) {}
