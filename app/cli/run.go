package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/backend/fault"
	"dev.varve/backend/project"
)

// RunRequest is what `varve run` asks for.
type RunRequest struct {
	Path       string // absolute
	Entry      string
	Params     []project.Param
	Experiment string
	Manager    string
	Name       string
}

func (a *App) run() *cobra.Command {
	var r RunRequest
	var params []string
	var detach bool
	c := &cobra.Command{
		Use:   "run PROJECT",
		Short: "Run an entry point of a project, and record it",
		Long: `Runs an entry point of a project folder (its MLproject file, or a script) in the
environment that the project describes, follows its output, and ends with its
exit code. The run goes on when this command is killed; Ctrl-C stops it.

A missing parameter, a value of a wrong type, an unknown entry point or an
environment that cannot be made is refused before the run starts.

The program finds MLflow's variables in its environment, and four of its own, with
which any language takes part: $VARVE_PARAMS and $VARVE_DATA are JSON files to
read, lines of JSON like {"step": 3, "loss": 0.25} are appended to $VARVE_METRICS,
and what lies in the folder $VARVE_ARTIFACTS at the end becomes its artifacts. The
page docs/contract.md says more, with programs in five languages.

Exit codes: that of the program; 128 + number if a signal ended it; 201 to 213
for Varve's own failures, as in 'varve --help'. With --detach: 0 once it runs.`,
		Example: "  varve run examples/wine -P alpha=0.1 -P l1_ratio=0.5\n  varve run . -e boosting --experiment-name trees --detach",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			abs, err := filepath.Abs(args[0])
			if err != nil {
				return fault.New(fault.Invalid, "%q is not a folder: %v", args[0], err)
			}
			r.Path = abs
			if r.Params, err = parseParams(params); err != nil {
				return err
			}
			return a.runProject(c.Context(), r, detach)
		},
	}
	f := c.Flags()
	f.StringVarP(&r.Entry, "entry-point", "e", "main", "entry point, or a script of the folder")
	f.StringArrayVarP(&params, "param-list", "P", nil, "parameter as NAME=VALUE; may be repeated")
	f.StringVar(&r.Experiment, "experiment-name", "", "experiment to record into; made if it does not exist")
	f.StringVar(&r.Manager, "env-manager", "", "local (as it is), uv or venv; default: uv if it is there, else venv")
	f.StringVar(&r.Name, "run-name", "", "name of the run")
	f.BoolVar(&detach, "detach", false, "print the run's id and return once it runs")
	return c
}

func parseParams(list []string) ([]project.Param, error) {
	params := make([]project.Param, 0, len(list))
	seen := map[string]bool{}
	for _, s := range list {
		name, value, ok := strings.Cut(s, "=")
		if !ok || name == "" {
			return nil, fault.New(fault.Invalid, "-P %q is not of the form NAME=VALUE", s)
		}
		if seen[name] {
			return nil, fault.New(fault.Invalid, "parameter %q is given twice", name)
		}
		seen[name] = true
		params = append(params, project.Param{Name: name, Value: value})
	}
	return params, nil
}

func (a *App) runProject(ctx context.Context, r RunRequest, detach bool) error {
	cl, err := a.connect(ctx)
	if err != nil {
		return err
	}
	id, err := a.Launch(ctx, cl, r, func(note string) { fmt.Fprintln(a.Err, note) })
	if err != nil {
		return err
	}
	if detach {
		fmt.Fprintln(a.Out, id)
		return nil
	}
	fmt.Fprintln(a.Err, "Run", id)
	err = a.follow(ctx, id)
	if errors.Is(err, fault.Cancelled) {
		if stopErr := a.stopRun(context.WithoutCancel(ctx), id); stopErr != nil {
			return stopErr
		}
		return a.follow(context.WithoutCancel(ctx), id)
	}
	return err
}
