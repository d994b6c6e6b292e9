package door

import (
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"strings"

	"dev.varve/app/door/api"
	"dev.varve/app/guard"
	"dev.varve/backend/fault"
)

// mostJSON is the size of the largest body that is not an artifact. MLflow
// allows a data set's profile 16 MiB.
const mostJSON = 32 << 20

// securityHeaders go with every answer; artifacts and pages say more. Their values
// are shared by all answers: a header is replaced, never changed in place.
var securityHeaders = http.Header{
	"Content-Security-Policy": {"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
		"font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
	"X-Content-Type-Options":       {"nosniff"},
	"X-Frame-Options":              {"DENY"},
	"Referrer-Policy":              {"no-referrer"},
	"Cross-Origin-Opener-Policy":   {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
	"Cache-Control":                {"no-store"},
}

func setSecurityHeaders(h http.Header) { maps.Copy(h, securityHeaders) }

// guarded stands before every route that can be reached through the port.
func (d *Door) guarded(w http.ResponseWriter, r *http.Request) {
	setSecurityHeaders(w.Header())
	demand, err := d.admit(r)
	if err != nil {
		if errors.Is(err, errTooLarge) {
			d.drain(w, r)
		}
		d.fail(w, r, err)
		return
	}
	d.limitBody(w, r, demand)
	d.serve(w, r)
}

// mostDrained is how much of a body that is too large is taken all the same.
const mostDrained = 8 * mostJSON

// drain takes a body that is refused for its size, and drops it: most clients
// hear an answer only when they have sent everything, and would report a broken
// connection.
func (d *Door) drain(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength > mostDrained || strings.EqualFold(r.Header.Get("Expect"), "100-continue") {
		return // such a client waits for the answer
	}
	d.limitBody(w, r, upload)
	_, _ = io.Copy(io.Discard, r.Body) // it is refused in any case
}

// trusted serves the pages of this process.
func (d *Door) trusted(w http.ResponseWriter, r *http.Request) {
	setSecurityHeaders(w.Header())
	d.serve(w, r)
}

// admit decides whether a request may come in. Its order is fixed: first who
// the request is meant for and where it comes from, which tells a web page that
// was led here from a program; then who asks; then whether it has the right
// form.
func (d *Door) admit(r *http.Request) (access, error) {
	if !guard.Host(r.Host) {
		return 0, fault.New(fault.Denied, "Varve answers to localhost, 127.0.0.1 and [::1] only, not to %q", shorten(r.Host, 100))
	}
	if !knownMethod(r.Method) {
		return 0, &api.Problem{Status: http.StatusMethodNotAllowed, Code: string(fault.Unsupported), Title: "Varve does not know this method."}
	}
	demand := d.routes.accessOf(r)
	public := demand == open || demand == readable && reads(r)
	if !guard.Origin(r) || !guard.Site(r) && !(public && reads(r)) {
		return 0, fault.New(fault.Denied, "this request comes from a page that is not Varve's").
			WithHint("Only pages at the door's own address may ask it.")
	}
	if !public {
		if err := d.identify(r); err != nil {
			return 0, err
		}
	}
	return demand, checkForm(r, demand)
}

// identify asks for the token, or for a browser session.
func (d *Door) identify(r *http.Request) error {
	if d.Token == "" {
		return nil
	}
	if _, sent := r.Header["Authorization"]; sent {
		if guard.Token(r, d.Token) {
			return nil
		}
		return errLocked("this token is not the one of this workspace")
	}
	if !d.sessions.valid(r) {
		return errLocked("this needs the token of the workspace")
	}
	if _, sent := r.Header["Origin"]; !sent && !reads(r) {
		// The cookie comes along by itself, so the page has to say where it is
		// from; every browser does.
		return fault.New(fault.Denied, "a browser that changes something has to say which page it comes from")
	}
	return nil
}

// checkForm refuses bodies that a web page can send without being asked first:
// what changes something is JSON, or has no body; bytes go to uploads only.
func checkForm(r *http.Request, demand access) error {
	if reads(r) || demand == upload {
		return nil
	}
	if r.ContentLength > mostJSON {
		return errTooLarge
	}
	header := r.Header["Content-Type"]
	if len(header) == 0 && r.ContentLength == 0 {
		return nil
	}
	if len(header) == 1 {
		if header[0] == "application/json" {
			return nil
		}
		if kind, _, err := mime.ParseMediaType(header[0]); err == nil && kind == "application/json" {
			return nil
		}
	}
	return &api.Problem{
		Status: http.StatusUnsupportedMediaType, Code: string(fault.Invalid), Field: "Content-Type",
		Title: "What changes something has to be sent as application/json.",
	}
}

var errTooLarge = &api.Problem{
	Status: http.StatusRequestEntityTooLarge, Code: string(fault.Invalid), Title: "This request is too large: 32 MiB at most.",
	Hint: "Send it in several parts.",
}
