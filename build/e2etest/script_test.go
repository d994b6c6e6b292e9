//go:build e2e

package e2etest

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestSessions runs the sessions in testdata/script: what a person types, and
// what they see.
func TestSessions(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Vars = append(e.Vars, environ(e.WorkDir)...)
			examples, err := filepath.Abs("../../examples")
			if err != nil {
				return err
			}
			e.Vars = append(e.Vars, "VARVE_WORKSPACE="+e.WorkDir+"/work", "EXAMPLES="+examples)
			e.Defer(func() { endOwners(e.WorkDir) })
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"code": code, "end": end, "hurt": hurt},
	})
}
