// Package artifact says where the files of runs and logged models lie, and reads
// and writes them there.
//
// There are two kinds of places. Managed artifacts are names in the record whose
// content lies in the workspace's own packs. External ones are plain files in a
// folder that a person named: as the artifact location of an experiment, or as
// the destination of everything that comes through the artifact proxy. Both are a
// Tree, and artifacttest checks that both keep its promises.
package artifact

import (
	"context"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// Tree holds the files of one run or one logged model. Paths are relative, with
// /, and plain: CheckPath says which. A path that is not fails with
// fault.Invalid and touches nothing.
type Tree interface {
	// List returns what lies directly in a folder, sorted by path; the empty
	// folder is the root. A file, and what does not exist, list nothing.
	List(ctx context.Context, folder string) ([]track.Entry, error)
	// All returns the files at or below a folder, sorted by path.
	All(ctx context.Context, folder string) ([]File, error)
	// Open opens a file. NotFound if there is none.
	Open(ctx context.Context, path string) (Content, error)
	// Put keeps what r gives as a file, and replaces one of that name. When it
	// returns, the bytes are durable; until then the file is as it was. If r fails,
	// Put fails with that error. Invalid if a folder has that name, or a file the
	// name of one of its folders.
	Put(ctx context.Context, path string, r io.Reader) error
	// Remove takes away a file, or all files of a folder; the empty folder is the
	// root. NotFound if there are none.
	Remove(ctx context.Context, path string) error
}

// File is one file of a tree.
type File struct {
	Path string
	Size int64  // bytes
	Tag  string // another one if the content is another one
}

// Content is an open file.
type Content struct {
	File
	io.ReadSeekCloser
}

// longest is the longest path of an artifact, in bytes.
const longest = 4096

// CheckPath refuses paths that are not plain relative ones on every system.
func CheckPath(path string) error {
	bad := path == "" || path == "." || len(path) > longest || !fs.ValidPath(path) || strings.ContainsAny(path, "\x00\\") ||
		!filepath.IsLocal(filepath.FromSlash(path))
	if bad {
		return fault.New(fault.Invalid, "Invalid path: %.200q", path)
	}
	return nil
}

// CheckFolder is CheckPath for folders: the empty one is the root.
func CheckFolder(folder string) error {
	if folder == "" {
		return nil
	}
	return CheckPath(folder)
}
