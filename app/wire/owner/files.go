package owner

import (
	"context"
	"errors"
	"io"
	"path/filepath"

	"dev.varve/backend/content"
	"dev.varve/backend/dataset"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/storage/folder"
	"dev.varve/storage/statcache"
)

// Begin says that content is about to be put, so that no purge takes it for
// something that nothing refers to.
func (o *Owner) Begin() (done func()) { return o.puts.enter() }

// CopyRun copies a run, whose artifacts are named by the copy then.
func (r records) CopyRun(ctx context.Context, id, experiment string) (string, error) {
	defer r.puts.enter()()
	return r.Tracker.CopyRun(ctx, id, experiment)
}

// records are the records as the door sees them.
type records struct {
	announced
	puts *puts
}

// Put keeps content and returns a reference to it; the bytes are durable then.
func (o *Owner) Put(ctx context.Context, r io.Reader) (ref []byte, size int64, err error) {
	got, err := content.WriteFile(ctx, o.packs, r, content.WriteOptions{})
	if err != nil {
		return nil, 0, err
	}
	if err := o.packs.Flush(ctx); err != nil {
		return nil, 0, err
	}
	ref, err = event.Marshal(got)
	return ref, got.Size, err
}

// Open returns the bytes that a reference names. That the first of them are
// damaged or missing is said at once.
func (o *Owner) Open(ctx context.Context, ref []byte) (io.ReadSeekCloser, error) {
	if outside, ok := content.OutsideOf(ref); ok {
		return o.openOutside(outside)
	}
	var r content.Ref
	if err := event.Unmarshal(ref, &r); err != nil {
		return nil, err
	}
	reader, err := content.Open(ctx, o.packs, r)
	if err != nil {
		return nil, err
	}
	// Whoever sends it on says first that all is well, and then reads.
	if _, err := reader.ReadAt(make([]byte, 1), 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return nopCloser{reader}, nil
}

// Tree returns the files of a tree, in the order of their paths.
func (o *Owner) Tree(ctx context.Context, root []byte) (files []event.ArtifactPut, err error) {
	if len(root) != content.Size {
		return nil, fault.New(fault.Corrupt, "the root of a tree is no name of content")
	}
	tree, err := content.OpenTree(ctx, o.packs, content.ID(root))
	if err != nil {
		return nil, err
	}
	err = tree.Walk(ctx, func(path string, e content.Entry) error {
		if e.Type != content.File {
			return nil
		}
		ref, err := event.Marshal(e.Ref)
		files = append(files, event.ArtifactPut{Path: content.Text(path), Size: e.Ref.Size, Content: ref})
		return err
	})
	return files, err
}

type nopCloser struct{ io.ReadSeeker }

func (nopCloser) Close() error { return nil }

// datasets is the service for versions of data.
func (o *Owner) datasets() *dataset.Service {
	seen := statcache.Cache{Dir: filepath.Join(o.places.Cache, "stat")}
	return &dataset.Service{
		Records: o.tracker, Store: o.packs, Folders: folders{},
		Remember: func(key string) dataset.Walk { return seen.Begin(key, o.clock.Now()) },
	}
}

// folders is the person's own disk.
type folders struct{}

func (folders) Source(path string) content.Source { return folder.NewSource(path) }

func (folders) Restore(ctx context.Context, store content.Store, root content.ID, dest string, opts content.RestoreOptions) (content.Overlay, error) {
	return folder.Lay(ctx, store, root, dest, opts)
}
