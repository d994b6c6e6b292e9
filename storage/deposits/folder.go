package deposits

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/storage/disk"
)

// folder is written below an open root, which no link leads out of.
type folder struct {
	dir  string
	root *os.Root
	sync func(dir string) error
	last string // folder that was made last
}

func newFolder(parent, pattern string, sync func(string) error) (string, inner, error) {
	dir, err := os.MkdirTemp(parent, pattern)
	if err != nil {
		return "", nil, disk.Classify(err, "write to", parent)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", nil, errors.Join(disk.Classify(err, "open", dir), os.Remove(dir))
	}
	return dir, &folder{dir: dir, root: root, sync: sync}, nil
}

// Folder makes a folder.
func (f *folder) Folder(at string) error {
	if at == "." || at == f.last {
		return nil
	}
	f.last = at
	return disk.Classify(f.root.MkdirAll(filepath.FromSlash(at), 0o755), "make", filepath.Join(f.dir, at))
}

// File writes a file.
func (f *folder) File(at string, modified time.Time, fill func(io.Writer) error) error {
	if err := f.Folder(path.Dir(at)); err != nil {
		return err
	}
	name := filepath.FromSlash(at)
	shown := filepath.Join(f.dir, name)
	out, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fault.New(fault.Unsupported, "two names are the same one on this disk: %s", at).WithHint("Export to a zip file, or to a disk that tells small and capital letters apart.")
	}
	if err != nil {
		return disk.Classify(err, "write", shown)
	}
	b := bufio.NewWriterSize(out, 64<<10)
	if err = fill(b); err == nil {
		err = b.Flush()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return classify(err, shown)
	}
	return disk.Classify(f.root.Chtimes(name, modified, modified), "write", shown)
}

func (f *folder) finish() error {
	err := f.root.Chmod(".", 0o755)
	err = errors.Join(err, f.root.Close()) // Windows renames nothing that is open
	if err != nil {
		return disk.Classify(err, "write", f.dir)
	}
	return f.sync(f.dir)
}

func (f *folder) abandon() error { return f.root.Close() }
