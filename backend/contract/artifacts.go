package contract

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dev.varve/backend/artifact"
	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/backend/execute"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// takeArtifacts makes the files that a program left in its folder artifacts of
// its run. To do it again changes nothing. What cannot be an artifact is named in
// the tag TagArtifacts. A folder that does not exist holds nothing.
func takeArtifacts(ctx context.Context, run string, record Record, keep artifact.Bytes, from content.Source) error {
	top, _, err := from.Open(ctx)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	t := taking{ctx: ctx, top: top, into: artifact.Managed{Names: record, Bytes: keep, Owner: track.Owner{Run: run}}}
	if err := errors.Join(t.folder(top, ""), top.Close()); err != nil || t.left == 0 {
		return err
	}
	var shown string
	said := t.sentence()
	if err := record.Run(run, func(r *track.Run) { shown, _ = r.Labels.Tag(TagArtifacts) }); err != nil || shown == said {
		return err
	}
	return record.LogAll(ctx, run, track.Batch{Tags: []event.Param{{Key: TagArtifacts, Value: said}}})
}

type taking struct {
	ctx  context.Context
	into artifact.Managed
	top  content.SourceFolder
	left int    // files that were left out
	why  string // the first of them was
}

func (t *taking) leave(at, why string) {
	if t.left++; t.left == 1 {
		t.why = fmt.Sprintf("%q was left out: %s.", at, strings.TrimRight(why, " ."))
	}
}

func (t *taking) sentence() string {
	if t.left == 1 {
		return t.why
	}
	return t.why + fmt.Sprintf(inAll+"%d files were.", t.left)
}

// folder takes all files of a folder. What cannot be read is left out, and what
// cannot be kept is an error.
func (t *taking) folder(d content.SourceFolder, below string) error {
	names, err := d.Names()
	if err != nil {
		t.leave(path.Join(below, "."), err.Error())
		return nil
	}
	slices.Sort(names)
	for _, name := range names {
		at := path.Join(below, name)
		info, err := d.Lstat(name)
		switch {
		case err != nil:
			t.leave(at, err.Error())
		case info.Type == content.Folder:
			if err := t.below(d, name, at); err != nil {
				return err
			}
		case info.Type == content.Link:
			if err := t.link(d, name, at); err != nil {
				return err
			}
		case info.Type == content.File:
			if err := t.file(d, name, at); err != nil {
				return err
			}
		default:
			t.leave(at, "it is "+info.What)
		}
	}
	return nil
}

func (t *taking) below(d content.SourceFolder, name, at string) error {
	inner, err := d.Folder(name)
	if err != nil {
		t.leave(at, err.Error())
		return nil
	}
	return errors.Join(t.folder(inner, at), inner.Close())
}

// link takes the file that a link leads to, by a relative path within the folder
// and through no other link. No other link is followed.
func (t *taking) link(d content.SourceFolder, name, at string) error {
	target, err := d.Readlink(name)
	inside := path.Join(path.Dir(at), target)
	if err != nil || path.IsAbs(target) || !fs.ValidPath(inside) {
		t.leave(at, "it is a link out of the folder")
		return nil
	}
	folder := t.top
	steps := strings.Split(inside, "/")
	for _, step := range steps[:len(steps)-1] {
		if folder, err = folder.Folder(step); err != nil {
			break
		}
		defer folder.Close()
	}
	last := steps[len(steps)-1]
	if err == nil {
		var info content.Info
		if info, err = folder.Lstat(last); err == nil && info.Type == content.File {
			return t.file(folder, last, at)
		}
	}
	t.leave(at, "it is a link to no file")
	return nil
}

// file takes a file.
func (t *taking) file(d content.SourceFolder, name, at string) error {
	if at == execute.OutputName {
		t.leave(at, "what the run writes to its output has that name")
		return nil
	}
	f, err := d.File(name)
	if err != nil {
		t.leave(at, err.Error())
		return nil
	}
	defer f.Close()
	in := &artifact.Incoming{From: f}
	err = t.into.Put(t.ctx, at, in)
	switch {
	case in.Broken != nil:
		t.leave(at, in.Broken.Error())
		return nil
	case errors.Is(err, fault.Invalid): // its name is none for an artifact
		t.leave(at, err.Error())
		return nil
	}
	return err
}
