package content

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"dev.varve/backend/fault"
)

// PathEntry is one file, link or empty folder of a tree that is put together
// by paths.
type PathEntry struct {
	Path    string // names separated by slashes
	Type    Type   // 0 means File
	Mode    uint32 // permission bits; 0 means 0o644
	ModTime time.Time
	Ref     Ref    // of a file whose content was stored before
	Target  string // of a link
}

// folderMode is for folders that nobody described.
const folderMode = 0o755

// Assemble stores a folder whose files were stored one by one: the artifacts
// of a run. The folders above the paths are made, with the latest time of what
// lies in them. It fails with fault.Invalid for a path that cannot be, that
// comes twice, or that is both a file and a folder. The caller flushes.
func Assemble(ctx context.Context, store Store, entries []PathEntry) (Version, error) {
	top := &branch{}
	for i := range entries {
		if err := top.insert(&entries[i]); err != nil {
			return Version{}, err
		}
	}
	e, err := top.write(ctx, store)
	if err != nil {
		return Version{}, err
	}
	v := Version{Digest: e.Digest, Top: e, Totals: e.Totals}
	v.Root, err = putRoot(ctx, store, &e)
	return v, err
}

// AssembleFile stores a tree that is a single file, whose content was stored
// before; its path is its name. The caller flushes.
func AssembleFile(ctx context.Context, store Store, file PathEntry) (Version, error) {
	e, err := file.entry()
	if err != nil {
		return Version{}, err
	}
	e.Name = file.Path
	v := Version{Digest: e.Digest, Top: e, Totals: Totals{Files: 1, Bytes: e.Ref.Size}}
	v.Root, err = putRoot(ctx, store, &e)
	return v, err
}

// branch is a folder that is being put together, or with an entry a leaf.
type branch struct {
	entry    *PathEntry
	children map[string]*branch
}

func (b *branch) insert(e *PathEntry) error {
	names := strings.Split(e.Path, "/")
	if len(names) > MaxDepth {
		return fault.New(fault.Invalid, "the path %s is too deep", Show(e.Path[:60]))
	}
	for i, name := range names {
		if err := CheckName(name); err != nil {
			return &fault.Error{Kind: fault.Invalid, Message: Show(e.Path) + " is not a path", Err: err}
		}
		if b.entry != nil && b.entry.Type != Folder {
			return fault.New(fault.Invalid, "%s is a file and cannot have %s in it", Show(b.entry.Path), Show(e.Path))
		}
		next := b.children[name]
		if next == nil {
			if b.children == nil {
				b.children = map[string]*branch{}
			}
			next = &branch{}
			b.children[name] = next
		} else if i == len(names)-1 && (next.entry != nil || e.Type != Folder) {
			return fault.New(fault.Invalid, "%s comes twice", Show(e.Path))
		}
		b = next
	}
	b.entry = e
	return nil
}

// write stores a branch and everything below it.
func (b *branch) write(ctx context.Context, store Store) (Entry, error) {
	if b.entry != nil && b.entry.Type != Folder {
		return b.entry.entry()
	}
	w := newFolderWriter(ctx, store)
	defer w.release()
	folder := Entry{Mode: folderMode, ModTime: time.Unix(0, 0).UTC()}
	for _, name := range slices.Sorted(maps.Keys(b.children)) {
		e, err := b.children[name].write(ctx, store)
		if err != nil {
			return Entry{}, err
		}
		e.Name = name
		if e.ModTime.After(folder.ModTime) {
			folder.ModTime = e.ModTime
		}
		if err := w.add(&e); err != nil {
			return Entry{}, err
		}
	}
	if b.entry != nil {
		folder.ModTime = clampTime(b.entry.ModTime)
		if b.entry.Mode != 0 {
			folder.Mode = b.entry.Mode
		}
	}
	return folder, w.finish(&folder)
}

func (p *PathEntry) entry() (Entry, error) {
	e := Entry{Type: p.Type, Mode: p.Mode, ModTime: clampTime(p.ModTime), Ref: p.Ref, Digest: p.Ref.Digest, Target: p.Target}
	if e.Type == 0 {
		e.Type = File
	}
	if e.Mode == 0 {
		e.Mode = 0o644
	}
	if e.Type == Link {
		e.Ref, e.Digest = Ref{}, Digest{}
		return e, nil
	}
	return e, p.Ref.Check()
}
