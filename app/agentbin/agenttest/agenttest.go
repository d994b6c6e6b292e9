// Package agenttest builds the agent for tests, which must not depend on what
// make build left behind.
package agenttest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// built tells whether there is something to remove.
var built atomic.Bool

var build = sync.OnceValues(func() (string, error) {
	built.Store(true)
	folder, err := os.MkdirTemp("", "varve-agent-")
	if err != nil {
		return "", err
	}
	name := filepath.Join(folder, "varve-agent")
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	cmd := exec.Command("go", "build", "-o", name, "dev.varve/app/cmd/varve-agent")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		os.RemoveAll(folder)
		return "", fmt.Errorf("building the agent: %w\n%s", err, out)
	}
	return name, nil
})

// Path returns the absolute path of an agent built from the present sources,
// once for each test process. Run removes it.
func Path(t testing.TB) string {
	t.Helper()
	name, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// Run is for TestMain: it runs the tests, removes the built agent, and exits.
//
//	func TestMain(m *testing.M) { agenttest.Run(m) }
func Run(m *testing.M) {
	code := m.Run()
	if built.Load() {
		if name, err := build(); err == nil {
			os.RemoveAll(filepath.Dir(name))
		}
	}
	os.Exit(code)
}
