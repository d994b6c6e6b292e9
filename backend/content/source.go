package content

import (
	"context"
	"io"
	"time"
)

// Source is a file or folder of a person, as it is. storage/folder has the
// real one. Errors are faults: NotFound for what vanished, Denied for what
// may not be read, anything else ends the work.
type Source interface {
	// Open opens the folder that is meant, with an empty name; or the folder in
	// which the file lies that is meant, and the file's name.
	Open(ctx context.Context) (folder SourceFolder, file string, err error)
}

// SourceFolder is an open folder. Whatever happens to its path meanwhile, it
// stays the same folder. Names are single names, never paths. Nothing here
// follows a link. Its methods may be called at the same time, but for Close.
type SourceFolder interface {
	// Info describes the folder itself.
	Info() (Info, error)
	// Names lists what is in it, in any order.
	Names() ([]string, error)
	// Lstat describes an entry.
	Lstat(name string) (Info, error)
	// Folder opens a folder in it. It fails with fault.NotFound if there is
	// something else under that name by now.
	Folder(name string) (SourceFolder, error)
	// File opens a file in it. It fails with fault.NotFound if there is
	// something else under that name by now, and never waits for a pipe's other end.
	File(name string) (SourceFile, error)
	// Readlink is the target of a link in it.
	Readlink(name string) (string, error)
	io.Closer
}

// SourceFile is an open file.
type SourceFile interface {
	io.ReadCloser
	// Info describes the open file, whatever now has its name.
	Info() (Info, error)
}

// Info describes a thing in a Source. Two Infos of a thing that was not
// changed in between are equal.
type Info struct {
	Type    Type   // 0 if it is neither file nor folder nor link
	What    string // in that case: "a named pipe", "a device"…
	Mode    uint32 // permission bits, 0 … 0o777
	Size    int64  // bytes
	ModTime time.Time
	// ChangeTime, Device and Inode tell changes that ModTime hides. They are
	// zero where the system does not say.
	ChangeTime    time.Time
	Device, Inode uint64
}

// same reports whether nothing that Info shows has changed. Times are
// compared as instants.
func (i Info) same(o Info) bool {
	return i.Type == o.Type && i.Mode == o.Mode && i.Size == o.Size && i.ModTime.Equal(o.ModTime) &&
		i.ChangeTime.Equal(o.ChangeTime) && i.Device == o.Device && i.Inode == o.Inode
}

// sameThing reports whether it is the same object on the disk, as far as the
// system says, whatever was written to it.
func (i Info) sameThing(o Info) bool {
	return i.Type == o.Type && i.Device == o.Device && i.Inode == o.Inode
}
