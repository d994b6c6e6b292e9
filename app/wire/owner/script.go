package owner

import (
	"context"
	"os"
	"runtime"
	"strings"
	"time"

	"dev.varve/app/door/api"
	"dev.varve/app/machine"
	"dev.varve/app/wire/background"
	"dev.varve/backend/env"
	"dev.varve/backend/fault"
	"dev.varve/backend/project"
)

// scripts are the lines by which people's own scripts find this workspace.
type scripts struct{ o *Owner }

// Lines returns the line for a notebook, and that for a terminal where there is
// a shell that knows it.
func (s scripts) Lines(context.Context) (api.ScriptLines, error) {
	program, err := background.Program("varve")
	if err != nil {
		return api.ScriptLines{}, err
	}
	lines := api.ScriptLines{Notebook: project.NotebookLine(program, s.o.Dir)}
	if runtime.GOOS != "windows" {
		lines.Terminal = project.TerminalLine(program, s.o.Dir)
	}
	return lines, nil
}

// checkTime is how long a line may take to find the workspace.
const checkTime = 20 * time.Second

// Check does what a person would do with a line, in a process of its own, and
// says what came of it.
func (s scripts) Check(ctx context.Context, terminal bool) (api.ScriptCheck, error) {
	lines, err := s.Lines(ctx)
	if err != nil {
		return api.ScriptCheck{}, err
	}
	environ := withoutOurs(os.Environ())
	python, err := anyProgram(environ, "python3", "python")
	if err != nil {
		return api.ScriptCheck{}, err
	}
	args := []string{python, "-c", lines.Notebook + "\n" + project.Probe}
	if terminal {
		if lines.Terminal == "" {
			return api.ScriptCheck{}, fault.New(fault.Unsupported, "the line for a terminal needs a shell of Unix")
		}
		args = []string{"/bin/sh", "-c", lines.Terminal + ` && exec "$0" -c "$1"`, python, project.Probe}
	}
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	last := ""
	code, err := machine.Tools{}.Run(ctx, env.Command{Args: args, Dir: s.o.Dir, Env: environ}, func(line string) {
		if strings.TrimSpace(line) != "" {
			last = line
		}
	})
	switch {
	case ctx.Err() != nil:
		return api.ScriptCheck{Sentence: "It took too long. Is the computer very busy? Check it once more."}, nil
	case err != nil:
		return api.ScriptCheck{}, err
	case code != 0:
		return api.ScriptCheck{Sentence: "It did not work. The last word was: " + last}, nil
	}
	return api.ScriptCheck{Works: true, Sentence: "It works: Python " + last + " found this workspace."}, nil
}

// anyProgram finds the first of several programs that there is.
func anyProgram(environ []string, names ...string) (string, error) {
	for _, name := range names {
		if path, err := (machine.Tools{}).Program(name, environ); err == nil {
			return path, nil
		}
	}
	return "", fault.New(fault.NotFound, "there is no program %s on this computer to check it with", names[0]).
		WithHint("The line may work all the same, where your script has its own.")
}

// withoutOurs leaves out what a line sets: Varve may have been started by a
// process that has it.
func withoutOurs(environ []string) []string {
	kept := []string{}
	for _, pair := range environ {
		if !strings.HasPrefix(pair, "MLFLOW_") && !strings.HasPrefix(pair, "VARVE_") {
			kept = append(kept, pair)
		}
	}
	return kept
}
