package content

import (
	"path"
	"slices"
)

// gathered are the changes that a walk has come by.
type gathered struct {
	limit, moves int
	found        Difference
	count        int64 // of all changes, before files are paired
	sure         []Change
	// Files that may have been moved, until there are too many.
	added, removed []loose
}

// loose is a file that only one of the trees has at its path.
type loose struct {
	path  string
	side  Side
	other *loose // the file of the other tree that it was, or is now
}

// add takes the next change. The order is that of the walk.
func (g *gathered) add(c Change) {
	g.count++
	switch c.Kind {
	case Added:
		g.found.Added.one(&c.After)
	case Removed:
		g.found.Removed.one(&c.Before)
	default:
		g.found.Changed.one(&c.After)
		g.found.ChangedFrom += c.Before.Size
		g.keep(c)
		return
	}
	switch {
	case g.found.Unpaired || c.Before.Type != File && c.After.Type != File:
		g.keep(c)
		return
	case c.Kind == Added:
		g.added = append(g.added, loose{path: c.Path, side: c.After})
	default:
		g.removed = append(g.removed, loose{path: c.Path, side: c.Before})
	}
	if len(g.added)+len(g.removed) > g.moves {
		g.giveUp()
	}
}

// keep lists a change that will not turn out to be another one.
func (g *gathered) keep(c Change) {
	if len(g.sure) < g.limit {
		g.sure = append(g.sure, c)
	}
}

// giveUp lists what was remembered, and remembers no more.
func (g *gathered) giveUp() {
	g.found.Unpaired = true
	g.list()
}

// list puts what is loose among what is sure.
func (g *gathered) list() {
	n := 0
	for i := range g.removed {
		if f := &g.removed[i]; f.other == nil && n < g.limit {
			n++
			g.sure = append(g.sure, Change{Kind: Removed, Path: f.path, Before: f.side})
		}
	}
	for i := range g.added[:min(len(g.added), g.limit)] {
		g.sure = append(g.sure, g.added[i].change())
	}
	g.added, g.removed = nil, nil
	slices.SortFunc(g.sure, func(a, b Change) int { return ComparePaths(a.Path, b.Path) })
	g.sure = g.sure[:min(len(g.sure), g.limit)]
}

// change is what became of a path that only the second tree has.
func (f *loose) change() Change {
	c := Change{Kind: Added, Path: f.path, After: f.side}
	if f.other != nil {
		c.Kind, c.From, c.Before = Moved, f.other.path, f.other.side
		c.What = aspects(&c.Before, &c.After)
	}
	return c
}

func (g *gathered) finish() Difference {
	if !g.found.Unpaired {
		g.pairUp()
		g.list()
	}
	g.found.Changes = g.sure
	g.found.More = g.count - int64(len(g.sure))
	return g.found
}

// contentKey tells files with the same content.
type contentKey struct {
	size   int64
	digest Digest
}

// nameKey is content under a name.
type nameKey struct {
	contentKey
	base string
}

// pairUp finds out which files were moved. Of several with the same content
// those with the same name belong together, then any, each in order. Empty files
// are alike without having to do with each other: they need the same name.
func (g *gathered) pairUp() {
	byName, byContent := map[nameKey][]int{}, map[contentKey][]int{}
	for i, f := range g.removed {
		key := contentKey{f.side.Size, f.side.Digest}
		byName[nameKey{key, path.Base(f.path)}] = append(byName[nameKey{key, path.Base(f.path)}], i)
		byContent[key] = append(byContent[key], i)
	}
	for i := range g.added {
		to := &g.added[i]
		key := nameKey{contentKey{to.side.Size, to.side.Digest}, path.Base(to.path)}
		if at := byName[key]; len(at) > 0 {
			byName[key] = at[1:]
			g.move(&g.removed[at[0]], to)
		}
	}
	for i := range g.added {
		to := &g.added[i]
		key := contentKey{to.side.Size, to.side.Digest}
		if to.other != nil || key.size == 0 {
			continue
		}
		at := byContent[key]
		for len(at) > 0 && g.removed[at[0]].other != nil {
			at = at[1:]
		}
		if len(at) > 0 {
			g.move(&g.removed[at[0]], to)
			at = at[1:]
		}
		byContent[key] = at
	}
}

// move makes one change of two.
func (g *gathered) move(from, to *loose) {
	from.other, to.other = to, from
	g.count--
	g.found.Removed.less(&from.side)
	g.found.Added.less(&to.side)
	g.found.Moved.one(&to.side)
}

// one counts a side, without what lies below it.
func (t *Totals) one(s *Side) {
	t.add(&Entry{Type: s.Type, Ref: Ref{Size: s.Size}})
}

// less takes a file back that one has counted.
func (t *Totals) less(s *Side) {
	t.Files, t.Bytes = t.Files-1, t.Bytes-s.Size
}

// ComparePaths orders paths as a walk comes by them: a folder before what is in
// it, and that before the next name, whatever its first byte.
func ComparePaths(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		x, y := a[i], b[i]
		switch {
		case x == y:
		case x == '/':
			return -1
		case y == '/':
			return 1
		case x < y:
			return -1
		default:
			return 1
		}
	}
	return len(a) - len(b)
}
