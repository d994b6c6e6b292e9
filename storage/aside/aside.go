// Package aside reads the artifacts that MLflow has left in folders of this
// computer. A Shelf is a few folders that a person named; nothing outside of them
// is ever read, whatever a record says of where its artifacts lie, and no link
// that leads out of them is followed.
package aside

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/storage/disk"
)

// Shelf is the folders that artifacts may lie in.
type Shelf struct {
	roots []*os.Root
}

// Open opens the folders, whose paths are absolute.
func Open(folders ...string) (*Shelf, error) {
	s := &Shelf{}
	for _, f := range folders {
		root, err := os.OpenRoot(f)
		if err != nil {
			return nil, errors.Join(disk.Classify(err, "open", f), s.Close())
		}
		s.roots = append(s.roots, root)
	}
	return s, nil
}

// Close lets go of the folders.
func (s *Shelf) Close() error {
	var all error
	for _, r := range s.roots {
		all = errors.Join(all, r.Close())
	}
	s.roots = nil
	return all
}

// Find returns the place of artifacts that a record says to be at a URI or path.
// A record that was moved to another folder or computer still has the old paths:
// then the last parts of the path are looked for below the folders. why says why
// there is none.
func (s *Shelf) Find(uri string, parts int) (place, why string) {
	at, why := localPath(uri)
	if why != "" {
		return "", why
	}
	for _, r := range s.roots {
		if rel, err := filepath.Rel(r.Name(), filepath.FromSlash(at)); err == nil && filepath.IsLocal(rel) && isFolder(r, rel) {
			return filepath.Join(r.Name(), rel), ""
		}
	}
	names := strings.Split(strings.Trim(at, "/"), "/")
	if len(names) < parts {
		return "", "its artifacts are said to be at " + uri + ", which is no folder of MLflow"
	}
	tail := path.Join(names[len(names)-parts:]...)
	for _, r := range s.roots {
		for _, below := range []string{"", "mlruns", "mlartifacts", "artifacts"} {
			if rel := filepath.FromSlash(path.Join(below, tail)); filepath.IsLocal(rel) && isFolder(r, rel) {
				return filepath.Join(r.Name(), rel), ""
			}
		}
	}
	return "", ""
}

// Outside reports whether a URI names a folder of this computer that is there,
// but not among those that may be read.
func (s *Shelf) Outside(uri string) bool {
	at, why := localPath(uri)
	if why != "" || !filepath.IsAbs(filepath.FromSlash(at)) {
		return false
	}
	info, err := os.Stat(filepath.FromSlash(at))
	return err == nil && info.IsDir()
}

func isFolder(r *os.Root, rel string) bool {
	info, err := r.Stat(rel)
	return err == nil && info.IsDir()
}

// localPath is the path that a URI of artifacts names, with slashes. That of
// MLflow's proxy is one below the folder where its server keeps them.
func localPath(uri string) (at, why string) {
	scheme, rest, is := strings.Cut(uri, ":")
	if !is || len(scheme) == 1 || strings.ContainsAny(scheme, `/\`) { // a letter is a disk of Windows
		return strings.ReplaceAll(uri, `\`, "/"), ""
	}
	switch scheme {
	case "file":
		u, err := url.Parse(uri)
		if err != nil {
			return strings.TrimPrefix(rest, "//"), ""
		}
		at = u.Path
		if u.Opaque != "" {
			at = u.Opaque
		}
		if runtime.GOOS == "windows" {
			at = strings.TrimPrefix(at, "/")
		}
		return at, ""
	case "mlflow-artifacts":
		_, below, _ := strings.Cut(strings.TrimPrefix(rest, "//"), "/")
		return below, ""
	}
	return "", "its artifacts lie at " + scheme + ":, not on this computer: fetch them there, or import from the server"
}

// within opens the folder that a place lies in.
func (s *Shelf) within(place string) (*os.Root, string, error) {
	for _, r := range s.roots {
		if rel, err := filepath.Rel(r.Name(), place); err == nil && filepath.IsLocal(rel) {
			return r, rel, nil
		}
	}
	return nil, "", fault.New(fault.Denied, "%s is outside of the folders that may be read", place)
}

// Limits of what a hostile folder can cost.
const (
	maxDeep  = 64
	maxFiles = 1_000_000
)

// Files calls fn with each file below a place, sorted within each folder.
func (s *Shelf) Files(ctx context.Context, place string, r *imports.Report, fn func(imports.File) error) error {
	root, rel, err := s.within(place)
	if err != nil {
		return err
	}
	w := walk{ctx: ctx, root: root, base: rel, r: r, fn: fn}
	return w.folder("", 0)
}

type walk struct {
	ctx   context.Context
	root  *os.Root
	base  string
	r     *imports.Report
	fn    func(imports.File) error
	files int
}

func (w *walk) full(below string) string { return filepath.Join(w.base, filepath.FromSlash(below)) }

func (w *walk) where(below string) string { return filepath.Join(w.root.Name(), w.full(below)) }

func (w *walk) folder(below string, deep int) error {
	if err := context.Cause(w.ctx); err != nil {
		return err
	}
	if deep > maxDeep {
		w.r.Skip(w.where(below), "folders nest more than %d deep", maxDeep)
		return nil
	}
	entries, err := List(w.root, w.full(below))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) || below != "" {
			w.r.Fail(w.where(below), err)
		}
		return nil
	}
	for _, e := range entries {
		at := path.Join(below, e.Name())
		if e.IsDir() {
			err = w.folder(at, deep+1)
		} else {
			err = w.file(at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// List lists a folder, sorted by name, whatever bytes the names have.
func List(root *os.Root, name string) ([]fs.DirEntry, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	entries, err := f.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}

func (w *walk) file(at string) error {
	info, err := w.root.Stat(w.full(at)) // through links that stay inside
	switch {
	case err != nil:
		w.r.Skip(w.where(at), "it is a link that leads nowhere, or out of the folder")
		return nil
	case info.IsDir():
		w.r.Skip(w.where(at), "it is a link to a folder")
		return nil
	case !info.Mode().IsRegular():
		w.r.Skip(w.where(at), "it is no file but a device, a pipe or a socket")
		return nil
	}
	if w.files++; w.files > maxFiles {
		w.r.Skip(w.where(at), "a run cannot have more than %d files", maxFiles)
		return nil
	}
	return w.fn(imports.File{Path: imports.Text([]byte(at)), At: at, Size: info.Size(), Modified: info.ModTime(), Whole: w.where(at)})
}

// Open opens a file below a place.
func (s *Shelf) Open(place, at string) (io.ReadCloser, error) {
	root, rel, err := s.within(place)
	if err != nil {
		return nil, err
	}
	f, err := root.Open(filepath.Join(rel, filepath.FromSlash(at)))
	if err != nil {
		return nil, disk.Classify(err, "open", at)
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(fault.New(fault.Unsupported, "%s is no file", at), err, f.Close())
	}
	return f, nil
}
