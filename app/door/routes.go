package door

import (
	"net/http"
	"slices"
)

// access says what a route demands of a request.
type access uint8

const (
	// known asks for a token or a browser session. It is what a route demands
	// unless exceptions says otherwise.
	known access = iota
	// readable lets everybody read; whatever changes things is as known. What
	// is to be read there is the same on every computer.
	readable
	// open asks for neither token nor session.
	open
	// upload is as known, and takes a body of any type and size.
	upload
)

// exceptions are the routes that demand less, or take more, than the others.
var exceptions = map[string]access{
	"/":        readable, // the pages: they contain nothing
	"/health":  readable, // a word, which clients ask for before they have a token in hand
	"/version": readable, // a version number
	// Whoever has a code that was printed on the person's screen gets a session.
	"POST " + Prefix + "/session": open,

	// Where the bytes of artifacts come in.
	"PUT /api/2.0/mlflow-artifacts/artifacts/":      upload,
	"PUT /ajax-api/2.0/mlflow-artifacts/artifacts/": upload,
	"POST /api/2.0/mlflow/upload-artifact":          upload,
	"POST /ajax-api/2.0/mlflow/upload-artifact":     upload,
	"PUT " + Prefix + "/artifacts/file":             upload,
}

// mlflow are the paths of MLflow's interface.
var mlflow = []string{
	"/api/", "/ajax-api/", "/get-artifact", "/health", "/version", "/model-versions/", "/graphql", "/v1/",
	"PUT /api/2.0/mlflow-artifacts/artifacts/",
	"PUT /ajax-api/2.0/mlflow-artifacts/artifacts/",
	"POST /api/2.0/mlflow/upload-artifact",
	"POST /ajax-api/2.0/mlflow/upload-artifact",
}

// routes is a mux that remembers its patterns.
type routes struct {
	*http.ServeMux
	patterns []string
}

func newRoutes() *routes { return &routes{ServeMux: http.NewServeMux()} }

// HandleFunc registers a route. Huma registers its own with it, too.
func (r *routes) HandleFunc(pattern string, fn func(http.ResponseWriter, *http.Request)) {
	r.Handle(pattern, http.HandlerFunc(fn))
}

// Handle registers a route.
func (r *routes) Handle(pattern string, h http.Handler) {
	r.ServeMux.Handle(pattern, h)
	r.patterns = append(r.patterns, pattern)
}

// accessOf says what the route of a request demands.
func (r *routes) accessOf(req *http.Request) access {
	_, pattern := r.Handler(req)
	return exceptions[pattern]
}

// register makes all routes.
func (d *Door) register() *routes {
	r := newRoutes()
	d.describe(r)
	notHere := func(w http.ResponseWriter, req *http.Request) { d.fail(w, req, noRoute(req)) }
	r.HandleFunc(Prefix+"/", notHere)
	for _, pattern := range mlflow {
		if d.MLflow == nil {
			r.HandleFunc(pattern, notHere)
		} else {
			r.Handle(pattern, d.MLflow)
		}
	}
	r.HandleFunc("/", func(w http.ResponseWriter, req *http.Request) {
		if d.Pages == nil || !reads(req) {
			notHere(w, req)
			return
		}
		d.Pages.ServeHTTP(w, req)
	})
	return r
}

// reads reports whether a request can change nothing.
func reads(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead
}

// methods are those that any route knows.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
}

func knownMethod(m string) bool { return slices.Contains(methods, m) }
