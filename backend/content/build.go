package content

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"slices"

	"dev.varve/backend/fault"
)

// attempts is how often something is read that changes meanwhile.
const attempts = 3

// BuildOptions directs Build. The zero value is right for a first version.
type BuildOptions struct {
	// Previous is the root of the version before this one. Large files are cut
	// as they were cut there. It does not change what is stored otherwise.
	Previous ID
	// Within is what this takes the place of in the previous version, if that is not
	// all of it.
	Within string
	// Seen remembers files that were read before; nil: all are read. Where it knows
	// the source, nothing is counted beforehand: that would take as long as the rest.
	Seen Seen
	// Leave says what to leave out: paths within the tree. nil: nothing.
	Leave func(path string, t Type) bool
	// Progress is told how far the work has come, often and from the same
	// goroutine. It should be quick.
	Progress func(Progress)
}

// Progress says how far Build or a restore has come.
type Progress struct {
	Counting bool   // totals are still growing
	Path     string // within the tree
	Done     Totals
	All      Totals
}

// Seen remembers what files contain by what the system says of them. It is asked and
// told of them in the order of the walk.
type Seen interface {
	// Last describes the last time: what there was, and the store's holdings then. ok is
	// false if there was none.
	Last() (all Totals, holdings []byte, ok bool)
	// Find returns what a file contained when the system said exactly this of it.
	Find(path string, info Info) (Ref, bool)
	// Note remembers what a file contains.
	Note(path string, info Info, ref Ref)
}

// Version is a tree that was built.
type Version struct {
	Root   ID     // zero if nothing was stored
	Digest Digest // equal digests: nothing has changed
	Top    Entry
	Totals Totals
}

// Build stores a file or folder with everything in it. It first looks at all
// of it without reading, and refuses what it cannot keep, by name and before
// anything is stored: fault.Unsupported for pipes, devices and sockets,
// fault.Denied for what may not be read. A file that changes while it is read
// is read again, and in the end refused with fault.Conflict. Links are kept
// and never followed.
//
// Without a store, Build only computes the digest. Otherwise the caller
// flushes the store before it tells anybody of the version. If Build fails,
// what it has stored already is superfluous and harmless.
func Build(ctx context.Context, store Store, src Source, opts BuildOptions) (Version, error) {
	b := &builder{ctx: ctx, store: store, opts: opts}
	if store != nil && !opts.Previous.IsZero() {
		previous, err := OpenTree(ctx, store, opts.Previous)
		if err != nil {
			return Version{}, fault.Wrap(err, fault.Corrupt, "read the previous version", opts.Previous.String())
		}
		if b.previous, err = previous.within(ctx, opts.Within); err != nil {
			return Version{}, err
		}
	}
	dir, name, err := src.Open(ctx)
	if err != nil {
		return Version{}, err
	}
	defer dir.Close()
	top, err := b.surveyed(dir, name)
	if err != nil {
		return Version{}, err
	}
	v := Version{Digest: top.Digest, Top: top, Totals: top.Totals}
	if top.Type == File {
		v.Totals = Totals{Files: 1, Bytes: top.Ref.Size}
	}
	if store != nil {
		v.Root, err = putRoot(ctx, store, &top)
	}
	return v, err
}

// within is a part of the tree as a tree of its own, or nil if there is none.
func (t *Tree) within(ctx context.Context, path string) (*Tree, error) {
	top, err := t.Lookup(ctx, path)
	switch {
	case errors.Is(err, fault.NotFound) || err == nil && top.Type == Link:
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &Tree{store: t.store, root: t.root, top: top}, nil
}

type builder struct {
	ctx      context.Context
	store    Store
	opts     BuildOptions
	previous *Tree
	fresh    bool // nothing was seen before: all is read
	holds    bool // the store has all that was seen
	progress Progress
}

func (b *builder) report(path string) {
	if b.opts.Progress != nil {
		b.progress.Path = path
		b.progress.All = b.progress.All.atLeast(b.progress.Done) // there is more than the last time
		b.opts.Progress(b.progress)
	}
}

func (b *builder) leaves(path string, t Type) bool {
	return b.opts.Leave != nil && b.opts.Leave(path, t)
}

// surveyed looks at all there is, and stores it. What was seen before is only looked
// at if something turns up that cannot be kept: then all such things are named.
func (b *builder) surveyed(dir SourceFolder, name string) (Entry, error) {
	known := false
	if b.opts.Seen != nil {
		var holdings []byte
		b.progress.All, holdings, known = b.opts.Seen.Last()
		holder, ok := b.store.(Holder)
		b.holds = b.store == nil || ok && known && holder.StillHolds(holdings)
	}
	if b.fresh = !known; b.fresh {
		if err := b.survey(dir, name); err != nil {
			return Entry{}, err
		}
	}
	top, err := b.top(dir, name)
	if known && (errors.Is(err, fault.Unsupported) || errors.Is(err, fault.Denied)) {
		b.progress = Progress{}
		err = cmp.Or(b.survey(dir, name), err)
	}
	return top, err
}

func (b *builder) top(dir SourceFolder, name string) (Entry, error) {
	if name == "" {
		return b.folder(dir, "", 0)
	}
	info, err := dir.Lstat(name)
	if err != nil {
		return Entry{}, err
	}
	e, err := b.file(dir, name, name, info)
	if errors.Is(err, errChanged) {
		err = changing(name)
	}
	return e, err
}

// errChanged says that something is not any more what it just was.
var errChanged = errors.New("changed meanwhile")

// folder stores a folder. If names came or went while its files were read, it
// does so again, because a file that was renamed might be missing altogether.
func (b *builder) folder(dir SourceFolder, path string, depth int) (Entry, error) {
	if depth > MaxDepth {
		return Entry{}, fault.New(fault.Unsupported, "folders lie more than %d deep in one another at %s", MaxDepth, Show(path))
	}
	done := b.progress.Done
	for range attempts {
		e, err := b.folderOnce(dir, path, depth)
		if !errors.Is(err, errChanged) {
			return e, err
		}
		b.progress.Done = done
	}
	return Entry{}, changing(path)
}

func changing(path string) error {
	what := "the folder"
	if path != "" {
		what = Show(path)
	}
	return fault.New(fault.Conflict, "%s keeps changing while it is read", what).
		WithHint("Wait until nothing writes to it any more, then try again.")
}

func (b *builder) folderOnce(dir SourceFolder, path string, depth int) (Entry, error) {
	info, err := dir.Info()
	if err != nil {
		return Entry{}, err
	}
	names, err := sortedNames(dir)
	if err != nil {
		return Entry{}, err
	}
	w := newFolderWriter(b.ctx, b.store)
	defer w.release()
	for name, is := range lookAhead(dir, names, b.fresh) {
		e, err := b.entry(dir, name, join(path, name), is, depth)
		if err != nil {
			return Entry{}, err
		}
		if e.Type == 0 {
			continue // left out
		}
		if err := w.add(&e); err != nil {
			return Entry{}, err
		}
	}
	after, err := dir.Info()
	if err != nil {
		return Entry{}, err
	}
	if !after.same(info) {
		now, err := sortedNames(dir)
		if err != nil {
			return Entry{}, err
		}
		if !slices.Equal(names, now) {
			return Entry{}, errChanged
		}
	}
	top := Entry{Mode: after.Mode, ModTime: clampTime(after.ModTime)}
	return top, w.finish(&top)
}

func sortedNames(dir SourceFolder) ([]string, error) {
	names, err := dir.Names()
	slices.Sort(names)
	return names, err
}

// entry stores one thing in a folder. The entry has no type if it is to be
// left out.
func (b *builder) entry(dir SourceFolder, name, path string, is looked, depth int) (Entry, error) {
	if err := Cancelled(b.ctx); err != nil {
		return Entry{}, err
	}
	info, err := is.info, is.err
	if err != nil {
		return Entry{}, vanished(err)
	}
	if b.leaves(path, info.Type) {
		return Entry{}, nil
	}
	switch info.Type {
	case File:
		if is.read != nil {
			return b.readAlready(name, path, is.read)
		}
		return b.file(dir, name, path, info)
	case Folder:
		return b.subfolder(dir, name, path, info, depth)
	case Link:
		target, err := dir.Readlink(name)
		if err != nil {
			return Entry{}, vanished(err)
		}
		b.progress.Done.Links++
		b.report(path)
		return Entry{Name: name, Type: Link, Mode: info.Mode, ModTime: clampTime(info.ModTime), Target: target}, nil
	}
	// The survey has refused such things: this one has come since.
	return Entry{}, fault.New(fault.Unsupported, "%s is %s, which cannot be kept", Show(path), info.What)
}

// vanished tells a name that has gone since it was listed from other errors.
func vanished(err error) error {
	if errors.Is(err, fault.NotFound) {
		return errChanged
	}
	return err
}

func (b *builder) subfolder(dir SourceFolder, name, path string, info Info, depth int) (Entry, error) {
	sub, err := dir.Folder(name)
	if err != nil {
		return Entry{}, vanished(err)
	}
	defer sub.Close()
	opened, err := sub.Info()
	if err != nil {
		return Entry{}, err
	}
	if !opened.sameThing(info) {
		return Entry{}, errChanged // something else was put in its place
	}
	e, err := b.folder(sub, path, depth+1)
	e.Name = name
	if err == nil {
		b.progress.Done.Folders++
		b.report(path)
	}
	return e, err
}

// file stores a file in a state that it really had.
func (b *builder) file(dir SourceFolder, name, path string, info Info) (Entry, error) {
	done := b.progress.Done
	for range attempts {
		e, err := b.fileOnce(dir, name, path, info)
		if !errors.Is(err, errChanged) {
			return e, err
		}
		b.progress.Done = done
		if info, err = dir.Lstat(name); err != nil {
			return Entry{}, vanished(err)
		}
		if info.Type != File {
			return Entry{}, errChanged
		}
	}
	return Entry{}, changing(path)
}

func (b *builder) fileOnce(dir SourceFolder, name, path string, info Info) (Entry, error) {
	if ref, ok := b.seen(path, info); ok {
		b.progress.Done.Bytes += ref.Size
		return b.stored(name, path, info, ref), nil
	}
	f, err := dir.File(name)
	if err != nil {
		return Entry{}, vanished(err)
	}
	defer f.Close()
	before, err := f.Info()
	if err != nil {
		return Entry{}, err
	}
	if !before.sameThing(info) {
		return Entry{}, errChanged
	}
	ref, err := b.content(&countingReader{f, b, path}, path, before)
	if err != nil {
		return Entry{}, err
	}
	after, err := f.Info()
	if err != nil {
		return Entry{}, err
	}
	if !after.same(before) || ref.Size != after.Size {
		return Entry{}, errChanged
	}
	return b.stored(name, path, after, ref), nil
}

// readAlready stores a small file that was read ahead.
func (b *builder) readAlready(name, path string, f *readFile) (Entry, error) {
	ref, err := b.content(&countingReader{bytes.NewReader(f.data), b, path}, path, f.info)
	if err != nil {
		return Entry{}, err
	}
	return b.stored(name, path, f.info, ref), nil
}

// seen returns what a file contains that was read before and has not changed since, if
// the store still has it.
func (b *builder) seen(path string, info Info) (Ref, bool) {
	if b.opts.Seen == nil {
		return Ref{}, false
	}
	ref, ok := b.opts.Seen.Find(path, info)
	return ref, ok && (b.holds || Held(b.ctx, b.store, ref))
}

// stored is the entry of a file whose content was stored.
func (b *builder) stored(name, path string, info Info, ref Ref) Entry {
	if b.opts.Seen != nil && b.store != nil {
		b.opts.Seen.Note(path, info, ref)
	}
	b.progress.Done.Files++
	b.report(path)
	return Entry{Name: name, Type: File, Mode: info.Mode, ModTime: clampTime(info.ModTime), Ref: ref, Digest: ref.Digest}
}

func (b *builder) content(r io.Reader, path string, info Info) (Ref, error) {
	if b.store == nil {
		return digestOf(b.ctx, r)
	}
	class, err := b.previousClass(path, info.Size)
	if err != nil {
		return Ref{}, err
	}
	return WriteFile(b.ctx, b.store, r, WriteOptions{Size: info.Size, Class: class})
}

// previousClass is how a file was cut in the previous version.
func (b *builder) previousClass(path string, size int64) (Class, error) {
	if b.previous == nil || size < wholeLimit {
		return Whole, nil
	}
	if b.previous.top.Type == File {
		return b.previous.top.Ref.Class, nil // there is no other, whatever it is called now
	}
	e, err := b.previous.Lookup(b.ctx, path)
	if errors.Is(err, fault.NotFound) {
		return Whole, nil
	}
	return e.Ref.Class, err
}

// countingReader reports progress while a file is read.
type countingReader struct {
	io.Reader
	b    *builder
	path string
}

func (r *countingReader) Read(p []byte) (int, error) {
	if err := Cancelled(r.b.ctx); err != nil {
		return 0, err
	}
	n, err := r.Reader.Read(p)
	if n > 0 {
		r.b.progress.Done.Bytes += int64(n)
		r.b.report(r.path)
	}
	if err != nil && err != io.EOF {
		err = fault.Wrap(err, fault.Unavailable, "read", Show(r.path))
	}
	return n, err
}
