package workspace_test

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/storage/disk"
	"dev.varve/storage/workspace"
)

type clock struct{ host.Clock }

func (clock) Now() time.Time { return time.UnixMilli(1_750_000_000_000) }

var chunks = []byte(`{"cut":1}`)

func open(d host.Disk, dir string) (*workspace.Workspace, error) {
	return workspace.Open(d, clock{}, rand.Reader, dir, chunks)
}

// overtaken is a disk on which another program makes and fills the workspace
// just before a folder is listed.
type overtaken struct {
	host.Disk
	t    *testing.T
	made *workspace.Workspace
}

func (o *overtaken) ReadDir(dir string) ([]os.DirEntry, error) {
	if o.made == nil {
		w, err := open(o.Disk, dir)
		if err != nil {
			o.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(w.Journal(), "0001.log"), []byte("events"), 0o644); err != nil {
			o.t.Fatal(err)
		}
		o.made = w
	}
	return o.Disk.ReadDir(dir)
}

// TestAnotherWasFaster: a workspace that comes to be between two looks at its
// folder is that workspace, not a folder full of strange things.
func TestAnotherWasFaster(t *testing.T) {
	t.Run("Check", func(t *testing.T) {
		if err := workspace.Check(&overtaken{Disk: disk.OS{}, t: t}, t.TempDir(), chunks); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("Open", func(t *testing.T) {
		d := &overtaken{Disk: disk.OS{}, t: t}
		w, err := open(d, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if w.ID != d.made.ID {
			t.Fatalf("opened %x, made was %x", w.ID, d.made.ID)
		}
	})
}

func TestAFolderOfSomebodyElse(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.tex"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"Check": workspace.Check(disk.OS{}, dir, chunks),
		"Open":  func() error { _, err := open(disk.OS{}, dir); return err }(),
	} {
		if fault.KindOf(err) != fault.Exists {
			t.Errorf("%s: %v", name, err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder was changed: %v %v", entries, err)
	}
}
