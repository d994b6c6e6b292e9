package agentdir_test

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"dev.varve/storage/agentdir"
	"dev.varve/storage/disk"
)

// A program may leave folders that may not be written to. Root would remove them
// all the same.
func TestClosedFoldersAreRemoved(t *testing.T) {
	dir := agentdir.Dir{Disk: disk.OS{}, Path: t.TempDir()}
	for _, folder := range []string{dir.Path, filepath.Dir(dir.Path)} {
		if err := os.Chmod(folder, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	top := dir.Files().Artifacts
	done := make(chan error)
	go func() {
		if os.Geteuid() == 0 {
			// The thread ends with this goroutine, and its changed identity with it.
			runtime.LockOSThread()
			if err := syscall.Setfsuid(65534); err != nil {
				done <- err
				return
			}
		}
		done <- func() error {
			closed := filepath.Join(top, "a", "b")
			if err := os.MkdirAll(closed, 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(closed, "c"), nil, 0o400); err != nil {
				return err
			}
			for _, folder := range []string{closed, filepath.Dir(closed)} {
				if err := os.Chmod(folder, 0o500); err != nil {
					return err
				}
			}
			return dir.RemoveArtifacts()
		}()
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(top); !os.IsNotExist(err) {
		t.Errorf("the folder is still there: %v", err)
	}
}
