//go:build window

package windowtest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"dev.varve/build/windowtest/rig"
)

const killedTraining = `import mlflow, numpy, time
from sklearn.linear_model import LinearRegression
model = LinearRegression().fit(numpy.array([[0.0], [1.0]]), numpy.array([1.0, 3.0]))
with mlflow.start_run():
    for i in range(100):
        mlflow.log_metric("loss", i, step=i)
        print("acknowledged", i, flush=True)
        time.sleep(0.03)
    print("the model goes now", flush=True)
    mlflow.sklearn.log_model(model, name="model")
    print("the model is kept", flush=True)
`

// TestVarveKilledDuringATraining: neither a metric nor a model that MLflow's own
// client logs is lost when the window is killed in the middle, and then whatever
// owner has followed it, while the model is on its way.
func TestVarveKilledDuringATraining(t *testing.T) {
	python, err := filepath.Abs(filepath.Join(top, "build/cache/clients/mlflow-3/bin/python"))
	if err == nil {
		_, err = os.Stat(python)
	}
	if err != nil {
		t.Fatalf("MLflow's client is not installed; run make setup: %v", err)
	}
	screen := rig.NewScreen(t, rig.Options{})
	v := &varve{screen: screen, folder: filepath.Join(screen.Home, "Lake"), title: "Lake – Varve"}
	window := screen.Start(t, nil, built(t, "varve-window"), "--workspace", v.folder)
	screen.Window(t, v.title)
	t.Cleanup(func() { killOwners(t, v.folder) })

	project := filepath.Join(t.TempDir(), "trains")
	if err := os.Mkdir(project, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"MLproject": "entry_points:\n  main:\n    command: " + python + " train.py\n", "train.py": killedTraining} {
		if err := os.WriteFile(filepath.Join(project, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run := strings.TrimSpace(v.cli(t, "run", project, "--env-manager", "local", "--detach"))
	// The output is read beside the owner, so that the watching starts none.
	said := func(text string) func() bool {
		return func() bool {
			outputs, _ := filepath.Glob(filepath.Join(v.folder, "journal", "*", "output*"))
			for _, name := range outputs {
				if data, err := os.ReadFile(name); err == nil && strings.Contains(string(data), text) {
					return true
				}
			}
			return false
		}
	}
	rig.Until(t, "a few metrics are acknowledged", said("acknowledged 10"))
	window.Signal(t, syscall.SIGKILL)
	if out := v.cli(t, "runs", "log", run); !strings.Contains(out, "acknowledged 10") { // this owner is another
		t.Errorf("after the window: %s", out)
	}
	rig.Until(t, "the model is on its way", said("the model goes now"))
	if killOwners(t, v.folder) == 0 {
		t.Error("no owner was there to be killed")
	}
	rig.Until(t, "the training ends without any owner", said("the model is kept"))

	v.cli(t, "runs", "log", "--follow", run)
	var shown struct{ Status string }
	if err := json.Unmarshal([]byte(v.cli(t, "runs", "show", run, "--json")), &shown); err != nil {
		t.Fatal(err)
	}
	if shown.Status != "finished" {
		t.Errorf("the run is %s", shown.Status)
	}
	read := screen.Command(python, "-c", fmt.Sprintf(`import mlflow
points = mlflow.MlflowClient().get_metric_history(%q, "loss")
print("points", [(p.step, p.value) for p in points] == [(i, float(i)) for i in range(100)])
print("guess", mlflow.sklearn.load_model("runs:/%s/model").predict([[4.0]]))`, run, run))
	var env map[string]string
	if err := json.Unmarshal([]byte(v.cli(t, "env", "--json")), &env); err != nil {
		t.Fatal(err)
	}
	for key, value := range env {
		read.Env = append(read.Env, key+"="+value)
	}
	out, err := read.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "points True") || !strings.Contains(string(out), "guess [9.]") {
		t.Errorf("read back: %s (%v)", out, err)
	}
}

// ownersOf finds the processes that may own a workspace: its window, or a server.
func ownersOf(t *testing.T, workspace string) (pids []int) {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range lines {
		data, err := os.ReadFile(name)
		args := strings.Split(string(data), "\x00")
		if err != nil || !strings.HasPrefix(filepath.Base(args[0]), "varve") || !strings.Contains(string(data), "\x00"+workspace+"\x00") {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name))); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// killOwners kills every process that may own a workspace, and counts them.
func killOwners(t *testing.T, workspace string) (killed int) {
	t.Helper()
	for _, pid := range ownersOf(t, workspace) {
		if syscall.Kill(pid, syscall.SIGKILL) == nil {
			killed++
		}
	}
	return killed
}
