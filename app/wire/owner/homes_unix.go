//go:build unix

package owner

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

func writable(dir string) bool { return unix.Access(dir, unix.W_OK|unix.X_OK) == nil }

// spareHome is a folder of the session or of the computer that belongs to this
// person alone, or empty: tokens lie there.
func spareHome() string {
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" && private(dir) && writable(dir) {
		return filepath.Join(dir, "varve")
	}
	dir := filepath.Join(os.TempDir(), "varve-"+strconv.Itoa(os.Getuid()))
	if err := os.Mkdir(dir, 0o700); err != nil && !os.IsExist(err) {
		return ""
	}
	if !private(dir) {
		return "" // somebody else was there first
	}
	return dir
}

// private reports whether a folder is this person's, and nobody else may look
// into it. A link is not.
func private(dir string) bool {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || info.Mode().Perm()&0o077 != 0 {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid()
}
