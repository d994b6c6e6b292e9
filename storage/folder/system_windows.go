package folder

import (
	"io/fs"
	"os"
	"time"
)

const openWithoutWaiting = 0

// modeOf gives permission bits that make sense elsewhere: Windows knows only
// whether something is read-only, and Go says 0666 and 0777.
func modeOf(fi fs.FileInfo) uint32 {
	mode := fi.Mode().Perm() &^ 0o022
	if !fi.IsDir() {
		mode &^= 0o111
	}
	return uint32(mode)
}

// setTimeOf leaves the times of links, and times that Windows has no form
// for, alone.
func setTimeOf(*os.Root, string, time.Time) error { return nil }

// syncFolder does nothing: Windows has no such thing.
func syncFolder(*os.Root) error { return nil }
