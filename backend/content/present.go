package content

import "context"

// Present fails with fault.NotFound or fault.Corrupt if a store lacks a part
// of a file's content. It reads the lists of chunks, but no chunk.
func Present(ctx context.Context, store Store, ref Ref) error {
	if ref.Size == 0 {
		return nil // has no object
	}
	if err := ref.Check(); err != nil {
		return err
	}
	return present(ctx, store, ref.ID, ref.Depth, ref.Size)
}

func present(ctx context.Context, store Store, id ID, depth uint8, size int64) error {
	if depth == 0 {
		return chunkPresent(ctx, store, id)
	}
	data, err := store.Get(ctx, id)
	if err != nil {
		return err
	}
	l, err := decodeList(data, depth, size)
	if err != nil {
		return err
	}
	for i := range len(l.starts) - 1 {
		if err := present(ctx, store, l.id(i), depth-1, l.starts[i+1]-l.starts[i]); err != nil {
			return err
		}
	}
	return nil
}

func chunkPresent(ctx context.Context, store Store, id ID) error {
	there, err := store.Has(ctx, id)
	if err == nil && !there {
		err = corrupt("the chunk %s is missing", id)
	}
	return err
}
