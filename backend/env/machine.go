package env

import (
	"context"
	"io/fs"
)

// Machine runs programs and knows where interpreters lie.
type Machine interface {
	// Run runs a program to its end and hands each line that it writes, to
	// standard output or standard error, to line, one after the other. It
	// returns the exit code. When the context ends, the program is ended with
	// all its descendants, and Run fails with Cancelled. NotFound and Denied
	// mean that it could not be started.
	Run(ctx context.Context, c Command, line func(string)) (code int, err error)
	// Program finds a program on the PATH of an environment. It fails with
	// NotFound.
	Program(name string, environ []string) (path string, err error)
	// Candidates lists files that may be Python interpreters, the preferred
	// ones first: those on the PATH of an environment, then those in the
	// folders where interpreters are kept.
	Candidates(environ []string) []Candidate
	// Sync makes the content of a folder durable.
	Sync(dir string) error
}

// Command is a program with its arguments, folder and whole environment.
type Command struct {
	Args []string
	Dir  string
	Env  []string
}

// Candidate is a file that may be a Python interpreter.
type Candidate struct {
	Path string
	// Version is what the name promises: "3.11" for python3.11, "" for python3.
	Version string
}

// Disk is what the package needs of a disk; host.Disk has it and says how each
// method behaves.
type Disk interface {
	Files
	WriteFile(name string, data []byte, mode fs.FileMode) error
	MkdirAll(name string) error
	RemoveAll(name string) error
}

// Files is the reading part of a disk.
type Files interface {
	ReadFile(name string) ([]byte, error)
	ReadDir(name string) ([]fs.DirEntry, error)
	Stat(name string) (fs.FileInfo, error)
}

// Locker takes locks on files that hold between processes.
type Locker interface {
	// Try takes a lock, or fails at once with Locked.
	Try(path string) (Held, error)
	// Wait takes a lock as soon as it is free, or fails with Cancelled.
	Wait(ctx context.Context, path string) (Held, error)
}

// Held is a lock that is held.
type Held interface {
	Release() error
}
