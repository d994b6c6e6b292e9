// Package folder connects backend/content with the person's folders: Source
// reads them as they are, and Restore fills one from a stored tree.
//
// Both work through os.Root. Nothing that changes while they work, and no
// link, can lead them out of the folder that was named.
package folder

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/storage/disk"
)

// Source is a file or folder of this machine.
type Source struct{ path string }

var _ content.Source = (*Source)(nil)

// NewSource names a file or folder. If the path itself is a link, what it
// leads to is meant: the person named it. Links inside are kept as links.
func NewSource(path string) *Source { return &Source{path} }

// Open opens the folder, or the one that holds the file.
func (s *Source) Open(ctx context.Context) (content.SourceFolder, string, error) {
	if err := content.Cancelled(ctx); err != nil {
		return nil, "", err
	}
	path, err := filepath.Abs(s.path)
	if err == nil {
		_, err = os.Stat(path)
	}
	if errors.Is(err, syscall.ELOOP) {
		return nil, "", fault.New(fault.Invalid, "%s is a link that leads back to itself", s.path).
			WithHint("Name the file or folder itself.")
	}
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return nil, "", disk.Classify(err, "open", s.path)
	}
	fi, err := os.Stat(path)
	if err != nil {
		return nil, "", disk.Classify(err, "open", s.path)
	}
	file := ""
	switch info := infoOf(fi); info.Type {
	case content.Folder:
	case content.File:
		path, file = filepath.Dir(path), filepath.Base(path)
	default:
		return nil, "", fault.New(fault.Unsupported, "%s is %s, which cannot be kept", s.path, info.What)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, "", disk.Classify(err, "open", s.path)
	}
	return &dir{root: root, path: path}, file, nil
}

// dir is an open folder.
type dir struct {
	root *os.Root
	path string   // for messages
	list *os.File // the folder itself, if it is so large that looking at what is in it counts
}

func (d *dir) Info() (content.Info, error) {
	fi, err := d.root.Stat(".")
	if err != nil {
		return content.Info{}, disk.Classify(err, "look at", d.path)
	}
	return infoOf(fi), nil
}

func (d *dir) Names() ([]string, error) {
	f, err := d.root.Open(".")
	if err != nil {
		return nil, disk.Classify(err, "list", d.path)
	}
	names, err := f.Readdirnames(-1)
	if err == nil && d.list == nil && len(names) >= manyNames {
		d.list = f // open files are scarce, and few folders are large
	} else {
		f.Close()
	}
	return names, disk.Classify(err, "list", d.path)
}

// manyNames is from how many things in it on a folder is looked into directly.
const manyNames = 512

func (d *dir) Lstat(name string) (content.Info, error) {
	if d.list != nil {
		if info, err, ok := lstatIn(d.list, name); ok {
			if err != nil {
				return content.Info{}, d.fault(err, "look at", name)
			}
			return info, nil
		}
	}
	fi, err := d.root.Lstat(name)
	if err != nil {
		return content.Info{}, d.fault(err, "look at", name)
	}
	return infoOf(fi), nil
}

// Folder may follow a link that was just put in the folder's place, though
// not out of d: callers compare Info with Lstat.
func (d *dir) Folder(name string) (content.SourceFolder, error) {
	root, err := d.root.OpenRoot(name)
	if err != nil {
		return nil, d.fault(err, "open", name)
	}
	return &dir{root: root, path: filepath.Join(d.path, name)}, nil
}

// File may follow a link in the same way.
func (d *dir) File(name string) (content.SourceFile, error) {
	f, err := d.root.OpenFile(name, os.O_RDONLY|openWithoutWaiting, 0)
	if err != nil {
		return nil, d.fault(err, "open", name)
	}
	fi, err := f.Stat()
	if err != nil || !fi.Mode().IsRegular() {
		f.Close()
		if err == nil {
			err = fs.ErrNotExist // something else has its name now
		}
		return nil, d.fault(err, "open", name)
	}
	return &file{f}, nil
}

func (d *dir) Readlink(name string) (string, error) {
	target, err := d.root.Readlink(name)
	if err != nil {
		return "", d.fault(err, "read the link", name)
	}
	return target, nil
}

func (d *dir) Close() error {
	if d.list != nil {
		d.list.Close() // it was only read
	}
	return disk.Classify(d.root.Close(), "close", d.path)
}

// fault classifies an error about a name. That something is not what it was
// a moment ago counts as not found, as content.SourceFolder wants it.
func (d *dir) fault(err error, op, name string) error {
	if errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.EINVAL) || isEscape(err) {
		err = fs.ErrNotExist
	}
	return disk.Classify(err, op, filepath.Join(d.path, name))
}

// isEscape recognises os.Root's refusal to follow a link out of it, which has
// no name of its own.
func isEscape(err error) bool {
	var pe *fs.PathError
	return errors.As(err, &pe) && pe.Err.Error() == "path escapes from parent"
}

// file is an open file.
type file struct{ *os.File }

func (f *file) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	if err != nil && err != io.EOF {
		err = disk.Classify(err, "read", f.Name())
	}
	return n, err
}

// WriteTo hides that of os.File, which would not classify errors.
func (f *file) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{f})
}

func (f *file) Info() (content.Info, error) {
	fi, err := f.Stat()
	if err != nil {
		return content.Info{}, disk.Classify(err, "look at", f.Name())
	}
	return infoOf(fi), nil
}

func infoOf(fi fs.FileInfo) content.Info {
	info := content.Info{Mode: modeOf(fi), Size: fi.Size(), ModTime: fi.ModTime()}
	sort(&info, fi.Mode())
	identify(&info, fi)
	return info
}

// sort says what kind of thing it is. Only files have a size.
func sort(info *content.Info, mode fs.FileMode) {
	switch {
	case mode.IsRegular():
		info.Type = content.File
	case mode.IsDir():
		info.Type, info.Size = content.Folder, 0
	case mode&fs.ModeSymlink != 0:
		info.Type, info.Size = content.Link, 0
	case mode&fs.ModeNamedPipe != 0:
		info.What = "a named pipe"
	case mode&fs.ModeSocket != 0:
		info.What = "a socket"
	case mode&(fs.ModeDevice|fs.ModeCharDevice) != 0:
		info.What = "a device"
	default:
		info.What = "neither a file nor a folder nor a link"
	}
}
