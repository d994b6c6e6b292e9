// Package host declares what Varve needs from the machine: a clock, random
// bytes and a disk. They come in through parameters, so that a test can be
// at any time, on any disk, at the moment of any fault. The real ones are in
// storage/disk and app/machine.
package host

import (
	"io"
	"io/fs"
	"time"
)

// Clock tells the time. Nothing but an implementation of it calls time.Now.
type Clock interface {
	Now() time.Time
}

// Random gives unpredictable bytes. Read never fails and never falls short
// (crypto/rand.Reader keeps that promise).
type Random = io.Reader

// Disk is the part of a file system that Varve writes to. Names are absolute
// paths of the operating system. An error is a *fault.Error of kind NotFound,
// Exists, Denied, NoSpace, Locked or Internal.
type Disk interface {
	// Open opens an existing file for reading.
	Open(name string) (File, error)
	// OpenWrite opens an existing file for reading and writing.
	OpenWrite(name string) (File, error)
	// Create makes a new file, which must not exist, for reading and writing.
	// When it returns, the name survives a power cut.
	Create(name string) (File, error)
	// ReadFile returns the whole content of a small file.
	ReadFile(name string) ([]byte, error)
	// WriteFile replaces a small file at once and durably: afterwards, and
	// after a power cut at any moment, it has either the old or the new content.
	WriteFile(name string, data []byte, mode fs.FileMode) error
	// ReadDir lists a folder, sorted by name.
	ReadDir(name string) ([]fs.DirEntry, error)
	// Stat describes what is at name, following links.
	Stat(name string) (fs.FileInfo, error)
	// MkdirAll makes a folder and its missing parents, durably.
	MkdirAll(name string) error
	// Rename moves a file within one file system, durably, and replaces what
	// was at the new name.
	Rename(oldName, newName string) error
	// Remove deletes one file or one empty folder.
	Remove(name string) error
	// RemoveAll deletes a tree. A name that does not exist is no error.
	RemoveAll(name string) error
	// Free tells how many bytes an ordinary user can still write beside name.
	Free(name string) (int64, error)
}

// File is an open file. Bytes that WriteAt took survive a power cut only
// after a Sync that returned nil. After a Sync that failed nothing is known
// about any byte written since the last good one.
type File interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	// Size is the present length in bytes.
	Size() (int64, error)
	// Sync makes content and length durable.
	Sync() error
	// Truncate sets the length.
	Truncate(size int64) error
	// Preallocate reserves space and sets the length to at least size; the new
	// bytes read as zeros. It fails with NoSpace when there is none.
	Preallocate(size int64) error
}
