package window

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path/filepath"
	"runtime"

	"dev.varve/backend/fault"
)

// About is the answer to /native/about: that the pages are in a window at all,
// and on which system ("linux", "darwin", "windows").
type About struct {
	Platform string `json:"platform"`
}

// ChooseRequest asks for a dialog.
type ChooseRequest struct {
	// Kind is "folder", "file", "files" (several), or "place" (where to save).
	Kind string `json:"kind"`
	// Title stands in the dialog's title bar.
	Title string `json:"title"`
	// Start is the folder to show first. A folder that is not there is ignored.
	Start string `json:"start,omitempty"`
	// Name is the proposed file name for "place".
	Name string `json:"name,omitempty"`
}

// Chosen is what was chosen in a dialog. Paths are absolute; none means that
// the dialog was closed without a choice. Never null.
type Chosen struct {
	Paths []string `json:"paths"`
}

// ShowRequest asks to show a file or folder in the system's file manager.
type ShowRequest struct {
	Path string `json:"path"`
}

// OpenRequest asks to open an address in the system's browser: https, or http on
// this machine.
type OpenRequest struct {
	URL string `json:"url"`
}

// WorkspaceRequest asks for another workspace in this window: the one in a
// folder, or a new one there.
type WorkspaceRequest struct {
	Path   string `json:"path"`
	Create bool   `json:"create,omitempty"`
}

// WorkspaceShown says what came of it: Raised, that the workspace has a window of
// its own, which is in front now. Otherwise the page loads itself anew.
type WorkspaceShown struct {
	Raised bool `json:"raised"`
}

// ZoomRequest asks to show the page larger or smaller.
type ZoomRequest struct {
	// Percent is 100 for the size as it is; 50 to 300.
	Percent int `json:"percent"`
}

// desktop is what the native handler needs from the system.
type desktop interface {
	workspace(WorkspaceRequest) (WorkspaceShown, error)
	asking() Asking
	answered(ClosingAnswer) error
	menu(MenuBar) error
	edit(command string) error
	close()
	zoom(percent int) error
	notify(NotifyRequest) error
	choose(ChooseRequest) ([]string, error)
	show(path string) error
	open(address string) error
}

// maxChosen is how many files Wails passes on from one dialog on Linux. It says
// nothing when it drops the others.
const maxChosen = 1024

// native serves /native/.
// Pages are what it saves from.
func native(d desktop, happened *events, pages http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /native/about", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, About{Platform: runtime.GOOS})
	})
	mux.Handle("GET /native/events", happened)
	mux.Handle("POST /native/choose", post(func(q ChooseRequest) (any, error) { return choose(d, q) }))
	mux.Handle("POST /native/show", post(func(q ShowRequest) (any, error) { return struct{}{}, show(d, q) }))
	mux.Handle("POST /native/open", post(func(q OpenRequest) (any, error) { return struct{}{}, open(d, q) }))
	mux.Handle("POST /native/save", saving(d, pages))
	mux.Handle("POST /native/workspace", post(func(q WorkspaceRequest) (any, error) { return d.workspace(q) }))
	mux.HandleFunc("GET /native/closing", func(w http.ResponseWriter, _ *http.Request) { answer(w, closingOf(d.asking())) })
	mux.Handle("POST /native/closing", post(func(q Closing) (any, error) { return q, setClosing(d.asking(), q) }))
	mux.Handle("POST /native/closing/answer", post(func(q ClosingAnswer) (any, error) { return struct{}{}, d.answered(q) }))
	mux.Handle("POST /native/menu", post(func(q MenuBar) (any, error) { return setMenu(d, q) }))
	mux.Handle("POST /native/edit", post(func(q EditRequest) (any, error) { return edit(d, q) }))
	mux.Handle("POST /native/close", post(func(struct{}) (any, error) { d.close(); return struct{}{}, nil }))
	mux.Handle("POST /native/zoom", post(func(q ZoomRequest) (any, error) { return struct{}{}, zoom(d, q) }))
	mux.Handle("POST /native/notify", post(func(q NotifyRequest) (any, error) { return struct{}{}, notify(d, q) }))
	mux.HandleFunc("/native/", func(w http.ResponseWriter, r *http.Request) {
		writeProblem(w, fault.New(fault.NotFound, "the window has nothing at %s %s", r.Method, r.URL.Path))
	})
	return mux
}

func choose(d desktop, q ChooseRequest) (Chosen, error) {
	switch q.Kind {
	case "folder", "file", "files", "place":
	default:
		return Chosen{}, fault.New(fault.Invalid, "there is no dialog for %q", q.Kind)
	}
	if !isFolder(q.Start) {
		q.Start = ""
	}
	q.Name = filepath.Base(filepath.Clean("/" + q.Name))
	if q.Name == "/" || q.Name == `\` {
		q.Name = ""
	}
	paths, err := d.choose(q)
	if err != nil {
		return Chosen{}, err
	}
	if len(paths) >= maxChosen {
		return Chosen{}, fault.New(fault.Invalid, "a dialog passes on at most %d files", maxChosen-1).
			WithHint("choose the folder that they are in, or drop them on the window")
	}
	chosen := Chosen{Paths: []string{}}
	for _, p := range paths {
		if p != "" {
			chosen.Paths = append(chosen.Paths, p)
		}
	}
	return chosen, nil
}

func show(d desktop, q ShowRequest) error {
	if !filepath.IsAbs(q.Path) {
		return fault.New(fault.Invalid, "%q is not a whole path", q.Path)
	}
	if !onDisk(q.Path) {
		return fault.New(fault.NotFound, "%s is not there any more", q.Path)
	}
	return d.show(filepath.Clean(q.Path))
}

func open(d desktop, q OpenRequest) error {
	u, err := url.Parse(q.URL)
	if err != nil || u.Host == "" || u.User != nil {
		return fault.New(fault.Invalid, "%q is not an address", q.URL)
	}
	local := u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1"
	if u.Scheme != "https" && (u.Scheme != "http" || !local) {
		return fault.New(fault.Invalid, "only https addresses are opened, not %q", q.URL)
	}
	return d.open(u.String())
}

func zoom(d desktop, q ZoomRequest) error {
	if q.Percent < 50 || q.Percent > 300 {
		return fault.New(fault.Invalid, "a page is shown at 50 to 300 percent, not at %d", q.Percent)
	}
	return d.zoom(q.Percent)
}

// maxBody is the size limit of a request, in bytes.
const maxBody = 1 << 20

// post decodes a request, calls what answers it, and encodes the answer.
func post[Q any](call func(Q) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q, err := decode[Q](r)
		if err != nil {
			writeProblem(w, err)
			return
		}
		result, err := call(q)
		if err != nil {
			writeProblem(w, err)
			return
		}
		answer(w, result)
	})
}

func answer(w http.ResponseWriter, value any) {
	writeJSON(w, "application/json", http.StatusOK, value)
}

func decode[Q any](r *http.Request) (q Q, err error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return q, fault.New(fault.Invalid, "a request must be JSON")
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return q, fault.New(fault.Invalid, "the request could not be read: %v", err)
	}
	if len(body) > maxBody {
		return q, fault.New(fault.Invalid, "a request has at most %d bytes", maxBody)
	}
	values := json.NewDecoder(bytes.NewReader(body))
	values.DisallowUnknownFields()
	if err := values.Decode(&q); err != nil {
		return q, fault.New(fault.Invalid, "the request is not what was expected: %v", err)
	}
	if err := values.Decode(&struct{}{}); !errors.Is(err, io.EOF) {
		return q, fault.New(fault.Invalid, "there is more than one request in the body")
	}
	return q, nil
}
