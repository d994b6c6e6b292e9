// Package exports brings the record of this workspace to where other programs
// read it: folders and servers of MLflow, tables.
//
// Own shows the record, or a part of it, as a source of imports; a Target takes
// the same kind of things. So there is one form of a run in between, and what can
// be imported can be exported. Doing it again adds what is new: each thing has a
// digest, and what a target has with the same one is left as it is.
package exports

import (
	"context"
	"encoding/hex"
	"io"

	"github.com/zeebo/blake3"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/track"
)

// Target is where records go. Its methods are called one after the other: an
// experiment, then its runs, then its logged models, each followed by its files
// and by Whole; at last registered models, and Finish. What a target cannot hold
// is told to the Report; an error ends the export.
type Target interface {
	// Experiment makes an experiment, or finds it there.
	Experiment(ctx context.Context, e imports.Experiment, r *imports.Report) error
	// Same reports whether a thing is there, whole, with the same digest.
	Same(ctx context.Context, t Thing) (bool, error)
	// Run writes a run, and returns where its files go: empty if it takes none.
	Run(ctx context.Context, run *imports.Run, r *imports.Report) (place string, err error)
	// Model is likewise for a logged model.
	Model(ctx context.Context, m *imports.Model, r *imports.Report) (place string, err error)
	// File writes a file; written is false if it is there already. Until File returns
	// nothing is there under its path that looks whole. Unsupported: it cannot be kept
	// there, for a reason that the error says.
	File(ctx context.Context, place string, f imports.File, open func() (io.ReadCloser, error)) (written bool, err error)
	// Whole says that all of a thing has been written. An empty digest: as much of it
	// as could be read, so that it is written again next time.
	Whole(ctx context.Context, t Thing) error
	// Registered writes a registered model.
	Registered(ctx context.Context, m *Registered, r *imports.Report) error
	// Finish says that nothing more comes.
	Finish(ctx context.Context, r *imports.Report) error
	// Close lets go. Without Finish, what is there can be told from a whole export.
	Close() error
}

// Thing names a run or a logged model of this workspace.
type Thing struct {
	Owner      track.Owner
	Experiment string
	Digest     string // another one if anything of it is different
}

// Name is a word for it that no other thing has.
func (t Thing) Name() string {
	if t.Owner.Model != "" {
		return "model " + t.Owner.Model
	}
	return "run " + t.Owner.Run
}

// Registered is a registered model with the versions that are exported.
type Registered struct {
	track.PastRegistered
	// Files says for each version which files of this workspace it consists of; a
	// zero Owner: of none of this workspace.
	Files []Files
}

// Files are the artifacts of a run or a logged model, or those at a path of it.
type Files struct {
	Owner      track.Owner
	Experiment string // of the owner
	Path       string
}

// digest is one for a record and its files.
func digest(record any, files []imports.File) (string, error) {
	h := blake3.New()
	type file struct {
		Path, Tag string
		Size      int64
	}
	some := make([]file, len(files))
	for i, f := range files {
		some[i] = file{f.Path, f.Tag, f.Size}
	}
	for _, part := range []any{record, some} {
		data, err := event.Marshal(part)
		if err != nil {
			return "", fault.Wrap(err, fault.Internal, "encode", "record")
		}
		if _, err := h.Write(data); err != nil {
			return "", fault.Wrap(err, fault.Internal, "hash", "record")
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}
