package project

import (
	"strings"

	"dev.varve/backend/fault"
)

// File is a parsed MLproject file.
type File struct {
	Name    string        // empty if the file gives none
	Entries []*EntryPoint // in the file's order
	Env     EnvKind
	EnvFile string // python_env or conda_env: the file it names; else empty
	Docker  *Docker
}

// EnvKind says which kind of environment a project asks for.
type EnvKind string

// The kinds of environments that MLproject files know.
const (
	EnvNone   EnvKind = ""
	EnvPython EnvKind = "python_env"
	EnvConda  EnvKind = "conda_env"
	EnvDocker EnvKind = "docker_env"
)

// Docker is a docker_env section. This version reads it and refuses to run it.
type Docker struct {
	Image string
}

// EntryPoint is something that can be started.
type EntryPoint struct {
	Name    string
	Command string // a format string: {name} stands for a parameter
	Params  []Parameter
}

// Parameter is what an entry point says about one of its parameters.
type Parameter struct {
	Name string
	Type string // String, Float, Int, Path, URI; anything else means String
	// Default is the value if none is given, as MLflow would pass it on; nil
	// means that one must be given.
	Default *string
}

// Parse reads an MLproject file. Keys that MLflow does not know are passed
// over, as MLflow does. Garbage is Invalid and says in which line.
func Parse(data []byte) (*File, error) {
	y := yamlError{"MLproject"}
	root, err := parseYAML(y.file, data)
	if err != nil {
		return nil, err
	}
	if root.kind != table {
		return nil, y.at(root.line, "an MLproject file begins with \"name:\" or \"entry_points:\"")
	}
	f := &File{}
	if f.Name, err = optionalText(y, root, "name"); err != nil {
		return nil, err
	}
	if err := f.readEnv(y, root); err != nil {
		return nil, err
	}
	entries := root.get("entry_points")
	if entries == nil || entries.kind == null {
		return f, nil
	}
	if entries.kind != table {
		return nil, y.at(entries.line, "entry_points needs a name with a colon for each entry point")
	}
	for _, e := range entries.entries {
		p, err := readEntry(y, e)
		if err != nil {
			return nil, err
		}
		f.Entries = append(f.Entries, p)
	}
	return f, nil
}

func optionalText(y yamlError, n *node, key string) (string, error) {
	v := n.get(key)
	switch {
	case v == nil || v.kind == null:
		return "", nil
	case v.kind != scalar:
		return "", y.at(v.line, "%s needs a text", key)
	}
	return v.text, nil
}

func (f *File) readEnv(y yamlError, root *node) error {
	for _, kind := range []EnvKind{EnvPython, EnvConda, EnvDocker} {
		v := root.get(string(kind))
		if v == nil || v.kind == null {
			continue
		}
		if f.Env != EnvNone {
			return y.at(v.line, "%s and %s are both here", f.Env, kind).WithHint("A project has one environment. Remove one of the two.")
		}
		f.Env = kind
		if kind == EnvDocker {
			if v.kind != table {
				return y.at(v.line, "docker_env needs an image: docker_env: {image: name}")
			}
			image, err := optionalText(y, v, "image")
			if err != nil {
				return err
			}
			if image == "" {
				return y.at(v.line, "docker_env names no image")
			}
			f.Docker = &Docker{Image: image}
			continue
		}
		if v.kind != scalar || v.text == "" {
			return y.at(v.line, "%s needs the name of a file", kind)
		}
		f.EnvFile = v.text
	}
	return nil
}

func readEntry(y yamlError, e entry) (*EntryPoint, error) {
	if e.value.kind != table {
		return nil, y.at(e.line, "the entry point %s needs a command", show(e.key)).
			WithHint("Write below it, indented: command: \"python train.py\"")
	}
	p := &EntryPoint{Name: e.key}
	command := e.value.get("command")
	if command == nil || command.kind != scalar || strings.TrimSpace(command.text) == "" {
		return nil, y.at(e.line, "the entry point %s has no command", show(e.key)).
			WithHint("Write below it, indented: command: \"python train.py\"")
	}
	p.Command = command.text
	params := e.value.get("parameters")
	if params == nil || params.kind == null {
		return p, nil
	}
	if params.kind != table {
		return nil, y.at(params.line, "parameters needs a name with a colon for each parameter")
	}
	for _, v := range params.entries {
		if err := checkName(v.key); err != nil {
			return nil, y.at(v.line, "%v", err).WithHint("%s", fault.HintOf(err))
		}
		param, err := readParameter(y, v)
		if err != nil {
			return nil, err
		}
		p.Params = append(p.Params, param)
	}
	return p, nil
}

// readParameter takes both forms: "alpha: float" and "alpha: {type: float,
// default: 0.5}".
func readParameter(y yamlError, e entry) (Parameter, error) {
	p := Parameter{Name: e.key, Type: String}
	switch e.value.kind {
	case null:
		return p, nil
	case scalar:
		p.Type = e.value.text
		return p, nil
	case list:
		return p, y.at(e.line, "the parameter %s needs a type, or a table with type and default", show(e.key))
	}
	if t, err := optionalText(y, e.value, "type"); err != nil {
		return p, err
	} else if t != "" {
		p.Type = t
	}
	d := e.value.get("default")
	switch {
	case d == nil || d.kind == null:
	case d.kind == scalar:
		text := d.str()
		p.Default = &text
	default:
		return p, y.at(d.line, "the default of %s must be one value", show(e.key)).
			WithHint("Put it between quotation marks if it is a text with brackets.")
	}
	return p, nil
}
