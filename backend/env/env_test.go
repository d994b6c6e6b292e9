package env_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/env"
	"dev.varve/backend/fault"
)

var declared = env.Spec{Declared: true, Python: "3.11", Build: []string{"pip"}, Dependencies: []string{"-r req.txt", "b"}}

func TestVenvIsMadeOnce(t *testing.T) {
	w := newWorld(t)
	w.write("req.txt", "a\n")
	first := w.must(declared)
	if first.Manager != env.Venv || first.Version != "3.11.7" || first.Dir != filepath.Join(w.root, first.Key) || len(first.Key) != 32 {
		t.Errorf("%+v", first)
	}
	if first.Lock != "b==2\na @ file:///a\n" {
		t.Errorf("lock %q", first.Lock)
	}
	dir := first.Dir
	want := []string{
		"/p/3.11.7 -m venv " + dir,
		first.Python + " -m pip install -r " + filepath.Join(dir, "varve-build-requirements.txt"),
		first.Python + " -m pip install -r " + filepath.Join(w.project, "req.txt") + " -r " + filepath.Join(dir, "varve-requirements.txt"),
		first.Python + " -m pip freeze --all",
	}
	if !slices.Equal(w.machine.ran, want) {
		t.Errorf("ran\n%s\nwant\n%s", strings.Join(w.machine.ran, "\n"), strings.Join(want, "\n"))
	}
	if !slices.Equal(w.machine.synced, []string{dir}) {
		t.Errorf("synced %v", w.machine.synced)
	}
	if want := "Making an environment with Python 3.11.7 and venv|Collecting b|Collecting b|The environment is ready"; strings.Join(w.said, "|") != want {
		t.Errorf("said %q", w.said)
	}
	for _, v := range w.machine.environs[1] {
		if strings.HasPrefix(v, "PYTHONPATH=") || strings.HasPrefix(v, "PIP_USER=") {
			t.Errorf("the installer saw %s", v)
		}
	}
	if !slices.Contains(w.machine.environs[1], "PIP_INDEX_URL=https://x") || !slices.Contains(w.machine.environs[1], "PIP_NO_INPUT=1") {
		t.Errorf("the installer saw %v", w.machine.environs[1])
	}
	w.machine.ran = nil
	second := w.must(declared)
	if len(w.machine.ran) != 0 || second.Key != first.Key || second.Lock != first.Lock || second.Vars["VIRTUAL_ENV"] != dir {
		t.Errorf("the second time: %+v, ran %v", second, w.machine.ran)
	}
}

func TestUVIsPreferred(t *testing.T) {
	w := newWorld(t)
	w.write("req.txt", "a\n")
	w.machine.programs["uv"] = "/p/uv"
	e := w.must(declared)
	want := []string{
		"/p/uv venv --no-project --python /p/3.11.7 " + e.Dir,
		"/p/uv pip install --python " + e.Python + " -r " + filepath.Join(e.Dir, "varve-build-requirements.txt"),
		"/p/uv pip install --python " + e.Python + " -r " + filepath.Join(w.project, "req.txt") + " -r " + filepath.Join(e.Dir, "varve-requirements.txt"),
		"/p/uv pip freeze --python " + e.Python,
	}
	if e.Manager != env.UV || !slices.Equal(w.machine.ran, want) {
		t.Errorf("%s ran\n%s\nwant\n%s", e.Manager, strings.Join(w.machine.ran, "\n"), strings.Join(want, "\n"))
	}
}

func TestUVCompilesWhereRunsMayNot(t *testing.T) {
	w := newWorld(t)
	w.machine.programs["uv"] = "/p/uv"
	w.environ = append(w.environ, "PYTHONDONTWRITEBYTECODE=1")
	w.must(env.Spec{Manager: env.UV, Dependencies: []string{"a"}})
	if !strings.Contains(w.machine.ran[1], " --compile-bytecode ") {
		t.Errorf("ran %v", w.machine.ran)
	}
}

func TestWhichManager(t *testing.T) {
	for _, c := range []struct {
		asked    env.Manager
		declared bool
		uv       bool
		want     env.Manager
	}{
		{env.Auto, true, true, env.UV}, {env.Auto, true, false, env.Venv}, {env.Auto, false, true, env.Local},
		{env.Local, true, true, env.Local}, {env.Venv, true, true, env.Venv}, {env.Venv, false, true, env.Venv}, {env.UV, false, true, env.UV},
	} {
		w := newWorld(t)
		if c.uv {
			w.machine.programs["uv"] = "/p/uv"
		}
		if e := w.must(env.Spec{Manager: c.asked, Declared: c.declared}); e.Manager != c.want {
			t.Errorf("%+v: %s", c, e.Manager)
		}
	}
	if _, err := newWorld(t).ensure(env.Spec{Manager: env.UV}); fault.KindOf(err) != fault.NotFound || fault.HintOf(err) == "" {
		t.Errorf("uv asked for, and not there: %v", err)
	}
}

func TestLocalIsWhatPathLeadsTo(t *testing.T) {
	w := newWorld(t)
	e := w.must(env.Spec{Manager: env.Local})
	if e.Python != "/p/python" || e.Version != "3.12.1" || e.Key != "" || len(w.machine.ran) != 0 || len(w.left()) != 0 {
		t.Errorf("%+v, ran %v", e, w.machine.ran)
	}
	if got := e.Apply(w.environ); !slices.Equal(got, w.environ) {
		t.Errorf("Apply changed something: %v", got)
	}
	lock, err := w.envs().Freeze(t.Context(), e)
	if err != nil || lock != "b==2\na @ file:///a\n" || w.machine.ran[0] != "/p/python -m pip freeze --all" {
		t.Errorf("lock %q, %v, ran %v", lock, err, w.machine.ran)
	}
	w.machine.programs = nil
	e = w.must(env.Spec{Manager: env.Local})
	if lock, err := w.envs().Freeze(t.Context(), e); e.Python != "" || lock != "" || err != nil {
		t.Errorf("without Python: %+v, %q, %v", e, lock, err)
	}
}

func TestFreezeWithoutPip(t *testing.T) {
	w := newWorld(t)
	w.machine.step = func(_ context.Context, c env.Command, line func(string)) (int, error) {
		if slices.Contains(c.Args, "pip") {
			line("No module named pip")
			return 1, nil
		}
		line("z==1")
		return 0, nil
	}
	e := w.must(env.Spec{Manager: env.Local})
	if lock, err := w.envs().Freeze(t.Context(), e); err != nil || lock != "z==1\n" {
		t.Errorf("lock %q, %v", lock, err)
	}
}

func TestApplyActivates(t *testing.T) {
	e := env.Environment{Bin: "/e/bin", Vars: map[string]string{"VIRTUAL_ENV": "/e"}}
	base := []string{"PATH=/a", "PYTHONHOME=/x", "VIRTUAL_ENV=/old", "A=b=c", "PATH=/b"}
	sep := string(filepath.ListSeparator)
	if got, want := e.Apply(base), []string{"A=b=c", "PATH=/e/bin" + sep + "/b", "VIRTUAL_ENV=/e"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := e.Apply(nil); !slices.Equal(got, []string{"PATH=/e/bin", "VIRTUAL_ENV=/e"}) {
		t.Errorf("from nothing: %q", got)
	}
}

func TestWhichPython(t *testing.T) {
	for _, c := range []struct{ want, version, asked string }{
		{"", "3.12.1", "/p/shim /p/python3"},
		{"3", "3.12.1", "/p/shim /p/python3"},
		{"3.9", "3.9.18", "/p/shim /p/python3 /p/python3.9"},
		{"3.11", "3.11.7", "/p/shim /p/python3 /p/3.11.7"},
		{"3.11.7", "3.11.7", "/p/shim /p/python3 /p/3.11.7"},
	} {
		w := newWorld(t)
		if e := w.must(env.Spec{Manager: env.Venv, Python: c.want}); e.Version != c.version || strings.Join(w.machine.asked, " ") != c.asked {
			t.Errorf("%s: %s, asked %v", c.want, e.Version, w.machine.asked)
		}
	}
	w := newWorld(t)
	_, err := w.ensure(env.Spec{Manager: env.Venv, Python: "3.1"})
	want := "there is no Python 3.1 on this machine, only 3.12.1 (/p/python3), 3.9.18 (/p/python3.9), 3.11.7 (/p/3.11.7)"
	if fault.KindOf(err) != fault.NotFound || err.Error() != want || !strings.Contains(fault.HintOf(err), "3.1") {
		t.Errorf("%v", err)
	}
	w.machine.pythons = nil
	if _, err := w.ensure(env.Spec{Manager: env.Venv}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no Python at all: %v", err)
	}
}

// A failing install says why in words and leaves nothing behind.
func TestFailuresInWords(t *testing.T) {
	for _, c := range []struct {
		output string
		kind   fault.Kind
		says   string
	}{
		{"Collecting nosuch==1.0\n\x1b[31mERROR: Could not find a version that satisfies the requirement nosuch==1.0 (from versions: none)\x1b[0m\nERROR: No matching distribution found for nosuch==1.0\n[notice] A new release of pip",
			fault.Invalid, "could not install the dependencies: Could not find a version that satisfies the requirement nosuch==1.0 (from versions: none); No matching distribution found for nosuch==1.0"},
		{"  × No solution found when resolving dependencies:\n  ╰─▶ Because nosuch was not found, your requirements are unsatisfiable.",
			fault.Invalid, "No solution found when resolving dependencies:; Because nosuch was not found, your requirements are unsatisfiable"},
		{"WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'\nERROR: No matching distribution found for a", fault.Unavailable, "does not answer: No matching"},
		{"error: No solution found when resolving dependencies\n  cause: Because nosuch was not found, your requirements are unsatisfiable.",
			fault.Invalid, "No solution found when resolving dependencies; Because nosuch was not found, your requirements are unsatisfiable"},
		{"  error: subprocess-exited-with-error\n  × Getting requirements to build wheel did not run successfully.\n  │ exit code: 1\n  ╰─> [3 lines of output]\n      Traceback (most recent call last):\n        File \"setup.py\"\n      RuntimeError: no compiler\n      [end of output]\n  note: This error originates from a subprocess.",
			fault.Invalid, "subprocess-exited-with-error; Getting requirements to build wheel did not run successfully.; no compiler"},
		{"error: Failed to fetch: `https://x/`\n  Caused by: dns error", fault.Unavailable, "does not answer"},
		{"ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", fault.NoSpace, "no space left"},
		{"Error: ensurepip is not available\napt install python3.11-venv", fault.Invalid, "comes without venv"},
		{"one\ntwo\nthree\n\nfour", fault.Invalid, "two; three; four"},
		{"", fault.Invalid, "it gave no reason"},
		{strings.Repeat("ERROR: ö\n", 3000) + "ERROR: " + strings.Repeat("ö", 1000), fault.Invalid, "…"},
	} {
		w := newWorld(t)
		w.machine.step = func(_ context.Context, cmd env.Command, line func(string)) (int, error) {
			if !slices.Contains(cmd.Args, "install") {
				return install(cmd, line)
			}
			for l := range strings.SplitSeq(c.output, "\n") {
				line(l)
			}
			return 1, nil
		}
		_, err := w.ensure(env.Spec{Manager: env.Venv, Dependencies: []string{"a"}})
		if fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) || fault.HintOf(err) == "" || len(err.Error()) > 1000 {
			t.Errorf("%.80q: %v (%s), want %q (%s)", c.output, err, fault.KindOf(err), c.says, c.kind)
		}
		if left := w.left(); len(left) != 0 {
			t.Errorf("%.80q: left %v", c.output, left)
		}
	}
}

// Whatever ends the making, at whatever step, the next one starts anew.
func TestEveryStepCanFail(t *testing.T) {
	for step := range 4 {
		w := newWorld(t)
		w.write("req.txt", "")
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		w.machine.step = func(ctx context.Context, c env.Command, line func(string)) (int, error) {
			if n++; n-1 == step {
				cancel()
				install(c, line)
				return 0, fault.New(fault.Cancelled, "stopped: %v", ctx.Err())
			}
			return install(c, line)
		}
		spec := declared
		spec.Dir = w.project
		if _, err := w.envs().Ensure(ctx, spec, nil); fault.KindOf(err) != fault.Cancelled {
			t.Errorf("step %d: %v", step, err)
		}
		if left := w.left(); len(left) != 0 {
			t.Errorf("step %d left %v", step, left)
		}
		w.machine.step = nil
		w.must(declared)
	}
}

func TestWhatLooksAlmostCompleteIsMadeAgain(t *testing.T) {
	for what, spoil := range map[string]func(dir, python string) error{
		"no record":      func(dir, _ string) error { return os.Remove(filepath.Join(dir, "varve-environment.json")) },
		"half a record":  func(dir, _ string) error { return os.Truncate(filepath.Join(dir, "varve-environment.json"), 20) },
		"no interpreter": func(_, python string) error { return os.Remove(python) },
		"another's record": func(dir, _ string) error {
			return os.WriteFile(filepath.Join(dir, "varve-environment.json"), []byte(`{"format":1,"key":"x"}`), 0o644)
		},
	} {
		w := newWorld(t)
		e := w.must(env.Spec{Manager: env.Venv})
		if err := os.WriteFile(filepath.Join(e.Dir, "leftover"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := spoil(e.Dir, e.Python); err != nil {
			t.Fatal(err)
		}
		w.machine.ran = nil
		again := w.must(env.Spec{Manager: env.Venv})
		if _, err := os.Stat(filepath.Join(e.Dir, "leftover")); len(w.machine.ran) == 0 || err == nil || again.Key != e.Key {
			t.Errorf("%s: ran %v, leftover %v", what, w.machine.ran, err)
		}
	}
}

// Two runs need the same environment: the second waits, says so, and makes
// nothing.
func TestTheSecondWaits(t *testing.T) {
	w := newWorld(t)
	spec := env.Spec{Manager: env.Venv, Dir: w.project}
	making, waiting := make(chan struct{}), make(chan struct{})
	w.machine.step = func(_ context.Context, c env.Command, line func(string)) (int, error) {
		if slices.Contains(c.Args, "venv") {
			close(making)
			<-waiting
		}
		return install(c, line)
	}
	first := make(chan error)
	go func() {
		_, err := w.envs().Ensure(t.Context(), spec, nil)
		first <- err
	}()
	<-making
	_, err := w.envs().Ensure(t.Context(), spec, func(s string) {
		if strings.Contains(s, "waiting") {
			close(waiting)
		}
	})
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	if err != nil || len(w.machine.ran) != 2 {
		t.Errorf("%v, ran %v", err, w.machine.ran)
	}
}

func TestParseManager(t *testing.T) {
	for s, want := range map[string]env.Manager{"": env.Auto, "auto": env.Auto, "local": env.Local, "venv": env.Venv, "virtualenv": env.Venv, "uv": env.UV} {
		if got, err := env.ParseManager(s); got != want || err != nil {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
	if _, err := env.ParseManager("conda"); fault.KindOf(err) != fault.Unsupported {
		t.Error(err)
	}
	if _, err := env.ParseManager("uvx"); fault.KindOf(err) != fault.Invalid {
		t.Error(err)
	}
}

func TestCheckVersion(t *testing.T) {
	for s, want := range map[string]string{"3": "3", "3.11": "3.11", " 3.11.7 ": "3.11.7", "3.11.*": "3.11", "": "", "3.": "", "3.x": "", ">=3": "", "3.1.1.1": "", "3,1": "", "12345": "", "-3": ""} {
		got, err := env.CheckVersion(s)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
}
