//go:build unix

package lock

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"

	"dev.varve/backend/fault"
)

// acquire uses flock, which belongs to the open file: not to the process, as
// the locks of fcntl do, which vanish when any other part of the process
// closes the same file. Go opens files with close-on-exec.
func acquire(f *os.File) error {
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EWOULDBLOCK):
			return errHeld
		case errors.Is(err, unix.ENOLCK), errors.Is(err, unix.ENOTSUP), errors.Is(err, unix.ENOSYS):
			return fault.New(fault.Unsupported, "its file system has no locks: %v", err).WithHint("Choose a folder on a local disk.")
		}
		return err
	}
}
