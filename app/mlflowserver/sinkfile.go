package mlflowserver

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/track"
)

// maxUpload is how large a file may be that goes to a place which is not the
// server's proxy, in bytes: MLflow refuses larger ones.
const maxUpload = 10 << 20

// File puts an artifact to where the server keeps those of its run or logged model.
func (s *Sink) File(ctx context.Context, place string, f imports.File, open func() (io.ReadCloser, error)) (bool, error) {
	if s.unserved != "" {
		return false, fault.New(fault.Unsupported, "%s", s.unserved)
	}
	model, ofModel := strings.CutPrefix(place, "model ")
	known := s.runs[strings.TrimPrefix(place, "run ")]
	if ofModel {
		known = s.at(track.Owner{Model: model})
	}
	if known == nil || !clean(f.Path) {
		return false, fault.New(fault.Unsupported, "%q cannot be the path of an artifact there", f.Path)
	}
	u, err := url.Parse(known.artifacts)
	if err != nil {
		return false, fault.New(fault.Unsupported, "the server keeps its artifacts at %q", known.artifacts)
	}
	switch {
	case u.Scheme == "mlflow-artifacts":
		target := s.address + "/api/2.0/mlflow-artifacts/artifacts/" + (&url.URL{Path: strings.Trim(u.Path, "/") + "/" + f.Path}).EscapedPath()
		return s.upload(ctx, http.MethodPut, target, f, open)
	case ofModel:
		return false, fault.New(fault.Unsupported, "the server keeps them at %s, where only its own clients write", known.artifacts)
	case f.Size > maxUpload:
		return false, fault.New(fault.Unsupported, "the server keeps them at %s, and takes no file of more than 10 MiB for there", known.artifacts)
	}
	query := url.Values{"run_uuid": {known.id}, "path": {f.Path}}
	return s.upload(ctx, http.MethodPost, s.address+"/ajax-api/2.0/mlflow/upload-artifact?"+query.Encode(), f, open)
}

// upload sends a file, a few times if the server fails.
func (s *Sink) upload(ctx context.Context, method, target string, f imports.File, open func() (io.ReadCloser, error)) (bool, error) {
	for n := 1; ; n++ {
		status, err := s.sendOnce(ctx, method, target, f, open)
		switch {
		case err == nil:
			return true, nil
		case context.Cause(ctx) != nil:
			return false, context.Cause(ctx)
		case status == http.StatusServiceUnavailable && strings.Contains(err.Error(), "serve-artifacts"), status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
			s.unserved = "the server takes no artifacts: " + err.Error()
			return false, fault.New(fault.Unsupported, "%s", s.unserved)
		case errors.Is(err, fault.Invalid):
			return false, fault.New(fault.Unsupported, "%v", err)
		case n == tries || !errors.Is(err, fault.Unavailable):
			return false, err
		}
		if err := s.wait(ctx, time.Duration(1<<n)*250*time.Millisecond); err != nil {
			return false, err
		}
	}
}

func (s *Sink) sendOnce(ctx context.Context, method, target string, f imports.File, open func() (io.ReadCloser, error)) (status int, err error) {
	in, err := open()
	if err != nil {
		return 0, err
	}
	defer in.Close()
	req, err := http.NewRequestWithContext(ctx, method, target, in)
	if err != nil {
		return 0, fault.Wrap(err, fault.Invalid, "make a request for", path.Base(target))
	}
	if req.ContentLength = f.Size; f.Size == 0 {
		req.Body = http.NoBody
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	s.sign(req)
	resp, err := s.http.Do(req)
	if err != nil {
		return 0, fault.New(fault.Unavailable, "%s does not answer: %v", s.address, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode < 300 {
		return resp.StatusCode, nil
	}
	return resp.StatusCode, refusal(s.address, resp)
}
