// Package dvcrepo reads repositories of DVC: the files in which it says what it
// keeps (*.dvc and dvc.lock) through all of their history in Git, and the contents
// from its caches and from remotes that are folders. All layouts from DVC 0 to 3 are
// read. Nothing in the repository is changed.
package dvcrepo

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"dev.varve/backend/fault"
	"dev.varve/backend/gitlog"
	"dev.varve/backend/imports"
	"dev.varve/backend/imports/datasets"
	"dev.varve/storage/disk"
)

// Source is a repository of DVC.
type Source struct {
	dir       string
	repo      *gitlog.Repo // nil: it lies in no Git repository
	caches    []string     // folders, the cache first
	elsewhere []string     // remotes that are no folders, in words

	found map[string]object // what was looked for, by key
	made  map[string]output // of versions, by datasets.Version.At
}

var _ datasets.Source = (*Source)(nil)

// Is reports whether a folder is a repository of DVC.
func Is(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, ".dvc"))
	if err != nil || !info.IsDir() {
		return false
	}
	// A folder of that name without its file is something else's.
	config, err := os.Stat(filepath.Join(dir, ".dvc", "config"))
	return err == nil && config.Mode().IsRegular()
}

// Open opens the repository in a folder.
func Open(ctx context.Context, git gitlog.Git, dir string) (*Source, error) {
	if info, err := os.Stat(dir); err != nil {
		return nil, disk.Classify(err, "look at", dir)
	} else if !info.IsDir() || !Is(dir) {
		return nil, fault.New(fault.Unsupported, "%s is no repository of DVC: it has no .dvc/config", dir).
			WithHint("Name the folder in which `dvc init` was called.")
	}
	s := &Source{dir: dir, found: map[string]object{}, made: map[string]output{}}
	repo, err := gitlog.Open(ctx, git, dir)
	switch {
	case err == nil:
		s.repo = repo
	case !errors.Is(err, fault.Unsupported):
		return nil, err
	}
	return s, s.configure()
}

// configure finds the folders in which contents may lie.
func (s *Source) configure() error {
	home := filepath.Join(s.dir, ".dvc")
	var c config
	for _, name := range []string{"config", "config.local"} { // the latter has the last word
		text, err := readFile(filepath.Join(home, name), maxConfig)
		if errors.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		c.read(string(text))
	}
	cache := filepath.Join(home, "cache")
	if c.cache != "" {
		cache = under(home, c.cache)
	}
	s.caches = append(s.caches, cache)
	for _, r := range c.remotes {
		if at, ok := folderOf(r.url); ok {
			s.caches = append(s.caches, under(home, at))
		} else {
			s.elsewhere = append(s.elsewhere, r.name+" ("+r.public()+")")
		}
	}
	return nil
}

func under(home, path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(home, path)
}

// readFile reads a file that is not larger than most bytes.
func readFile(name string, most int64) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, disk.Classify(err, "look at", name)
	}
	if !info.Mode().IsRegular() {
		return nil, fault.New(fault.Unsupported, "it is no file").On("read", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, disk.Classify(err, "open", name)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		return nil, fault.New(fault.Unsupported, "it has more than %d bytes, too many for such a file", most).On("read", name)
	}
	return data, disk.Classify(err, "read", name)
}

// About says what it is.
func (s *Source) About() imports.About {
	return imports.About{Kind: "DVC repository", Place: s.dir, Local: true}
}

// Close lets go of it.
func (s *Source) Close() error { return nil }
