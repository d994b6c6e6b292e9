package env

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"dev.varve/backend/fault"
)

// Python is an interpreter that has answered.
type Python struct {
	Path           string `json:"path"`           // of the base installation, if asked in a virtual environment
	Real           string `json:"real"`           // the same without links
	Version        string `json:"version"`        // complete: 3.11.7
	Implementation string `json:"implementation"` // cpython
	Platform       string `json:"platform"`       // linux-x86_64
}

// probe asks an interpreter who it is. An environment made from within another
// one must not depend on it, hence the base executable.
const probe = `import sys,json,sysconfig,os
p=getattr(sys,"_base_executable",None) or sys.executable
print(json.dumps({"path":p,"real":os.path.realpath(p),"version":".".join(map(str,sys.version_info[:3])),` +
	`"implementation":sys.implementation.name,"platform":sysconfig.get_platform()}))`

// ask runs the probe. Whatever goes wrong means that this is no interpreter
// for us (a shim without a version, Python 2, something else of that name),
// except that the person gives up.
func (e *Envs) ask(ctx context.Context, path string, isolated bool) (Python, bool, error) {
	args := []string{path, "-c", probe}
	if isolated {
		args = []string{path, "-I", "-c", probe}
	}
	var p Python
	ok := false
	code, err := e.machine.Run(ctx, Command{Args: args, Env: e.environ}, func(line string) {
		ok = json.Unmarshal([]byte(line), &p) == nil && p.Path != "" && p.Version != ""
	})
	if errors.Is(err, fault.Cancelled) {
		return p, false, err
	}
	return p, ok && err == nil && code == 0, nil
}

// find returns the first interpreter of the wanted version.
func (e *Envs) find(ctx context.Context, want string) (Python, error) {
	candidates := e.machine.Candidates(e.environ)
	for _, c := range candidates {
		if c.Version != "" && !matches(c.Version, want) && !matches(want, c.Version) {
			continue
		}
		p, ok, err := e.ask(ctx, c.Path, true)
		if err != nil {
			return Python{}, err
		}
		if ok && matches(p.Version, want) {
			return p, nil
		}
	}
	return Python{}, e.notFound(ctx, candidates, want)
}

// maxListed is how many interpreters a sentence can bear.
const maxListed = 12

// notFound says which interpreters there are instead. Only now is the time
// spent to ask them all.
func (e *Envs) notFound(ctx context.Context, candidates []Candidate, want string) error {
	var found []string
	seen := map[string]bool{}
	for _, c := range candidates {
		p, ok, err := e.ask(ctx, c.Path, true)
		if err != nil {
			return err
		}
		if ok && !seen[p.Real] {
			seen[p.Real] = true
			found = append(found, p.Version+" ("+p.Path+")")
		}
	}
	if len(found) > maxListed {
		found = append(found[:maxListed], fmt.Sprintf("and %d more", len(found)-maxListed))
	}
	if len(found) == 0 {
		return fault.New(fault.NotFound, "there is no Python on this machine").
			WithHint("Install Python 3, or choose the environment manager local if the project needs none.")
	}
	return fault.New(fault.NotFound, "there is no Python %s on this machine, only %s", want, strings.Join(found, ", ")).
		WithHint("Install Python %s (for example by: uv python install %s), or write another version into the project's python_env file.", want, want)
}

// matches tells whether a version begins with the parts of a wanted one.
func matches(version, want string) bool {
	return want == "" || version == want || strings.HasPrefix(version, want+".")
}
