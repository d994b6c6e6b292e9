package project

import (
	"net/url"
	"path/filepath"
	"runtime"
	"strings"

	"dev.varve/backend/env"
	"dev.varve/backend/fault"
)

// Request is what a person wants to start.
type Request struct {
	Entry   string  // an entry point or a script; empty means Main
	Params  []Param // in the order they were given
	Manager env.Manager
}

// Prepared is an entry point that is ready to be started.
type Prepared struct {
	// Entry is the entry point's name.
	Entry string
	// Command is for bash -c, in the project's folder.
	Command string
	// Params are to be logged: those of the entry point in the file's order,
	// with defaults, then the extra ones in the order they were given. Values
	// are what the program receives: paths are absolute, and nothing is quoted
	// (MLflow logs the quoted form, as 'a b' with its quotation marks).
	Params []Param
	// Paths are the parameters of type path.
	Paths []Param
	// Numbers are the names of the parameters of type float or int.
	Numbers []string
	// Env is what it runs in.
	Env env.Spec
}

// Prepare checks everything that can be wrong before a run starts, and makes
// the command. Wrong parameters are Invalid, a path that is not there and an
// unknown entry point NotFound, an environment that this version cannot make
// Unsupported.
func (p *Project) Prepare(files Files, r Request) (*Prepared, error) {
	e, err := p.Entry(files, r.Entry)
	if err != nil {
		return nil, err
	}
	ready := &Prepared{Entry: e.Name}
	extra, err := p.values(files, e, r.Params, ready)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "prepare", e.Name)
	}
	ready.Command, err = compose(e.Command, ready.Params, extra)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "prepare", e.Name)
	}
	ready.Params = append(ready.Params, extra...)
	if ready.Env, err = p.Environment(files, r.Manager); err != nil {
		return nil, err
	}
	return ready, nil
}

// values fills in the entry point's own parameters and returns the extra ones.
func (p *Project) values(files Files, e *EntryPoint, given []Param, ready *Prepared) ([]Param, error) {
	values := map[string]string{}
	for _, g := range given {
		if err := checkName(g.Name); err != nil {
			return nil, err
		}
		if err := checkText(g); err != nil {
			return nil, err
		}
		if _, twice := values[g.Name]; twice {
			return nil, fault.New(fault.Invalid, "the parameter %s is given twice", g.Name)
		}
		values[g.Name] = g.Value
	}
	if err := missing(e, values); err != nil {
		return nil, err
	}
	own := map[string]bool{}
	for _, declared := range e.Params {
		own[declared.Name] = true
		param := Param{Name: declared.Name}
		if v, ok := values[declared.Name]; ok {
			param.Value = v
		} else {
			param.Value = *declared.Default
		}
		if err := checkText(param); err != nil {
			return nil, err
		}
		if err := checkType(declared.Type, param); err != nil {
			return nil, err
		}
		if declared.Type == Float || declared.Type == Int {
			ready.Numbers = append(ready.Numbers, declared.Name)
		}
		if declared.Type == Path {
			var err error
			if param.Value, err = p.path(files, param); err != nil {
				return nil, err
			}
			ready.Paths = append(ready.Paths, param)
		}
		ready.Params = append(ready.Params, param)
	}
	var extra []Param
	for _, g := range given {
		if !own[g.Name] {
			extra = append(extra, g)
		}
	}
	return extra, nil
}

func missing(e *EntryPoint, values map[string]string) error {
	var names []string
	for _, declared := range e.Params {
		if _, ok := values[declared.Name]; !ok && declared.Default == nil {
			names = append(names, declared.Name)
		}
	}
	switch len(names) {
	case 0:
		return nil
	case 1:
		return fault.New(fault.Invalid, "the parameter %s has no value", names[0]).WithField(names[0]).WithHint("Give one: it has no default.")
	}
	return fault.New(fault.Invalid, "the parameters %s have no values", strings.Join(names, ", ")).WithField(names[0]).WithHint("Give them: they have no defaults.")
}

// path makes a path absolute, starting at the project's folder. A file: URI is
// a path, too; other URIs would have to be downloaded.
func (p *Project) path(files Files, param Param) (string, error) {
	if param.Value == "" {
		return "", fault.New(fault.Invalid, "%s must be a path, and is empty", param.Name).WithField(param.Name)
	}
	name := param.Value
	if !filepath.IsAbs(name) {
		name = filepath.Join(p.Dir, filepath.FromSlash(name))
	}
	_, err := files.Stat(name)
	if s := scheme(param.Value); err != nil && len(s) > 1 { // one letter is a drive
		if s != "file" {
			return "", fault.New(fault.Unsupported, "%s is %s: paths that have to be downloaded are not yet in this version", param.Name, show(param.Value)).
				WithHint("Download it, and give the local path.")
		}
		if name, err = fromFileURI(param); err == nil {
			_, err = files.Stat(name)
		}
	}
	if fault.KindOf(err) == fault.NotFound {
		return "", fault.New(fault.NotFound, "%s: there is no file or folder %s", param.Name, name).WithField(param.Name).
			WithHint("A path that is not absolute starts at the project's folder %s.", p.Dir)
	}
	if err != nil {
		return "", mistake(err, "look at", param.Name)
	}
	return filepath.Clean(name), nil
}

func fromFileURI(param Param) (string, error) {
	u, err := url.Parse(param.Value)
	if err != nil || u.Host != "" && u.Host != "localhost" || !strings.HasPrefix(u.Path, "/") {
		return "", fault.New(fault.Invalid, "%s: %s names no file of this machine", param.Name, show(param.Value)).WithField(param.Name).
			WithHint("Write it as file:///folder/name, or as a plain path.")
	}
	name := u.Path
	if runtime.GOOS == "windows" {
		name = strings.TrimPrefix(name, "/") // file:///C:/data
	}
	name = filepath.FromSlash(name)
	return name, checkText(Param{param.Name, name})
}

// compose puts values into a command and appends the extra parameters, each
// quoted for the shell.
func compose(command string, own, extra []Param) (string, error) {
	pieces, err := parseFormat(trimEnd(command))
	if err != nil {
		return "", err
	}
	values := map[string]string{}
	for _, p := range own {
		values[p.Name] = p.Value
	}
	var out strings.Builder
	var at scanner
	for _, piece := range pieces {
		if !piece.field {
			at.text(piece.text)
			out.WriteString(piece.text)
			continue
		}
		value, ok := values[piece.text]
		if !ok {
			return "", fault.New(fault.Invalid, "its command uses {%s}, which is not among its parameters", piece.text).
				WithHint("Add it to the parameters in MLproject, or double the braces if the shell should see them.")
		}
		if where := at.where(); where != "" && (value == "" || !isPlain(value)) {
			return "", unsafePlace(piece.text, value, where)
		}
		at.value()
		out.WriteString(Quote(value))
	}
	for _, p := range extra {
		where := at.where()
		if where != "" && (at.at != beyond || !isPlain(p.Name) || p.Value == "" || !isPlain(p.Value)) {
			return "", fault.New(fault.Invalid, "the extra parameter %s would stand %s at the end of the command", p.Name, where).
				WithHint("Add the parameter to the entry point in MLproject, with its place {%s} in the command.", p.Name)
		}
		out.WriteString(" " + Quote("--"+p.Name) + " " + Quote(p.Value))
	}
	return out.String(), nil
}

// trimEnd drops the white space that a YAML block leaves at its end, unless a
// backslash continues the last line.
func trimEnd(command string) string {
	if short := strings.TrimRight(command, " \t\r\n"); !strings.HasSuffix(short, `\`) {
		return short
	}
	return command
}

func unsafePlace(name, value, where string) error {
	return fault.New(fault.Invalid, "the value %s of %s cannot be passed on safely: its place in the command is %s", show(value), name, where).WithField(name).
		WithHint("Let {%s} stand alone in MLproject: Varve puts quotation marks around values that need them.", name)
}
