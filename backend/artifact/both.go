package artifact

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"

	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// both shows managed artifacts in one tree with external ones: what Varve itself
// records of a run, its output for one, is managed wherever the script's files
// lie. What is put goes to the external ones.
type both struct{ managed, external Tree }

func (b both) List(ctx context.Context, folder string) ([]track.Entry, error) {
	mine, err := b.managed.List(ctx, folder)
	if err != nil {
		return nil, err
	}
	theirs, err := b.external.List(ctx, folder)
	return merge(mine, theirs, func(e track.Entry) string { return e.Path }), err
}

func (b both) All(ctx context.Context, folder string) ([]File, error) {
	mine, err := b.managed.All(ctx, folder)
	if err != nil {
		return nil, err
	}
	theirs, err := b.external.All(ctx, folder)
	return merge(mine, theirs, func(f File) string { return f.Path }), err
}

// merge sorts two lists into one. Of two of one path the external one counts,
// as in Open: it is what the person's programs see.
func merge[T any](mine, theirs []T, path func(T) string) []T {
	all := slices.Concat(theirs, mine)
	slices.SortStableFunc(all, func(a, b T) int { return cmp.Compare(path(a), path(b)) })
	return slices.CompactFunc(all, func(a, b T) bool { return path(a) == path(b) })
}

func (b both) Open(ctx context.Context, path string) (Content, error) {
	c, err := b.external.Open(ctx, path)
	if errors.Is(err, fault.NotFound) {
		return b.managed.Open(ctx, path)
	}
	return c, err
}

func (b both) Put(ctx context.Context, path string, r io.Reader) error {
	return b.external.Put(ctx, path, r)
}

func (b both) Remove(ctx context.Context, path string) error {
	mine, theirs := b.managed.Remove(ctx, path), b.external.Remove(ctx, path)
	switch {
	case errors.Is(theirs, fault.NotFound):
		return mine
	case errors.Is(mine, fault.NotFound):
		return theirs
	}
	return errors.Join(mine, theirs)
}
