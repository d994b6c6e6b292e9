package window

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"dev.varve/backend/fault"
)

// SaveRequest asks where to save something, and saves it there. A web view has
// no downloads of its own. What the page made itself is the body instead, of the
// type application/octet-stream, with name and title in the query.
type SaveRequest struct {
	// Title stands in the title bar of the dialog.
	Title string `json:"title"`
	// Name is the proposed file name.
	Name string `json:"name"`
	// From is the address of what is saved, below /api/.
	From string `json:"from"`
}

// maxSaved is the size limit of a body, in bytes.
const maxSaved = 256 << 20

// saving answers with the path, or none if the dialog was closed.
func saving(d desktop, pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		chosen, err := save(d, pages, w, r)
		if err != nil {
			writeProblem(w, err)
			return
		}
		answer(w, chosen)
	})
}

func save(d desktop, pages http.Handler, w http.ResponseWriter, r *http.Request) (Chosen, error) {
	q := SaveRequest{Title: r.URL.Query().Get("title"), Name: r.URL.Query().Get("name")}
	fill := func(to io.Writer) error {
		_, err := io.Copy(to, http.MaxBytesReader(w, r.Body, maxSaved))
		return err
	}
	switch kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind {
	case "application/octet-stream":
	case "application/json":
		if err := json.NewDecoder(io.LimitReader(r.Body, maxBody)).Decode(&q); err != nil {
			return Chosen{}, fault.New(fault.Invalid, "the request is not the JSON that it says it is: %v", err)
		}
		from, err := url.Parse(q.From)
		if err != nil || from.IsAbs() || from.Host != "" || !strings.HasPrefix(from.Path, "/api/") {
			return Chosen{}, fault.New(fault.Invalid, "%q is no address of Varve's", q.From)
		}
		fill = func(to io.Writer) error { return get(pages, r, from, to) }
	default:
		return Chosen{}, fault.New(fault.Invalid, "nothing of the type %q can be saved", kind)
	}
	chosen, err := choose(d, ChooseRequest{Kind: "place", Title: q.Title, Name: q.Name})
	if err != nil || len(chosen.Paths) == 0 {
		return chosen, err
	}
	return chosen, writeWhole(chosen.Paths[0], fill)
}

// writeWhole puts a file in place when all of it is there.
func writeWhole(path string, fill func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".varve-save-*")
	if err != nil {
		return fault.Wrap(err, fault.Denied, "save", path)
	}
	err = fill(f)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(fault.Wrap(err, fault.Internal, "save", path), os.Remove(f.Name()))
	}
	return nil
}

// get asks the pages' own handler for an address.
func get(pages http.Handler, r *http.Request, from *url.URL, to io.Writer) error {
	q := r.Clone(r.Context())
	q.Method, q.URL, q.RequestURI, q.Body, q.ContentLength = http.MethodGet, from, "", http.NoBody, 0
	q.Header.Del("Content-Type")
	q.Header.Del("Content-Length")
	into := &body{header: http.Header{}, to: to}
	pages.ServeHTTP(into, q)
	switch {
	case into.err != nil:
		return into.err
	case into.status != http.StatusOK:
		var problem struct{ Title string }
		if json.Unmarshal(into.refusal, &problem) != nil || problem.Title == "" {
			problem.Title = http.StatusText(into.status)
		}
		return fault.New(fault.NotFound, "%s", strings.TrimSuffix(problem.Title, "."))
	}
	return nil
}

// body is a response that goes to a file.
type body struct {
	header  http.Header
	status  int
	to      io.Writer
	refusal []byte
	err     error
}

func (b *body) Header() http.Header { return b.header }

func (b *body) WriteHeader(status int) {
	if b.status == 0 {
		b.status = status
	}
}

// Write keeps what is not the file itself apart: it says why there is none.
func (b *body) Write(p []byte) (int, error) {
	b.WriteHeader(http.StatusOK)
	if b.status != http.StatusOK {
		b.refusal = append(b.refusal, p[:min(len(p), maxBody-min(maxBody, len(b.refusal)))]...)
		return len(p), nil
	}
	n, err := b.to.Write(p)
	b.err = errors.Join(b.err, err)
	return n, err
}
