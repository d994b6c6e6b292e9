// Package plainfiles keeps artifacts as plain files in a folder that a person
// named, so that other programs find them there. It never leaves that folder: a
// link that leads out of it is not followed.
package plainfiles

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"dev.varve/backend/artifact"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/backend/track"
	"dev.varve/storage/disk"
)

// Tree is the artifacts in one folder.
type Tree struct {
	Base   string // an absolute path of this system, which nothing leaves
	Below  string // the folder in it, with /; empty: Base itself
	Random host.Random
}

// unfinished begins the names of files that are being written.
const unfinished = ".varve-unfinished-"

// open opens the folder of the tree. It is fs.ErrNotExist if there is none.
func (t Tree) open() (*os.Root, error) {
	if err := artifact.CheckFolder(t.Below); err != nil {
		return nil, err
	}
	base, err := openRoot(t.Base)
	if err != nil || t.Below == "" {
		return base, err
	}
	defer base.Close()
	return base.OpenRoot(filepath.FromSlash(t.Below))
}

// openRoot is os.OpenRoot, whose error does not say by its type that there is a file.
func openRoot(dir string) (*os.Root, error) {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, &fs.PathError{Op: "open", Path: dir, Err: syscall.ENOTDIR}
	}
	return os.OpenRoot(dir)
}

// make opens the folder of the tree, and makes it if it is missing.
func (t Tree) make() (*os.Root, error) {
	root, err := t.open()
	if !errors.Is(err, fs.ErrNotExist) {
		return root, err
	}
	if err := os.MkdirAll(t.Base, 0o755); err != nil {
		return nil, err
	}
	base, err := openRoot(t.Base)
	if err != nil {
		return nil, err
	}
	defer base.Close()
	if err := makeFolder(base, filepath.FromSlash(dot(t.Below))); err != nil {
		return nil, err
	}
	return t.open()
}

// List is that of artifact.Tree.
func (t Tree) List(_ context.Context, folder string) ([]track.Entry, error) {
	var entries []track.Entry
	err := t.visit(folder, func(root *os.Root) error {
		list, err := fs.ReadDir(root.FS(), dot(folder))
		for _, e := range list {
			if strings.HasPrefix(e.Name(), unfinished) {
				continue
			}
			at := path.Join(folder, e.Name())
			info, err := root.Stat(filepath.FromSlash(at)) // follows links, but not out of the root
			switch {
			case err != nil:
			case info.IsDir():
				entries = append(entries, track.Entry{Path: at, Folder: true})
			case info.Mode().IsRegular():
				entries = append(entries, track.Entry{Path: at, Size: info.Size()})
			}
		}
		return err
	})
	return entries, err
}

// All is that of artifact.Tree. Links to folders are not followed.
func (t Tree) All(ctx context.Context, folder string) ([]artifact.File, error) {
	var files []artifact.File
	err := t.visit(folder, func(root *os.Root) error {
		return fs.WalkDir(root.FS(), dot(folder), func(at string, e fs.DirEntry, err error) error {
			if err != nil || ctx.Err() != nil {
				return errors.Join(err, ctx.Err())
			}
			if e.IsDir() || strings.HasPrefix(e.Name(), unfinished) {
				return nil
			}
			if info, err := root.Stat(filepath.FromSlash(at)); err == nil && info.Mode().IsRegular() {
				files = append(files, t.describe(at, info))
			}
			return nil
		})
	})
	slices.SortFunc(files, func(a, b artifact.File) int { return strings.Compare(a.Path, b.Path) })
	return files, err
}

func dot(folder string) string {
	if folder == "" {
		return "."
	}
	return folder
}

// describe tells a file by where it lies and when it was written: to read it would
// take too long.
func (t Tree) describe(at string, info fs.FileInfo) artifact.File {
	where := fnv.New64a()
	fmt.Fprintf(where, "%s\x00%s\x00%s", t.Base, t.Below, at)
	return artifact.File{Path: at, Size: info.Size(), Tag: fmt.Sprintf("%x-%x-%x", where.Sum64(), info.ModTime().UnixNano(), info.Size())}
}

// visit calls look with the root. What does not exist is empty.
func (t Tree) visit(folder string, look func(*os.Root) error) error {
	if err := artifact.CheckFolder(folder); err != nil {
		return err
	}
	root, err := t.open()
	if err == nil {
		defer root.Close()
		err = look(root)
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil
	}
	return t.classify(err, "list", folder)
}

// Open is that of artifact.Tree.
func (t Tree) Open(_ context.Context, at string) (artifact.Content, error) {
	if err := artifact.CheckPath(at); err != nil {
		return artifact.Content{}, err
	}
	content, err := t.openFile(at)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		err = fault.New(fault.NotFound, "No such artifact: '%s'", at)
	}
	return content, t.classify(err, "open", at)
}

func (t Tree) openFile(at string) (c artifact.Content, err error) {
	root, err := t.open()
	if err != nil {
		return c, err
	}
	defer root.Close()
	// To open a pipe would wait for whoever writes to it.
	info, err := root.Stat(filepath.FromSlash(at))
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		return c, err
	}
	f, err := root.Open(filepath.FromSlash(at))
	if err != nil {
		return c, err
	}
	return artifact.Content{File: t.describe(at, info), ReadSeekCloser: f}, nil
}

// Put is that of artifact.Tree.
func (t Tree) Put(_ context.Context, at string, r io.Reader) (err error) {
	if err := artifact.CheckPath(at); err != nil {
		return err
	}
	if strings.HasPrefix(path.Base(at), unfinished) {
		return fault.New(fault.Invalid, "Files cannot be called '%s'", path.Base(at))
	}
	root, err := t.make()
	if err != nil {
		return t.classify(err, "write", at)
	}
	defer root.Close()
	from := &artifact.Incoming{From: r}
	err = t.write(root, at, from)
	if from.Broken != nil {
		return from.Broken
	}
	return t.classify(err, "write", at)
}

// write writes beside the file, and renames when all of it is durable.
func (t Tree) write(root *os.Root, at string, r io.Reader) (err error) {
	folder := filepath.FromSlash(path.Dir(at))
	if err := makeFolder(root, folder); err != nil {
		return err
	}
	mark := make([]byte, 8)
	if _, err := io.ReadFull(t.Random, mark); err != nil {
		return err
	}
	part := filepath.Join(folder, unfinished+fmt.Sprintf("%x", mark))
	f, err := root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		if err = root.Rename(part, filepath.FromSlash(at)); err == nil {
			return syncFolder(root, folder)
		}
	}
	err = errors.Join(err, root.Remove(part))
	prune(root, folder)
	return err
}

// prune removes folders that hold nothing any more, from one upwards.
func prune(root *os.Root, folder string) {
	for folder != "." && root.Remove(folder) == nil { // unless something lies in it
		folder = filepath.Dir(folder)
	}
}

// makeFolder makes a folder and its missing parents, durably.
func makeFolder(root *os.Root, folder string) error {
	if _, err := root.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := root.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for at := folder; at != "."; {
		at = filepath.Dir(at)
		if err := syncFolder(root, at); err != nil {
			return err
		}
	}
	return nil
}

// Remove is that of artifact.Tree. Folders that it leaves empty go, too.
func (t Tree) Remove(_ context.Context, at string) error {
	if err := artifact.CheckFolder(at); err != nil {
		return err
	}
	root, err := t.open()
	if err == nil {
		defer root.Close()
		err = remove(root, at)
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		err = fault.New(fault.NotFound, "No such artifact: '%s'", at)
	}
	return t.classify(err, "delete", at)
}

func remove(root *os.Root, at string) error {
	if at != "" {
		name := filepath.FromSlash(at)
		if _, err := root.Lstat(name); err != nil {
			return err
		}
		err := root.RemoveAll(name)
		prune(root, filepath.Dir(name))
		return err
	}
	list, err := fs.ReadDir(root.FS(), ".")
	if err == nil && len(list) == 0 {
		return fs.ErrNotExist
	}
	for _, e := range list {
		err = errors.Join(err, root.RemoveAll(e.Name()))
	}
	return err
}

// classify says in words what the system said.
func (t Tree) classify(err error, op, at string) error {
	var known *fault.Error
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.Is(err, syscall.EISDIR) || errors.Is(err, syscall.ENOTDIR) || errors.Is(err, fs.ErrExist) || errors.Is(err, syscall.ENOTEMPTY):
		return fault.New(fault.Invalid, "Artifact '%s' is a folder, or lies below a file", at)
	case errors.Is(err, syscall.ENAMETOOLONG):
		return fault.New(fault.Invalid, "The name of artifact '%.100s…' is too long for the disk", at)
	case escapes(err) || errors.Is(err, syscall.ELOOP):
		return fault.New(fault.Denied, "Artifact '%s' is a link that leads out of the folder of its run, or nowhere. Varve does not follow it", at)
	}
	return disk.Classify(err, op, filepath.Join(t.Base, filepath.FromSlash(t.Below), filepath.FromSlash(at)))
}

// escapes reports whether a root has refused a link that leaves it.
func escapes(err error) bool {
	var e *fs.PathError
	return errors.As(err, &e) && strings.Contains(e.Err.Error(), "escapes")
}
