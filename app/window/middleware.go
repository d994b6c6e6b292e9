package window

import (
	"context"
	"log/slog"
	"mime"
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"dev.varve/backend/fault"
)

// pagesOrigins are what the pages in the window have as their origin.
var pagesOrigins = []string{
	"wails://wails",          // Linux and macOS
	"http://wails.localhost", // Windows
}

// inProcess makes a handler fit for the requests of the web view: they do not
// come from a net/http server, which does part of this by itself.
func inProcess(next http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		r = r.WithContext(ctx)
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			// The web view says "length unknown" where there is no body.
			r.ContentLength, r.Body = 0, http.NoBody
		}
		res := &response{ResponseWriter: w, cancel: cancel, hideHTML: runtime.GOOS != "windows" || r.URL.Path != "/"}
		defer func() {
			// Nobody else would: a panic in a request would end the program.
			if p := recover(); p != nil && p != http.ErrAbortHandler {
				log.Error("a request of the window failed", "method", r.Method, "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
				if !res.started {
					writeProblem(res, fault.New(fault.Internal, "Varve failed at this; the rest goes on"))
				}
			}
		}()
		if reason := foreign(r); reason != "" {
			log.Warn("a request from outside the pages was refused", "method", r.Method, "path", r.URL.Path, "reason", reason)
			writeProblem(res, fault.New(fault.Denied, "only Varve's own pages may ask this"))
			return
		}
		next.ServeHTTP(res, r)
	})
}

// foreign tells why a request is not from the pages themselves; empty if it is.
//
// A sandboxed frame with an HTML artifact has the origin "null". WebKitGTK lets
// its requests through to a scheme of one's own, JSON included, without asking
// first as CORS demands; and it leaves the origin out of those that a form could
// make too (mode "no-cors"). The pages' own requests have no origin either, but
// a type that no form has.
func foreign(r *http.Request) string {
	origins, sent := r.Header["Origin"]
	for _, origin := range origins {
		if !slices.Contains(pagesOrigins, origin) {
			return "origin " + origin
		}
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return ""
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		return "site " + site
	}
	if r.Method == http.MethodPost && !sent && fromForm(r.Header.Get("Content-Type")) {
		return "the type of a form"
	}
	return ""
}

// fromForm tells whether a form can send a body of this type.
func fromForm(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err != nil || kind == "text/plain" || kind == "application/x-www-form-urlencoded" || kind == "multipart/form-data"
}

// response is what a handler writes to.
type response struct {
	http.ResponseWriter
	cancel   context.CancelFunc
	started  bool
	hideHTML bool
}

// WriteHeader sends the header. Wails adds two scripts to each HTML answer whose
// address ends in /index.html or a slash; only Windows needs them, in the page
// itself, and an HTML artifact must stay as it is. Wails looks for "text/html"
// letter by letter; to a browser the type means the same in any case.
func (w *response) WriteHeader(code int) {
	if w.started {
		return
	}
	w.started = true
	if kind := w.Header().Get("Content-Type"); w.hideHTML && strings.HasPrefix(kind, "text/html") {
		w.Header().Set("Content-Type", "Text/HTML"+strings.TrimPrefix(kind, "text/html"))
	}
	w.ResponseWriter.WriteHeader(code)
}

// Write sends bytes at once. When the page has gone, it fails and the request's
// context ends.
func (w *response) Write(p []byte) (int, error) {
	if !w.started {
		if _, typed := w.Header()["Content-Type"]; !typed {
			w.Header().Set("Content-Type", http.DetectContentType(p))
		}
		w.WriteHeader(http.StatusOK)
	}
	n, err := w.ResponseWriter.Write(p)
	if err != nil {
		w.cancel()
	}
	return n, err
}

// Flush sends the header if it is still to be sent; bytes never wait.
func (w *response) Flush() {
	w.WriteHeader(http.StatusOK)
}
