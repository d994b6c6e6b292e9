package project

import (
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"dev.varve/backend/env"
	"dev.varve/backend/fault"
	"dev.varve/backend/yamldoc"
)

// Files is what the package reads of a disk: names are absolute paths of the
// operating system, errors are faults. host.Disk has it.
type Files interface {
	ReadFile(name string) ([]byte, error)
	ReadDir(name string) ([]fs.DirEntry, error)
	Stat(name string) (fs.FileInfo, error)
}

// fileName is what a project's file is called, in any case.
const fileName = "mlproject"

// Files that describe an environment though MLproject does not name them.
const (
	pythonEnvFile = "python_env.yaml"
	condaEnvFile  = "conda.yaml"
)

// Project is a folder in which something can be started.
type Project struct {
	Dir  string // absolute
	Path string // its MLproject file, empty if it has none
	File
}

// Load reads the project in a folder. A folder without an MLproject file is a
// project whose scripts are its entry points. It fails with NotFound if there
// is no such folder, and Invalid if its file cannot be understood.
func Load(files Files, dir string) (*Project, error) {
	dir = filepath.Clean(dir)
	if !filepath.IsAbs(dir) {
		return nil, fault.New(fault.Internal, "the project's folder %s is not absolute", dir)
	}
	info, err := files.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) || fault.KindOf(err) == fault.NotFound {
		return nil, fault.New(fault.NotFound, "there is no folder %s", dir).WithHint("Give the folder of the project.")
	}
	if err != nil {
		return nil, mistake(err, "open project", dir)
	}
	if !info.IsDir() {
		return nil, fault.New(fault.Invalid, "it is a file, not a folder").On("open project", dir).
			WithHint("Give the folder, and the file as its entry point.")
	}
	names, err := files.ReadDir(dir)
	if err != nil {
		return nil, mistake(err, "open project", dir)
	}
	p := &Project{Dir: dir}
	for _, n := range names {
		if strings.EqualFold(n.Name(), fileName) {
			p.Path = filepath.Join(dir, n.Name())
			break
		}
	}
	if p.Path == "" {
		return p, nil
	}
	data, err := readSmall(files, p.Path)
	if err != nil {
		return nil, mistake(err, "open project", dir)
	}
	f, err := Parse(data)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "open project", dir)
	}
	p.File = *f
	return p, nil
}

// mistake wraps what a disk says about a name that a person gave. What the disk
// has no kind for (a loop of links, a name that is too long) is no defect of
// Varve, but a name that cannot be used.
func mistake(err error, op, object string) error {
	if fault.KindOf(err) == fault.Internal {
		return fault.New(fault.Invalid, "%v", err).On(op, object)
	}
	return fault.Wrap(err, fault.Invalid, op, object)
}

// Title is the project's name, or that of its folder.
func (p *Project) Title() string {
	if p.Name != "" {
		return p.Name
	}
	return filepath.Base(p.Dir)
}

// readSmall reads a regular file of limited size: not a pipe that never ends.
func readSmall(files Files, name string) ([]byte, error) {
	info, err := files.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fault.New(fault.Invalid, "it is not a file").On("read", name)
	}
	if info.Size() > yamldoc.MaxFile {
		return nil, fault.New(fault.Invalid, "it has %d bytes, more than the %d that such a file may have", info.Size(), yamldoc.MaxFile).On("read", name)
	}
	return files.ReadFile(name)
}

// Main is the entry point that is meant when none is named.
const Main = "main"

// Entry finds an entry point: one of the file, or else a script (x.py, x.sh)
// of the folder. It fails with NotFound and lists what there is.
func (p *Project) Entry(files Files, name string) (*EntryPoint, error) {
	if name == "" {
		name = Main
	}
	for _, e := range p.Entries {
		if e.Name == name {
			return e, nil
		}
	}
	if err := checkText(Param{"the entry point", name}); err != nil {
		return nil, err
	}
	interpreter := map[string]string{".py": "python", ".sh": "bash"}[path.Ext(name)]
	if interpreter == "" {
		return nil, p.noEntry(name, "there is no entry point %s", show(name))
	}
	file := filepath.FromSlash(name)
	if !filepath.IsLocal(file) {
		return nil, p.noEntry(name, "the script %s is not inside the project", show(name))
	}
	if info, err := files.Stat(filepath.Join(p.Dir, file)); err != nil || !info.Mode().IsRegular() {
		return nil, p.noEntry(name, "there is no script %s", show(name))
	}
	if strings.HasPrefix(name, "-") {
		name = "./" + name // or the interpreter would take it for an option
	}
	braces := strings.NewReplacer("{", "{{", "}", "}}")
	return &EntryPoint{Name: name, Command: interpreter + " " + braces.Replace(Quote(name))}, nil
}

func (p *Project) noEntry(name, format string, args ...any) error {
	e := fault.New(fault.NotFound, format, args...).On("open project", p.Dir)
	var names []string
	for _, e := range p.Entries {
		names = append(names, e.Name)
	}
	switch {
	case len(names) > 0:
		return e.WithHint("Its entry points are: %s. A script of the folder (x.py, x.sh) can be started as well.", strings.Join(names, ", "))
	case p.Path == "":
		return e.WithHint("The folder has no MLproject file. Name a script in it instead, as train.py.")
	}
	return e.WithHint("Its MLproject file has no entry points. Add some, or name a script of the folder, as train.py.")
}

// Environment finds out what the project wants to run in, and refuses what
// this version cannot make.
func (p *Project) Environment(files Files, manager env.Manager) (env.Spec, error) {
	kind, name := p.Env, p.EnvFile
	if kind == EnvNone {
		for _, d := range []struct {
			kind EnvKind
			name string
		}{{EnvPython, pythonEnvFile}, {EnvConda, condaEnvFile}} {
			if _, err := files.Stat(filepath.Join(p.Dir, d.name)); err == nil {
				kind, name = d.kind, d.name
				break
			}
		}
	}
	local := env.Spec{Dir: p.Dir, Manager: manager}
	switch {
	case kind == EnvDocker:
		return local, fault.New(fault.Unsupported, "the project wants to run in a Docker container (docker_env), which is not yet in this version").
			On("prepare", p.Title()).WithHint("Remove docker_env from a copy of MLproject to run it here.")
	case manager == env.Local || kind == EnvNone:
		return local, nil
	case kind == EnvConda:
		return local, fault.New(fault.Unsupported, "the project wants a conda environment (%s), which is not yet in this version", name).
			On("prepare", p.Title()).WithHint("Activate that environment yourself and choose the environment manager local, or add a %s.", pythonEnvFile)
	}
	file := name
	if !filepath.IsAbs(file) {
		file = filepath.Join(p.Dir, filepath.FromSlash(name))
	}
	data, err := readSmall(files, file)
	if err != nil {
		return local, mistake(err, "read the environment of", p.Title())
	}
	spec, err := ParsePythonEnv(file, data)
	spec.Dir, spec.Manager = p.Dir, manager
	return spec, err
}
