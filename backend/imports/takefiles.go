package imports

import (
	"context"
	"errors"
	"io"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// files keeps the files of a place, or refers to them, those that are here
// already apart.
func (t *taking) files(ctx context.Context, o track.Owner, place string) (list []event.ArtifactPut, err error) {
	if place == "" || t.Options.Bare {
		return nil, nil
	}
	err = t.Source.Files(ctx, place, t.report, func(f File) error {
		defer t.progress.Add(f.Size)
		if _, err := t.Record.Artifact(o, f.Path); !errors.Is(err, fault.NotFound) {
			t.report.Fail(place+"/"+f.Path, err) // the path is none; or else it is here already
			return nil
		}
		put, err := t.keep(ctx, place, f)
		switch {
		case err == nil:
			list = append(list, put)
			t.done.Files++
			t.done.Bytes += put.Size
			return nil
		case Fatal(ctx, err):
			return err
		}
		t.report.Fail(place+"/"+f.Path, err)
		return nil
	})
	return list, err
}

// Fatal tells what ends an import from what is wrong with one thing.
func Fatal(ctx context.Context, err error) bool {
	return context.Cause(ctx) != nil || errors.Is(err, fault.NoSpace) || errors.Is(err, fault.Cancelled)
}

func (t *taking) keep(ctx context.Context, place string, f File) (put event.ArtifactPut, err error) {
	put = event.ArtifactPut{Path: f.Path, Size: f.Size}
	if t.Options.Refer {
		put.Content, err = t.Store.Refer(f)
		return put, err
	}
	if t.release == nil {
		t.release = t.Store.Begin()
	}
	r, err := t.Source.Open(ctx, place, f.At)
	if err != nil {
		return put, err
	}
	defer r.Close()
	put.Content, put.Size, err = t.Store.Put(ctx, Interruptible(ctx, r))
	t.put += max(put.Size, 1)
	return put, err
}

// Interruptible ends the reading of a long file when somebody cancels.
func Interruptible(ctx context.Context, r io.Reader) io.Reader { return &interruptible{ctx, r} }

type interruptible struct {
	ctx context.Context
	r   io.Reader
}

// Read reads on.
func (i *interruptible) Read(p []byte) (int, error) {
	if err := context.Cause(i.ctx); err != nil {
		return 0, err
	}
	return i.r.Read(p)
}
