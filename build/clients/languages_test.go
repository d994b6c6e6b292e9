//go:build clients && unix

package clients

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dev.varve/build/rig"
)

// surroundings serves a workspace that asks for its token, and returns what
// `varve env` tells a script.
func surroundings(t *testing.T, h *rig.Home) (env []string) {
	t.Helper()
	serve(t, h)
	lines, err := h.Run("env")
	noError(t, err)
	for line := range strings.Lines(lines) {
		if variable, ok := strings.CutPrefix(strings.TrimSpace(line), "export "); ok {
			env = append(env, variable)
		}
	}
	return append(env, "WORK="+h.Dir)
}

// tryProgram runs a program that finds Varve by its surroundings.
func tryProgram(t *testing.T, name string, args ...string) string {
	h := newHome(t)
	return run(t, h, exec.CommandContext(t.Context(), name, args...), surroundings(t, h)...)
}

// tryJava compiles and runs java/Session.java. The client hands artifacts on to
// MLflow's Python client.
func tryJava(t *testing.T) string {
	h := newHome(t)
	libraries := need(t, filepath.Join(fetched, "java"))
	cmd := exec.CommandContext(t.Context(), "java", "-cp", filepath.Join(libraries, "*"), abs(t, "java/Session.java"), h.Dir)
	return run(t, h, cmd, append(surroundings(t, h), "MLFLOW_PYTHON_EXECUTABLE="+python(t, "mlflow-3"))...)
}

func tryCPP(t *testing.T) string {
	program := filepath.Join(t.TempDir(), "session")
	out, err := exec.CommandContext(t.Context(), "g++", "-std=c++17", "-O1", "-Wall", "-o", program, abs(t, "cpp/session.cpp")).CombinedOutput()
	if err != nil {
		t.Fatalf("g++: %v\n%s", err, out)
	}
	return tryProgram(t, program) + tryContract(t, "cpp")
}

func tryR(t *testing.T) string {
	program, err := exec.LookPath("Rscript")
	if err != nil {
		t.Skip("R is not installed")
	}
	return tryProgram(t, program, "--vanilla", abs(t, "r/session.R")) + tryContract(t, "r")
}

// tryContract runs the example of docs/contract.md in one language, in a run.
func tryContract(t *testing.T, entry string) string {
	t.Helper()
	h := newHome(t)
	project := filepath.Join(h.Dir, "example")
	noError(t, os.CopyFS(project, os.DirFS(abs(t, "../../examples/contract"))))
	_, err := h.Run("run", project, "-e", entry, "--env-manager", "local", "-P", "steps=9", "-P", "alpha=0.75", "--run-name", "example")
	noError(t, err)
	loss, err := h.Run("metrics", "example", "loss")
	noError(t, err)
	shown, err := h.Run("runs", "show", "example", "--json")
	noError(t, err)
	summary := filepath.Join(h.Dir, "summary.txt")
	_, err = h.Run("artifacts", "get", "example/summary.txt", summary)
	noError(t, err)
	said, err := os.ReadFile(summary)
	noError(t, err)
	rows := regexp.MustCompile(`(?m)^(\d+),\d{13},0\.(75|375|25|1875|15|125|107\d+|09375|0833\d+)$`).FindAllString(loss, -1)
	if len(rows) != 9 || !strings.Contains(shown, `"language"`) || string(said) != "alpha was 0.75\n" {
		t.Errorf("the example in %s: %d of its points are right in\n%s%s%s", entry, len(rows), loss, shown, said)
		return failed + " contract\n"
	}
	return passed + " contract\n"
}

// tryCallbacks lets app/mlflow play what callbacks of libraries once sent, and
// compare the answers with those of `mlflow server`.
func tryCallbacks(t *testing.T) string {
	cmd := exec.CommandContext(t.Context(), "go", "test", "-count", "1", "-v", "-run", "^TestRecorded$", "./app/mlflow")
	cmd.Dir = abs(t, "../..")
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, said)
	}
	var out strings.Builder
	for _, found := range regexp.MustCompile(`(?m)^ +--- (PASS|FAIL): TestRecorded/(\S+)`).FindAllStringSubmatch(string(said), -1) {
		fmt.Fprintln(&out, map[string]string{"PASS": passed, "FAIL": failed}[found[1]], found[2])
	}
	return out.String()
}
