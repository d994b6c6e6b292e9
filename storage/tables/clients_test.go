//go:build clients

package tables_test

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"dev.varve/backend/imports/importstest"
)

// TestClientsOpenTables has pandas read what is exported.
func TestClientsOpenTables(t *testing.T) {
	script, err := filepath.Abs("../../build/clients/tables.py")
	noError(t, err)
	for _, name := range []string{"mlflow-2", "mlflow-3"} { // which come with two versions of pandas
		t.Run(name, func(t *testing.T) {
			python := filepath.Join("bin", "python")
			if runtime.GOOS == "windows" {
				python = filepath.Join("Scripts", "python.exe")
			}
			bin, err := filepath.Abs(filepath.Join("../../build/cache/clients", name, python))
			noError(t, err)
			dir := filepath.Join(t.TempDir(), "tables")
			export(t, importstest.Filled(t), dir)
			out, err := exec.CommandContext(t.Context(), bin, script, dir).CombinedOutput()
			if err != nil || !strings.Contains(string(out), "all as it was") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
