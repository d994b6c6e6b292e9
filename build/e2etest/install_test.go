//go:build e2e

package e2etest

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestInstall: what `make install` puts into a home works from there, and
// `make uninstall` takes all of it away.
func TestInstall(t *testing.T) {
	home := filepath.Join(t.TempDir(), "a home")
	script := func(args ...string) {
		t.Helper()
		cmd := exec.Command("bash", append([]string{"../scripts/install.sh"}, args...)...)
		cmd.Env = append(os.Environ(), "HOME="+home, "XDG_BIN_HOME=", "XDG_DATA_HOME=")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("install.sh %v: %v\n%s", args, err, out)
		}
	}
	script()
	script() // over itself
	bin := filepath.Join(home, ".local", "bin")
	out, err := exec.Command(filepath.Join(bin, "varve"), "--version").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "varve") {
		t.Errorf("the installed varve says %q (%v)", out, err)
	}
	entry, err := os.ReadFile(filepath.Join(home, ".local/share/applications/varve.desktop"))
	if err != nil || !strings.Contains(string(entry), `Exec="`+bin+`/varve-window" %f`) {
		t.Errorf("the menu entry is %q (%v)", entry, err)
	}
	script("--remove")
	err = filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.Contains(d.Name(), "varve") {
			t.Errorf("%s is left", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
