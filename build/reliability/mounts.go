//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"dev.varve/build/rig"
)

// mountTmpfs gives a folder a small disk of its own.
func (l *lab) mountTmpfs(dir string, size int) {
	l.must(os.MkdirAll(dir, 0o755))
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprint("size=", size)); err != nil {
		l.cannot("a small file system cannot be mounted here: %v", err)
	}
}

// unmount takes a disk away; whoever still uses it keeps it until then.
func unmount(dir string) { _ = syscall.Unmount(dir, syscall.MNT_DETACH) }

// mountImage mounts a file with a file system in it.
func mountImage(image, dir, options string) error {
	if out, err := exec.Command("mount", "-o", "loop,"+options, image, dir).CombinedOutput(); err != nil {
		return fmt.Errorf("mount -o loop,%s: %w: %s", options, err, out)
	}
	return nil
}

// homeOn makes a home on a disk that is mounted already.
func (l *lab) homeOn(dir string) *rig.Home { return rig.NewHome(l.varve, dir) }
