package mlflow

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
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
			at, ok := d.findPlace(p)
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
	defer d.Files.Begin()()
	body := &upload{from: r.Body}
	content, size, err := d.Files.Put(r.Context(), body)
	switch {
	case body.broken != nil:
		return body.broken
	case err != nil:
		return err
	}
	file := event.ArtifactPut{Path: at.path, Size: size, Content: content}
	if err := d.Tracker.PutArtifact(r.Context(), at.Owner, file); err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, nothing(nil))
	return nil
}

// upload is a body that says what went wrong with it in words: it is not the
// store's fault if a client breaks off.
type upload struct {
	from   io.Reader
	broken error
}

// Read reads on.
func (u *upload) Read(p []byte) (int, error) {
	n, err := u.from.Read(p)
	if err == nil || errors.Is(err, io.EOF) {
		return n, err
	}
	u.broken = cutOff(err)
	return n, u.broken
}

// remove takes a file or a folder away. As in MLflow, one that is not there is
// gone already.
func (d *door) remove(w http.ResponseWriter, r *http.Request, at place) error {
	err := d.Tracker.RemoveArtifact(r.Context(), at.Owner, at.path)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	writeJSON(w, http.StatusOK, nothing(nil))
	return nil
}

// download streams a file out, whole or in ranges. It is always an attachment
// of a type that no browser guesses: a page that a script logged must not run
// as one of Varve's.
func (d *door) download(w http.ResponseWriter, r *http.Request, at place) error {
	file, err := d.Tracker.Artifact(at.Owner, at.path)
	if err != nil {
		return d.explainMissing(at, err)
	}
	content, err := d.Files.Open(r.Context(), file.Content)
	if err != nil {
		return err
	}
	defer content.Close()
	sum := sha256.Sum256(file.Content)
	base := path.Base(file.Path)
	h := w.Header()
	h.Set("Content-Type", contentType(base))
	h.Set("Content-Disposition", attachment(base))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, r, base, time.Time{}, content)
	return nil
}

// explainMissing says whether a path that is no file is a folder.
func (d *door) explainMissing(at place, err error) error {
	if !errors.Is(err, fault.NotFound) && at.path != "" {
		return err
	}
	if entries, e := d.Tracker.ListArtifacts(at.Owner, at.path); e == nil && (len(entries) > 0 || at.path == "") {
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

// runArtifact serves /get-artifact?run_id=&path=.
func (d *door) runArtifact() http.Handler {
	return d.byQuery(func(q url.Values) (place, placed) {
		ref := &runRef{RunID: q.Get("run_id"), RunUUID: q.Get("run_uuid")}
		return place{track.Owner{Run: ref.run()}, q.Get("path")}, ref
	})
}

// modelArtifact serves the files of a logged model by query.
func (d *door) modelArtifact() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ref := &modelRef{ModelID: r.PathValue("model_id")}
		d.byQuery(func(q url.Values) (place, placed) {
			return place{track.Owner{Model: ref.ModelID}, q.Get("artifact_file_path")}, ref
		}).ServeHTTP(w, r)
	})
}

func (d *door) byQuery(find func(url.Values) (place, placed)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at, ref := find(r.URL.Query())
		if d.handOn(w, r, nil, ref) {
			return
		}
		if err := d.downloadNamed(w, r, at); err != nil {
			fail(w, err)
		}
	})
}

func (d *door) downloadNamed(w http.ResponseWriter, r *http.Request, at place) (err error) {
	if at.path == "" {
		return missing("path")
	}
	if at.path, err = safePath(at.path); err != nil {
		return err
	}
	if _, err = d.kept(at.Owner); err != nil {
		return err
	}
	return d.download(w, r, at)
}
