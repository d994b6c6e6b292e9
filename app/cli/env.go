package cli

import (
	"fmt"
	"os/user"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/client"
	"dev.varve/backend/project"
)

func (a *App) env() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "env",
		Short: "Print what a script needs to find this workspace",
		Long: `Prints lines of the form export NAME=VALUE that make MLflow's clients, of any
version and in any language, record into this workspace. They stay true when
Varve is started again.

Exit codes: 0; the others as in 'varve --help'.`,
		Example: "  eval \"$(varve env)\" && python train.py\n  varve env --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cl, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			vars := variables(cl)
			if a.json {
				object := map[string]string{}
				for _, v := range vars {
					object[v[0]] = v[1]
				}
				return a.printJSON(object)
			}
			for _, v := range vars {
				fmt.Fprintf(a.Out, "export %s=%s\n", v[0], project.Quote(v[1]))
			}
			return nil
		},
	})
}

// variables are what MLflow's clients look for, and what keeps them from
// looking elsewhere.
func variables(c *client.Client) [][2]string {
	name := "varve"
	if u, err := user.Current(); err == nil && u.Username != "" {
		name = u.Username[strings.LastIndexByte(u.Username, '\\')+1:]
	}
	vars := [][2]string{{"MLFLOW_TRACKING_URI", c.Address}}
	if c.Token != "" {
		// Basic works for the R and Java clients, too, and wins over an old
		// ~/.mlflow/credentials.
		vars = append(vars, [2]string{"MLFLOW_TRACKING_USERNAME", name}, [2]string{"MLFLOW_TRACKING_PASSWORD", c.Token})
	}
	return append(vars,
		[2]string{"MLFLOW_DISABLE_TELEMETRY", "true"},
		[2]string{"NO_PROXY", "127.0.0.1,localhost"})
}
