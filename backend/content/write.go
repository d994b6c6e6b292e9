package content

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/zeebo/blake3"

	"dev.varve/backend/fault"
)

// WriteOptions is what is known about a file beforehand. The zero value is
// right when nothing is.
type WriteOptions struct {
	Size  int64 // expected size in bytes; 0: not known. Only a hint
	Class Class // the class of the file that this one replaces
}

// WriteFile stores the content of one file and returns the reference to it.
// It does not flush the store. It needs less than 2 MiB of memory for class
// 64K and less than 16 MiB for class 512K, whatever the file's size.
//
// An error of r that is not a fault becomes fault.Unavailable.
func WriteFile(ctx context.Context, store Store, r io.Reader, opts WriteOptions) (Ref, error) {
	head := heads.Get().(*[]byte)
	defer heads.Put(head)
	n, err := io.ReadFull(r, *head)
	switch {
	case err == io.EOF:
		return emptyRef, nil
	case errors.Is(err, io.ErrUnexpectedEOF):
		return writeWhole(ctx, store, (*head)[:n])
	case err != nil:
		return Ref{}, readFault(err)
	}
	return writeCut(ctx, store, io.MultiReader(bytes.NewReader(*head), r), classFor(opts.Class, opts.Size))
}

func writeWhole(ctx context.Context, store Store, data []byte) (Ref, error) {
	id := Sum(KindData, data)
	if err := store.Put(ctx, KindData, id, data); err != nil {
		return Ref{}, err
	}
	return Ref{Size: int64(len(data)), ID: id, Digest: Digest(id)}, nil
}

func writeCut(ctx context.Context, store Store, r io.Reader, class Class) (Ref, error) {
	ahead, err := cutAhead(class, r)
	if err != nil {
		return Ref{}, err
	}
	defer ahead.stop()
	list := listWriter{ctx: ctx, store: store}
	for p := range ahead.pieces {
		if err := store.Put(ctx, KindData, p.id, p.data); err != nil {
			return Ref{}, err
		}
		if err := list.add(0, p.id, uint64(len(p.data))); err != nil {
			return Ref{}, err
		}
		ahead.stored(p)
	}
	if ahead.err != nil {
		return Ref{}, ahead.err
	}
	top, depth, err := list.finish()
	if err != nil {
		return Ref{}, err
	}
	return Ref{Size: list.size, Class: class, Depth: depth, ID: top, Digest: ahead.digest}, nil
}

// digestOf reads a content to its end and returns what WriteFile would, as
// far as it can be known without cutting: size and digest.
func digestOf(ctx context.Context, r io.Reader) (Ref, error) {
	buffer := heads.Get().(*[]byte)
	defer heads.Put(buffer)
	whole := plainHashers.Get().(*blake3.Hasher)
	defer plainHashers.Put(whole)
	whole.Reset()
	var ref Ref
	for {
		if err := Cancelled(ctx); err != nil {
			return Ref{}, err
		}
		n, err := r.Read(*buffer)
		whole.Write((*buffer)[:n])
		ref.Size += int64(n)
		if err == io.EOF {
			ref.Digest = sumOf(whole)
			return ref, nil
		}
		if err != nil {
			return Ref{}, readFault(err)
		}
	}
}

// readFault makes a fault of what a reader said, unless it is one already.
func readFault(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	return fault.Wrap(err, fault.Unavailable, "read", "content")
}
