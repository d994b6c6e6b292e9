package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (a *App) open() *cobra.Command {
	var print bool
	c := &cobra.Command{
		Use:   "open",
		Short: "Open the pages of the workspace in a browser",
		Long: `Opens the same pages that the window shows in a browser. With --print it prints
their address instead; it can be used once, within a quarter of an hour.

Exit codes: 0; 212 if no browser could be opened; the others as in 'varve --help'.`,
		Example: "  varve open\n  varve open --print",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cl, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			address := cl.Address + "/"
			if cl.Token != "" {
				var one struct {
					Code string `json:"code"`
				}
				if err := cl.Post(c.Context(), "/session/code", nil, &one); err != nil {
					return err
				}
				address += "#code=" + one.Code
			}
			if print {
				fmt.Fprintln(a.Out, address)
				return nil
			}
			return a.Browse(address)
		},
	}
	c.Flags().BoolVar(&print, "print", false, "print the address")
	return c
}
