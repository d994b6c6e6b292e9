package artifact

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// Names is the record of which files there are. *track.Tracker is one.
type Names interface {
	PutArtifact(context.Context, track.Owner, event.ArtifactPut) error
	Artifact(o track.Owner, path string) (event.ArtifactPut, error)
	Artifacts(o track.Owner, folder string) ([]event.ArtifactPut, error)
	ListArtifacts(o track.Owner, folder string) ([]track.Entry, error)
	RemoveArtifact(ctx context.Context, o track.Owner, path string) error
}

// Bytes keeps the content of managed artifacts.
type Bytes interface {
	// Begin says that content is about to be put, so that nobody deletes it before
	// an event names it: until done is called.
	Begin() (done func())
	// Put reads r to its end and returns a reference to the bytes and how many
	// they are. They are durable when it returns. If r fails, Put fails with
	// that error, and nothing refers to what was read.
	Put(ctx context.Context, r io.Reader) (content []byte, size int64, err error)
	// Open opens the bytes of a reference that Put returned.
	Open(ctx context.Context, content []byte) (io.ReadSeekCloser, error)
}

// Managed are the artifacts that the workspace keeps for one owner.
type Managed struct {
	Names Names
	Bytes Bytes
	Owner track.Owner
}

// List is that of Tree.
func (m Managed) List(_ context.Context, folder string) ([]track.Entry, error) {
	return m.Names.ListArtifacts(m.Owner, folder)
}

// All is that of Tree.
func (m Managed) All(_ context.Context, folder string) ([]File, error) {
	list, err := m.Names.Artifacts(m.Owner, folder)
	files := make([]File, len(list))
	for i, f := range list {
		files[i] = FileOf(f)
	}
	return files, err
}

// FileOf is the file that a name in the record stands for.
func FileOf(f event.ArtifactPut) File {
	sum := sha256.Sum256(f.Content)
	return File{Path: f.Path, Size: f.Size, Tag: hex.EncodeToString(sum[:16])}
}

// Open is that of Tree.
func (m Managed) Open(ctx context.Context, path string) (Content, error) {
	f, err := m.Names.Artifact(m.Owner, path)
	if err != nil {
		return Content{}, err
	}
	r, err := m.Bytes.Open(ctx, f.Content)
	return Content{FileOf(f), r}, err
}

// Put is that of Tree.
func (m Managed) Put(ctx context.Context, path string, r io.Reader) error {
	if err := CheckPath(path); err != nil {
		return err
	}
	defer m.Bytes.Begin()()
	content, size, err := m.Bytes.Put(ctx, r)
	if err != nil {
		return err
	}
	return m.Names.PutArtifact(ctx, m.Owner, event.ArtifactPut{Path: path, Size: size, Content: content})
}

// Remove is that of Tree.
func (m Managed) Remove(ctx context.Context, path string) error {
	return m.Names.RemoveArtifact(ctx, m.Owner, path)
}
