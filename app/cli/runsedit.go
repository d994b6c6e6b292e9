package cli

import (
	"context"
	"fmt"
	"net/url"

	"github.com/spf13/cobra"

	"dev.varve/app/client"
	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/say"
)

func (a *App) runsMove() *cobra.Command {
	var to string
	c := &cobra.Command{
		Use:   "move RUN...",
		Short: "Move runs to another experiment",
		Long: `Moves runs, with all that are nested in them, to another experiment. They keep
their ids, and links to them and to their artifacts stay true.

Exit codes: 0; 201 if there is no such run or experiment, and then nothing is moved.`,
		Example: "  varve runs move 3f2a… 77b0… --to \"wine final\"",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cl, experiment, err := a.target(c, to)
			if err != nil {
				return err
			}
			ids, err := runIDs(c.Context(), cl, args)
			if err != nil {
				return err
			}
			var moved api.Moved
			if err := cl.Post(c.Context(), "/runs/move", api.SomeRuns{Runs: ids, Experiment: experiment}, &moved); err != nil {
				return err
			}
			fmt.Fprintf(a.Out, "Moved %s to %s.\n", say.Count(moved.Moved, "run"), to)
			return nil
		},
	}
	c.Flags().StringVar(&to, "to", "", "name of the experiment")
	return c
}

func (a *App) runsCopy() *cobra.Command {
	var to string
	c := &cobra.Command{
		Use:   "copy RUN...",
		Short: "Copy runs to another experiment",
		Long: `Copies runs that have ended: params, metrics with their whole history, tags, notes,
data, and the artifacts that are kept in the workspace, which takes no space
twice. Prints the ids of the copies, one in a line.

Exit codes: 0; 201 if there is no such run or experiment; 205 if a run has not
ended.`,
		Example: "  varve runs copy 3f2a… --to archive",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cl, experiment, err := a.target(c, to)
			if err != nil {
				return err
			}
			ids, err := runIDs(c.Context(), cl, args)
			if err != nil {
				return err
			}
			var copied api.Copied
			if err := cl.Post(c.Context(), "/runs/copy", api.SomeRuns{Runs: ids, Experiment: experiment}, &copied); err != nil {
				return err
			}
			for _, id := range copied.Runs {
				fmt.Fprintln(a.Out, id)
			}
			return nil
		},
	}
	c.Flags().StringVar(&to, "to", "", "name of the experiment")
	return c
}

// target finds the experiment of a name.
func (a *App) target(c *cobra.Command, name string) (*client.Client, string, error) {
	if name == "" {
		return nil, "", usage(c, fault.New(fault.Invalid, "the name of the experiment is missing"))
	}
	cl, err := a.connect(c.Context())
	if err != nil {
		return nil, "", err
	}
	ids, err := a.experimentIDs(c, name)
	if err != nil {
		return nil, "", err
	}
	return cl, ids[0], nil
}

func (a *App) runsDelete() *cobra.Command {
	return a.each("delete RUN...", "Put runs into the trash", `Puts runs into the trash, where they stay until they are restored.

Exit codes: 0; 201 if there is no such run, and then nothing is changed.`,
		"  varve runs delete 3f2a…", "trash")
}

func (a *App) runsRestore() *cobra.Command {
	return a.each("restore RUN...", "Take runs out of the trash", `Takes runs out of the trash.

Exit codes: 0; 201 if there is no such run, and then nothing is changed.`,
		"  varve runs restore 3f2a…", "restore")
}

// each makes a command that does the same with several runs.
func (a *App) each(use, short, long, example, action string) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Long: long, Example: example, Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cl, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			runs, err := details(c.Context(), cl, args)
			if err != nil {
				return err
			}
			for _, r := range runs {
				if err := cl.Post(c.Context(), "/runs/"+url.PathEscape(r.ID)+"/"+action, nil, nil); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// details reads the runs that are meant.
func details(ctx context.Context, cl *client.Client, ids []string) ([]api.RunDetail, error) {
	ids, err := runIDs(ctx, cl, ids)
	if err != nil {
		return nil, err
	}
	runs := make([]api.RunDetail, len(ids))
	for i, id := range ids {
		if err := cl.Get(ctx, "/runs/"+url.PathEscape(id), nil, &runs[i]); err != nil {
			return nil, err
		}
	}
	return runs, nil
}
