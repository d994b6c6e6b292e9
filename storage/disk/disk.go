// Package disk is the real file system behind backend/host.Disk. All durable
// writing of Varve goes through it: what it creates, renames and replaces
// survives a power cut when the call returns.
package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// OS is the disk of this machine.
type OS struct{}

var _ host.Disk = OS{}

type file struct{ *os.File }

// Open opens an existing file for reading.
func (OS) Open(name string) (host.File, error) { return openFile("open", name, os.O_RDONLY, 0) }

// OpenWrite opens an existing file for reading and writing.
func (OS) OpenWrite(name string) (host.File, error) {
	return openFile("open", name, os.O_RDWR, 0)
}

// Create makes a new file whose name survives a power cut.
func (OS) Create(name string) (host.File, error) {
	f, err := openFile("create", name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syncDir(filepath.Dir(name)); err != nil {
		f.Close()
		return nil, Classify(err, "create", name)
	}
	return f, nil
}

func openFile(op, name string, flag int, mode fs.FileMode) (host.File, error) {
	f, err := os.OpenFile(name, flag, mode)
	if err != nil {
		return nil, Classify(err, op, name)
	}
	return file{f}, nil
}

// ReadFile returns the whole content of a small file.
func (OS) ReadFile(name string) ([]byte, error) {
	data, err := os.ReadFile(name)
	return data, Classify(err, "read", name)
}

// WriteFile writes beside the target, syncs, renames over it and syncs the
// folder.
func (OS) WriteFile(name string, data []byte, mode fs.FileMode) error {
	return Classify(writeFile(name, data, mode), "write", name)
}

func writeFile(name string, data []byte, mode fs.FileMode) (err error) {
	dir := filepath.Dir(name)
	f, err := os.CreateTemp(dir, ".tmp-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(data); err != nil {
		return err
	}
	if err = f.Chmod(mode); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), name); err != nil {
		return err
	}
	return syncDir(dir)
}

// ReadDir lists a folder, sorted by name.
func (OS) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := os.ReadDir(name)
	return entries, Classify(err, "list", name)
}

// Stat describes what is at name, following links.
func (OS) Stat(name string) (fs.FileInfo, error) {
	info, err := os.Stat(name)
	return info, Classify(err, "look at", name)
}

// MkdirAll makes a folder and its missing parents and syncs each new one's
// parent.
func (OS) MkdirAll(name string) error { return Classify(mkdirAll(name), "create folder", name) }

func mkdirAll(name string) error {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return nil
	}
	parent := filepath.Dir(name)
	if parent != name {
		if err := mkdirAll(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(name, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(parent)
}

// Rename moves a file and syncs the folders on both sides.
func (OS) Rename(oldName, newName string) error {
	if err := os.Rename(oldName, newName); err != nil {
		return Classify(err, "rename", oldName)
	}
	if err := syncDir(filepath.Dir(newName)); err != nil {
		return Classify(err, "rename", newName)
	}
	if filepath.Dir(oldName) != filepath.Dir(newName) {
		return Classify(syncDir(filepath.Dir(oldName)), "rename", oldName)
	}
	return nil
}

// Remove deletes one file or one empty folder.
func (OS) Remove(name string) error { return Classify(os.Remove(name), "delete", name) }

// RemoveAll deletes a tree.
func (OS) RemoveAll(name string) error { return Classify(os.RemoveAll(name), "delete", name) }

// Free tells how many bytes an ordinary user can still write beside name.
func (OS) Free(name string) (int64, error) {
	n, err := free(name)
	return n, Classify(err, "look at free space of", name)
}

// Size is the present length in bytes.
func (f file) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, Classify(err, "look at", f.Name())
	}
	return info.Size(), nil
}

// WriteAt writes and says in words when the disk is full.
func (f file) WriteAt(p []byte, off int64) (int, error) {
	n, err := f.File.WriteAt(p, off)
	return n, Classify(err, "write", f.Name())
}

// Sync makes content and length durable.
func (f file) Sync() error { return Classify(datasync(f.File), "sync", f.Name()) }

// Truncate sets the length.
func (f file) Truncate(size int64) error {
	return Classify(f.File.Truncate(size), "truncate", f.Name())
}

// Preallocate reserves space up to size.
func (f file) Preallocate(size int64) error {
	return Classify(preallocate(f.File, size), "reserve space for", f.Name())
}

// Classify turns an error of the operating system into a fault. Other
// packages that have to call the operating system themselves use it, too.
func Classify(err error, op, object string) error {
	if err == nil {
		return nil
	}
	kind, hint := fault.Internal, ""
	switch {
	case errors.Is(err, fs.ErrNotExist):
		kind = fault.NotFound
	case errors.Is(err, fs.ErrExist):
		kind = fault.Exists
	case isNoSpace(err):
		kind, hint = fault.NoSpace, "Free some space on this disk and try again. Nothing that was saved is lost."
	case isReadOnly(err):
		kind, hint = fault.Denied, "This disk is read-only."
	case errors.Is(err, fs.ErrPermission):
		kind, hint = fault.Denied, "Ask for permission to this file or folder, or choose another one."
	}
	return &fault.Error{Kind: kind, Op: op, Object: object, Err: cause(err), Hint: hint}
}

// cause drops the path that os.PathError repeats: the fault names it already.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	var le *os.LinkError
	if errors.As(err, &le) {
		return le.Err
	}
	return err
}
