//go:build clients && unix

package clients

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"dev.varve/build/rig"
)

// fetched is where `make setup` puts the clients.
const fetched = "../cache/clients"

// client is a column of the matrix.
type client struct {
	name, title string
	// try uses the client and returns what it printed: for each feature a line
	// with how it went and its id.
	try func(t *testing.T) string
}

func clients(t *testing.T) []client {
	return []client{
		{"python-2", "Python " + pinned(t, "mlflow-2.txt", `mlflow==(\S+)`), func(t *testing.T) string { return tryPython(t, "mlflow-2", open) }},
		{"python-3", "Python " + pinned(t, "mlflow-3.txt", `mlflow==(\S+)`), func(t *testing.T) string { return tryPython(t, "mlflow-3", surroundings) }},
		{"run", "the same, in `varve run`", tryRun},
		{"java", "Java " + pinned(t, "java/pom.xml", `mlflow-client</artifactId>\s*<version>(.+?)<`), tryJava},
		{"shell", "shell and curl", func(t *testing.T) string {
			return tryProgram(t, "sh", abs(t, "shell/session.sh")) + tryContract(t, "main")
		}},
		{"cpp", "C++", tryCPP},
		{"r", "R and curl", tryR},
		{"callbacks", "recorded callbacks", tryCallbacks},
	}
}

// TestClients tries all clients, and holds docs/mlflow.md to what was found out.
// Whoever asks for these tests gets them: what is missing is a failure, apart
// from R, which nothing else needs.
func TestClients(t *testing.T) {
	m := &matrix{found: map[string]map[string]string{}}
	var titles []string
	t.Run("with", func(t *testing.T) { // it ends when all that run beside each other have ended
		for _, c := range clients(t) {
			titles = append(titles, c.title)
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				m.put(c.title, outcomes(t, c.try(t)))
			})
		}
	})
	m.compare(t, titles)
}

// outcomes reads what a client printed.
func outcomes(t *testing.T, out string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for line := range strings.Lines(out) {
		words := strings.Fields(line)
		if len(words) < 2 || words[0] != passed && words[0] != absent && words[0] != failed {
			continue
		}
		f, ok := featureOf(words[1])
		if !ok || words[0] == absent && f.reason == "" {
			t.Errorf("%q: features_test.go does not tell this", strings.TrimSpace(line))
		}
		found[f.id] = words[0]
	}
	if len(found) == 0 {
		t.Errorf("nothing was tried")
	}
	return found
}

// newHome is a person with a workspace of their own.
func newHome(t *testing.T) *rig.Home {
	t.Helper()
	h := rig.NewHome(abs(t, "../bin/varve"), t.TempDir())
	t.Cleanup(func() { rig.EndOwners(h.Dir) })
	return h
}

// serve starts `varve serve` and returns its address.
func serve(t *testing.T, h *rig.Home, options ...string) string {
	t.Helper()
	s, err := h.ServeWith(options...)
	noError(t, err)
	t.Cleanup(func() {
		if said := s.End(); said != "" {
			t.Errorf("varve serve said: %s", said)
		}
	})
	return s.Address
}

// quiet keeps clients from phoning home and from waiting long.
var quiet = []string{
	"MLFLOW_DISABLE_TELEMETRY=true", "DO_NOT_TRACK=true", "MLFLOW_HTTP_REQUEST_MAX_RETRIES=2", "NO_PROXY=127.0.0.1",
	"MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT=true", "PYTHONWARNINGS=ignore", "PYTHONDONTWRITEBYTECODE=1", "OMP_NUM_THREADS=1",
	"MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR=false",
}

// run runs a client in an empty folder, where it has no business to leave
// anything, and returns what it printed to standard output.
func run(t *testing.T, h *rig.Home, cmd *exec.Cmd, env ...string) string {
	t.Helper()
	cmd.Dir = filepath.Join(h.Dir, "client")
	noError(t, os.Mkdir(cmd.Dir, 0o755))
	cmd.Env = append(append(append(cmd.Env, h.Env...), quiet...), env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // it is ended with all that it has started
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		t.Errorf("%v\n%s%s", err, &out, &said)
	}
	t.Logf("%s", &out)
	left, err := os.ReadDir(cmd.Dir)
	noError(t, err)
	if len(left) > 0 {
		t.Errorf("the client wrote %v beside the script instead of to Varve", left)
	}
	return out.String()
}

// python is the interpreter of an environment with the packages of <name>.txt.
func python(t *testing.T, name string) string {
	t.Helper()
	return need(t, filepath.Join(fetched, name, "bin", "python"))
}

// need is a file that `make setup` makes.
func need(t *testing.T, path string) string {
	t.Helper()
	path = abs(t, path)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v: run `make setup` first", err)
	}
	return path
}

// sections are those of python/session.py that were asked for; none: all.
var sections = strings.Fields(os.Getenv("VARVE_CLIENTS_SECTIONS"))

// open serves a workspace that asks for no token, so that its address is enough.
func open(t *testing.T, h *rig.Home) (env []string) {
	return []string{"MLFLOW_TRACKING_URI=" + serve(t, h, "--no-token")}
}

// tryPython plays python/session.py to a server, and to four more that keep
// artifacts in folders.
func tryPython(t *testing.T, name string, served func(*testing.T, *rig.Home) (env []string)) string {
	h := newHome(t)
	bin := python(t, name)
	var places strings.Builder
	for _, c := range []struct{ feature, option, folder string }{
		{"artifact-root", "--default-artifact-root", filepath.Join(t.TempDir(), "a b")},
		{"artifact-root", "--default-artifact-root", "files"},
		{"artifacts-destination", "--artifacts-destination", filepath.Join(t.TempDir(), "a b")},
		{"artifacts-destination", "--artifacts-destination", "./files/deep"},
	} {
		other := newHome(t)
		folder := c.folder
		if !filepath.IsAbs(folder) {
			folder = filepath.Join(other.Dir, folder)
		}
		fmt.Fprintf(&places, "%s\t%s\t%s\n", c.feature, serve(t, other, "--no-token", c.option, c.folder), folder)
	}
	path := "PATH=" + filepath.Dir(bin) + string(os.PathListSeparator) + os.Getenv("PATH")
	cmd := exec.CommandContext(t.Context(), bin, append([]string{abs(t, "python/session.py")}, sections...)...)
	return run(t, h, cmd, append(served(t, h), "PLACES="+places.String(), path)...)
}

// inRun are the sections that are played by a script that Varve has started: all
// that ask its agent something else.
var inRun = []string{
	"experiments", "runs", "nested", "batches", "background", "history", "inputs", "searches", "frames", "system-metrics",
	"artifacts", "parts", "texts", "images", "tables", "models", "logged-models", "registry", "command-experiments", "command-runs", "command-artifacts", "traces",
}

// tryRun plays python/session.py in a run. It makes runs of its own, so it is not
// told which one it is.
func tryRun(t *testing.T) string {
	h := newHome(t)
	chosen := sections
	if len(chosen) == 0 {
		chosen = inRun
	}
	dir, err := h.Project(fmt.Sprintf("unset MLFLOW_RUN_ID MLFLOW_EXPERIMENT_ID\nexec %q %q %s\n", python(t, "mlflow-3"), abs(t, "python/session.py"), strings.Join(chosen, " ")))
	noError(t, err)
	return run(t, h, exec.CommandContext(t.Context(), h.Varve, "run", dir)) + tryContract(t, "python")
}

func abs(t *testing.T, path string) string {
	t.Helper()
	out, err := filepath.Abs(path)
	noError(t, err)
	return out
}

// pinned is the version that a file of requirements names.
func pinned(t *testing.T, file, pattern string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	noError(t, err)
	found := regexp.MustCompile(pattern).FindSubmatch(text)
	if found == nil {
		t.Fatalf("%s names no version", file)
	}
	return string(found[1])
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
