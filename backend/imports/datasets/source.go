// Package datasets brings versions of data that other programs keep into this
// record: those of DVC, those of git-lfs.
//
// A Source reads one of them and changes nothing in it. Look says what an import
// would do, and Take does it: version by version, oldest first, each with who made
// it and when. A version is known by its origin, so that taking again adds only what
// is new. What is missing there, or not what its hash says, is left out as a whole
// version, and each is said with its reason.
package datasets

import (
	"context"
	"fmt"
	"io"
	"time"

	"dev.varve/backend/imports"
)

// Source is data of which another program keeps versions. Its methods are called one
// after the other. An error ends the import, unless it is about one version.
type Source interface {
	// About says what it is.
	About() imports.About
	// Versions lists what there is, those of a data set oldest first, each content of
	// it once.
	Versions(ctx context.Context, r *imports.Report) ([]Version, error)
	// Files lists the files of a version. It fails with fault.NotFound, in words that
	// name the first, if some are missing.
	Files(ctx context.Context, v *Version) ([]File, error)
	// Open opens a file for reading. If it is not what its hash says, reading its end
	// fails with fault.Corrupt.
	Open(ctx context.Context, f *File) (io.ReadCloser, error)
	// Close lets go of it.
	Close() error
}

// Version is a version of a data set there.
type Version struct {
	Set     string // name of the data set there
	Origin  string // what its content is there, and nothing else
	At      string // as the source calls it
	Single  bool   // it is one file, not a folder
	Where   string // what a Report calls it
	From    string // the place that it is from, for people
	Author  string
	Message string
	Made    int64 // ms since 1970
}

// File is a file of a version.
type File struct {
	Path     string // with slashes
	At       string // as the source calls its content; equal: it is the same
	Size     int64
	Mode     uint32
	Modified time.Time
}

// SomeFiles says how many of the files of a version something is true of: "1 of its 5
// files is", "all of its 5 files are".
func SomeFiles(some, all int) string {
	switch {
	case all == 1:
		return "its only file is"
	case some == all:
		return fmt.Sprintf("all of its %d files are", all)
	case some == 1:
		return fmt.Sprintf("1 of its %d files is", all)
	}
	return fmt.Sprintf("%d of its %d files are", some, all)
}
