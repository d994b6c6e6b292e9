package track

import (
	"context"
	"path"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Owner names whose artifacts are meant: a run's or a logged model's.
type Owner struct {
	Run   string
	Model string
}

func (o Owner) stream() string {
	if o.Model != "" {
		return modelPrefix + o.Model
	}
	return runPrefix + o.Run
}

// checkArtifactPath refuses paths that are not plain relative ones. Artifacts
// are names in a tree, never paths of a disk, so nothing can be escaped from;
// but a name must mean the same everywhere.
func checkArtifactPath(p string) error {
	bad := p == "" || p == "." || path.Clean(p) != p || strings.HasPrefix(p, "/") || p == ".." || strings.HasPrefix(p, "../") ||
		strings.ContainsAny(p, "\x00\\")
	if bad || len(p) > 4096 {
		return fault.New(fault.Invalid, "Invalid path: %q", shorten(p, 200))
	}
	return nil
}

// PutArtifact records a file among the artifacts of a run or a model. The
// content is durable already. A name cannot be a file and a folder at once.
func (t *Tracker) PutArtifact(ctx context.Context, o Owner, file event.ArtifactPut) error {
	if err := checkArtifactPath(file.Path); err != nil {
		return err
	}
	defer t.lock(o.stream())()
	if err := t.artifactsWritable(o); err != nil {
		return err
	}
	t.mu.RLock()
	a, err := t.state.artifact(artifactKey(o.stream(), file.Path))
	if err == nil {
		err = t.checkPlace(o, file.Path)
	}
	t.mu.RUnlock()
	if err != nil {
		return err
	}
	return t.commit(ctx, event.Draft{Stream: o.stream(), Body: file, Replaces: a.File.ids()})
}

// checkPlace refuses a file where a folder is, and below another file.
func (t *Tracker) checkPlace(o Owner, at string) error {
	for i, c := range at {
		if c != '/' {
			continue
		}
		a, err := t.state.artifact(artifactKey(o.stream(), at[:i]))
		if err != nil {
			return err
		}
		if f, ok := a.File.Get(); ok && !f.Gone {
			return fault.New(fault.Invalid, "Artifact '%s' is a file, so nothing can lie below it", at[:i])
		}
	}
	below, err := t.artifactsBelow(o, at+"/")
	if err == nil && len(below) > 0 {
		err = fault.New(fault.Invalid, "Artifact '%s' is a folder", at)
	}
	return err
}

func (t *Tracker) artifactsWritable(o Owner) error {
	if o.Model != "" {
		return t.Model(o.Model, func(*LoggedModel) {})
	}
	return t.Run(o.Run, func(*Run) {})
}

// RemoveArtifact takes a file, or all files of a folder, away; the empty folder
// is the root. The content stays in the store until it is cleaned up.
func (t *Tracker) RemoveArtifact(ctx context.Context, o Owner, at string) error {
	files, err := t.Artifacts(o, at)
	if err != nil {
		return err
	}
	defer t.lock(o.stream())()
	var drafts []event.Draft
	for _, f := range files {
		t.mu.RLock()
		a, err := t.state.artifact(artifactKey(o.stream(), f.Path))
		t.mu.RUnlock()
		if err != nil {
			return err
		}
		drafts = append(drafts, event.Draft{Stream: o.stream(), Body: event.ArtifactPut{Path: f.Path, Gone: true}, Replaces: a.File.ids()})
	}
	if len(drafts) == 0 {
		return fault.New(fault.NotFound, "No such artifact: '%s'", at)
	}
	return t.commit(ctx, drafts...)
}

// Artifact returns one file.
func (t *Tracker) Artifact(o Owner, at string) (event.ArtifactPut, error) {
	if err := checkArtifactPath(at); err != nil {
		return event.ArtifactPut{}, err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	a, err := t.state.artifact(artifactKey(o.stream(), at))
	if err != nil {
		return event.ArtifactPut{}, err
	}
	file, ok := a.File.Get()
	if !ok || file.Gone {
		return event.ArtifactPut{}, fault.New(fault.NotFound, "No such artifact: '%s'", at)
	}
	return file, nil
}

// Artifacts returns all files at or below a folder, sorted by path; the empty
// folder is the root.
func (t *Tracker) Artifacts(o Owner, below string) ([]event.ArtifactPut, error) {
	if below != "" {
		if err := checkArtifactPath(below); err != nil {
			return nil, err
		}
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	list, err := t.artifactsBelow(o, below)
	if below == "" {
		return list, err
	}
	return slices.DeleteFunc(list, func(f event.ArtifactPut) bool {
		return f.Path != below && !strings.HasPrefix(f.Path, below+"/")
	}), err
}

// artifactsBelow returns all files whose path begins with prefix, sorted. The
// caller holds the lock.
func (t *Tracker) artifactsBelow(o Owner, prefix string) ([]event.ArtifactPut, error) {
	if t.state.gone(o.stream()) {
		return nil, nil
	}
	files := map[string]event.ArtifactPut{}
	add := func(a *Artifact) {
		f, ok := a.File.Get()
		if !ok {
			return
		}
		if delete(files, f.Path); !f.Gone {
			files[f.Path] = f
		}
	}
	prefix = artifactKey(o.stream(), prefix)
	err := t.Store.Scan(prefix, func(_ string, value []byte) error {
		a := &Artifact{}
		if err := event.Unmarshal(value, a); err != nil {
			return err
		}
		add(a)
		return nil
	})
	for _, changed := range []map[string]*Artifact{t.state.writing, t.state.artifacts} {
		for key, a := range changed {
			if strings.HasPrefix(key, prefix) {
				add(a)
			}
		}
	}
	list := make([]event.ArtifactPut, 0, len(files))
	for _, f := range files {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b event.ArtifactPut) int { return strings.Compare(a.Path, b.Path) })
	return list, err
}

// Entry is one name in a folder of artifacts.
type Entry struct {
	Path   string // from the root
	Folder bool
	Size   int64 // bytes; 0 for folders
}

// ListArtifacts returns what lies directly in a folder, sorted. A file lists
// nothing, as in MLflow.
func (t *Tracker) ListArtifacts(o Owner, folder string) ([]Entry, error) {
	files, err := t.Artifacts(o, folder)
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for _, f := range files {
		rest := f.Path
		if folder != "" {
			if f.Path == folder {
				continue
			}
			rest = f.Path[len(folder)+1:]
		}
		name, _, deeper := strings.Cut(rest, "/")
		full := path.Join(folder, name)
		if n := len(entries); n > 0 && entries[n-1].Path == full {
			continue
		}
		e := Entry{Path: full, Folder: deeper}
		if !deeper {
			e.Size = f.Size
		}
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	return entries, nil
}
