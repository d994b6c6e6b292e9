package content

import "context"

// Present fails with fault.NotFound or fault.Corrupt if a store lacks a part
// of a file's content. It reads the lists of chunks, but no chunk.
func Present(ctx context.Context, store Store, ref Ref) error {
	return eachObject(ctx, store, ref, store.Has)
}

// Held reports whether a store holds all of a file's content so that it need not be
// put again.
func Held(ctx context.Context, store Store, ref Ref) bool {
	has := store.Has
	if h, ok := store.(Holder); ok {
		has = h.Holds
	}
	return eachObject(ctx, store, ref, has) == nil
}

func eachObject(ctx context.Context, store Store, ref Ref, has func(context.Context, ID) (bool, error)) error {
	if ref.Size == 0 {
		return nil // has no object
	}
	if err := ref.Check(); err != nil {
		return err
	}
	p := presence{ctx, store, has}
	return p.below(ref.ID, ref.Depth, ref.Size)
}

type presence struct {
	ctx   context.Context
	store Store
	has   func(context.Context, ID) (bool, error)
}

func (p presence) below(id ID, depth uint8, size int64) error {
	there, err := p.has(p.ctx, id)
	if err == nil && !there {
		err = corrupt("the object %s is missing", id)
	}
	if err != nil || depth == 0 {
		return err
	}
	data, err := p.store.Get(p.ctx, id)
	if err != nil {
		return err
	}
	l, err := decodeList(data, depth, size)
	if err != nil {
		return err
	}
	for i := range len(l.starts) - 1 {
		if err := p.below(l.id(i), depth-1, l.starts[i+1]-l.starts[i]); err != nil {
			return err
		}
	}
	return nil
}
