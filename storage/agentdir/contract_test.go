package agentdir_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"dev.varve/backend/fault"
	"dev.varve/storage/agentdir"
	"dev.varve/storage/disk"
)

func TestFilesForTheChild(t *testing.T) {
	dir := agentdir.Dir{Disk: disk.OS{}, Path: t.TempDir()}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := dir.OpenMetrics(); !errors.Is(err, fault.NotFound) {
		t.Errorf("no file yet: %v", err)
	}
	must(dir.Offer([]byte("{}"), []byte("{}")))
	files := dir.Files()
	must(os.WriteFile(files.Metrics, []byte("abc\n"), 0o600))
	f, err := dir.OpenMetrics()
	must(err)
	if size, at, err := f.Now(); size != 4 || at == 0 || err != nil {
		t.Errorf("%d bytes of %d, %v", size, at, err)
	}
	must(f.Close())

	must(os.Remove(files.Metrics))
	must(os.Mkdir(files.Metrics, 0o700))
	if _, err := dir.OpenMetrics(); !errors.Is(err, fault.NotFound) {
		t.Errorf("a folder: %v", err)
	}

	deep := filepath.Join(files.Artifacts, "a", "b")
	must(os.MkdirAll(deep, 0o755))
	must(os.WriteFile(filepath.Join(deep, "c"), nil, 0o400))
	must(os.Symlink("/", filepath.Join(files.Artifacts, "root")))
	must(os.Chmod(deep, 0o500))
	must(os.Chmod(filepath.Dir(deep), 0))
	must(dir.RemoveArtifacts())
	must(dir.RemoveArtifacts())
	if _, err := os.Lstat(files.Artifacts); !os.IsNotExist(err) {
		t.Errorf("the folder is still there: %v", err)
	}
}
