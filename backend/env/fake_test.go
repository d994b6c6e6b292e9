package env_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dev.varve/backend/env"
	"dev.varve/backend/fault"
)

// machine plays programs: interpreters that answer the probe, and installers
// that leave files. It notes what was run.
type machine struct {
	mu         sync.Mutex
	candidates []env.Candidate
	pythons    map[string]string // path → version
	programs   map[string]string // name → path
	ran        []string          // the commands, without the probes
	environs   [][]string
	asked      []string // interpreters that got the probe
	synced     []string
	// step, if set, replaces what an installer does.
	step func(ctx context.Context, c env.Command, line func(string)) (int, error)
}

func (m *machine) Program(name string, _ []string) (string, error) {
	if p, ok := m.programs[name]; ok {
		return p, nil
	}
	return "", fault.New(fault.NotFound, "no %s", name)
}

func (m *machine) Candidates([]string) []env.Candidate { return m.candidates }

func (m *machine) Sync(dir string) error {
	m.synced = append(m.synced, dir)
	return nil
}

func (m *machine) Run(ctx context.Context, c env.Command, line func(string)) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, fault.New(fault.Cancelled, "stopped: %v", err)
	}
	if strings.Contains(c.Args[len(c.Args)-1], "_base_executable") {
		m.asked = append(m.asked, c.Args[0])
		v, ok := m.pythons[c.Args[0]]
		if !ok {
			line("this is no Python")
			return 127, nil
		}
		line(fmt.Sprintf(`{"path":%q,"real":%q,"version":%q,"implementation":"cpython","platform":"linux-x86_64"}`, c.Args[0], c.Args[0], v))
		return 0, nil
	}
	m.mu.Lock()
	m.ran = append(m.ran, strings.Join(c.Args, " "))
	m.environs = append(m.environs, c.Env)
	m.mu.Unlock()
	if m.step != nil {
		return m.step(ctx, c, line)
	}
	return install(c, line)
}

// install does what venv, uv, pip install and pip freeze would.
func install(c env.Command, line func(string)) (int, error) {
	command := strings.Join(c.Args, " ")
	switch {
	case strings.Contains(command, "freeze"):
		line("WARNING: something")
		line("b==2")
		line("a @ file:///a")
	case strings.Contains(command, "venv"):
		python := filepath.Join(c.Args[len(c.Args)-1], "bin", "python")
		if runtime.GOOS == "windows" {
			python = filepath.Join(c.Args[len(c.Args)-1], "Scripts", "python.exe")
		}
		if err := os.MkdirAll(filepath.Dir(python), 0o755); err != nil {
			return 1, err
		}
		return 0, os.WriteFile(python, nil, 0o755)
	default:
		line("\x1b[32m  Collecting b (from a->-r /x/requirements.txt (line 1))\x1b[0m")
		line("")
	}
	return 0, nil
}

// disk is the real one.
type disk struct{}

func (disk) ReadFile(name string) ([]byte, error) {
	data, err := os.ReadFile(name)
	return data, classify(err, name)
}
func (disk) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := os.ReadDir(name)
	return entries, classify(err, name)
}
func (disk) Stat(name string) (fs.FileInfo, error) {
	info, err := os.Stat(name)
	return info, classify(err, name)
}
func (disk) WriteFile(name string, data []byte, mode fs.FileMode) error {
	return classify(os.WriteFile(name, data, mode), name)
}
func (disk) MkdirAll(name string) error  { return classify(os.MkdirAll(name, 0o755), name) }
func (disk) RemoveAll(name string) error { return classify(os.RemoveAll(name), name) }

func classify(err error, name string) error {
	kind := fault.Internal
	if errors.Is(err, fs.ErrNotExist) {
		kind = fault.NotFound
	}
	return fault.Wrap(err, kind, "use", name)
}

// locks are locks within this process.
type locks struct {
	mu   sync.Mutex
	held map[string]chan struct{}
}

type held struct {
	l    *locks
	path string
}

func (l *locks) Try(path string) (env.Held, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[path] != nil {
		return nil, fault.New(fault.Locked, "held")
	}
	if l.held == nil {
		l.held = map[string]chan struct{}{}
	}
	l.held[path] = make(chan struct{})
	return held{l, path}, nil
}

func (l *locks) Wait(ctx context.Context, path string) (env.Held, error) {
	for {
		l.mu.Lock()
		free := l.held[path]
		l.mu.Unlock()
		if free != nil {
			select {
			case <-free:
			case <-ctx.Done():
				return nil, fault.New(fault.Cancelled, "given up")
			}
		}
		if h, err := l.Try(path); err == nil {
			return h, nil
		}
	}
}

func (h held) Release() error {
	h.l.mu.Lock()
	defer h.l.mu.Unlock()
	close(h.l.held[h.path])
	delete(h.l.held, h.path)
	return nil
}

type clock struct{}

func (clock) Now() time.Time { return time.Unix(1_700_000_000, 0) }

// world is a machine with two Pythons, a folder for environments, a project.
type world struct {
	t       *testing.T
	machine *machine
	locks   *locks
	root    string
	project string
	environ []string
	said    []string
}

func newWorld(t *testing.T) *world {
	return &world{
		t: t, root: filepath.Join(t.TempDir(), "envs"), project: t.TempDir(), locks: &locks{},
		environ: []string{"PATH=/bin", "HOME=/home/x", "PYTHONPATH=/evil", "PIP_USER=1", "PIP_INDEX_URL=https://x"},
		machine: &machine{
			candidates: []env.Candidate{{Path: "/p/shim"}, {Path: "/p/python3"}, {Path: "/p/python3.9", Version: "3.9"}, {Path: "/p/3.11.7", Version: "3.11.7"}},
			pythons:    map[string]string{"/p/python3": "3.12.1", "/p/python3.9": "3.9.18", "/p/3.11.7": "3.11.7", "/p/python": "3.12.1"},
			programs:   map[string]string{"python": "/p/python"},
		},
	}
}

func (w *world) envs() *env.Envs {
	return env.New(env.Config{Root: w.root, Environ: w.environ, Disk: disk{}, Clock: clock{}, Machine: w.machine, Locker: w.locks})
}

func (w *world) ensure(spec env.Spec) (env.Environment, error) {
	spec.Dir = w.project
	return w.envs().Ensure(w.t.Context(), spec, func(s string) { w.said = append(w.said, s) })
}

func (w *world) must(spec env.Spec) env.Environment {
	w.t.Helper()
	e, err := w.ensure(spec)
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

func (w *world) write(name, text string) {
	w.t.Helper()
	name = filepath.Join(w.project, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// left lists what is in the folder of environments, without locks.
func (w *world) left() []string {
	entries, _ := os.ReadDir(w.root)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return slices.DeleteFunc(names, func(s string) bool { return strings.HasSuffix(s, ".lock") })
}
