// Package mlruns reads the folders in which MLflow keeps its record when it has
// no database (mlruns), of all versions of their layout. It writes nothing there,
// and reads nothing outside of them.
package mlruns

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/storage/aside"
	"dev.varve/storage/disk"
)

const (
	metaName  = "meta.yaml"
	trashName = ".trash"
	modelsDir = "models" // of an experiment: logged models; at the top: the registry
)

// Source is one such folder. It is an imports.Source.
type Source struct {
	dir     string
	root    *os.Root
	shelf   *aside.Shelf
	folders map[string]string // of experiments, by id
}

// Find returns the mlruns folder that a path means: the path itself, or a folder
// mlruns in it. NotFound if there is none.
func Find(path string) (string, error) {
	for _, pattern := range []string{filepath.Join("*", metaName), filepath.Join(trashName, "*", metaName), filepath.Join("*", "*", metaName)} {
		for _, dir := range []string{path, filepath.Join(path, "mlruns")} {
			found, err := filepath.Glob(filepath.Join(escape(dir), pattern))
			if err == nil && len(found) > 0 {
				return dir, nil
			}
		}
	}
	return "", fault.New(fault.NotFound, "%s is no folder of MLflow: no experiment with a meta.yaml is in it", path)
}

// escape makes a pattern that only its own name fits.
func escape(name string) string {
	if os.PathSeparator == '\\' {
		return name
	}
	return strings.NewReplacer(`\`, `\\`, `[`, `\[`, `*`, `\*`, `?`, `\?`).Replace(name)
}

// Open opens an mlruns folder. Artifacts may lie in the other folders, too.
func Open(dir string, artifacts ...string) (*Source, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, disk.Classify(err, "open", dir)
	}
	shelf, err := aside.Open(append([]string{dir}, artifacts...)...)
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return &Source{dir: dir, root: root, shelf: shelf, folders: map[string]string{}}, nil
}

// Close lets go of the folder.
func (s *Source) Close() error { return errors.Join(s.shelf.Close(), s.root.Close()) }

// About says what it is.
func (s *Source) About() imports.About {
	return imports.About{Kind: "MLflow folder", Place: s.dir, Local: true}
}

// Files calls fn with each file of a place.
func (s *Source) Files(ctx context.Context, place string, r *imports.Report, fn func(imports.File) error) error {
	return s.shelf.Files(ctx, place, r, fn)
}

// Open opens a file of a place.
func (s *Source) Open(_ context.Context, place, at string) (io.ReadCloser, error) {
	return s.shelf.Open(place, at)
}

// where names a file of the folder for people.
func (s *Source) where(rel string) string { return filepath.Join(filepath.Base(s.dir), rel) }

// Experiments lists the experiments.
func (s *Source) Experiments(_ context.Context, r *imports.Report) ([]imports.Experiment, error) {
	var list []imports.Experiment
	clear(s.folders)
	for _, parent := range []string{".", trashName} {
		entries, err := aside.List(s.root, parent)
		if err != nil {
			if parent == trashName && errors.Is(err, fs.ErrNotExist) {
				continue
			}
			return nil, disk.Classify(err, "read", filepath.Join(s.dir, parent))
		}
		for _, e := range entries {
			rel := filepath.Join(parent, e.Name())
			switch {
			case !e.IsDir():
				if !strings.HasPrefix(e.Name(), ".") {
					r.Skip(s.where(rel), "it is no folder of an experiment")
				}
				continue
			case strings.HasPrefix(e.Name(), "."), parent == "." && e.Name() == modelsDir:
				continue
			}
			if x, ok := s.experiment(rel, r); ok {
				x.Deleted = x.Deleted || parent == trashName
				list = append(list, x)
			}
		}
	}
	return list, nil
}

func (s *Source) experiment(rel string, r *imports.Report) (x imports.Experiment, ok bool) {
	folder := filepath.Base(rel)
	m, err := readMeta(s.root, rel)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !s.hasRuns(rel):
		r.Skip(s.where(rel), "it has no meta.yaml and no runs")
		return x, false
	case err != nil:
		r.Fail(s.where(filepath.Join(rel, metaName)), err)
		m = meta{}
	}
	x = imports.Experiment{
		ID: m.text("experiment_id"), Name: m.text("name"), Made: m.time("creation_time"), Deleted: m.text("lifecycle_stage") == "deleted",
	}
	if x.ID == "" {
		x.ID = folder
	}
	if _, twice := s.folders[x.ID]; twice {
		r.Skip(s.where(rel), "another folder has the experiment %s already: it counts as %s", x.ID, folder)
		x.ID = folder
	}
	if _, twice := s.folders[x.ID]; twice && s.folders[x.ID] != rel {
		r.Skip(s.where(rel), "it is there twice")
		return x, false
	}
	x.Tags = s.values(s.root, rel, "tags", r)
	s.folders[x.ID] = rel
	return x, true
}

// hasRuns reports whether a folder looks as if runs were in it.
func (s *Source) hasRuns(rel string) bool {
	entries, err := aside.List(s.root, rel)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if e.IsDir() && (isFile(s.root, filepath.Join(rel, e.Name(), metaName)) || looksLikeRun(s.root, filepath.Join(rel, e.Name()))) {
			return true
		}
	}
	return false
}

func looksLikeRun(root *os.Root, rel string) bool {
	for _, part := range []string{"params", "metrics"} {
		if info, err := root.Stat(filepath.Join(rel, part)); err == nil && info.IsDir() {
			return true
		}
	}
	return false
}

func isFile(root *os.Root, name string) bool {
	info, err := root.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// readMeta reads the meta.yaml of a folder.
func readMeta(root *os.Root, rel string) (meta, error) {
	data, err := readSmall(root, filepath.Join(rel, metaName), maxMeta+1)
	if err != nil {
		return nil, err
	}
	return parseMeta(data)
}

// readSmall reads a file, its first bytes if it is larger than limit.
func readSmall(root *os.Root, name string, limit int64) ([]byte, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fault.New(fault.Unsupported, "it is no file but a folder, a device or a pipe")
	}
	data := make([]byte, min(info.Size(), limit))
	n, err := io.ReadFull(f, data)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = nil
	}
	return data[:n], err
}
