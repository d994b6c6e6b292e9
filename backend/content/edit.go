package content

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"dev.varve/backend/fault"
)

// Edit is what is to become of one path of a tree.
type Edit struct {
	Path string // names separated by slashes
	// Entry takes the place of whatever is there, with the name at the end of Path;
	// the folders above it are made if need be. nil: what is there goes.
	Entry *Entry
}

// Edit stores a tree that is this one but for some paths. Only the folders
// that they lie in are read and written anew, with the time now, and no content
// of a file: that need not even be here. It fails with fault.NotFound where there
// is nothing that could go, and with fault.Invalid for paths that cannot be, or lie
// within one another or within a file. The caller flushes.
func (t *Tree) Edit(ctx context.Context, edits []Edit, now time.Time) (Version, error) {
	if t.top.Type != Folder {
		return Version{}, fault.New(fault.Invalid, "this version is a single file, and has no files in it that could be changed").
			WithHint("Add the file anew as the next version.")
	}
	whole, err := turnOf(edits)
	if err != nil {
		return Version{}, err
	}
	c := &editor{ctx: ctx, tree: t, now: clampTime(now)}
	top, err := c.folder("", &t.top, whole)
	if err != nil {
		return Version{}, err
	}
	v := Version{Digest: top.Digest, Top: top, Totals: top.Totals}
	v.Root, err = putRoot(ctx, t.store, &top)
	return v, err
}

// turn is what becomes of something: it goes, another entry takes its place, or
// it is a folder in which something changes.
type turn struct {
	path   string // as it was given; "" for a folder in which something changes
	entry  *Entry
	inside map[string]*turn
}

// CheckEdits refuses what Edit would refuse of any tree: with fault.Invalid paths
// that cannot be, or lie within one another.
func CheckEdits(edits []Edit) error {
	_, err := turnOf(edits)
	return err
}

func turnOf(edits []Edit) (*turn, error) {
	whole := &turn{}
	for _, e := range edits {
		if err := whole.insert(e); err != nil {
			return nil, err
		}
	}
	return whole, nil
}

func (t *turn) insert(c Edit) error {
	names := strings.Split(c.Path, "/")
	if len(names) > MaxDepth {
		return fault.New(fault.Invalid, "the path %s is too deep", Show(c.Path[:60]))
	}
	for i, name := range names {
		if err := CheckName(name); err != nil {
			return &fault.Error{Kind: fault.Invalid, Message: Show(c.Path) + " is not a path", Err: err}
		}
		next, last := t.inside[name], i == len(names)-1
		switch {
		case next != nil && last && next.path == c.Path:
			return fault.New(fault.Invalid, "%s is named twice", Show(c.Path))
		case next != nil && (last || next.path != ""):
			return fault.New(fault.Invalid, "%s cannot be changed together with what lies in it", Show(strings.Join(names[:i+1], "/")))
		case next == nil:
			if t.inside == nil {
				t.inside = map[string]*turn{}
			}
			next = &turn{}
			t.inside[name] = next
		}
		t = next
	}
	t.path, t.entry = c.Path, c.Entry
	return nil
}

type editor struct {
	ctx  context.Context
	tree *Tree
	now  time.Time
}

// folder writes a folder anew. old is the one that was there, or nil.
func (c *editor) folder(path string, old *Entry, t *turn) (Entry, error) {
	w := newFolderWriter(c.ctx, c.tree.store)
	defer w.release()
	e := Entry{Mode: folderMode}
	names := slices.Sorted(maps.Keys(t.inside))
	if old != nil {
		e.Name, e.Mode = old.Name, old.Mode
		var failed error
		c.tree.entries(c.ctx, old.Sub, expect{level: anyLevel}, "", func(is Entry, err error) bool {
			if failed = err; failed != nil {
				return false
			}
			for len(names) > 0 && names[0] < is.Name && failed == nil {
				failed = c.put(w, path, names[0], nil, t)
				names = names[1:]
			}
			switch {
			case failed != nil:
			case len(names) > 0 && names[0] == is.Name:
				failed = c.put(w, path, is.Name, &is, t)
				names = names[1:]
			default:
				failed = w.add(&is)
			}
			return failed == nil
		})
		if failed != nil {
			return Entry{}, failed
		}
	}
	for _, name := range names {
		if err := c.put(w, path, name, nil, t); err != nil {
			return Entry{}, err
		}
	}
	e.ModTime = c.now
	return e, w.finish(&e)
}

// put adds what becomes of one name, under which old was; nil: nothing.
func (c *editor) put(w *folderWriter, folder, name string, old *Entry, in *turn) error {
	t, path := in.inside[name], strings.TrimPrefix(folder+"/"+name, "/")
	switch {
	case t.entry != nil:
		e := *t.entry
		e.Name = name
		return w.add(&e)
	case t.path != "" && old == nil:
		return notThere(path)
	case t.path != "":
		return nil
	case old != nil && old.Type != Folder:
		return fault.New(fault.Invalid, "%s is a %s and cannot have anything in it", Show(path), old.Type)
	}
	e, err := c.folder(path, old, t)
	if err != nil {
		return err
	}
	e.Name = name
	return w.add(&e)
}
