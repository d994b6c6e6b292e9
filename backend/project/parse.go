package project

import (
	"strings"

	"dev.varve/backend/fault"
	"dev.varve/backend/yamldoc"
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
	y := yamldoc.File("MLproject")
	root, err := y.Parse(data)
	if err != nil {
		return nil, err
	}
	if root.Kind != yamldoc.Table {
		return nil, y.At(root.Line, "an MLproject file begins with \"name:\" or \"entry_points:\"")
	}
	f := &File{}
	if f.Name, err = optionalText(y, root, "name"); err != nil {
		return nil, err
	}
	if err := f.readEnv(y, root); err != nil {
		return nil, err
	}
	entries := root.Get("entry_points")
	if entries == nil || entries.Kind == yamldoc.Null {
		return f, nil
	}
	if entries.Kind != yamldoc.Table {
		return nil, y.At(entries.Line, "entry_points needs a name with a colon for each entry point")
	}
	for _, e := range entries.Entries {
		p, err := readEntry(y, e)
		if err != nil {
			return nil, err
		}
		f.Entries = append(f.Entries, p)
	}
	return f, nil
}

func optionalText(y yamldoc.File, n *yamldoc.Node, key string) (string, error) {
	v := n.Get(key)
	switch {
	case v == nil || v.Kind == yamldoc.Null:
		return "", nil
	case v.Kind != yamldoc.Scalar:
		return "", y.At(v.Line, "%s needs a text", key)
	}
	return v.Text, nil
}

func (f *File) readEnv(y yamldoc.File, root *yamldoc.Node) error {
	for _, kind := range []EnvKind{EnvPython, EnvConda, EnvDocker} {
		v := root.Get(string(kind))
		if v == nil || v.Kind == yamldoc.Null {
			continue
		}
		if f.Env != EnvNone {
			return y.At(v.Line, "%s and %s are both here", f.Env, kind).WithHint("A project has one environment. Remove one of the two.")
		}
		f.Env = kind
		if kind == EnvDocker {
			if v.Kind != yamldoc.Table {
				return y.At(v.Line, "docker_env needs an image: docker_env: {image: name}")
			}
			image, err := optionalText(y, v, "image")
			if err != nil {
				return err
			}
			if image == "" {
				return y.At(v.Line, "docker_env names no image")
			}
			f.Docker = &Docker{Image: image}
			continue
		}
		if v.Kind != yamldoc.Scalar || v.Text == "" {
			return y.At(v.Line, "%s needs the name of a file", kind)
		}
		f.EnvFile = v.Text
	}
	return nil
}

func readEntry(y yamldoc.File, e yamldoc.Entry) (*EntryPoint, error) {
	if e.Value.Kind != yamldoc.Table {
		return nil, y.At(e.Line, "the entry point %s needs a command", show(e.Key)).
			WithHint("Write below it, indented: command: \"python train.py\"")
	}
	p := &EntryPoint{Name: e.Key}
	command := e.Value.Get("command")
	if command == nil || command.Kind != yamldoc.Scalar || strings.TrimSpace(command.Text) == "" {
		return nil, y.At(e.Line, "the entry point %s has no command", show(e.Key)).
			WithHint("Write below it, indented: command: \"python train.py\"")
	}
	p.Command = command.Text
	params := e.Value.Get("parameters")
	if params == nil || params.Kind == yamldoc.Null {
		return p, nil
	}
	if params.Kind != yamldoc.Table {
		return nil, y.At(params.Line, "parameters needs a name with a colon for each parameter")
	}
	for _, v := range params.Entries {
		if err := checkName(v.Key); err != nil {
			return nil, y.At(v.Line, "%v", err).WithHint("%s", fault.HintOf(err))
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
func readParameter(y yamldoc.File, e yamldoc.Entry) (Parameter, error) {
	p := Parameter{Name: e.Key, Type: String}
	switch e.Value.Kind {
	case yamldoc.Null:
		return p, nil
	case yamldoc.Scalar:
		p.Type = e.Value.Text
		return p, nil
	case yamldoc.List:
		return p, y.At(e.Line, "the parameter %s needs a type, or a table with type and default", show(e.Key))
	}
	if t, err := optionalText(y, e.Value, "type"); err != nil {
		return p, err
	} else if t != "" {
		p.Type = t
	}
	d := e.Value.Get("default")
	switch {
	case d == nil || d.Kind == yamldoc.Null:
	case d.Kind == yamldoc.Scalar:
		text := d.Str()
		p.Default = &text
	default:
		return p, y.At(d.Line, "the default of %s must be one value", show(e.Key)).
			WithHint("Put it between quotation marks if it is a text with brackets.")
	}
	return p, nil
}
