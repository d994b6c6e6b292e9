package env

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/zeebo/blake3"

	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// Environment is ready to run something in.
type Environment struct {
	Manager Manager // never Auto
	Key     string  // names its content; empty for Local
	Dir     string  // empty for Local
	Python  string  // the interpreter; empty if Local has none
	Version string  // of the interpreter, complete; empty if there is none
	Bin     string  // goes to the front of PATH; empty for Local
	// Vars are set for whatever runs in it.
	Vars map[string]string
	// Lock lists what was installed when it was made, one "name==version" a
	// line. It is empty for Local: Freeze asks.
	Lock string
}

// unset are variables that lead Python to other places than the environment.
var unset = []string{"PYTHONHOME", "__PYVENV_LAUNCHER__"}

// Apply activates the environment on a list of NAME=VALUE. Local changes
// nothing.
func (e Environment) Apply(base []string) []string {
	if e.Bin == "" {
		return append([]string(nil), base...)
	}
	path, old := e.Bin, lookup(base, "PATH")
	if old != "" {
		path += string(filepath.ListSeparator) + old
	}
	changes := map[string]string{"PATH": path}
	for k, v := range e.Vars {
		changes[k] = v
	}
	return change(base, changes, unset)
}

// Config is what environments are made with.
type Config struct {
	Root    string   // folder of all environments, absolute: machine's cache/envs
	Environ []string // the environment in which programs are looked for and installers run
	Disk    Disk
	Clock   host.Clock
	Machine Machine
	Locker  Locker
}

// Envs makes environments and finds them again.
type Envs struct {
	root    string
	environ []string
	disk    Disk
	clock   host.Clock
	machine Machine
	locker  Locker
}

// New makes an Envs. It touches nothing.
func New(c Config) *Envs {
	return &Envs{root: c.Root, environ: c.Environ, disk: c.Disk, clock: c.Clock, machine: c.Machine, locker: c.Locker}
}

// recordName is the file that makes an environment complete. It is written
// last, after everything else is on the disk.
const recordName = "varve-environment.json"

// record is the content of that file.
type record struct {
	Format  int       `json:"format"`
	Key     string    `json:"key"`
	Manager Manager   `json:"manager"`
	Python  Python    `json:"python"`
	Wanted  []string  `json:"wanted"` // the lines that it was made from
	Lock    string    `json:"lock"`
	Made    time.Time `json:"made"`
}

// Ensure returns the environment for a spec, and makes it if it is not there.
// Whoever needs the same one at the same time, in whatever process, waits for
// that. Progress gets lines for a person; it may be nil.
//
// It fails with Invalid if the dependencies cannot be installed as they are
// written, Unavailable if a server did not answer, NotFound if the wanted
// Python or manager is not on this machine, NoSpace, and Cancelled. After a
// failure nothing is left that looks complete.
func (e *Envs) Ensure(ctx context.Context, spec Spec, progress func(string)) (Environment, error) {
	if progress == nil {
		progress = func(string) {}
	}
	manager, err := e.choose(spec)
	if err != nil {
		return Environment{}, err
	}
	if manager == Local {
		return e.local(ctx)
	}
	python, err := e.find(ctx, spec.Python)
	if err != nil {
		return Environment{}, err
	}
	p, err := newPlan(e.disk, spec, manager, python)
	if err != nil {
		return Environment{}, err
	}
	p.dir = filepath.Join(e.root, p.key)
	if found, ok := e.complete(p); ok {
		return found, nil
	}
	if err := e.disk.MkdirAll(e.root); err != nil {
		return Environment{}, err
	}
	held, err := e.lock(ctx, p.dir+".lock", progress)
	if err != nil {
		return Environment{}, err
	}
	defer held.Release() // a lock that cannot be released ends with the process
	if found, ok := e.complete(p); ok {
		return found, nil
	}
	return e.make(ctx, p, progress)
}

func (e *Envs) lock(ctx context.Context, path string, progress func(string)) (Held, error) {
	held, err := e.locker.Try(path)
	if !errors.Is(err, fault.Locked) {
		return held, err
	}
	progress("Another run is making the same environment; waiting for it")
	return e.locker.Wait(ctx, path)
}

// choose decides who makes the environment.
func (e *Envs) choose(spec Spec) (Manager, error) {
	_, err := e.machine.Program("uv", e.environ)
	switch {
	case spec.Manager == UV && err != nil:
		return UV, fault.New(fault.NotFound, "uv is not on PATH").WithHint("Install uv (pip install uv), or choose the environment manager venv.")
	case spec.Manager != Auto:
		return spec.Manager, nil
	case !spec.Declared:
		return Local, nil
	case err == nil:
		return UV, nil
	}
	return Venv, nil
}

// local describes what PATH leads to. Not to find a Python is no error: a
// project need not use one.
func (e *Envs) local(ctx context.Context) (Environment, error) {
	for _, name := range []string{"python", "python3"} {
		path, err := e.machine.Program(name, e.environ)
		if err != nil {
			continue
		}
		p, ok, err := e.ask(ctx, path, false)
		if err != nil {
			return Environment{}, err
		}
		if ok {
			return Environment{Manager: Local, Python: path, Version: p.Version}, nil
		}
	}
	return Environment{Manager: Local}, nil
}

// plan is an environment that is to be there.
type plan struct {
	spec    Spec
	manager Manager
	python  Python
	build   requirements
	deps    requirements
	key     string
	dir     string
}

func newPlan(files Files, spec Spec, manager Manager, python Python) (*plan, error) {
	p := &plan{spec: spec, manager: manager, python: python}
	var err error
	if p.build, err = readRequirements(files, spec.Dir, spec.Build); err != nil {
		return nil, err
	}
	if p.deps, err = readRequirements(files, spec.Dir, spec.Dependencies); err != nil {
		return nil, err
	}
	p.key = p.hash()
	return p, nil
}

// hash names an environment by all that goes into it. The order of lines
// counts: installers respect it.
func (p *plan) hash() string {
	h := blake3.New()
	fmt.Fprintf(h, "varve environment 1\n%q %q %q %q %q\n", p.manager, p.python.Version, p.python.Implementation, p.python.Platform, runtime.GOOS+"/"+runtime.GOARCH)
	fmt.Fprintf(h, "%q\n%q\n", p.build.content, p.deps.content)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// environment is what the plan leads to.
func (p *plan) environment(lock string) Environment {
	bin, python := filepath.Join(p.dir, "bin"), "python"
	if runtime.GOOS == "windows" {
		bin, python = filepath.Join(p.dir, "Scripts"), "python.exe"
	}
	return Environment{
		Manager: p.manager, Key: p.key, Dir: p.dir, Bin: bin, Python: filepath.Join(bin, python), Version: p.python.Version,
		Vars: map[string]string{"VIRTUAL_ENV": p.dir}, Lock: lock,
	}
}

// complete finds a finished environment. One whose interpreter has gone (it is
// a link to the base installation) is not finished any more.
func (e *Envs) complete(p *plan) (Environment, bool) {
	data, err := e.disk.ReadFile(filepath.Join(p.dir, recordName))
	if err != nil {
		return Environment{}, false
	}
	var r record
	if json.Unmarshal(data, &r) != nil || r.Format != 1 || r.Key != p.key {
		return Environment{}, false
	}
	found := p.environment(r.Lock)
	if _, err := e.disk.Stat(found.Python); err != nil {
		return Environment{}, false
	}
	return found, true
}

// lookup returns the last value of a variable in a list of NAME=VALUE.
func lookup(environ []string, name string) string {
	value := ""
	for _, v := range environ {
		if n, rest, ok := strings.Cut(v, "="); ok && sameName(n, name) {
			value = rest
		}
	}
	return value
}

// change sets and removes variables in a copy of a list.
func change(environ []string, set map[string]string, remove []string) []string {
	out := make([]string, 0, len(environ)+len(set))
	for _, v := range environ {
		name, _, _ := strings.Cut(v, "=")
		drop := false
		for k := range set {
			drop = drop || sameName(name, k)
		}
		for _, k := range remove {
			drop = drop || sameName(name, k)
		}
		if !drop {
			out = append(out, v)
		}
	}
	for _, k := range sortedKeys(set) {
		out = append(out, k+"="+set[k])
	}
	return out
}

func sameName(a, b string) bool {
	return a == b || runtime.GOOS == "windows" && strings.EqualFold(a, b)
}
