package desk

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"dev.varve/storage/workspace"
)

// A lock file that somebody takes away no longer keeps others out: the window
// closes what it had open, and enters the workspace like anybody else.
func TestAWindowWithoutItsLockFile(t *testing.T) {
	d := openDesk(t, filepath.Join(person(t), "lake-lab"))
	defer closeDesk(t, d)
	first := d.Owner()
	lock := filepath.Join(d.now().dir, workspace.LockName)
	if err := os.Remove(lock); err != nil {
		t.Skipf("this system keeps open files: %v", err)
	}
	deadline := time.Now().Add(time.Minute)
	for d.Owner() == first || d.Owner() == nil {
		if time.Now().After(deadline) {
			t.Fatal("the window goes on as if the workspace were its own")
		}
		time.Sleep(20 * time.Millisecond)
	}
	if status, name := ask(d); status != http.StatusOK || name != "lake-lab" {
		t.Fatalf("answered %d, %q", status, name)
	}
	if !d.Owner().Kept() {
		t.Fatal("the workspace has no lock again")
	}
}
