//go:build clients

package mlruns_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"dev.varve/backend/exports"
	"dev.varve/backend/imports"
	"dev.varve/backend/imports/importstest"
)

// doubler is a model that doubles: MLflow loads it without any other library.
var doubler = map[string]string{
	"MLmodel":         "flavors:\n  python_function:\n    code: code\n    data: data\n    loader_module: doubler\n    python_version: 3.11.0\n",
	"code/doubler.py": "class Doubler:\n    def predict(self, x, params=None):\n        return [2 * v for v in x]\n\n\ndef _load_pyfunc(path):\n    return Doubler()\n",
	"data/none":       "",
}

// TestClientsOpenWhatIsExported has MLflow's own file store read, and go on with,
// what is exported.
func TestClientsOpenWhatIsExported(t *testing.T) {
	script, err := filepath.Abs("../../build/clients/exported.py")
	noError(t, err)
	for _, name := range []string{"mlflow-2", "mlflow-3"} {
		t.Run(name, func(t *testing.T) {
			bin, err := filepath.Abs(filepath.Join("../../build/cache/clients", name, "bin", "python"))
			if runtime.GOOS == "windows" {
				bin, err = filepath.Abs(filepath.Join("../../build/cache/clients", name, "Scripts", "python.exe"))
			}
			noError(t, err)
			sample := importstest.Sample()
			for path, text := range doubler {
				sample.Lies["m"][path] = text
				sample.Lies["a"]["sub/deep/"+path] = text
			}
			rec := importstest.New(t)
			_, err = rec.Import(t.Context(), sample, imports.Options{})
			noError(t, err)
			dir := filepath.Join(t.TempDir(), "mlruns")
			if done := export(t, rec, dir, exports.Selection{Trash: true}); done.Left > 0 {
				t.Errorf("left out: %+v", done.Skipped)
			}
			cmd := exec.CommandContext(t.Context(), bin, script, dir)
			cmd.Dir = t.TempDir()
			cmd.Env = append(os.Environ(), "MLFLOW_ALLOW_FILE_STORE=true", "MLFLOW_DISABLE_TELEMETRY=true", "DO_NOT_TRACK=true")
			if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "all as it was") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
