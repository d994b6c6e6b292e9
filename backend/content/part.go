package content

import (
	"context"
	"io/fs"
	"path"
	"strings"

	"dev.varve/backend/fault"
)

// Part is what is meant of a tree: some of its files and folders, or all.
// Each keeps its place: the folders above it belong to the part, what else is
// in them does not.
type Part struct {
	*Tree
	chosen map[string]bool // empty: all
	above  map[string]bool
	totals Totals
}

// Part chooses files and folders of the tree by their paths; none chooses all
// of it. It fails with fault.NotFound if there is nothing at one of them.
func (t *Tree) Part(ctx context.Context, only ...string) (*Part, error) {
	p := &Part{Tree: t, chosen: map[string]bool{}, above: map[string]bool{"": true}, totals: t.Totals()}
	for _, given := range only {
		at, err := cleanPath(given)
		if err != nil {
			return nil, err
		}
		if at == "" {
			return t.Part(ctx) // the top is all of it
		}
		if _, err := t.Lookup(ctx, at); err != nil {
			return nil, err
		}
		p.chosen[at] = true
	}
	if len(p.chosen) == 0 {
		return p, nil
	}
	return p, p.count(ctx)
}

// cleanPath is a path of a tree as a person may write it: ./a/b/ is a/b.
func cleanPath(given string) (string, error) {
	at := path.Clean(given)
	switch {
	case given == "" || strings.HasPrefix(at, "/") || at == ".." || strings.HasPrefix(at, "../"):
		return "", fault.New(fault.Invalid, "%s is not a path within a version", Show(given)).
			WithHint("Write it from the top of the version, with /, such as images/2015.")
	case at == ".":
		return "", nil
	}
	return at, nil
}

// count adds up what was chosen, and nothing twice.
func (p *Part) count(ctx context.Context) error {
	p.totals = Totals{}
	for at := range p.chosen {
		if p.in(parentOf(at)) {
			continue
		}
		e, err := p.Lookup(ctx, at)
		if err != nil {
			return err
		}
		p.totals.add(&e)
		for up := parentOf(at); !p.above[up]; up = parentOf(up) {
			p.above[up] = true
			p.totals.Folders++
		}
	}
	return nil
}

// parentOf is the folder that something lies in; the top lies in itself.
func parentOf(at string) string { return at[:max(strings.LastIndexByte(at, '/'), 0)] }

// in reports whether something, or a folder that it lies in, was chosen.
func (p *Part) in(at string) bool {
	for ; at != ""; at = parentOf(at) {
		if p.chosen[at] {
			return true
		}
	}
	return false
}

// Has reports whether something of the tree belongs to the part.
func (p *Part) Has(at string) bool { return len(p.chosen) == 0 || p.above[at] || p.in(at) }

// Totals counts what belongs to the part, the top folder not included.
func (p *Part) Totals() Totals { return p.totals }

// Walk visits what belongs to the part, as Tree.Walk does.
func (p *Part) Walk(ctx context.Context, visit func(path string, e Entry) error) error {
	return p.Tree.Walk(ctx, func(at string, e Entry) error {
		if p.Has(at) {
			return visit(at, e)
		}
		if e.Type == Folder {
			return fs.SkipDir
		}
		return nil
	})
}
