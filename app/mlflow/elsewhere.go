package mlflow

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"slices"
)

// The door of an agent hands on what does not concern its own runs to the door
// of the owner (Options.Elsewhere), which knows everything. If nobody answers
// there, it answers from what it knows: a training goes on without an owner.

// placed is a request that may concern something that this record does not
// have. Requests that are not placed are always answered here.
type placed interface {
	// here reports whether the answer is in this record.
	here(ctx context.Context, d *door) bool
}

// everywhere is embedded in requests whose answer takes in all runs of the
// workspace, or concerns what all runs share: the owner knows it best.
type everywhere struct{}

func (everywhere) here(context.Context, *door) bool { return false }

// handOn gives a request whose body has been read to the door elsewhere, if it
// belongs there. It returns false if it must be answered here.
func (d *door) handOn(w http.ResponseWriter, r *http.Request, body []byte, req any) bool {
	if d.Elsewhere == nil {
		return false
	}
	p, ok := req.(placed)
	if !ok || p.here(r.Context(), d) {
		return false
	}
	// A proxy may still be reading when it has answered: the body is a copy.
	return d.forward(w, r, io.NopCloser(bytes.NewReader(slices.Clone(body))))
}

// forward sends a request elsewhere. It returns false, and has sent nothing to
// w, if nobody is there.
func (d *door) forward(w http.ResponseWriter, r *http.Request, body io.ReadCloser) bool {
	out := r.Clone(r.Context())
	out.Body = body
	a := &attempt{to: w, header: http.Header{}}
	d.Elsewhere.ServeHTTP(a, out)
	return !a.refused
}

// attempt passes an answer on unless it says that nobody is there.
type attempt struct {
	to      http.ResponseWriter
	header  http.Header
	begun   bool
	refused bool
}

// Header is the header of the answer, which w does not see if it is refused.
func (a *attempt) Header() http.Header { return a.header }

// WriteHeader decides by the status.
func (a *attempt) WriteHeader(status int) {
	if a.begun {
		return
	}
	a.begun = true
	switch status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		a.refused = true
		return
	}
	maps.Copy(a.to.Header(), a.header)
	a.to.WriteHeader(status)
}

// Write passes bytes on.
func (a *attempt) Write(p []byte) (int, error) {
	if !a.begun {
		a.WriteHeader(http.StatusOK)
	}
	if a.refused {
		return len(p), nil
	}
	return a.to.Write(p)
}

// Flush passes on what has been written, for streams.
func (a *attempt) Flush() {
	if f, ok := a.to.(http.Flusher); ok && a.begun && !a.refused {
		f.Flush()
	}
}

// ask makes a request of its own elsewhere and decodes the answer. It returns
// false if nobody is there or the answer is an error.
func (d *door) ask(ctx context.Context, target string, into any) bool {
	if d.Elsewhere == nil {
		return false
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return false
	}
	w := &answered{header: http.Header{}}
	d.Elsewhere.ServeHTTP(w, r)
	return w.status == http.StatusOK && decode(w.body.Bytes(), into) == nil
}

// answered keeps an answer in memory.
type answered struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header is the header of the answer.
func (a *answered) Header() http.Header { return a.header }

// WriteHeader notes the status.
func (a *answered) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write keeps bytes.
func (a *answered) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}
