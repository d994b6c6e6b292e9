package artifact

import (
	"net/url"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// Proxied begins the locations whose files come through the artifact proxy.
const Proxied = "mlflow-artifacts:/"

// Records are the runs and models whose artifacts are meant. *track.Tracker is
// one; functions are called with its lock held.
type Records interface {
	Names
	Run(id string, fn func(*track.Run)) error
	Model(id string, fn func(*track.LoggedModel)) error
	RunURI(*track.Run) string
	ModelURI(*track.LoggedModel) string
}

// Plain makes the tree of plain files in a folder: base is where nothing may
// leave, below the folder in it, with /, or nothing.
type Plain func(base, below string) Tree

// Places finds the artifacts of runs and models.
type Places struct {
	Records Records
	Bytes   Bytes
	// Plain reads folders that persons named. Nil: they cannot be read here.
	Plain Plain
	// Destination is the folder where files that come through the proxy are kept.
	// Empty: they are managed.
	Destination string
}

// URI is where the artifacts of an owner lie, as MLflow's clients are told.
// NotFound if there is no such run or model.
func (p *Places) URI(o track.Owner) (uri string, err error) {
	if o.Model != "" {
		err = p.Records.Model(o.Model, func(m *track.LoggedModel) { uri = p.Records.ModelURI(m) })
		return uri, err
	}
	err = p.Records.Run(o.Run, func(r *track.Run) { uri = p.Records.RunURI(r) })
	return uri, err
}

// Of returns the artifacts of an owner. Unsupported if they lie where Varve
// cannot read.
func (p *Places) Of(o track.Owner) (Tree, error) {
	uri, err := p.URI(o)
	if err != nil {
		return nil, err
	}
	managed := Managed{Names: p.Records, Bytes: p.Bytes, Owner: o}
	if below, ok := strings.CutPrefix(uri, Proxied); ok {
		if p.Destination == "" || p.Plain == nil {
			return managed, nil
		}
		return both{managed, p.Plain(p.Destination, strings.Trim(below, "/"))}, nil
	}
	dir, err := LocalPath(uri)
	if err != nil || p.Plain == nil {
		return nil, fault.New(fault.Unsupported, "The artifacts at %s are not kept by Varve, which cannot read them there.", uri).
			WithHint("MLflow's clients read them there by themselves.")
	}
	return both{managed, p.Plain(split(dir, o))}, nil
}

// split cuts the folder of an owner's artifacts into the location of the
// experiment, which the person named, and the rest, which Varve named: a link in
// that one that leads out of the location belongs to nobody.
func split(dir string, o track.Owner) (base, below string) {
	own := 2 // <run>/artifacts
	if o.Model != "" {
		own = 3 // models/<model>/artifacts
	}
	base = filepath.ToSlash(dir)
	for range own {
		base, below = path.Dir(base), path.Join(path.Base(base), below)
	}
	return filepath.FromSlash(base), below
}

// Proxy returns all files that come through the proxy, if they are plain ones.
func (p *Places) Proxy() (Tree, bool) {
	if p.Destination == "" || p.Plain == nil {
		return nil, false
	}
	return p.Plain(p.Destination, ""), true
}

// LocalPath is the folder that a location names: a file: URI of this machine or
// an absolute path. Invalid if it names something else.
func LocalPath(location string) (string, error) {
	name := location
	if len(location) >= 5 && strings.EqualFold(location[:5], "file:") {
		u, err := url.Parse(location)
		if err != nil || u.RawQuery != "" || u.Fragment != "" || u.Host != "" && u.Host != "localhost" {
			return "", notLocal(location)
		}
		name = u.Path
		if u.Opaque != "" { // file:folder
			if name, err = url.PathUnescape(u.Opaque); err != nil {
				return "", notLocal(location)
			}
		}
		if runtime.GOOS == "windows" && len(name) > 2 && name[0] == '/' && name[2] == ':' {
			name = name[1:]
		}
	}
	name = filepath.FromSlash(name)
	if !filepath.IsAbs(name) || strings.ContainsRune(name, 0) || filepath.Clean(name) == filepath.VolumeName(name)+string(filepath.Separator) {
		return "", notLocal(location)
	}
	return filepath.Clean(name), nil
}

func notLocal(location string) error {
	return fault.New(fault.Invalid, "%.200q is no folder of this computer", location)
}

// Resolve makes a relative location absolute, as MLflow's server does: base is
// the folder that it starts from. Other locations, and all if base is empty,
// stay as they are.
func Resolve(base, location string) string {
	rest := location
	prefix := ""
	if len(location) >= 5 && strings.EqualFold(location[:5], "file:") {
		prefix, rest = "file://", location[5:]
	}
	colon := strings.IndexByte(rest, ':')
	if base == "" || rest == "" || strings.HasPrefix(rest, "/") || filepath.IsAbs(rest) || colon > 0 && !strings.Contains(rest[:colon], "/") {
		return location
	}
	return prefix + path.Join(filepath.ToSlash(base), rest)
}

var _ = []Tree{Managed{}, both{}}
