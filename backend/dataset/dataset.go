// Package dataset makes versions of files and folders, and brings them back.
package dataset

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/ignore"
	"dev.varve/backend/track"
)

// Records is where versions are recorded; *track.Tracker is one.
type Records interface {
	AddVersion(ctx context.Context, name string, v event.DatasetVersion) (id string, number uint64, added bool, err error)
	Dataset(id string, fn func(*track.Dataset)) error
	Datasets(fn func(*track.Dataset))
	DatasetID(name string) string
	FindVersion(name string, number uint64) (event.DatasetVersion, uint64, error)
	MatchDigest(digest []byte) (track.Match, bool)
}

// Folders is the person's own disk.
type Folders interface {
	// Source reads a file or folder as it is.
	Source(path string) content.Source
	// Restore brings a tree into the folder dest, which must be empty or new
	// unless opts.Over says otherwise.
	Restore(ctx context.Context, store content.Store, root content.ID, dest string, opts content.RestoreOptions) (content.Overlay, error)
}

// Service adds, finds and restores versions.
type Service struct {
	Records Records
	Store   content.Store
	Folders Folders
	// Remember begins a walk through a source that a key names, for files that were
	// read before; nil: all are read.
	Remember func(key string) Walk
}

// Walk remembers what the files of a source contain. Keep puts what was noted in the
// place of what was remembered, unless that cannot be; then it changes nothing.
type Walk interface {
	content.Seen
	Keep(all content.Totals, holdings []byte) error
	Close()
}

// Added is what came of Add.
type Added struct {
	Dataset string // id
	Version string // id
	Number  uint64
	New     bool // false: the content equals the newest version, and nothing was added
	Totals  content.Totals
	Left    ignore.Left // what was left out
}

// Addition is what is to become a version.
type Addition struct {
	Name    string // of the data set
	Path    string // file or folder
	Message string
	Ignore  ignore.Options
}

// Add makes a version of a file or folder, under a name. When it returns, the
// version and all its bytes are durable.
func (s *Service) Add(ctx context.Context, a Addition, progress func(content.Progress)) (Added, error) {
	if err := track.CheckDatasetName(a.Name); err != nil {
		return Added{}, err
	}
	var left ignore.Left
	opts := content.BuildOptions{Previous: s.newestRoot(a.Name), Progress: progress}
	built, err := s.build(ctx, s.Store, a.Path, a.Ignore, &left, opts)
	if err != nil {
		return Added{}, err
	}
	return s.record(ctx, a.Name, built, event.DatasetVersion{Message: a.Message, Source: a.Path}, left)
}

// record makes what was stored durable, and a version of it.
func (s *Service) record(ctx context.Context, name string, stored content.Version, v event.DatasetVersion, left ignore.Left) (Added, error) {
	if err := s.Store.Flush(ctx); err != nil {
		return Added{}, err
	}
	v.Root, v.Digest, v.Files, v.Bytes = stored.Root[:], stored.Digest[:], stored.Totals.Files, stored.Totals.Bytes
	id, number, added, err := s.Records.AddVersion(ctx, name, v)
	return Added{Dataset: s.Records.DatasetID(name), Version: id, Number: number, New: added, Totals: stored.Totals, Left: left}, err
}

// build stores a file or folder, or without a store only computes its digest. What
// was read before and has not changed since is not read again.
func (s *Service) build(ctx context.Context, store content.Store, path string, rules ignore.Options, left *ignore.Left, opts content.BuildOptions) (content.Version, error) {
	src := ignore.Source(s.Folders.Source(path), rules, left)
	if s.Remember == nil {
		return build(ctx, store, src, opts)
	}
	walk := s.Remember(fmt.Sprintf("%s\x00%+v", path, rules))
	defer walk.Close()
	opts.Seen = walk
	built, err := build(ctx, store, src, opts)
	if err != nil || store == nil {
		return built, err
	}
	// What is remembered must not outlive what it stands for.
	if err := store.Flush(ctx); err != nil {
		return built, err
	}
	var holdings []byte
	if h, ok := store.(content.Holder); ok {
		holdings = h.Holdings()
	}
	_ = walk.Keep(built.Totals, holdings) // without it, the next one reads all
	return built, nil
}

// build is content.Build. The version before only says how large files were cut: one
// that is damaged must not stop the next, which may even mend it.
func build(ctx context.Context, store content.Store, src content.Source, opts content.BuildOptions) (content.Version, error) {
	built, err := content.Build(ctx, store, src, opts)
	if !opts.Previous.IsZero() && (errors.Is(err, fault.Corrupt) || errors.Is(err, fault.NotFound)) {
		opts.Previous = content.ID{}
		built, err = content.Build(ctx, store, src, opts)
	}
	return built, err
}

// newestRoot is the tree of the newest version, or zero.
func (s *Service) newestRoot(name string) content.ID {
	v, _, err := s.Records.FindVersion(name, 0)
	if err != nil {
		return content.ID{}
	}
	root, _ := rootOf(v) // a version that is damaged only has no say
	return root
}

// Find returns a version of a data set by their ids. It fails with fault.State for
// one that was removed.
func (s *Service) Find(dataset, version string) (event.DatasetVersion, error) {
	var found event.DatasetVersion
	var removed uint64
	err := s.Records.Dataset(dataset, func(d *track.Dataset) {
		for i, n := range d.Numbers() {
			switch v := &d.Versions[i].Value; {
			case v.ID != version:
			case d.Removed(version) != 0:
				removed = n
			default:
				found = *v
			}
		}
	})
	switch {
	case err != nil:
	case removed != 0:
		err = fault.New(fault.State, "version %d was removed", removed).WithHint("Bring it back first, if its files are still there: varve data remove NAME@%d --undo", removed)
	case found.ID == "":
		err = fault.New(fault.NotFound, "the data set has no version %s", version)
	}
	return found, err
}

// Restore brings a version into the folder dest, which must be empty or new
// unless opts.Over says otherwise.
func (s *Service) Restore(ctx context.Context, v event.DatasetVersion, dest string, opts content.RestoreOptions) (content.Overlay, error) {
	if !filepath.IsAbs(dest) {
		return content.Overlay{}, fault.New(fault.Invalid, "%q is not a whole path", dest).WithHint("Give the whole path of an empty or new folder.")
	}
	root, err := rootOf(v)
	if err != nil {
		return content.Overlay{}, err
	}
	return s.Folders.Restore(ctx, sought{s.Store}, root, filepath.Clean(dest), opts)
}

func rootOf(v event.DatasetVersion) (content.ID, error) {
	if len(v.Root) != content.Size {
		return content.ID{}, fault.New(fault.Corrupt, "the record of this version does not say where its files are").
			WithHint("`varve doctor` names what is damaged.")
	}
	return content.ID(v.Root), nil
}

// Tree opens the files of a version.
func (s *Service) Tree(ctx context.Context, v event.DatasetVersion) (*content.Tree, error) {
	root, err := rootOf(v)
	if err != nil {
		return nil, err
	}
	return content.OpenTree(ctx, sought{s.Store}, root)
}

// Files lists a folder of a version; the empty folder is the top. A version that
// is a single file lists that file.
func (s *Service) Files(ctx context.Context, v event.DatasetVersion, folder string) ([]content.Entry, error) {
	tree, err := s.Tree(ctx, v)
	if err != nil {
		return nil, err
	}
	entries := []content.Entry{}
	if folder == "" {
		top, err := tree.Lookup(ctx, "")
		if err != nil {
			return nil, err
		}
		if top.Type != content.Folder {
			return append(entries, top), nil
		}
	}
	for e, err := range tree.List(ctx, folder, "") {
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// Match finds the newest version whose content equals a file or folder, without
// what its .varveignore leaves out.
func (s *Service) Match(ctx context.Context, path string) (track.Match, bool, error) {
	var left ignore.Left
	built, err := s.build(ctx, nil, path, ignore.Options{}, &left, content.BuildOptions{})
	if err != nil {
		return track.Match{}, false, err
	}
	m, ok := s.Records.MatchDigest(built.Digest[:])
	return m, ok, nil
}

// ProposeName makes the name of a data set from a path: wine-quality.csv →
// wine-quality.
func ProposeName(path string) string {
	name := filepath.Base(filepath.Clean(path))
	if stem := strings.TrimSuffix(name, filepath.Ext(name)); stem != "" {
		name = stem
	}
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune("@:\\\n\r\t\x00", r) {
			return '-'
		}
		return r
	}, name)
	name = strings.TrimSpace(strings.ToValidUTF8(name, "-"))
	if name == "" || name == "." || name == string(filepath.Separator) {
		return "data"
	}
	return name
}
