package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/storage/disk"
)

// act is what is done about one file or link of a tree.
type act byte

const (
	actMake act = iota // there is nothing yet
	actOver
	actSame
)

// looker compares a tree with a folder, and changes nothing.
type looker struct {
	ctx   context.Context
	part  *content.Part
	trail trail
	tell  func(content.Progress)
	all   bool // also what lies there besides

	acts  []act // of each file and link, in the order of the walk
	found content.Overlay
	bad   inTheWay
	space int64 // bytes that are needed more than now, so far
	peak  int64 // and the most of them at any time
}

// look says what is to be done to bring a tree into dest, and refuses by name
// what is in the way there.
func look(ctx context.Context, part *content.Part, dest string, tell func(content.Progress), all bool) (*looker, error) {
	l := &looker{ctx: ctx, part: part, trail: trail{dest: dest}, tell: tell, all: all}
	top := &step{}
	root, err := os.OpenRoot(dest)
	if err == nil {
		top.root = root
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, disk.Classify(err, "open", dest)
	}
	l.trail.push(top)
	err = l.beside(top)
	if err == nil {
		err = part.Walk(ctx, l.visit)
	}
	if err = errors.Join(err, l.trail.end()); err != nil {
		return nil, err
	}
	return l, l.bad.fault(dest)
}

func (l *looker) visit(path string, e content.Entry) error {
	if path == "" {
		return nil
	}
	if err := fits(path, e); err != nil {
		return err
	}
	if l.tell != nil {
		l.tell(content.Progress{Counting: true, Path: path})
	}
	s, name, err := l.trail.at(path)
	if err != nil {
		return err
	}
	var there fs.FileInfo
	if s.root != nil {
		there, err = s.root.Lstat(name)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return disk.Classify(err, "look at", l.trail.full(path))
	}
	if e.Type == content.Folder {
		return l.folder(s, path, name, there)
	}
	return l.file(s, path, name, e, there)
}

// folder goes into a folder, unless something else has its name.
func (l *looker) folder(s *step, path, name string, there fs.FileInfo) error {
	if there == nil {
		l.trail.push(&step{path: path})
		return nil
	}
	root, err := enter(s.root, name)
	if errors.Is(err, errInPlace) {
		l.bad.add(path, there, content.Folder)
		return fs.SkipDir
	}
	if err != nil {
		return disk.Classify(err, "open", l.trail.full(path))
	}
	sub := &step{path: path, root: root}
	l.trail.push(sub)
	return l.beside(sub)
}

// file decides about a file or link.
func (l *looker) file(s *step, path, name string, e content.Entry, there fs.FileInfo) error {
	if there == nil {
		l.found.New.Add(path, e.Size())
		l.need(e.Size(), 0)
		l.acts = append(l.acts, actMake)
		return nil
	}
	if !isA(there, e.Type) {
		l.bad.add(path, there, e.Type)
		return nil
	}
	same, err := l.same(s.root, name, e, there)
	switch {
	case err != nil:
		return err
	case same:
		l.found.Same.Add(path, e.Size())
		l.acts = append(l.acts, actSame)
	default:
		l.found.Over.Add(path, e.Size())
		l.need(e.Size(), there.Size())
		l.acts = append(l.acts, actOver)
	}
	return nil
}

// need adds up the space: a file is there beside the one that it replaces until
// it is complete.
func (l *looker) need(size, old int64) {
	l.peak = max(l.peak, l.space+size)
	l.space += size - old
}

// isA reports whether a thing on the disk is of a type.
func isA(fi fs.FileInfo, t content.Type) bool {
	return t == content.File && fi.Mode().IsRegular() || t == content.Link && fi.Mode()&fs.ModeSymlink != 0
}

// same compares a file by size and digest, and a link by its target.
func (l *looker) same(root *os.Root, name string, e content.Entry, there fs.FileInfo) (bool, error) {
	if e.Type == content.Link {
		target, err := root.Readlink(name)
		return err == nil && target == e.Target, nil
	}
	if there.Size() != e.Size() {
		return false, nil
	}
	f, err := root.OpenFile(name, os.O_RDONLY|openWithoutWaiting, 0)
	if err != nil {
		return false, nil //nolint:nilerr // what may not be read is not known to be the same
	}
	defer f.Close()
	if opened, err := f.Stat(); err != nil || !os.SameFile(there, opened) {
		return false, nil //nolint:nilerr // nor is what has just been replaced
	}
	digest, err := content.DigestOf(l.ctx, f)
	if errors.Is(err, fault.Cancelled) {
		return false, err
	}
	return err == nil && digest == e.Digest, nil
}

// beside counts what lies in a folder and does not belong to the tree.
func (l *looker) beside(s *step) error {
	if !l.all || s.root == nil {
		return nil
	}
	mine := map[string]bool{}
	if l.part.Top().Type == content.Folder {
		for e, err := range l.part.List(l.ctx, s.path, "") {
			if err != nil {
				return err
			}
			mine[e.Name] = l.part.Has(join(s.path, e.Name))
		}
	} else {
		mine[l.part.Top().Name] = true
	}
	entries, err := namesIn(s.root)
	if err != nil {
		return disk.Classify(err, "list", l.trail.full(s.path))
	}
	for _, e := range entries {
		_, known := mine[e.Name()]
		if mine[e.Name()] || !known && isLeftover(s.root, e, s.path == "") {
			continue
		}
		if err := l.count(s.root, e, join(s.path, e.Name()), 0); err != nil {
			return err
		}
	}
	return nil
}

// count counts what is left alone, and passes over what may not be looked at.
func (l *looker) count(root *os.Root, e fs.DirEntry, path string, depth int) error {
	if err := content.Cancelled(l.ctx); err != nil {
		return err
	}
	if !e.IsDir() {
		var size int64
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			size = info.Size()
		}
		l.found.Beside.Add(path, size)
		return nil
	}
	if depth > content.MaxDepth {
		return nil
	}
	sub, err := enter(root, e.Name())
	if err != nil {
		return nil //nolint:nilerr // it is left alone in any case
	}
	defer sub.Close()
	entries, _ := namesIn(sub)
	for _, e := range entries {
		if err := l.count(sub, e, join(path, e.Name()), depth+1); err != nil {
			return err
		}
	}
	return nil
}

func join(folder, name string) string {
	if folder == "" {
		return name
	}
	return folder + "/" + name
}

// inTheWay is what cannot be restored over.
type inTheWay struct {
	first []string
	more  int
}

// shownInTheWay is how many things a message names.
const shownInTheWay = 5

func (w *inTheWay) add(path string, there fs.FileInfo, want content.Type) {
	if len(w.first) == shownInTheWay {
		w.more++
		return
	}
	info, what := infoOf(there), "a "+want.String()
	is := info.What
	if info.Type != 0 {
		is = "a " + info.Type.String()
	}
	w.first = append(w.first, fmt.Sprintf("%s is %s there, and %s in the version", content.Show(path), is, what))
}

func (w *inTheWay) fault(dest string) error {
	if len(w.first) == 0 {
		return nil
	}
	text := strings.Join(w.first, "; ")
	if w.more > 0 {
		text += fmt.Sprintf("; and %d more", w.more)
	}
	return fault.New(fault.Exists, "%s", text).
		WithHint("Move them out of %s, or restore into another folder. Nothing was changed.", dest)
}
