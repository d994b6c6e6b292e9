// Package deposits writes packages of data (backend/deposit) to a folder or a zip file
// that is whole or not there.
//
// What is written is called DEST.unfinished-… beside its place, and gets its name at
// the end by a rename. What fails or is stopped is removed; after a kill it stays under
// that name, and can be deleted.
package deposits

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/storage/disk"
)

// Options say where something is written.
type Options struct {
	Dest string // whole path
	Zip  bool
	// Over replaces what is there: a file by a zip, a folder by a folder whose names at
	// its top are all among Known. Anything else is refused in any case.
	Over  bool
	Known []string
	Top   string // folder within a zip in which everything lies; may be empty
	Bytes int64  // about how much will be written
	// Sync makes durable all that lies below a folder.
	Sync func(dir string) error
}

// Out is a package that is being written. It is a deposit.Target.
type Out struct {
	o    Options
	temp string // where it is now
	inner
}

// inner is what a folder and a zip do differently.
type inner interface {
	Folder(path string) error
	File(path string, modified time.Time, fill func(io.Writer) error) error
	finish() error  // all is there: make it durable
	abandon() error // let go of what is open
}

// Check says what Open would refuse. It changes nothing.
func Check(o Options) error {
	if err := o.check(); err != nil {
		return err
	}
	parent := filepath.Dir(o.Dest)
	if info, err := os.Stat(parent); err != nil || !info.IsDir() {
		return fault.New(fault.NotFound, "there is no folder %s", parent).WithField("dest").WithHint("Make it first, or name another place.")
	}
	if free, err := (disk.OS{}).Free(parent); err == nil && !o.Zip && free < o.Bytes {
		return fault.New(fault.NoSpace, "%d MB are needed at %s, and %d MB are free", o.Bytes/1e6+1, parent, free/1e6).
			WithHint("Free some space, or choose another disk. Nothing was written.")
	}
	return nil
}

// Open begins to write. Exists if there is something that may not be replaced.
func Open(o Options) (*Out, error) {
	if err := Check(o); err != nil {
		return nil, err
	}
	parent := filepath.Dir(o.Dest)
	out := &Out{o: o}
	var err error
	pattern := filepath.Base(o.Dest) + ".unfinished-*"
	if o.Zip {
		out.temp, out.inner, err = newZip(parent, pattern, o.Top)
	} else {
		out.temp, out.inner, err = newFolder(parent, pattern, o.Sync)
	}
	return out, err
}

// check refuses what may not be replaced.
func (o *Options) check() error {
	info, err := os.Lstat(o.Dest)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return disk.Classify(err, "write", o.Dest)
	case o.Zip && info.Mode().IsRegular() && o.Over:
		return nil
	case o.Zip && info.Mode().IsRegular():
		return taken(o.Dest, "is there already").WithHint("Name another file, or replace it with --over.")
	case o.Zip:
		return taken(o.Dest, "is there already, and no file").WithHint("Name another file.")
	case !info.IsDir():
		return taken(o.Dest, "is there already, and no folder").WithHint("Name another folder.")
	}
	entries, err := os.ReadDir(o.Dest)
	if err != nil {
		return disk.Classify(err, "read", o.Dest)
	}
	for _, e := range entries {
		if !slices.Contains(o.Known, e.Name()) {
			return taken(o.Dest, fmt.Sprintf("has something else in it: %s", e.Name())).WithHint("Name a folder that is new or empty.")
		}
	}
	if len(entries) > 0 && !o.Over {
		return taken(o.Dest, "has an export in it already").WithHint("Name another folder, or replace it with --over.")
	}
	return nil
}

func taken(dest, why string) *fault.Error {
	return fault.New(fault.Exists, "%s %s", dest, why).WithField("dest")
}

// Commit gives it its name. When it returns, it is durable.
func (o *Out) Commit() error {
	err := o.finish()
	if err == nil {
		err = o.o.check() // something may have come there meanwhile
	}
	if err == nil && o.o.Zip {
		err = o.placeFile()
	} else if err == nil {
		err = o.placeFolder()
	}
	if err != nil {
		return errors.Join(err, o.Abandon())
	}
	return nil
}

// placeFile renames the file. A name that was free is claimed first, so that nobody
// else's file of that name is replaced.
func (o *Out) placeFile() error {
	if !o.o.Over {
		claim, err := os.OpenFile(o.o.Dest, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			return taken(o.o.Dest, "is there already").WithHint("Name another file, or replace it with --over.")
		}
		if err == nil {
			err = claim.Close()
		}
		if err != nil {
			return disk.Classify(err, "write", o.o.Dest)
		}
	}
	err := disk.OS{}.Rename(o.temp, o.o.Dest)
	if err != nil && !o.o.Over {
		return errors.Join(err, os.Remove(o.o.Dest))
	}
	return err
}

// placeFolder renames the folder; one that is replaced is put aside first and comes
// back if that fails.
func (o *Out) placeFolder() error {
	err := os.Remove(o.o.Dest) // one that is empty
	switch {
	case err == nil || errors.Is(err, fs.ErrNotExist):
		return disk.OS{}.Rename(o.temp, o.o.Dest)
	case !o.o.Over:
		return disk.Classify(err, "replace", o.o.Dest)
	}
	aside := o.temp + "-before"
	if err := (disk.OS{}).Rename(o.o.Dest, aside); err != nil {
		return err
	}
	if err := (disk.OS{}).Rename(o.temp, o.o.Dest); err != nil {
		return errors.Join(err, disk.OS{}.Rename(aside, o.o.Dest))
	}
	return disk.OS{}.RemoveAll(aside)
}

// Abandon removes what was written.
func (o *Out) Abandon() error {
	return errors.Join(o.abandon(), disk.Classify(os.RemoveAll(o.temp), "remove", o.temp))
}

// classify says in words why something could not be written, unless whoever filled it
// has said so.
func classify(err error, object string) error {
	var said *fault.Error
	if errors.As(err, &said) {
		return err
	}
	return disk.Classify(err, "write", object)
}
