package cli

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/client"
	"dev.varve/app/door/api"
	"dev.varve/backend/say"
)

// addressHelp says how artifacts are named.
const addressHelp = `ADDRESS is RUN, RUN/PATH, runs:/RUN/PATH, models:/NAME@ALIAS, models:/NAME/VERSION
or models:/m-….
` + runsHelp

func (a *App) artifacts() *cobra.Command {
	return group("artifacts", "List, fetch and store files of runs and models", a.artifactsList(), a.artifactsGet(), a.artifactsPut())
}

// address makes a whole address of what a person wrote: RUN and RUN/PATH are those of
// a run.
func address(c *cobra.Command, cl *client.Client, arg string) (string, error) {
	rest, isRun := strings.CutPrefix(arg, "runs:/")
	if !isRun && strings.Contains(arg, ":/") {
		return arg, nil
	}
	name, path, _ := strings.Cut(rest, "/")
	id, err := runID(c.Context(), cl, name)
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix("runs:/"+id+"/"+path, "/"), nil
}

// listing asks what lies at an address.
func (a *App) listing(c *cobra.Command, arg string) (*client.Client, api.AddressListing, error) {
	var list api.AddressListing
	cl, err := a.connect(c.Context())
	if err != nil {
		return nil, list, err
	}
	at, err := address(c, cl, arg)
	if err != nil {
		return nil, list, err
	}
	return cl, list, cl.Get(c.Context(), "/artifacts", url.Values{"address": {at}}, &list)
}

func (a *App) artifactsList() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "list ADDRESS",
		Short: "List the files of a run, a model or a folder of them",
		Long:  "Lists all files at an address, and in the folders below it.\n" + addressHelp + "\n\nExit codes: 0; 201 if there is nothing; 202 for what is no address.",
		Args:  cobra.ExactArgs(1), Example: "  varve artifacts list models:/wine@champion\n  varve artifacts list 1f0a63c2/plots",
		RunE: func(c *cobra.Command, args []string) error {
			_, list, err := a.listing(c, args[0])
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(list)
			}
			if list.Elsewhere {
				fmt.Fprintf(a.Out, "The files lie at %s, not in this workspace.\n", list.URI)
				return nil
			}
			rows := make([][]string, 0, len(list.Files))
			for _, f := range list.Files {
				path := f.Path
				if path == "" {
					path = "."
				}
				rows = append(rows, []string{path, say.Bytes(f.Size)})
			}
			return table(a.Out, []string{"PATH", "SIZE"}, rows)
		},
	})
}
