package folder_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
	"dev.varve/storage/folder"
)

// small mounts a small file system, if it may.
func small(t *testing.T, size string) string {
	t.Helper()
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("a small file system cannot be mounted: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return disk
}

// Somebody fills the disk in the middle: what was restored until then is new,
// the rest old, and the half of a file is gone.
func TestOverFillsTheDisk(t *testing.T) {
	top, s, dest := t.TempDir(), contenttest.NewMemory(), small(t, "8m")
	for i := range 3 {
		name := fmt.Sprintf("f%d", i)
		write(t, filepath.Join(top, name), string(contenttest.Bytes(uint64(i), 1<<20)), 0o644, then)
		write(t, filepath.Join(dest, name), "old", 0o644, then)
	}
	v := build(t, s, top)
	_, err := folder.Lay(t.Context(), s, v.Root, dest, content.RestoreOptions{Over: true, Progress: func(p content.Progress) {
		if !p.Counting && p.Path == "f1" && p.Done.Files == 1 {
			_ = os.WriteFile(filepath.Join(dest, "fill"), make([]byte, 8<<20), 0o644) // as far as there is space
		}
	}})
	wantKind(t, err, fault.NoSpace)
	if hint := fault.HintOf(err); !strings.Contains(hint, "1 of 3 files had been restored") {
		t.Errorf("the hint is %q", hint)
	}
	for name, want := range map[string]string{"f0": read(t, filepath.Join(top, "f0")), "f1": "old", "f2": "old"} {
		if read(t, filepath.Join(dest, name)) != want {
			t.Errorf("%s is neither as it was nor as in the version", name)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dest, ".varve*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// A disk that may only be read.
func TestOverAReadOnlyDisk(t *testing.T) {
	s, v := two(t)
	dest := small(t, "1m")
	write(t, filepath.Join(dest, "a.csv"), "old", 0o644, then)
	if err := syscall.Mount("tmpfs", dest, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	_, err := over(t, s, v, dest)
	wantKind(t, err, fault.Denied)
	if hint := fault.HintOf(err); !strings.Contains(hint, "read-only") || !strings.Contains(hint, "Nothing was changed.") {
		t.Errorf("the hint is %q", hint)
	}
}
