package mlflow

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"dev.varve/backend/artifact"
	"dev.varve/backend/fault"
)

// proxied makes a handler of the artifact proxy: the path says whose artifact
// it is, and so whether it is here, before any byte is read.
func proxied(serve files) func(*door) http.Handler {
	return func(d *door) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			p, err := safePath(r.PathValue("path"))
			if err != nil {
				refuseFile(w, r, err)
				return
			}
			at, ok := d.findProxied(p)
			if !ok && d.Elsewhere != nil && d.forward(w, r, r.Body) {
				return
			}
			if !ok {
				refuseFile(w, r, fault.New(fault.NotFound, "No run or model keeps artifacts at '%s'", p))
				return
			}
			if err := serve(d, w, r, at); err != nil {
				refuseFile(w, r, err)
			}
		})
	}
}

// refuseFile answers with an error. MLflow's clients send all of a file before
// they look at the answer; if the connection broke meanwhile they would never
// see it, and send the file again and again. So what still comes is read, unless
// the client waits to be asked for it.
func refuseFile(w http.ResponseWriter, r *http.Request, err error) {
	if r.Header.Get("Expect") == "" {
		_, _ = io.Copy(io.Discard, r.Body) // if it breaks off, nobody waits
	}
	fail(w, err)
}

// upload streams a file in. Its name is recorded when its bytes are durable.
func (d *door) upload(w http.ResponseWriter, r *http.Request, at place) error {
	body := &artifact.Incoming{From: r.Body}
	err := at.Put(r.Context(), at.path, body)
	switch {
	case body.Broken != nil:
		return cutOff(body.Broken)
	case err != nil:
		return err
	}
	writeJSON(w, http.StatusOK, nothing(nil))
	return nil
}

// remove takes a file or a folder away. As in MLflow, one that is not there is
// gone already.
func (d *door) remove(w http.ResponseWriter, r *http.Request, at place) error {
	err := at.Remove(r.Context(), at.path)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	writeJSON(w, http.StatusOK, nothing(nil))
	return nil
}

// download streams a file out, whole or in ranges. It is always an attachment
// of a type that no browser guesses, and without any rights: a page that a script logged must not run
// as one of Varve's.
func (d *door) download(w http.ResponseWriter, r *http.Request, at place) error {
	if at.path == "" {
		return explainMissing(r.Context(), at, fault.NotFound)
	}
	file, err := at.Open(r.Context(), at.path)
	if err != nil {
		return explainMissing(r.Context(), at, err)
	}
	defer file.Close()
	base := path.Base(file.Path)
	h := w.Header()
	h.Set("Content-Type", contentType(base))
	h.Set("Content-Disposition", attachment(base))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("ETag", `"`+file.Tag+`"`)
	http.ServeContent(w, r, base, time.Time{}, file)
	return nil
}

// explainMissing says whether a path that is no file is a folder.
func explainMissing(ctx context.Context, at place, err error) error {
	if !errors.Is(err, fault.NotFound) {
		return err
	}
	if entries, e := at.List(ctx, at.path); e == nil && (len(entries) > 0 || at.path == "") {
		return fault.New(fault.Invalid, "Artifact path refers to a directory, not a file: '%s'", at.path)
	}
	return err
}

// attachment is the header that makes a browser save a file under its name.
func attachment(name string) string {
	plain := true
	for i := range len(name) {
		if c := name[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			plain = false
		}
	}
	if plain {
		return `attachment; filename="` + name + `"`
	}
	return "attachment; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}
