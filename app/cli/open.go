package cli

import (
	"fmt"
	"net/url"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
)

func (a *App) open() *cobra.Command {
	var print bool
	c := &cobra.Command{
		Use:   "open [RUN]",
		Short: "Open the pages of the workspace, or of a run, in a browser",
		Long: `Opens the same pages that the window shows in a browser. With --print it prints
their address instead; it can be used once, within a quarter of an hour.
` + runsHelp + `

Exit codes: 0; 201 if there is no such run; 212 if no browser could be opened; the
others as in 'varve --help'.`,
		Example: "  varve open\n  varve open 3f2a…\n  varve open --print",
		RunE: func(c *cobra.Command, args []string) error {
			cl, ids, err := a.someRuns(c, args)
			if err != nil {
				return err
			}
			address, page := cl.Address+"/", ""
			if len(ids) == 1 {
				var r api.RunDetail // there should be something at that address
				if err := cl.Get(c.Context(), "/runs/"+url.PathEscape(ids[0]), nil, &r); err != nil {
					return err
				}
				page = "/runs/" + url.PathEscape(ids[0])
			}
			if cl.Token != "" {
				var one struct {
					Code string `json:"code"`
				}
				if err := cl.Post(c.Context(), "/session/code", nil, &one); err != nil {
					return err
				}
				address += "#code=" + one.Code
				if page != "" {
					address += "&page=" + page
				}
			} else if page != "" {
				address += "#" + page
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
