// Package env makes the environments that projects run in, and finds them
// again by their content.
//
// An environment is named by a hash of everything that went into it: the
// interpreter's full version, the platform, the manager, the list of
// dependencies and the files that it refers to. It is made in place, below the
// machine's cache folder, under a lock, so that two runs that need the same one
// wait for one creation; and it is complete only when a record, written last,
// says so. What is incomplete is removed and made again.
package env

import (
	"strings"

	"dev.varve/backend/fault"
)

// Manager says who makes an environment.
type Manager string

// The managers of this version.
const (
	Auto  Manager = ""      // uv if it is there, else venv; local if the project asks for nothing
	Local Manager = "local" // as it is: whatever PATH leads to
	Venv  Manager = "venv"  // python -m venv, and pip
	UV    Manager = "uv"    // uv venv, and uv pip
)

// ParseManager reads what a person or an MLflow user writes.
func ParseManager(s string) (Manager, error) {
	switch s {
	case "", "auto":
		return Auto, nil
	case "local":
		return Local, nil
	case "venv", "virtualenv":
		return Venv, nil
	case "uv":
		return UV, nil
	case "conda":
		return Auto, fault.New(fault.Unsupported, "conda environments are not yet in this version").
			WithHint("Choose uv or venv, or local to use the environment that is active now.")
	}
	return Auto, fault.New(fault.Invalid, "there is no environment manager %q", s).WithHint("Choose uv, venv or local.")
}

// Spec is what a project wants to run in.
type Spec struct {
	// Dir is the project's folder, absolute. Relative names in the lists below
	// start there.
	Dir string
	// Manager is the person's choice; Auto leaves it to Varve.
	Manager Manager
	// Declared tells that the project describes an environment. Without it,
	// Auto means Local.
	Declared bool
	// Python is the wanted version: "3.11" takes any 3.11.x, "" takes any.
	Python string
	// Build is installed first, Dependencies after it. Both hold lines of a
	// requirements file, "-r requirements.txt" among them.
	Build        []string
	Dependencies []string
}

// CheckVersion refuses what is not a version of Python: one to three numbers
// with dots. A trailing ".*" is dropped.
func CheckVersion(s string) (string, error) {
	v := strings.TrimSuffix(strings.TrimSpace(s), ".*")
	parts := strings.Split(v, ".")
	for _, p := range parts {
		if p == "" || len(p) > 4 || strings.Trim(p, "0123456789") != "" {
			return "", fault.New(fault.Invalid, "%q is not a version of Python", s).WithHint("Write it as 3.11 or 3.11.7.")
		}
	}
	if len(parts) > 3 {
		return "", fault.New(fault.Invalid, "%q is not a version of Python", s).WithHint("Write it as 3.11 or 3.11.7.")
	}
	return v, nil
}
