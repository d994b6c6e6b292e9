//go:build !linux

package machine

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"dev.varve/backend/fault"
)

// Sync makes a folder durable, file by file: this system has no call for a
// whole file system that waits for the disk.
func (Tools) Sync(dir string) error {
	flag := os.O_RDONLY
	if runtime.GOOS == "windows" {
		flag = os.O_RDWR // only what may be written can be flushed there
	}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		f, err := os.OpenFile(name, flag, 0)
		if os.IsPermission(err) {
			return nil // read-only content, which an installer rarely makes
		}
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Sync()
	})
	return fault.Wrap(err, fault.Internal, "sync", dir)
}
