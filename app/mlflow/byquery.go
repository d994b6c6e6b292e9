package mlflow

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"

	"dev.varve/backend/fault"
	"dev.varve/backend/registry"
	"dev.varve/backend/track"
)

// runArtifact serves /get-artifact?run_id=&path=.
func (d *door) runArtifact() http.Handler {
	return d.byQuery(func(q url.Values) (track.Owner, string, placed) {
		ref := &runRef{RunID: q.Get("run_id"), RunUUID: q.Get("run_uuid")}
		return track.Owner{Run: ref.run()}, q.Get("path"), ref
	})
}

// modelArtifact serves the files of a logged model by query.
func (d *door) modelArtifact() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ref := &modelRef{ModelID: r.PathValue("model_id")}
		d.byQuery(func(q url.Values) (track.Owner, string, placed) {
			return track.Owner{Model: ref.ModelID}, q.Get("artifact_file_path"), ref
		}).ServeHTTP(w, r)
	})
}

// versionArtifact serves /model-versions/get-artifact?name=&version=&path=.
func (d *door) versionArtifact() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		ref := &modelVersion{modelName: modelName{Name: q.Get("name")}, Version: q.Get("version")}
		if d.handOn(w, r, nil, ref) {
			return
		}
		if err := d.downloadOfVersion(w, r, ref, q.Get("path")); err != nil {
			fail(w, err)
		}
	})
}

func (d *door) downloadOfVersion(w http.ResponseWriter, r *http.Request, ref *modelVersion, file string) error {
	number, err := ref.number("path", file)
	if err != nil {
		return err
	}
	if file, err = safePath(file); err != nil {
		return err
	}
	at, err := registry.Resolve(d.Tracker, "models:/"+ref.Name+"/"+strconv.FormatUint(number, 10))
	if err != nil {
		return err
	}
	if at.Owner == (track.Owner{}) {
		return fault.New(fault.NotFound, "The files of version %d of '%s' lie at %s, not in this workspace", number, ref.Name, at.URI)
	}
	return d.downloadNamed(w, r, at.Owner, path.Join(at.Path, file))
}

func (d *door) byQuery(read func(url.Values) (track.Owner, string, placed)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		owner, path, ref := read(r.URL.Query())
		if d.handOn(w, r, nil, ref) {
			return
		}
		if err := d.downloadNamed(w, r, owner, path); err != nil {
			fail(w, err)
		}
	})
}

func (d *door) downloadNamed(w http.ResponseWriter, r *http.Request, o track.Owner, path string) error {
	if path == "" {
		return missing("path")
	}
	at, _, err := d.find(o, path)
	if err != nil {
		return err
	}
	return d.download(w, r, at)
}

// mostByQuery is how many bytes an upload by query may have, as in MLflow.
const mostByQuery = 10 << 20

// uploadByQuery serves upload-artifact?run_uuid=&path=, whose body is the file.
func (d *door) uploadByQuery() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		ref := &runRef{RunID: q.Get("run_id"), RunUUID: q.Get("run_uuid")}
		if d.Elsewhere != nil && !ref.here(r.Context(), d) && d.forward(w, r, r.Body) {
			return
		}
		if err := d.uploadNamed(w, r, ref.run(), q.Get("path")); err != nil {
			refuseFile(w, r, err)
		}
	})
}

// forms are what a page of another site can send without being asked first.
var forms = []string{"application/x-www-form-urlencoded", "multipart/form-data"}

func (d *door) uploadNamed(w http.ResponseWriter, r *http.Request, run, path string) error {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case run == "":
		return fault.New(fault.Invalid, "Request must specify run_uuid.")
	case path == "":
		return fault.New(fault.Invalid, "Request must specify path.")
	case r.ContentLength > mostByQuery:
		return fault.New(fault.Invalid, "Artifact size is too large. Max size is 10MB.")
	case r.ContentLength == 0 || slices.Contains(forms, kind):
		return fault.New(fault.Invalid, "Request must specify data.")
	}
	at, _, err := d.find(track.Owner{Run: run}, path)
	if err != nil {
		return err
	}
	r.Body = &bounded{ReadCloser: r.Body, left: mostByQuery}
	return d.upload(w, r, at)
}

// bounded fails when more comes than it lets through.
type bounded struct {
	io.ReadCloser
	left int64
}

// Read reads on.
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n, &http.MaxBytesError{Limit: mostByQuery}
	}
	return n, err
}
