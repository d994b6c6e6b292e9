package mlflow

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"dev.varve/backend/artifact"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// query escapes a value for a query.
func query(s string) string { return url.QueryEscape(s) }

// safePath checks a path of artifacts that has been decoded once, which is what
// its file is called. Somebody may have decoded it less than the last one who
// reads it, so it is refused if it leads elsewhere after any number of further
// decodings. Artifacts are names in a record, not on a disk: nothing could be
// reached; but the script that wrote such a path did not mean what it got.
func safePath(p string) (string, error) {
	for plain := p; ; {
		if leadsElsewhere(plain) {
			return "", errPath
		}
		further := unescape(plain)
		if further == plain {
			return strings.Trim(collapse(p), "/"), nil
		}
		plain = further
	}
}

// unescape decodes what is a percent escape and leaves the rest, as Python does
// and url.PathUnescape does not.
func unescape(p string) string {
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		if p[i] == '%' && i+2 < len(p) {
			if c, err := strconv.ParseUint(p[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += 2
				continue
			}
		}
		b.WriteByte(p[i])
	}
	return b.String()
}

func leadsElsewhere(p string) bool {
	if strings.HasPrefix(p, "/") || strings.HasPrefix(strings.ToLower(p), "file:") || strings.ContainsAny(p, "\\#\x00") {
		return true
	}
	if len(p) > 2 && p[1] == ':' && p[2] == '/' {
		return true // a drive of Windows
	}
	for segment := range strings.SplitSeq(p, "/") {
		if segment == "." || segment == ".." {
			return true
		}
	}
	return false
}

// place is a file or folder among the artifacts of a run or a model, or among
// all that come through the proxy.
type place struct {
	artifact.Tree
	path string
}

// find returns a place among the artifacts of an owner, and where those lie.
func (d *door) find(o track.Owner, p string) (at place, uri string, err error) {
	if at.path, err = safePath(p); err != nil {
		return at, "", err
	}
	if uri, err = d.Artifacts.URI(o); err != nil {
		return at, "", err
	}
	at.Tree, err = d.Artifacts.Of(o)
	return at, uri, err
}

// findProxied finds whose artifacts lie at a path of the proxy:
// <location>/<run>/artifacts/<path> or <location>/models/<model>/artifacts/<path>,
// where <location> is that of the experiment, usually its id. If what comes
// through the proxy lies in a folder that the person named, every path leads
// somewhere there, as with MLflow's server.
func (d *door) findProxied(p string) (place, bool) {
	segments := strings.Split(p, "/")
	for i := 1; i+1 < len(segments); i++ {
		if segments[i+1] != "artifacts" {
			continue
		}
		owner := track.Owner{Run: segments[i]}
		if segments[i-1] == "models" && strings.HasPrefix(segments[i], "m-") {
			owner = track.Owner{Model: segments[i]}
		}
		root := artifact.Proxied + strings.Join(segments[:i+2], "/")
		if uri, err := d.Artifacts.URI(owner); err != nil || uri != root {
			continue
		}
		if tree, err := d.Artifacts.Of(owner); err == nil {
			return place{tree, strings.Join(segments[i+2:], "/")}, true
		}
	}
	tree, ok := d.Artifacts.Proxy()
	return place{tree, p}, ok
}

type listArtifacts struct {
	runRef
	Path string `json:"path"`
}

func (d *door) listRunArtifacts(ctx context.Context, req *listArtifacts, out []byte) ([]byte, error) {
	if err := need("run_id", req.run()); err != nil {
		return nil, err
	}
	return d.appendFolder(ctx, out, track.Owner{Run: req.run()}, req.Path)
}

type listModelArtifacts struct {
	modelRef
	Path string `json:"artifact_directory_path"`
}

func (d *door) listModelArtifacts(ctx context.Context, req *listModelArtifacts, out []byte) ([]byte, error) {
	return d.appendFolder(ctx, out, track.Owner{Model: req.ModelID}, req.Path)
}

// appendFolder answers with what lies in a folder, by path from the root.
func (d *door) appendFolder(ctx context.Context, out []byte, o track.Owner, folder string) ([]byte, error) {
	at, uri, err := d.find(o, folder)
	if err != nil {
		return nil, err
	}
	entries, err := at.List(ctx, at.path)
	if err != nil {
		return nil, err
	}
	out = memberString(append(out, '{'), "root_uri", uri)
	return append(appendFiles(out, entries, func(p string) string { return p }), '}'), nil
}

type listProxied struct {
	Path string `json:"path"`
}

func (l *listProxied) here(_ context.Context, d *door) bool {
	p, err := safePath(l.Path)
	if err != nil {
		return true
	}
	_, ok := d.findProxied(p)
	return ok
}

// listProxied answers with what lies in a folder of the proxy, by last name. A
// folder that does not exist is empty.
func (d *door) listProxied(ctx context.Context, req *listProxied, out []byte) ([]byte, error) {
	p, err := safePath(req.Path)
	if err != nil {
		return nil, err
	}
	at, ok := d.findProxied(p)
	if !ok {
		return nothing(out), nil
	}
	entries, err := at.List(ctx, at.path)
	if err != nil {
		return nil, err
	}
	return append(appendFiles(append(out, '{'), entries, path.Base), '}'), nil
}

func appendFiles(b []byte, entries []track.Entry, shown func(string) string) []byte {
	if len(entries) == 0 {
		return b
	}
	b = append(member(b, "files"), '[')
	for _, e := range entries {
		b = memberString(append(next(b), '{'), "path", shown(e.Path))
		b = memberBool(b, "is_dir", e.Folder)
		if !e.Folder {
			b = memberInt(b, "file_size", e.Size)
		}
		b = append(b, '}')
	}
	return append(b, ']')
}

// checkLocation is MLflow's check of where the artifacts of an experiment lie.
func checkLocation(location string) error {
	if location == "" {
		return nil
	}
	if strings.HasPrefix(location, "runs:") {
		return fault.New(fault.Invalid, "Artifact location cannot be a runs:/ URI. Given: '%s'", location)
	}
	u, err := url.Parse(location)
	if err != nil || u.Fragment != "" || strings.Contains(path.Base(u.Path), ";") {
		return fault.New(fault.Invalid, "'artifact_location' URL can't include fragments or params.")
	}
	if strings.Contains(u.RawQuery, "..") {
		return fault.New(fault.Invalid, "Invalid query string: %s", u.RawQuery)
	}
	if len(location) > 2048 {
		return fault.New(fault.Invalid, "Invalid artifact path length. The length of the artifact path cannot be greater than 2048 characters.")
	}
	return nil
}

// files is where the handlers that stream begin.
type files func(d *door, w http.ResponseWriter, r *http.Request, at place) error
