package door

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/search"
)

// statuses is this edge's table of faults. What is the person's doing is never
// a 5xx.
var statuses = map[fault.Kind]int{
	fault.NotFound:    http.StatusNotFound,
	fault.Invalid:     http.StatusBadRequest,
	fault.Exists:      http.StatusConflict,
	fault.Conflict:    http.StatusConflict,
	fault.State:       http.StatusConflict,
	fault.Denied:      http.StatusForbidden,
	fault.Locked:      http.StatusLocked,
	fault.NoSpace:     http.StatusInsufficientStorage,
	fault.Corrupt:     http.StatusInternalServerError,
	fault.Newer:       http.StatusConflict,
	fault.Untrusted:   http.StatusForbidden,
	fault.Unavailable: http.StatusServiceUnavailable,
	fault.Unsupported: http.StatusNotImplemented,
	fault.Cancelled:   http.StatusConflict,
	fault.Internal:    http.StatusInternalServerError,
}

// problemOf says in the API's words what an error says.
func problemOf(err error) *api.Problem {
	var p *api.Problem
	if errors.As(err, &p) {
		return p
	}
	kind := fault.KindOf(err)
	if kind == fault.Internal && errors.Is(err, context.Canceled) {
		kind = fault.Cancelled // the other side hung up
	}
	p = &api.Problem{Status: statuses[kind], Code: string(kind), Hint: fault.HintOf(err)}
	var field interface{ Field() string }
	if errors.As(err, &field) {
		p.Field = field.Field()
	}
	p.Title = sentenceOn(p.Field, err.Error())
	var other interface{ Instead() string }
	if errors.As(err, &other) {
		p.Instead = other.Instead()
	}
	var at *search.Error
	if errors.As(err, &at) {
		offset := utf8.RuneCountInString(at.Text[:at.Offset])
		p.Offset, p.End, p.Instead = &offset, utf8.RuneCountInString(at.Text[:at.End]), at.Instead
	}
	return p
}

// sentenceOn is fault.Sentence for a message about a field: if it begins with the
// field's name, that stays as it is written.
func sentenceOn(field, message string) string {
	s := fault.Sentence(message)
	if field != "" && strings.HasPrefix(message, field) {
		return field + s[len(field):]
	}
	return s
}

// noRoute is the answer where nothing is registered.
func noRoute(r *http.Request) error {
	return fault.New(fault.NotFound, "there is nothing at %s %s", r.Method, shorten(r.URL.Path, 200))
}

func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// refusal is a Problem that MLflow's clients understand as well: they show
// message, and take error_code for the kind.
type refusal struct {
	*api.Problem
	ErrorCode string `json:"error_code"`
	Message   string `json:"message"`
}

// errorCodes are MLflow's names for what the guard answers.
var errorCodes = map[int]string{
	http.StatusBadRequest:            "BAD_REQUEST",
	http.StatusUnauthorized:          "UNAUTHENTICATED",
	http.StatusForbidden:             "PERMISSION_DENIED",
	http.StatusNotFound:              "ENDPOINT_NOT_FOUND",
	http.StatusMethodNotAllowed:      "ENDPOINT_NOT_FOUND",
	http.StatusRequestEntityTooLarge: "BAD_REQUEST",
	http.StatusUnsupportedMediaType:  "BAD_REQUEST",
	http.StatusServiceUnavailable:    "TEMPORARILY_UNAVAILABLE",
}

// fail answers with the problem that an error is, outside huma.
func (d *Door) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(err)
	d.note(r.Context(), r.Method+" "+r.URL.Path, p, err)
	writeProblem(w, r, p)
}

func writeProblem(w http.ResponseWriter, r *http.Request, p *api.Problem) {
	code := errorCodes[p.Status]
	if code == "" {
		code = "INTERNAL_ERROR"
	}
	message := p.Title
	if p.Hint != "" {
		message += " " + p.Hint
	}
	// It holds strings and numbers only: it cannot fail.
	data, _ := json.Marshal(refusal{Problem: p, ErrorCode: code, Message: message})
	h := w.Header()
	h.Set("Content-Type", p.ContentType(""))
	h.Set("Cache-Control", "no-store")
	h.Del("Content-Disposition")
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="Varve"`) // not Basic, for which browsers would ask the person
	}
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		// Whoever has hung up does not read the answer.
		_, _ = w.Write(append(data, '\n'))
	}
}

// note writes what is Varve's own failure to the log.
func (d *Door) note(ctx context.Context, what string, p *api.Problem, err error) {
	if p.Status >= http.StatusInternalServerError && p.Status != http.StatusNotImplemented && ctx.Err() == nil {
		d.Log.ErrorContext(ctx, "a request failed", "request", what, "status", p.Status, "error", err, "cause", errors.Unwrap(err))
	}
}
