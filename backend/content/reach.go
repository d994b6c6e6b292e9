package content

import "context"

// Reach finds all objects that content consists of. Enter is told of each, before
// what it refers to, and says whether that is to be looked at: it need not be, if it
// was reached before.
//
// An object that is missing or damaged is an error only if it refers to others.
type Reach struct {
	Store Store
	Enter func(ID) bool
}

// File reaches what a file consists of.
func (r Reach) File(ctx context.Context, ref Ref) error {
	if ref.Size == 0 {
		return nil // has no object
	}
	if err := ref.Check(); err != nil {
		return err
	}
	return r.list(ctx, ref.ID, ref.Depth, ref.Size)
}

func (r Reach) list(ctx context.Context, id ID, depth uint8, size int64) error {
	if !r.Enter(id) || depth == 0 {
		return nil
	}
	data, err := r.Store.Get(ctx, id)
	if err != nil {
		return err
	}
	l, err := decodeList(data, depth, size)
	if err != nil {
		return err
	}
	for i := range len(l.starts) - 1 {
		if err := r.list(ctx, l.id(i), depth-1, l.starts[i+1]-l.starts[i]); err != nil {
			return err
		}
	}
	return nil
}

// Tree reaches what a tree consists of, its root included.
func (r Reach) Tree(ctx context.Context, root ID) error {
	if !r.Enter(root) {
		return nil
	}
	t, err := OpenTree(ctx, r.Store, root)
	if err != nil {
		return err
	}
	return r.entry(ctx, t, t.Top())
}

func (r Reach) entry(ctx context.Context, t *Tree, e Entry) error {
	switch e.Type {
	case File:
		return r.File(ctx, e.Ref)
	case Folder:
		return r.node(ctx, t, e.Sub, expect{level: anyLevel})
	}
	return nil
}

func (r Reach) node(ctx context.Context, t *Tree, id ID, want expect) error {
	if err := Cancelled(ctx); err != nil {
		return err
	}
	if !r.Enter(id) {
		return nil
	}
	n, err := t.node(ctx, id, want)
	if err != nil {
		return err
	}
	for i := range n.entries {
		if err := r.entry(ctx, t, n.entries[i]); err != nil {
			return err
		}
	}
	for i := range n.children {
		child, want := n.child(i)
		if err := r.node(ctx, t, child, want); err != nil {
			return err
		}
	}
	return nil
}
