package project

import (
	"path/filepath"
	"strings"

	"dev.varve/backend/env"
	"dev.varve/backend/fault"
)

// ParsePythonEnv reads a python_env.yaml: python, build_dependencies and
// dependencies. Dir and Manager of the result are left to the caller. Unlike
// MLflow it takes the version without quotation marks, too, and reads 3.10 as
// it is written and not as the number 3.1.
func ParsePythonEnv(name string, data []byte) (env.Spec, error) {
	y := yamlError{filepath.Base(name)}
	root, err := parseYAML(y.file, data)
	if err != nil {
		return env.Spec{}, err
	}
	if root.kind != table {
		return env.Spec{}, y.at(root.line, "it begins with \"python:\" or \"dependencies:\"")
	}
	spec := env.Spec{Declared: true}
	for _, e := range root.entries {
		switch e.key {
		case "python":
			if e.value.kind == null {
				continue
			}
			if e.value.kind != scalar {
				return spec, y.at(e.line, "python needs a version, as 3.11")
			}
			if spec.Python, err = env.CheckVersion(e.value.text); err != nil {
				return spec, y.at(e.line, "%v", err).WithHint("%s", fault.HintOf(err))
			}
		case "build_dependencies":
			spec.Build, err = requirementLines(y, e)
		case "dependencies":
			spec.Dependencies, err = requirementLines(y, e)
		default:
			// MLflow refuses it as well: a misspelt key would silently make
			// another environment.
			return spec, y.at(e.line, "%s means nothing here", show(e.key)).
				WithHint("The file knows python, build_dependencies and dependencies.")
		}
		if err != nil {
			return spec, err
		}
	}
	return spec, nil
}

func requirementLines(y yamlError, e entry) ([]string, error) {
	if e.value.kind == null {
		return nil, nil
	}
	if e.value.kind != list {
		return nil, y.at(e.line, "%s needs a list: each line begins with a dash", e.key)
	}
	var lines []string
	for _, item := range e.value.items {
		if item.kind != scalar {
			return nil, y.at(item.line, "each entry of %s is one requirement, as numpy==1.26.4", e.key)
		}
		for line := range strings.SplitSeq(item.text, "\n") {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				lines = append(lines, line)
			}
		}
	}
	return lines, nil
}
