package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (a *App) workspaces() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "workspaces",
		Short: "List the workspaces that were opened on this computer",
		Long: `Lists the workspaces that a window or a command has opened on this computer, the
last one first. Commands without --workspace work on the one with the star. "gone"
stands for a folder that is not where it was: perhaps its disk is not connected.

Exit codes: 0; the others as in 'varve --help'.`,
		Example: "  varve workspaces\n  varve workspaces --json\n  varve runs list --workspace /home/ada/Lake",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			list, err := a.Workspaces(a.workspace)
			if err != nil {
				return err
			}
			if list.Problem != "" {
				fmt.Fprintln(a.Err, "varve:", list.Problem)
			}
			if a.json {
				return a.printJSON(list.Workspaces)
			}
			rows := make([][]string, 0, len(list.Workspaces))
			for _, w := range list.Workspaces {
				mark := ""
				if w.Here {
					mark = "*"
				}
				opened := when(w.Opened)
				if w.Gone {
					opened = "gone"
				}
				rows = append(rows, []string{mark, w.Name, opened, w.Path})
			}
			return table(a.Out, []string{"", "NAME", "OPENED", "FOLDER"}, rows)
		},
	})
}
