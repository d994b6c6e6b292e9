package cli

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
)

func (a *App) backup() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "backup DEST",
		Short: "Copy the whole record into a folder",
		Long: `Copies the record into the folder DEST, while work goes on. DEST is new or empty, or
an earlier backup of this workspace: then only what is new is copied. The copy
is a workspace: 'varve -w DEST doctor' checks it, 'varve -w DEST open' opens it.

Exit codes: 0; 202 if DEST lies in the workspace; 203 if it is something else; 207
if it is open; 208 if the disk is full.`,
		Example: "  varve backup /media/ada/disk/varve",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			dest, err := filepath.Abs(args[0])
			if err != nil {
				return fault.New(fault.Invalid, "%q is not a path: %v", args[0], err)
			}
			return a.runJob(c, "/backup", api.Place{Path: dest})
		},
	})
}
