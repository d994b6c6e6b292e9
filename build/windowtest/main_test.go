//go:build window

package windowtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"dev.varve/build/windowtest/rig"
)

const top = "../.."

func TestMain(m *testing.M) {
	rig.Pictures = filepath.Join(top, "build", "cache", "pictures")
	code := m.Run()
	rig.RemoveShim()
	if folder := shellFolder; folder != "" {
		os.RemoveAll(folder)
	}
	os.Exit(code)
}

var shellFolder string

// shellApp builds the window around the small handler, once.
var shellApp = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "varve-shellapp-")
	if err != nil {
		return "", err
	}
	shellFolder = folder
	name := filepath.Join(folder, "shellapp")
	// The flags of make build, so that both share what is compiled.
	cmd := exec.Command("go", "build", "-trimpath", "-tags", "desktop,production,webkit2_41", "-o", name, "./build/windowtest/shellapp")
	cmd.Dir = top
	out, err := cmd.CombinedOutput()
	if err != nil {
		os.Stderr.Write(out)
	}
	return name, err
})

func shell(t *testing.T) string {
	t.Helper()
	name, err := shellApp()
	if err != nil {
		t.Fatalf("the window does not build: %v", err)
	}
	return name
}
