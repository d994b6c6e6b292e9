package lfsrepo

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"dev.varve/backend/content"
	"dev.varve/backend/gitlog"
	"dev.varve/backend/imports"
	"dev.varve/backend/imports/datasets"
)

// change is what a commit changed, as far as it may be of git-lfs.
type change struct {
	commit gitlog.Commit
	files  []gitlog.Change
}

// Versions lists what git-lfs keeps or has kept.
func (s *Source) Versions(ctx context.Context, r *imports.Report) ([]datasets.Version, error) {
	if s.repo.Shallow(ctx) {
		r.Skip("the history", "this copy of the repository was cloned without all of it: `git fetch --unshallow` brings the rest")
	}
	changes, err := s.history(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.readPointers(ctx, changes); err != nil {
		return nil, err
	}
	w := walk{Source: s, seen: map[string]bool{}}
	for i := range changes {
		if err := content.Cancelled(ctx); err != nil {
			return nil, err
		}
		if s.each {
			w.single(&changes[i])
		} else if err := w.whole(ctx, &changes[i]); err != nil {
			return nil, err
		}
	}
	return w.versions, nil
}

func (s *Source) history(ctx context.Context) (changes []change, err error) {
	err = s.repo.Log(ctx, nil, func(c gitlog.Commit, files []gitlog.Change) error {
		if n := len(changes); n > 0 && changes[n-1].commit.ID == c.ID { // a merge, for another parent
			changes[n-1].files = append(changes[n-1].files, files...)
		} else {
			changes = append(changes, change{c, files})
		}
		return content.Cancelled(ctx)
	})
	return changes, err
}

// readPointers finds out which contents in Git are pointers: they are small, and say
// so. What .gitattributes says counts only for what comes.
func (s *Source) readPointers(ctx context.Context, changes []change) error {
	all := map[string]bool{}
	for _, c := range changes {
		for _, f := range c.files {
			for _, id := range []string{f.Old, f.New} {
				if id != "" {
					all[id] = true
				}
			}
		}
	}
	var small []string
	err := s.repo.Sizes(ctx, slices.Sorted(maps.Keys(all)), func(id string, size int64) {
		if size <= maxPointer {
			small = append(small, id)
		}
	})
	if err != nil {
		return err
	}
	return s.repo.Contents(ctx, small, maxPointer, func(id string, data []byte) error {
		if p, ok := parsePointer(data); ok {
			s.pointers[id] = p
		}
		return nil
	})
}

type walk struct {
	*Source
	seen     map[string]bool
	versions []datasets.Version
}

// whole makes a version of all files of a commit, if it changed one of them.
func (w *walk) whole(ctx context.Context, c *change) error {
	touched := slices.ContainsFunc(c.files, func(f gitlog.Change) bool {
		_, before := w.pointers[f.Old]
		_, after := w.pointers[f.New]
		return before || after
	})
	if !touched {
		return nil
	}
	list, files := sha256.New(), 0
	err := w.repo.Files(ctx, c.commit.ID, func(f gitlog.TreeFile) error {
		if p, ok := w.pointers[f.Blob]; ok {
			files++
			mode := "100644"
			if f.Exec {
				mode = "100755"
			}
			fmt.Fprintf(list, "%s %s %s\n", p.oid, mode, f.Path)
		}
		return nil
	})
	if err != nil || files == 0 {
		return err // they were all deleted: that is no version of data
	}
	w.add(datasets.Version{
		Set: filepath.Base(w.dir), Origin: fmt.Sprintf("lfs:tree:%x", list.Sum(nil)), At: c.commit.ID,
		Where: "commit " + short(c.commit.ID), From: w.from("", c.commit),
	}, c, nil)
	return nil
}

// single makes versions of the files that a commit changed, each of its own data set.
func (w *walk) single(c *change) {
	for _, f := range c.files {
		p, ok := w.pointers[f.New]
		if !ok {
			continue
		}
		w.add(datasets.Version{
			Set: f.Path, Origin: "lfs:sha256:" + p.oid, At: f.Path + "\x00" + p.oid, Single: true,
			Where: f.Path + " in commit " + short(c.commit.ID), From: w.from(f.Path, c.commit),
		}, c, &gitlog.TreeFile{Path: f.Path, Blob: f.New})
	}
}

func (w *walk) add(v datasets.Version, c *change, file *gitlog.TreeFile) {
	key := v.Set + "\x00" + v.Origin
	if w.seen[key] {
		return
	}
	w.seen[key] = true
	v.Author, v.Message, v.Made = c.commit.Author, c.commit.Subject, c.commit.Time*1000
	w.made[v.At] = made{c.commit.ID, file}
	w.versions = append(w.versions, v)
}
