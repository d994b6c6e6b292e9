//go:build unix

package folder_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
	"dev.varve/storage/folder"
)

func TestSpecialFilesAreRefusedByName(t *testing.T) {
	top := sample(t)
	noError(t, unix.Mkfifo(filepath.Join(top, "pipe"), 0o644))
	// The path of a socket must be short.
	short, err := os.MkdirTemp("", "s")
	noError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(short) })
	l, err := net.Listen("unix", filepath.Join(short, "sock"))
	noError(t, err)
	defer l.Close()
	noError(t, os.Rename(filepath.Join(short, "sock"), filepath.Join(top, "deep", "sock")))

	_, err = content.Build(t.Context(), contenttest.NewMemory(), folder.NewSource(top), content.BuildOptions{})
	wantKind(t, err, fault.Unsupported)
	for _, says := range []string{"“pipe” is a named pipe", "“deep/sock” is a socket"} {
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%q is missing in %v", says, err)
		}
	}
	_, err = content.Build(t.Context(), nil, folder.NewSource(filepath.Join(top, "pipe")), content.BuildOptions{})
	wantKind(t, err, fault.Unsupported)
	_, err = content.Build(t.Context(), nil, folder.NewSource("/dev/null"), content.BuildOptions{})
	wantKind(t, err, fault.Unsupported)
}

func TestALinkThatLeadsBackToItself(t *testing.T) {
	dir := t.TempDir()
	for from, to := range map[string]string{"a": "b", "b": "a"} {
		if err := os.Symlink(to, filepath.Join(dir, from)); err != nil {
			t.Fatal(err)
		}
	}
	_, err := content.Build(t.Context(), nil, folder.NewSource(filepath.Join(dir, "a")), content.BuildOptions{})
	wantKind(t, err, fault.Invalid)
}

func TestUnreadableIsRefusedByName(t *testing.T) {
	top := t.TempDir()
	noError(t, os.Chmod(top, 0o755))
	noError(t, os.Chmod(filepath.Dir(top), 0o755))
	write(t, filepath.Join(top, "ok"), "x", 0o644, then)
	write(t, filepath.Join(top, "deep/secret"), "x", 0, then)
	noError(t, os.Mkdir(filepath.Join(top, "closed"), 0))
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(top, "closed"), 0o755) })
	s := contenttest.NewMemory()
	err := asOrdinaryUser(t, func() error {
		_, err := content.Build(t.Context(), s, folder.NewSource(top), content.BuildOptions{})
		return err
	})
	wantKind(t, err, fault.Denied)
	for _, says := range []string{"“deep/secret”", "“closed”"} {
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%s is missing in %v", says, err)
		}
	}
	if n, _ := s.Count(content.KindData); n > 0 {
		t.Errorf("%d objects were stored all the same", n)
	}
}

// A folder in which nobody may write, and one whose parent may not be entered.
func TestRestoreWithoutPermission(t *testing.T) {
	s := contenttest.NewMemory()
	v := build(t, s, sample(t))
	dir := t.TempDir()
	noError(t, os.Chmod(filepath.Dir(dir), 0o755))
	noError(t, os.Chmod(dir, 0o555))
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	for _, dest := range []string{dir, filepath.Join(dir, "new")} {
		err := asOrdinaryUser(t, func() error {
			_, err := folder.Restore(t.Context(), s, v.Root, dest, nil)
			return err
		})
		wantKind(t, err, fault.Denied)
	}
}

// A pipe that takes a file's place just before it is opened must not stop
// everything until somebody writes to it.
func TestAPipeInAFilesPlace(t *testing.T) {
	top := t.TempDir()
	noError(t, unix.Mkfifo(filepath.Join(top, "pipe"), 0o644))
	dir, _, err := folder.NewSource(top).Open(t.Context())
	noError(t, err)
	defer dir.Close()
	_, err = dir.File("pipe")
	wantKind(t, err, fault.NotFound)
}

func TestDeepFolders(t *testing.T) {
	top, s := t.TempDir(), contenttest.NewMemory()
	deep := filepath.Join(top, strings.Repeat("d/", 300))
	write(t, filepath.Join(deep, "x"), "x", 0o644, then)
	v := build(t, s, top)
	if v.Totals.Folders != 300 {
		t.Fatalf("totals %+v", v.Totals)
	}
	noError(t, restore(t, s, v, filepath.Join(t.TempDir(), "out")))
}
