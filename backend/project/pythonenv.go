package project

import (
	"path/filepath"
	"strings"

	"dev.varve/backend/env"
	"dev.varve/backend/fault"
	"dev.varve/backend/yamldoc"
)

// ParsePythonEnv reads a python_env.yaml: python, build_dependencies and
// dependencies. Dir and Manager of the result are left to the caller. Unlike
// MLflow it takes the version without quotation marks, too, and reads 3.10 as
// it is written and not as the number 3.1.
func ParsePythonEnv(name string, data []byte) (env.Spec, error) {
	y := yamldoc.File(filepath.Base(name))
	root, err := y.Parse(data)
	if err != nil {
		return env.Spec{}, err
	}
	if root.Kind != yamldoc.Table {
		return env.Spec{}, y.At(root.Line, "it begins with \"python:\" or \"dependencies:\"")
	}
	spec := env.Spec{Declared: true}
	for _, e := range root.Entries {
		switch e.Key {
		case "python":
			if e.Value.Kind == yamldoc.Null {
				continue
			}
			if e.Value.Kind != yamldoc.Scalar {
				return spec, y.At(e.Line, "python needs a version, as 3.11")
			}
			if spec.Python, err = env.CheckVersion(e.Value.Text); err != nil {
				return spec, y.At(e.Line, "%v", err).WithHint("%s", fault.HintOf(err))
			}
		case "build_dependencies":
			spec.Build, err = requirementLines(y, e)
		case "dependencies":
			spec.Dependencies, err = requirementLines(y, e)
		default:
			// MLflow refuses it as well: a misspelt key would silently make
			// another environment.
			return spec, y.At(e.Line, "%s means nothing here", show(e.Key)).
				WithHint("The file knows python, build_dependencies and dependencies.")
		}
		if err != nil {
			return spec, err
		}
	}
	return spec, nil
}

func requirementLines(y yamldoc.File, e yamldoc.Entry) ([]string, error) {
	if e.Value.Kind == yamldoc.Null {
		return nil, nil
	}
	if e.Value.Kind != yamldoc.List {
		return nil, y.At(e.Line, "%s needs a list: each line begins with a dash", e.Key)
	}
	var lines []string
	for _, item := range e.Value.Items {
		if item.Kind != yamldoc.Scalar {
			return nil, y.At(item.Line, "each entry of %s is one requirement, as numpy==1.26.4", e.Key)
		}
		for line := range strings.SplitSeq(item.Text, "\n") {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				lines = append(lines, line)
			}
		}
	}
	return lines, nil
}
