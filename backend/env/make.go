package env

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"dev.varve/backend/fault"
)

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// make creates an environment in place, since virtual environments hold
// absolute names, and removes what a failure leaves.
func (e *Envs) make(ctx context.Context, p *plan, progress func(string)) (Environment, error) {
	if err := e.disk.RemoveAll(p.dir); err != nil {
		return Environment{}, err
	}
	made, err := e.build(ctx, p, progress)
	if err != nil {
		// Should this fail as well, the next one removes it: it has no record.
		e.disk.RemoveAll(p.dir)
		return Environment{}, err
	}
	return made, nil
}

func (e *Envs) build(ctx context.Context, p *plan, progress func(string)) (Environment, error) {
	i := &installer{envs: e, plan: p, made: p.environment(""), progress: progress}
	progress("Making an environment with Python " + p.python.Version + " and " + string(p.manager))
	if p.manager == UV {
		uv, err := e.machine.Program("uv", e.environ)
		if err != nil {
			return i.made, err
		}
		i.uv = uv
	}
	for _, step := range []func(context.Context) error{i.create, i.installBuild, i.installDependencies, i.freeze} {
		if err := step(ctx); err != nil {
			return i.made, err
		}
	}
	if err := e.machine.Sync(p.dir); err != nil {
		return i.made, err
	}
	text, err := json.MarshalIndent(record{
		Format: 1, Key: p.key, Manager: p.manager, Python: p.python, Lock: i.made.Lock, Made: e.clock.Now().UTC(),
		Wanted: append(append([]string(nil), p.spec.Build...), p.spec.Dependencies...),
	}, "", "  ")
	if err != nil {
		return i.made, fault.Wrap(err, fault.Internal, "describe environment", p.key)
	}
	if err := e.disk.WriteFile(filepath.Join(p.dir, recordName), append(text, '\n'), 0o644); err != nil {
		return i.made, err
	}
	progress("The environment is ready")
	return i.made, nil
}

// installer runs venv and pip, or uv.
type installer struct {
	envs     *Envs
	plan     *plan
	made     Environment
	uv       string // the program, if uv is the manager
	progress func(string)
}

// Variables of a person's own set-up that would install to another place, and
// those that keep installers from asking questions and painting.
var (
	installUnset = []string{
		"PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV", "CONDA_PREFIX", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER",
		"PIP_DRY_RUN", "PIP_PYTHON", "UV_SYSTEM_PYTHON", "UV_PYTHON", "UV_TARGET", "UV_PREFIX", "UV_PROJECT_ENVIRONMENT",
	}
	installSet = map[string]string{
		"PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_PROGRESS_BAR": "off", "PYTHONUNBUFFERED": "1",
		"UV_NO_PROGRESS": "1", "UV_PYTHON_DOWNLOADS": "never", "NO_COLOR": "1", "PYTHONUTF8": "1",
	}
)

func (i *installer) create(ctx context.Context) error {
	base, dir := i.plan.python.Path, i.plan.dir
	if i.uv != "" {
		return i.run(ctx, "make the environment", i.uv, "venv", "--no-project", "--python", base, dir)
	}
	return i.run(ctx, "make the environment", base, "-m", "venv", dir)
}

func (i *installer) installBuild(ctx context.Context) error {
	return i.install(ctx, "build-requirements.txt", i.plan.build)
}

func (i *installer) installDependencies(ctx context.Context) error {
	return i.install(ctx, "requirements.txt", i.plan.deps)
}

// install hands lines over in a file and files by name: an argument needs no
// quoting, whatever its path holds.
func (i *installer) install(ctx context.Context, name string, r requirements) error {
	args := append([]string(nil), r.files...)
	if len(r.lines) > 0 {
		list := filepath.Join(i.plan.dir, "varve-"+name)
		if err := i.envs.disk.WriteFile(list, []byte(strings.Join(r.lines, "\n")+"\n"), 0o644); err != nil {
			return err
		}
		args = append(args, "-r", list)
	}
	if !slices.Contains(args, "-r") {
		return nil // constraints alone install nothing
	}
	if i.uv != "" {
		pip := []string{i.uv, "pip", "install", "--python", i.made.Python}
		if lookup(i.envs.environ, "PYTHONDONTWRITEBYTECODE") != "" {
			// The first run may not compile for the others, and each would do it again.
			pip = append(pip, "--compile-bytecode")
		}
		args = append(pip, args...)
	} else {
		args = append([]string{i.made.Python, "-m", "pip", "install"}, args...)
	}
	return i.run(ctx, "install the dependencies", args...)
}

func (i *installer) freeze(ctx context.Context) error {
	lock, err := i.envs.Freeze(ctx, i.made)
	i.made.Lock = lock
	return err
}

// run runs one step in the project's folder and explains its failure.
func (i *installer) run(ctx context.Context, what string, args ...string) error {
	var said story
	code, err := i.envs.machine.Run(ctx, Command{Args: args, Dir: i.plan.spec.Dir, Env: i.envs.installEnviron()}, func(line string) {
		if line = clean(line); line == "" {
			return
		}
		said.add(line)
		if short := brief(line); short != "" {
			i.progress(short)
		}
	})
	if err != nil {
		return err
	}
	if code != 0 {
		return said.failure(what)
	}
	return nil
}

func (e *Envs) installEnviron() []string { return change(e.environ, installSet, installUnset) }

// listInstalled prints what pip freeze --all would, where there is no pip.
const listInstalled = `import importlib.metadata as m
for n in sorted({(d.metadata["Name"] or "?") + "==" + d.version for d in m.distributions()}, key=str.lower): print(n)`

// Freeze lists what is installed in an environment now, one "name==version"
// a line, sorted by the installer. Local without Python is empty.
func (e *Envs) Freeze(ctx context.Context, in Environment) (string, error) {
	if in.Python == "" {
		return "", nil
	}
	environ := e.installEnviron()
	attempts := [][]string{{in.Python, "-m", "pip", "freeze", "--all"}}
	switch in.Manager {
	case UV:
		uv, err := e.machine.Program("uv", e.environ)
		if err != nil {
			return "", err
		}
		attempts = [][]string{{uv, "pip", "freeze", "--python", in.Python}}
	case Local:
		environ = e.environ // what a run will see, PYTHONPATH included
		attempts = append(attempts, []string{in.Python, "-c", listInstalled})
	}
	var said story
	for _, args := range attempts {
		var lines []string
		said = story{}
		code, err := e.machine.Run(ctx, Command{Args: args, Env: environ}, func(line string) {
			line = strings.TrimRight(line, "\r ")
			said.add(line)
			if isLocked(line) {
				lines = append(lines, line)
			}
		})
		if errors.Is(err, fault.Cancelled) {
			return "", err
		}
		if err == nil && code == 0 {
			return strings.Join(append(lines, ""), "\n"), nil
		}
	}
	return "", said.failure("list the installed packages")
}

// isLocked tells a line of pip freeze from a warning.
func isLocked(line string) bool {
	return strings.Contains(line, "==") || strings.Contains(line, " @ ") || strings.HasPrefix(line, "-e ") || strings.HasPrefix(line, "# Editable")
}
