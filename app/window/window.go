// Package window is the shell around the pages: one window of the desktop that
// shows what an http.Handler serves, and the few native things that a page in a
// browser cannot do. It is the only package, with the root main, that knows
// Wails.
//
// # What the pages see
//
// The handler answers every request of the pages in this process, without a
// port. The pages find the native things at /native/, by the same fetch as
// everything else; in a plain browser those addresses do not exist. Bodies and
// answers are JSON; a refusal has the form of type Problem.
//
//	GET  /native/about    About: which system this is
//	POST /native/choose   ChooseRequest → Chosen: a dialog for files, a folder or a place to save
//	POST /native/show     ShowRequest: opens the folder of a file in the file manager
//	POST /native/open     OpenRequest: opens an https address in the browser
//	POST /native/workspace  WorkspaceRequest → WorkspaceShown: another workspace in this window
//	POST /native/menu     MenuBar: what the menus of the window have in them
//	POST /native/edit     EditRequest: cut, copy, paste … in the page
//	POST /native/close    closes the window as its button does
//	GET  /native/closing  Closing: whether a person is asked; POST changes it
//	POST /native/closing/answer  ClosingAnswer to the event "closing"
//	POST /native/notify   NotifyRequest: a notification of the desktop
//	POST /native/zoom     ZoomRequest: the page larger or smaller
//	GET  /native/events   event stream; "drop" carries a Drop, "closing" a ClosingQuestion,
//	                      "menu" a MenuChosen
//
// Nothing is bound to JavaScript. A script in a sandboxed frame (an HTML
// artifact) can reach everything that is bound, and a bound method that returns
// NaN ends the program (Wails 2.16).
//
// A drop of files from outside arrives as the event "drop". For that, the page
// must call preventDefault on dragover and drop, and on Windows
// window.runtime.OnFileDrop(() => {}, false) once.
//
// # Rules for the handler
//
//   - Its addresses must not end in a slash, the root apart: Wails replaces a 404
//     below such an address by a page of its own.
//   - A POST says its type, JSON or bytes, even without a body: what a form could
//     send is refused, since a frame with foreign content could too.
//   - A stream must write something now and then (a comment line every 15 s):
//     that a page has gone is noticed only when a write fails, and the request's
//     context ends then.
package window

import (
	"context"
	"log/slog"
	"net/http"

	"dev.varve/backend/fault"
)

// Options describe the window.
type Options struct {
	// Title stands in the title bar.
	Title string
	// Name is the program's name for the desktop: the window's class, and the
	// folder where the web view keeps its caches. "varve" if empty.
	Name string
	// Icon is a PNG for the window; it may be nil.
	Icon []byte
	// Handler serves the pages and their API. Its requests come from the pages
	// in this window alone and need no token.
	Handler http.Handler
	// StateFile is where the window's size and place are remembered between
	// starts. Empty: not remembered.
	StateFile string
	// Raise brings the window to the front with each value. It may be nil.
	Raise <-chan struct{}
	// Quit closes the window, without asking, when it is closed. It may be nil.
	// SIGINT and SIGTERM do the same: Run takes both over from whoever listened.
	Quit <-chan struct{}
	// MayClose is asked before the window closes because the person wants it.
	// It may take its time, and may be nil, which means yes.
	MayClose func(ctx context.Context) bool
	// Switch shows another workspace instead: from then on, Handler serves that
	// one. It may be nil: then there is one workspace only.
	Switch func(path string, create bool) (Another, error)
	// Leaving is what would become of things without the window. If runs go on, and
	// Asking wants it, or if anything stops, the page asks before the window closes.
	// Both may be nil.
	Leaving func(ctx context.Context) Leaving
	Asking  Asking
	// OnDrop is told of each drop, as the pages are. It may be nil.
	OnDrop func(Drop)
	// Log receives what the web view and the window report. Nil: nothing.
	Log *slog.Logger
}

// Another is what a window shows from now on.
type Another struct {
	Title     string
	StateFile string
	// Raised means that what was wanted has a window of its own, which is in front
	// now; this one stays as it is.
	Raised bool
}

// Leaving is what a closing window leaves behind.
type Leaving struct {
	Runs  int      // that go on without it
	Stops []string // what is being done and ends with it, in words
}

// Asking remembers whether a person wants to be asked before a window with runs
// closes.
type Asking interface {
	Asks() bool
	SetAsks(on bool) error
}

// Run opens the window and returns when it has been closed. It must be called
// from the main goroutine, once. It fails with fault.Unavailable where there is
// no display, and with fault.Unsupported in a program that was built without
// the window (build tag "desktop").
func Run(o Options) error {
	if o.Handler == nil {
		return fault.New(fault.Internal, "the window needs a handler")
	}
	if o.Name == "" {
		o.Name = "varve"
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return run(o)
}
