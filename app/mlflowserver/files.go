package mlflowserver

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
)

const (
	maxDeep  = 64
	maxFiles = 1_000_000 // of one run
)

type entry struct {
	Path   string `json:"path"`
	Folder bool   `json:"is_dir"`
	Size   whole  `json:"file_size"`
}

// Files calls fn with each artifact of a run or a logged model.
func (s *Source) Files(ctx context.Context, place string, r *imports.Report, fn func(imports.File) error) error {
	left := maxFiles
	var in func(folder string, deep int) error
	in = func(folder string, deep int) error {
		if deep > maxDeep {
			r.Skip(place+"/"+folder, "folders nest more than %d deep", maxDeep)
			return nil
		}
		return pages(func(token string) (string, error) {
			entries, next, err := s.list(ctx, place, folder, token)
			if fatal(ctx, err) {
				return "", err
			}
			if r.Fail(place+"/"+folder, err) {
				return "", nil
			}
			for _, e := range entries {
				left--
				switch {
				case left < 0:
					r.Skip(place, "a run cannot have more than %d files", maxFiles)
					return "", nil
				case !clean(e.Path) || folder != "" && !strings.HasPrefix(e.Path, folder+"/"):
					r.Skip(place+"/"+e.Path, "its path leads elsewhere")
				case e.Folder:
					err = in(e.Path, deep+1)
				default:
					err = fn(imports.File{Path: e.Path, At: e.Path, Size: int64(e.Size)})
				}
				if err != nil {
					return "", err
				}
			}
			return next, nil
		})
	}
	return in("", 0)
}

func (s *Source) list(ctx context.Context, place, folder, token string) ([]entry, string, error) {
	var a struct {
		Files []entry `json:"files"`
		Next  string  `json:"next_page_token"`
	}
	query := url.Values{}
	if token != "" {
		query.Set("page_token", token)
	}
	kind, id, _ := strings.Cut(place, "/")
	if kind == "model" {
		if folder != "" {
			query.Set("artifact_directory_path", folder)
		}
		err := s.call(ctx, http.MethodGet, "logged-models/"+url.PathEscape(id)+"/artifacts/directories", query, nil, &a)
		return a.Files, a.Next, err
	}
	query.Set("run_id", id)
	query.Set("run_uuid", id)
	if folder != "" {
		query.Set("path", folder)
	}
	err := s.call(ctx, http.MethodGet, "artifacts/list", query, nil, &a)
	return a.Files, a.Next, err
}

// Open fetches one artifact through the server.
func (s *Source) Open(ctx context.Context, place, at string) (io.ReadCloser, error) {
	if !clean(at) {
		return nil, fault.New(fault.Invalid, "the path %q leads elsewhere", at)
	}
	kind, id, _ := strings.Cut(place, "/")
	target, query := "/get-artifact", url.Values{"run_id": {id}, "run_uuid": {id}, "path": {at}}
	if kind == "model" {
		target, query = "/ajax-api/2.0/mlflow/logged-models/"+url.PathEscape(id)+"/artifacts/files", url.Values{"artifact_file_path": {at}}
	}
	resp, err := s.do(ctx, http.MethodGet, target, query, nil)
	if err != nil {
		return nil, err
	}
	return &body{resp.Body, s.address, resp.ContentLength, 0}, nil
}

// body is an answer that must be whole.
type body struct {
	io.ReadCloser
	address string
	length  int64
	read    int64
}

// Read reads on.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	if err == io.EOF && b.length >= 0 && b.read != b.length {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && err != io.EOF {
		err = fault.New(fault.Unavailable, "%s broke off in the middle of a file: %v", b.address, err)
	}
	return n, err
}
