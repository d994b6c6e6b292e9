// Package lock holds files so that one process at a time may do something:
// own a workspace, make an environment.
//
// A lock is an operating-system lock on a file of its own. The kernel releases
// it when the process ends, however it ends; no process inherits it; the text
// of the file means nothing. The file is made when it is missing and is never
// deleted by this package: a deleted lock file and its successor could be
// held by two processes at once. On a network file system the lock is as good
// as that system's own.
package lock

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"sync"
	"syscall"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/storage/disk"
)

// Lock is a held lock. Keep it: a Lock that nobody refers to any more is
// released by the garbage collector.
type Lock struct {
	mu   sync.Mutex
	file *os.File // nil when released
	path string
}

// errHeld says that another open file holds the lock.
var errHeld = errors.New("held")

// Try takes the lock, or fails at once with Locked if somebody holds it, be it
// this same process. The folder must exist. Unsupported means a file system
// without locks.
func Try(path string) (*Lock, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
		if errors.Is(err, syscall.EROFS) {
			// Who only reads can hold it, too: it is not the file that is written.
			f, err = os.Open(path)
		}
		if err != nil {
			return nil, disk.Classify(err, "lock", path)
		}
		if err := acquire(f); err != nil {
			f.Close()
			if errors.Is(err, errHeld) {
				return nil, fault.New(fault.Locked, "another process holds it").On("lock", path)
			}
			var known *fault.Error
			if errors.As(err, &known) {
				return nil, known.On("lock", path)
			}
			return nil, disk.Classify(err, "lock", path)
		}
		same, err := stillThere(f, path)
		if same {
			return &Lock{file: f, path: path}, nil
		}
		f.Close()
		if err != nil {
			return nil, disk.Classify(err, "lock", path)
		}
	}
}

// stillThere tells whether the locked file is still the one of that name. A
// person, or a clean-up of a cache folder, may have deleted it in between; who
// comes later would then lock another file.
func stillThere(f *os.File, path string) (bool, error) {
	mine, err := f.Stat()
	if err != nil {
		return false, err
	}
	now, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && os.SameFile(mine, now), err
}

// Wait takes the lock as soon as it is free. It fails with Cancelled when the
// context ends before that.
func Wait(ctx context.Context, path string) (*Lock, error) {
	// The kernel can wait for a lock, but such a wait cannot be given up.
	for pause := 2 * time.Millisecond; ; pause = min(2*pause, 100*time.Millisecond) {
		if err := ctx.Err(); err != nil {
			return nil, cancelled(err, path)
		}
		l, err := Try(path)
		if !errors.Is(err, fault.Locked) {
			return l, err
		}
		select {
		case <-ctx.Done():
			return nil, cancelled(ctx.Err(), path)
		case <-time.After(pause):
		}
	}
}

func cancelled(err error, path string) error {
	return fault.New(fault.Cancelled, "waiting for another process was given up: %v", err).On("lock", path)
}

// Release gives the lock free. Releasing it again does nothing.
func (l *Lock) Release() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	err := l.file.Close() // which releases it, since no other process has this open file
	l.file = nil
	return disk.Classify(err, "release", l.path)
}

// Kept tells whether the lock still keeps others out: a lock file that was
// removed or replaced is another file to whoever comes next. What cannot be
// found out counts as kept.
func (l *Lock) Kept() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return false
	}
	same, err := stillThere(l.file, l.path)
	return same || err != nil
}

// Path is the lock file.
func (l *Lock) Path() string { return l.path }
