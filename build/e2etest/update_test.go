//go:build e2e

package e2etest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dev.varve/build/rig"
)

// TestUpdate: an owner that nobody sees makes room for an update. Nothing but the
// next command is needed for the new program to own the workspace.
func TestUpdate(t *testing.T) {
	h := newHome(t)
	bin := filepath.Join(t.TempDir(), "bin")
	install := func(name string) {
		t.Helper()
		err := copyProgram(filepath.Join(filepath.Dir(varve()), name), filepath.Join(bin, name+".new"))
		if err == nil {
			err = os.Rename(filepath.Join(bin, name+".new"), filepath.Join(bin, name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	install("varve")
	person := rig.NewHome(filepath.Join(bin, "varve"), h.dir)
	say := func(args ...string) string {
		t.Helper()
		out, err := person.Run(args...)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	say("experiments", "create", "before")
	old := person.Owner()
	if old == 0 {
		t.Fatal("nobody owns the workspace")
	}
	install("varve")
	if !eventually(func() bool { return rig.Gone(old) }) {
		t.Fatal("the old owner stays")
	}
	if list := say("experiments", "list"); !strings.Contains(list, "before") {
		t.Errorf("after the update there are\n%s", list)
	}
	if now := person.Owner(); now == old || now == 0 {
		t.Errorf("owner %d, before %d", now, old)
	}
}
