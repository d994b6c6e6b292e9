package env

import (
	"context"
	"path/filepath"
)

// Status is what Look knows of an environment.
type Status struct {
	Manager Manager // never Auto
	Python  string  // version of the interpreter, complete; empty if Local has none
	Ready   bool    // it is there; otherwise Ensure makes it
	Wanted  int     // packages that the project names
}

// Look tells what Ensure would do, and makes nothing. It fails as Ensure does
// if the manager or the interpreter is not on this machine.
func (e *Envs) Look(ctx context.Context, spec Spec) (Status, error) {
	manager, err := e.choose(spec)
	if err != nil {
		return Status{}, err
	}
	if manager == Local {
		found, err := e.local(ctx)
		return Status{Manager: Local, Python: found.Version, Ready: true}, err
	}
	python, err := e.find(ctx, spec.Python)
	if err != nil {
		return Status{}, err
	}
	p, err := newPlan(e.disk, spec, manager, python)
	if err != nil {
		return Status{}, err
	}
	p.dir = filepath.Join(e.root, p.key)
	_, ready := e.complete(p)
	return Status{Manager: manager, Python: python.Version, Ready: ready, Wanted: len(p.build.content) + len(p.deps.content)}, nil
}
