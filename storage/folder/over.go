package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/storage/disk"
)

// Lay brings a tree, or a part of it, into the folder dest, and says what that
// meant. Without opts.Over dest must be empty or new, as for Restore.
//
// Over a folder in which there is something it first compares all of it, and
// refuses with fault.Exists, by name and before anything is written, where a
// link, folder or special file has the place of something else. Files that are
// the same are not touched, nor is what else lies there. Every other file is
// written under a name of its own beside its place, checked, synced and
// renamed: at any time, and after a crash, each is the old one or the new one.
// Links in dest are replaced by links of the tree and never followed.
//
// With opts.Look nothing is changed.
func Lay(ctx context.Context, store content.Store, root content.ID, dest string, opts content.RestoreOptions) (content.Overlay, error) {
	tree, err := content.OpenTree(ctx, store, root)
	if err != nil {
		return content.Overlay{}, err
	}
	part, err := tree.Part(ctx, opts.Only...)
	if err != nil {
		return content.Overlay{}, err
	}
	if dest, err = filepath.Abs(dest); err != nil {
		return content.Overlay{}, disk.Classify(err, "restore to", dest)
	}
	_, err = emptyOrNew(dest)
	switch taken := errors.Is(err, fault.Exists) && isDir(dest); {
	case err != nil && !taken:
		return content.Overlay{}, err
	case !opts.Look && (!taken || !opts.Over):
		total, err := fill(ctx, part, dest, opts.Progress)
		return content.Overlay{New: content.Tally{Files: total.Files + total.Links, Bytes: total.Bytes}}, err
	}
	l, err := look(ctx, part, dest, opts.Progress, opts.Look)
	if err != nil {
		return content.Overlay{}, err
	}
	if opts.Look {
		return l.found, nil
	}
	return l.found, layOver(ctx, l, opts.Progress)
}

func isDir(path string) bool {
	fi, err := os.Stat(path)
	return err == nil && fi.IsDir()
}

// layer writes what a looker has found to be missing or different.
type layer struct {
	ctx      context.Context
	part     *content.Part
	trail    trail
	acts     []act
	tell     func(content.Progress)
	progress content.Progress
	wrote    int64 // files and links
}

func layOver(ctx context.Context, l *looker, tell func(content.Progress)) error {
	dest := l.trail.dest
	if err := room(dest, l.peak); err != nil {
		return err
	}
	root, err := os.OpenRoot(dest)
	if err != nil {
		return disk.Classify(err, "open", dest)
	}
	w := &layer{ctx: ctx, part: l.part, acts: l.acts, tell: tell}
	w.trail = trail{dest: dest, close: w.finish}
	w.trail.push(&step{root: root})
	w.progress.All = content.Totals{Files: l.found.New.Files + l.found.Over.Files, Bytes: l.found.New.Bytes + l.found.Over.Bytes}
	err = w.clean(w.trail.steps[0])
	if err == nil {
		err = l.part.Walk(ctx, w.visit)
	}
	return w.stopped(errors.Join(err, w.trail.end()), w.progress.All.Files)
}

// stopped says how far it came.
func (w *layer) stopped(cause error, all int64) error {
	if cause == nil {
		return nil
	}
	hint := "Nothing was changed."
	if w.wrote > 0 {
		hint = fmt.Sprintf("%d of %d files had been restored. Each file is whole, either as it was or as in the version; restore again for the rest.", w.wrote, all)
	}
	if inner := fault.HintOf(cause); inner != "" {
		hint = inner + " " + hint
	}
	return &fault.Error{Kind: fault.KindOf(cause), Op: "restore over", Object: w.trail.dest, Err: cause, Hint: hint}
}

func (w *layer) visit(path string, e content.Entry) error {
	if path == "" {
		return nil
	}
	s, name, err := w.trail.at(path)
	if err != nil {
		return err
	}
	if e.Type == content.Folder {
		return w.folder(s, path, name, e)
	}
	if len(w.acts) == 0 {
		return fault.New(fault.Internal, "%s was not looked at", content.Show(path))
	}
	do := w.acts[0]
	w.acts = w.acts[1:]
	if do == actSame {
		return nil
	}
	return w.put(s, path, name, e, do)
}

// folder goes into a folder, which it makes if need be. One that it made has
// its permissions at once, because it may be killed before it is finished.
func (w *layer) folder(s *step, path, name string, e content.Entry) error {
	sub := &step{path: path}
	err := s.root.Mkdir(name, privateFolder)
	switch {
	case err == nil:
		sub.made, s.dirt = &e, true
	case errors.Is(err, fs.ErrExist):
		err = nil
	}
	if err == nil {
		sub.root, err = enter(s.root, name)
	}
	if errors.Is(err, errInPlace) {
		return w.changed(path)
	}
	if err == nil && sub.made != nil {
		err = sub.root.Chmod(".", fs.FileMode(e.Mode)|privateFolder)
	}
	if err != nil {
		return disk.Classify(err, "create folder", w.trail.full(path))
	}
	w.trail.push(sub)
	if sub.made != nil {
		return nil
	}
	return w.clean(sub)
}

// clean removes what a restore that was killed has left in a folder.
func (w *layer) clean(s *step) error {
	err := removeLeftovers(s.root, s.path == "", func(name string) bool {
		_, err := w.part.Lookup(w.ctx, join(s.path, name))
		return !errors.Is(err, fault.NotFound)
	})
	return disk.Classify(err, "remove what an earlier restore left in", w.trail.full(s.path))
}

// changed says that something was put into the way since it was looked at.
func (w *layer) changed(path string) error {
	return fault.New(fault.Conflict, "%s was changed by somebody else meanwhile", content.Show(path)).
		WithHint("Wait until nothing writes to the folder any more, then try again.")
}

// put writes a file or link under another name and renames it.
func (w *layer) put(s *step, path, name string, e content.Entry, do act) error {
	if err := content.Cancelled(w.ctx); err != nil {
		return err
	}
	part, err := w.write(s, path, e)
	if err == nil {
		err = w.replaceable(s, path, name, e, do)
	}
	if err == nil {
		err = disk.Classify(s.root.Rename(part, name), "write", w.trail.full(path))
	}
	if err != nil {
		if part != "" {
			err = errors.Join(err, disk.Classify(s.root.Remove(part), "delete", w.trail.full(join(s.path, part))))
		}
		return err
	}
	s.dirt = true
	w.wrote++
	w.progress.Done.Files++
	w.report(path)
	return nil
}

// replaceable looks once more at what is going to be replaced.
func (w *layer) replaceable(s *step, path, name string, e content.Entry, do act) error {
	there, err := s.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return disk.Classify(err, "look at", w.trail.full(path))
	case do == actMake || !isA(there, e.Type):
		return w.changed(path)
	}
	return nil
}

// write makes the new file or link beside its place. The name is empty if
// nothing was made.
func (w *layer) write(s *step, path string, e content.Entry) (part string, err error) {
	for n := 0; ; n++ {
		part = partNumber(n)
		if e.Type == content.Link {
			err = s.root.Symlink(e.Target, part)
			if err == nil {
				err = setTimeOf(s.root, part, e.ModTime)
				return part, disk.Classify(err, "set the time of", w.trail.full(path))
			}
		} else {
			var f *os.File
			if f, err = s.root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, privateFile); err == nil {
				return part, w.fill(s, f, part, path, e)
			}
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", disk.Classify(err, "write", w.trail.full(path))
		}
	}
}

// fill writes, checks and syncs a file, whose name is still its own.
func (w *layer) fill(s *step, f *os.File, name, path string, e content.Entry) error {
	file := filling{part: w.part, root: s.root, name: name, file: f, durable: true}
	file.failed = func(err error, op string) error { return disk.Classify(err, op, w.trail.full(path)) }
	file.wrote = func(n int) {
		w.progress.Done.Bytes += int64(n)
		w.report(path)
	}
	return file.fill(w.ctx, e)
}

func (w *layer) report(path string) {
	if w.tell != nil {
		w.progress.Path = path
		w.tell(w.progress)
	}
}

// finish makes the names in a folder durable, and gives one that was made its
// permissions and time, which writing in it would change.
func (w *layer) finish(s *step) error {
	var err error
	if s.dirt {
		err = syncFolder(s.root)
	}
	if s.made != nil {
		if err == nil {
			err = setTime(s.root, ".", s.made.ModTime)
		}
		if chmodErr := s.root.Chmod(".", fs.FileMode(s.made.Mode)); err == nil {
			err = chmodErr
		}
	}
	return disk.Classify(err, "finish the folder", w.trail.full(s.path))
}
