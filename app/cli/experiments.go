package cli

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/say"
)

func (a *App) experiments() *cobra.Command {
	return group("experiments", "List, make, label, move, merge and delete experiments",
		a.experimentsList(), a.experimentsMake(), a.experimentsRename(), a.experimentsMove(), a.experimentsTag(), a.experimentsHistory(), a.experimentsMerge(), a.experimentsDelete(), a.experimentsRestore(), a.experimentsPurge())
}

func (a *App) experimentsList() *cobra.Command {
	var tree bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List experiments",
		Long: `Lists the experiments that are not in the trash, with the number of their runs. A
slash in a name makes a folder; --tree shows them.

Exit codes: 0; the others as in 'varve --help'.`,
		Example: "  varve experiments list\n  varve experiments list --tree",
		RunE: func(c *cobra.Command, _ []string) error {
			list, err := a.listExperiments(c)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(full(list))
			}
			if tree {
				return a.experimentTree(list)
			}
			rows := make([][]string, len(list))
			for i, x := range list {
				rows[i] = []string{x.ID, x.Name, strconv.Itoa(x.Runs), strconv.Itoa(x.Live)}
			}
			return table(a.Out, []string{"ID", "NAME", "RUNS", "RUNNING"}, rows)
		},
	}
	c.Flags().BoolVar(&tree, "tree", false, "show folders")
	return a.jsonFlag(c)
}

// experimentTree shows experiments in their folders.
func (a *App) experimentTree(list []api.Experiment) error {
	var rows [][]string
	for _, l := range folders(list) {
		name := l.item.path
		if l.prefix != "" {
			name = l.prefix + name[strings.LastIndexByte(name, '/')+1:]
		}
		row := []string{name, "", "", ""}
		if x := l.item.x; x != nil {
			row = []string{name, strconv.Itoa(x.Runs), strconv.Itoa(x.Live), x.ID}
		}
		rows = append(rows, row)
	}
	return table(a.Out, []string{"NAME", "RUNS", "RUNNING", "ID"}, rows)
}

// listExperiments reads the experiments that are not in the trash.
func (a *App) listExperiments(c *cobra.Command) ([]api.Experiment, error) {
	cl, err := a.connect(c.Context())
	if err != nil {
		return nil, err
	}
	var list struct{ Experiments []api.Experiment }
	err = cl.Get(c.Context(), "/experiments", nil, &list)
	return list.Experiments, err
}

func (a *App) experimentsMake() *cobra.Command {
	return &cobra.Command{
		Use:     "create NAME",
		Short:   "Make an experiment",
		Long:    "Makes an experiment and prints its id.\n\nExit codes: 0; 203 if there is one of that name, in the trash or not.",
		Example: "  varve experiments create \"wine/final\"",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			var made struct {
				ID string `json:"experiment_id"`
			}
			if err := a.mlflow(c, "experiments/create", map[string]string{"name": args[0]}, &made); err != nil {
				return err
			}
			fmt.Fprintln(a.Out, made.ID)
			return nil
		},
	}
}

func (a *App) experimentsRename() *cobra.Command {
	return &cobra.Command{
		Use:     "rename NAME NEW-NAME",
		Short:   "Give an experiment another name",
		Long:    "Gives an experiment another name, and with slashes in it another folder.\n\nExit codes: 0; 201 if there is none of that name; 203 if the new name is taken.",
		Example: "  varve experiments rename wine \"archive/wine\"",
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			_, id, err := a.target(c, args[0])
			if err != nil {
				return err
			}
			return a.mlflow(c, "experiments/update", map[string]string{"experiment_id": id, "new_name": args[1]}, nil)
		},
	}
}

func (a *App) experimentsMerge() *cobra.Command {
	return &cobra.Command{
		Use:   "merge FROM INTO",
		Short: "Move all runs of an experiment into another one",
		Long: `Moves all runs of an experiment, those in its trash as well, into another one, and
puts the empty experiment into the trash. Runs keep their ids. The default
experiment is emptied, and stays.

Exit codes: 0; 201 if there is none of that name; 202 if both are the same.`,
		Example: "  varve experiments merge \"wine (2)\" wine",
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			cl, into, err := a.target(c, args[1])
			if err != nil {
				return err
			}
			_, from, err := a.target(c, args[0])
			if err != nil {
				return err
			}
			if from == into {
				return fault.New(fault.Invalid, "an experiment cannot be merged into itself")
			}
			var moved api.Moved
			if err := cl.Post(c.Context(), "/experiments/merge", api.Merge{From: from, Into: into}, &moved); err != nil {
				return err
			}
			fmt.Fprintf(a.Out, "Moved %s from %s into %s.\n", say.Count(moved.Moved, "run"), args[0], args[1])
			return nil
		},
	}
}

func (a *App) experimentsDelete() *cobra.Command {
	return &cobra.Command{
		Use:     "delete NAME",
		Short:   "Put an experiment, with its runs, into the trash",
		Long:    "Puts an experiment, and with it its runs, into the trash. 'varve experiments\nrestore' takes it out by its id, which is printed.\n\nExit codes: 0; 201 if there is none of that name.",
		Example: "  varve experiments delete wine",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			_, id, err := a.target(c, args[0])
			if err != nil {
				return err
			}
			if err := a.mlflow(c, "experiments/delete", map[string]string{"experiment_id": id}, nil); err != nil {
				return err
			}
			fmt.Fprintln(a.Out, id)
			return nil
		},
	}
}

func (a *App) experimentsRestore() *cobra.Command {
	return &cobra.Command{
		Use:     "restore ID",
		Short:   "Take an experiment out of the trash",
		Long:    "Takes an experiment, and with it its runs, out of the trash.\n\nExit codes: 0; 201 if there is none with that id in the trash.",
		Example: "  varve experiments restore 512345678901234567",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.mlflow(c, "experiments/restore", map[string]string{"experiment_id": args[0]}, nil)
		},
	}
}

// mlflow posts to MLflow's interface.
func (a *App) mlflow(c *cobra.Command, path string, in, out any) error {
	cl, err := a.connect(c.Context())
	if err != nil {
		return err
	}
	return cl.MLflow(c.Context(), http.MethodPost, "/api/2.0/mlflow/"+path, in, out)
}
