//go:build unix

package folder_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/storage/folder"
)

// A pipe in a file's place is refused by name, and never waited for.
func TestOverAPipe(t *testing.T) {
	s, v := two(t)
	dest := t.TempDir()
	noError(t, unix.Mkfifo(filepath.Join(dest, "a.csv"), 0o644))
	_, err := over(t, s, v, dest)
	wantKind(t, err, fault.Exists)
	if !strings.Contains(err.Error(), "“a.csv” is a named pipe there") {
		t.Errorf("it says %v", err)
	}
}

// A folder in which nobody may write: said, and every file is as it was.
func TestOverWithoutPermission(t *testing.T) {
	s, v := two(t)
	dest := t.TempDir()
	noError(t, os.Chmod(filepath.Dir(dest), 0o755))
	write(t, filepath.Join(dest, "a.csv"), "old", 0o644, then)
	noError(t, os.Chmod(dest, 0o555))
	t.Cleanup(func() { _ = os.Chmod(dest, 0o755) })
	before := describe(t, dest)
	err := asOrdinaryUser(t, func() error {
		_, err := folder.Lay(t.Context(), s, v.Root, dest, content.RestoreOptions{Over: true})
		return err
	})
	wantKind(t, err, fault.Denied)
	if !strings.Contains(fault.HintOf(err), "Nothing was changed.") {
		t.Errorf("the hint is %q", fault.HintOf(err))
	}
	if after := describe(t, dest); !slices.Equal(before, after) {
		t.Errorf("it was changed: %q", after)
	}
}
