package content

import (
	"context"
	"slices"
)

// ChangeKind says what became of a path from one tree to another.
type ChangeKind string

// The kinds of changes.
const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Changed ChangeKind = "changed"
	Moved   ChangeKind = "moved" // a file with the same content at another path
)

// Aspect is something of a path that can be another in two trees. The time of
// its last change is none: whoever copies files gets new times.
type Aspect string

// What can differ.
const (
	OfContent Aspect = "content"
	OfMode    Aspect = "mode"
	OfType    Aspect = "type" // then nothing else is said
	OfTarget  Aspect = "target"
)

// Side is what one of two trees has at a path.
type Side struct {
	Type   Type // 0: nothing
	Mode   uint32
	Size   int64 // of a file
	Digest Digest
	Target string
}

func sideOf(e *Entry) Side {
	s := Side{Type: e.Type, Mode: e.Mode, Target: e.Target}
	if e.Type == File {
		s.Size, s.Digest = e.Ref.Size, e.Digest
	}
	return s
}

// Change is one path that two trees do not have in common.
type Change struct {
	Path   string // in the second tree; in the first, of what was removed
	From   string // of what was moved: its path in the first tree
	Kind   ChangeKind
	What   []Aspect // that differ, of what was changed or moved
	Before Side
	After  Side
}

// DiffOptions bound a comparison.
type DiffOptions struct {
	Limit int // changes that are listed
	Moves int // files that are remembered to find moves; 0: half a million
}

const mostMoves = 500_000

// Difference is what Diff found. Its counts are exact, however few changes are
// listed. What lies in a folder that was added or removed is counted beside it.
type Difference struct {
	Added, Removed, Moved Totals
	Changed               Totals // as it is in the second tree
	ChangedFrom           int64  // bytes of the changed files in the first tree
	Changes               []Change
	More                  int64 // changes that are not listed
	// Unpaired: more files were added and removed than can be remembered, so that
	// none of them was looked for at another path.
	Unpaired bool
}

// Diff compares two trees, and lists changes in the order in which a walk comes
// by their paths. It reads only what the trees do not share: one changed file
// of a million costs a few nodes. The top folders themselves are not compared;
// a tree that is a single file is like a folder with that file.
//
// It trusts the digests of both trees, and that folders contain what they say.
func Diff(ctx context.Context, before, after *Tree, o DiffOptions) (Difference, error) {
	if o.Moves == 0 {
		o.Moves = mostMoves
	}
	d := &differ{ctx: ctx, gathered: gathered{limit: o.Limit, moves: o.Moves}}
	if err := d.level("", before.content(), after.content(), 0); err != nil {
		return Difference{}, err
	}
	return d.finish(), nil
}

// content begins at the top of a tree.
func (t *Tree) content() *cursor {
	if t.top.Type == Folder {
		return folderCursor(t, t.top.Sub)
	}
	return &cursor{tree: t, stack: []place{{entry: t.top}}}
}

// differ walks two trees beside each other.
type differ struct {
	gathered
	ctx context.Context
}

// level compares what lies in two folders with the same path; a nil cursor is
// no folder at all.
func (d *differ) level(path string, a, b *cursor, depth int) error {
	if depth > MaxDepth {
		return corrupt("folders lie more than %d deep in one another at %s", MaxDepth, Show(path))
	}
	for {
		if err := Cancelled(d.ctx); err != nil {
			return err
		}
		x, y, err := align(d.ctx, a, b)
		switch {
		case err != nil:
			return err
		case x == nil && y == nil:
			return nil
		case y == nil || x != nil && x.Name < y.Name:
			a.pop()
			y = nil
		case x == nil || y.Name < x.Name:
			b.pop()
			x = nil
		default:
			a.pop()
			b.pop()
		}
		if err := d.pair(path, a, b, x, y, depth); err != nil {
			return err
		}
	}
}

// pair compares two entries of the same name, one of which may be missing, and
// then what lies in them.
func (d *differ) pair(path string, a, b *cursor, x, y *Entry, depth int) error {
	var below [2]*cursor
	c := Change{Kind: Changed}
	if x != nil {
		c.Path, c.Before = join(path, x.Name), sideOf(x)
		if x.Type == Folder {
			below[0] = folderCursor(a.tree, x.Sub)
		}
	} else {
		c.Kind = Added
	}
	if y != nil {
		c.Path, c.After = join(path, y.Name), sideOf(y)
		if y.Type == Folder {
			below[1] = folderCursor(b.tree, y.Sub)
		}
	} else {
		c.Kind = Removed
	}
	if c.Kind == Changed {
		c.What = aspects(&c.Before, &c.After)
	}
	if c.Kind != Changed || len(c.What) > 0 {
		d.add(c)
	}
	if below == [2]*cursor{} || below[0] != nil && below[1] != nil && x.Sub == y.Sub {
		return nil
	}
	return d.level(c.Path, below[0], below[1], depth+1)
}

// aspects are those in which two sides that are there differ. What lies in a
// folder is not its own content, and the mode of a link means nothing.
func aspects(a, b *Side) (list []Aspect) {
	if a.Type != b.Type {
		return []Aspect{OfType}
	}
	if a.Size != b.Size || a.Digest != b.Digest {
		list = append(list, OfContent)
	}
	if a.Mode != b.Mode && a.Type != Link {
		list = append(list, OfMode)
	}
	if a.Target != b.Target {
		list = append(list, OfTarget)
	}
	return list
}

// Has tells whether something differs in an aspect.
func (c *Change) Has(what Aspect) bool { return slices.Contains(c.What, what) }
