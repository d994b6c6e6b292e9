//go:build unix

package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// openWithoutWaiting lets the opening of a pipe that was just put in a file's
// place fail instead of waiting for its other end.
const openWithoutWaiting = unix.O_NONBLOCK

func modeOf(fi fs.FileInfo) uint32 { return uint32(fi.Mode().Perm()) }

// setTimeOf sets the time of a file, folder or link, and of the link itself
// rather than what it leads to.
func setTimeOf(root *os.Root, path string, t time.Time) error {
	folder, name := filepath.Split(path)
	d, err := root.Open(filepath.Clean(folder))
	if err != nil {
		return err
	}
	defer d.Close()
	at, err := unix.TimeToTimespec(t)
	if err != nil {
		return err
	}
	return unix.UtimesNanoAt(int(d.Fd()), name, []unix.Timespec{at, at}, unix.AT_SYMLINK_NOFOLLOW)
}

// syncFolder makes the names in an open folder durable.
func syncFolder(root *os.Root) error {
	d, err := root.Open(".")
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOTSUP) { // some network file systems do not
		return err
	}
	return nil
}
