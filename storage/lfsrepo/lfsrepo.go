// Package lfsrepo reads the files that git-lfs keeps for a Git repository, through
// all of its history: Git has small pointers in their place, and the contents lie
// beside it, named by their SHA-256. Nothing in the repository is changed.
package lfsrepo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path"
	"path/filepath"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/backend/gitlog"
	"dev.varve/backend/imports"
	"dev.varve/backend/imports/datasets"
	"dev.varve/storage/disk"
)

// Source is a repository, or a folder in one, with files of git-lfs.
type Source struct {
	dir   string
	each  bool // each file is a data set of its own
	repo  *gitlog.Repo
	store string // folder of the contents

	pointers map[string]pointer // by the ids that Git has for them
	made     map[string]made    // by datasets.Version.At
}

// made is what a version is: all files of a commit, or one of them.
type made struct {
	commit string
	single *gitlog.TreeFile
}

var _ datasets.Source = (*Source)(nil)

// Is reports whether a folder is a repository with contents of git-lfs.
func Is(dir string) bool {
	entries, err := os.ReadDir(filepath.Join(dir, ".git", "lfs", "objects"))
	return err == nil && len(entries) > 0
}

// Open opens the repository of a folder. With each, every file becomes a data set of
// its own; without it, all of them are one, of which each commit that changed them is
// a version.
func Open(ctx context.Context, git gitlog.Git, dir string, each bool) (*Source, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, disk.Classify(err, "look at", dir)
	}
	repo, err := gitlog.Open(ctx, git, dir)
	if err != nil {
		return nil, err
	}
	home, err := repo.Folder(ctx)
	if err != nil {
		return nil, err
	}
	s := &Source{dir: dir, each: each, repo: repo, store: filepath.Join(home, "lfs", "objects"), pointers: map[string]pointer{}, made: map[string]made{}}
	if at, err := repo.Ask(ctx, "config", "--get", "lfs.storage"); err == nil && at != "" {
		if at = filepath.FromSlash(at); !filepath.IsAbs(at) {
			at = filepath.Join(home, at)
		}
		s.store = filepath.Join(at, "objects")
	}
	return s, nil
}

// About says what it is.
func (s *Source) About() imports.About {
	return imports.About{Kind: "git-lfs repository", Place: s.dir, Local: true}
}

// Close lets go of it.
func (s *Source) Close() error { return nil }

// Files lists the files of a version.
func (s *Source) Files(ctx context.Context, v *datasets.Version) ([]datasets.File, error) {
	m, ok := s.made[v.At]
	if !ok {
		return nil, fault.New(fault.NotFound, "there is no such version")
	}
	var files []datasets.File
	all, missing, first := 0, 0, ""
	add := func(f gitlog.TreeFile) error {
		p, ok := s.pointers[f.Blob]
		if !ok {
			return nil // a file that Git keeps itself
		}
		all++
		info, err := os.Stat(s.object(p.oid))
		if err != nil || !info.Mode().IsRegular() {
			if missing++; missing == 1 {
				first = f.Path
			}
			return nil
		}
		file := datasets.File{Path: f.Path, At: p.oid, Size: info.Size(), Mode: 0o644, Modified: info.ModTime()}
		if f.Exec {
			file.Mode = 0o755
		}
		if m.single != nil {
			file.Path = path.Base(f.Path)
		}
		files = append(files, file)
		return nil
	}
	var err error
	if m.single != nil {
		err = add(*m.single)
	} else {
		err = s.repo.Files(ctx, m.commit, add)
	}
	if err != nil {
		return nil, err
	}
	if missing > 0 {
		return nil, fault.New(fault.NotFound, "%s missing from %s, the first is %s; `git lfs fetch --all` brings what the server has",
			datasets.SomeFiles(missing, all), s.store, content.Show(first))
	}
	return files, nil
}

// object is where the content with an id lies.
func (s *Source) object(oid string) string { return filepath.Join(s.store, oid[:2], oid[2:4], oid) }

// Open opens a file of a version.
func (s *Source) Open(_ context.Context, f *datasets.File) (io.ReadCloser, error) {
	name := s.object(f.At)
	file, err := os.Open(name)
	if err != nil {
		return nil, disk.Classify(err, "open", name)
	}
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		file.Close()
		return nil, fault.New(fault.Unsupported, "%s is no file any more", name)
	}
	return &checked{File: file, sum: sha256.New(), want: f.At, what: f.Path}, nil
}

// checked compares what is read with its id, at its end.
type checked struct {
	*os.File
	sum  hash.Hash
	want string
	what string
}

// Read reads on.
func (c *checked) Read(p []byte) (int, error) {
	n, err := c.File.Read(p)
	c.sum.Write(p[:n])
	if errors.Is(err, io.EOF) && hex.EncodeToString(c.sum.Sum(nil)) != c.want {
		return n, fault.New(fault.Corrupt, "what git-lfs has for %s (%s) is damaged: its SHA-256 is another one", content.Show(c.what), c.want)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return n, disk.Classify(err, "read", c.Name())
	}
	return n, err
}

// from is the place that a version is from, for people.
func (s *Source) from(within string, c gitlog.Commit) string {
	return fmt.Sprintf("%s (commit %s)", filepath.Join(s.dir, filepath.FromSlash(within)), short(c.ID))
}

func short(id string) string { return id[:min(10, len(id))] }
