//go:build unix

package envs_test

import (
	"archive/zip"
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dev.varve/app/machine"
	"dev.varve/app/wire/envs"
	"dev.varve/backend/env"
	"dev.varve/backend/fault"
)

const roleVariable = "VARVE_TEST_ROLE"

// This test program is also the other processes: they make an environment and
// say each line of progress, and at last where it is.
func TestMain(m *testing.M) {
	if os.Getenv(roleVariable) == "" {
		os.Exit(m.Run())
	}
	manager, cache, project, requirement := env.Manager(os.Args[1]), os.Args[2], os.Args[3], os.Args[4]
	e, err := envs.New(cache, os.Environ()).Ensure(context.Background(), spec(manager, project, requirement), func(s string) { fmt.Println(s) })
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	fmt.Println("made:", e.Dir)
	os.Exit(0)
}

func spec(manager env.Manager, project, requirement string) env.Spec {
	return env.Spec{
		Dir: project, Manager: manager, Declared: true, Python: "3",
		Dependencies: []string{"--no-index", "--find-links " + filepath.Join(project, "wheels"), requirement},
	}
}

// newProject is a folder with a package that needs no network.
func newProject(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "wheels"), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(dir, "wheels", "tiny-1.0-py3-none-any.whl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for name, text := range map[string]string{
		"tiny.py":                     "answer = 42\n",
		"tiny-1.0.dist-info/WHEEL":    "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
		"tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
		"tiny-1.0.dist-info/RECORD":   "tiny.py,,\ntiny-1.0.dist-info/WHEEL,,\ntiny-1.0.dist-info/METADATA,,\ntiny-1.0.dist-info/RECORD,,\n",
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// other starts another process that makes an environment.
func other(t *testing.T, manager env.Manager, cache, project, requirement string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, string(manager), cache, project, requirement)
	cmd.Env = append(os.Environ(), roleVariable+"=maker")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return cmd, bufio.NewScanner(out)
}

func managers(t *testing.T, test func(t *testing.T, manager env.Manager)) {
	t.Run("venv", func(t *testing.T) { test(t, env.Venv) })
	t.Run("uv", func(t *testing.T) {
		if _, err := exec.LookPath("uv"); err != nil {
			t.Skip("uv is not on PATH")
		}
		test(t, env.UV)
	})
}

// One maker is killed in the middle. Then two processes need the environment
// at once: one makes it, the other waits. Then it is there, and works.
func TestKilledThenTwoAtOnce(t *testing.T) {
	managers(t, func(t *testing.T, manager env.Manager) {
		cache, project := t.TempDir(), newProject(t)
		killed, said := other(t, manager, cache, project, "tiny==1.0")
		if !said.Scan() || !strings.HasPrefix(said.Text(), "Making") {
			t.Fatalf("it said %q, %v", said.Text(), said.Err())
		}
		killed.Process.Kill()
		killed.Wait()

		made, ready := 0, 0
		_, first := other(t, manager, cache, project, "tiny==1.0")
		_, second := other(t, manager, cache, project, "tiny==1.0")
		for _, said := range []*bufio.Scanner{first, second} {
			for said.Scan() {
				switch line := said.Text(); {
				case strings.HasPrefix(line, "Making"):
					made++
				case strings.HasPrefix(line, "made: "+filepath.Join(cache, "envs")):
					ready++
				case strings.HasPrefix(line, "failed:"):
					t.Error(line)
				}
			}
		}
		if made != 1 || ready != 2 {
			t.Fatalf("made by %d, ready for %d", made, ready)
		}
		use(t, manager, cache, project)
	})
}

// use finds the environment without making anything, and runs in it.
func use(t *testing.T, manager env.Manager, cache, project string) {
	t.Helper()
	made := envs.New(cache, os.Environ())
	e, err := made.Ensure(t.Context(), spec(manager, project, "tiny==1.0"), func(s string) { t.Errorf("said %q", s) })
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(e.Lock, "tiny==1.0\n") || e.Manager != manager {
		t.Errorf("%+v", e)
	}
	now, err := made.Freeze(t.Context(), e)
	if err != nil || now != e.Lock {
		t.Errorf("installed now: %q, %v; recorded %q", now, err, e.Lock)
	}
	var out []string
	code, err := machine.Tools{}.Run(t.Context(), env.Command{
		Args: []string{"bash", "-c", `python -c 'import sys, tiny; print(tiny.answer); print(sys.prefix); print(sys.version.split()[0])'`},
		Env:  e.Apply(append(os.Environ(), "PYTHONHOME=/nowhere")),
	}, func(s string) { out = append(out, s) })
	real, evalErr := filepath.EvalSymlinks(e.Dir)
	if evalErr != nil {
		t.Fatal(evalErr)
	}
	if err != nil || code != 0 || len(out) != 3 || out[0] != "42" || out[1] != e.Dir && out[1] != real || out[2] != e.Version {
		t.Errorf("code %d, %v, %q, want version %s in %s", code, err, out, e.Version, e.Dir)
	}
}

func TestImpossibleDependency(t *testing.T) {
	managers(t, func(t *testing.T, manager env.Manager) {
		cache := t.TempDir()
		_, err := envs.New(cache, os.Environ()).Ensure(t.Context(), spec(manager, newProject(t), "tiny==2.0"), nil)
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "tiny==2.0") {
			t.Errorf("%v", err)
		}
		t.Log(err)
		nothingMade(t, cache)
	})
}

func TestCancelledInTheMiddle(t *testing.T) {
	cache, ctx := t.TempDir(), t.Context()
	ctx, cancel := context.WithCancel(ctx)
	_, err := envs.New(cache, os.Environ()).Ensure(ctx, spec(env.Venv, newProject(t), "tiny==1.0"), func(string) { cancel() })
	if fault.KindOf(err) != fault.Cancelled {
		t.Error(err)
	}
	nothingMade(t, cache)
}

func TestPythonThatIsNotHere(t *testing.T) {
	s := spec(env.Venv, newProject(t), "tiny==1.0")
	s.Python = "3.99"
	_, err := envs.New(t.TempDir(), os.Environ()).Ensure(t.Context(), s, nil)
	if fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), "there is no Python 3.99") || !strings.Contains(err.Error(), "3.") {
		t.Error(err)
	}
	t.Log(err)
}

// nothingMade finds nothing but lock files in the folder of environments.
func nothingMade(t *testing.T, cache string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(cache, "envs"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".lock") {
			t.Errorf("left: %s", e.Name())
		}
	}
}
