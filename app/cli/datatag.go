package cli

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
)

func (a *App) dataTag() *cobra.Command {
	remove := false
	c := &cobra.Command{
		Use:   "tag NAME[@VERSION] ALIAS",
		Short: "Let an alias stand for a version",
		Long: `Gives a version, the newest if none is named, an alias: after 'varve data tag wine@3
clean' version 3 of wine is wine@clean as well as wine@3, in every command. An alias
points to one version at a time: given to another one, it leaves the first. With --remove
it is taken away; then NAME has no version. wine@latest is always the newest version.

Exit codes: 0; 201 if there is no such data set, version or alias; 202 for an alias that
could be taken for a number, or has other things in it than letters, digits, - and _.`,
		Example: "  varve data tag wine-quality@3 clean\n  varve data get wine-quality@clean ./wine\n  varve data tag wine-quality clean --remove",
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if remove {
				return a.untag(c, args[0], args[1])
			}
			return a.tag(c, args[0], args[1])
		},
	}
	c.Flags().BoolVar(&remove, "remove", false, "take the alias away")
	return a.jsonFlag(c)
}

// tagged is what tag prints as JSON.
type tagged struct {
	Name    string `json:"name"` // of the data set
	Version int    `json:"version"`
	Alias   string `json:"alias"`
}

func (a *App) tag(c *cobra.Command, ref, alias string) error {
	d, v, err := a.findVersion(c, ref)
	if err != nil {
		return err
	}
	cl, err := a.connect(c.Context())
	if err == nil {
		err = cl.Put(c.Context(), aliasPath(d, alias), api.DataAlias{Version: v.ID}, nil)
	}
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(tagged{d.Name, v.Number, alias})
	}
	_, err = fmt.Fprintf(a.Out, "%s@%s is version %d.\n", d.Name, alias, v.Number)
	return err
}

func (a *App) untag(c *cobra.Command, name, alias string) error {
	d, err := a.findDataset(c, name)
	if err != nil {
		return err
	}
	cl, err := a.connect(c.Context())
	if err == nil {
		err = cl.Delete(c.Context(), aliasPath(d, alias), nil)
	}
	return err
}

func aliasPath(d api.Dataset, alias string) string {
	return "/datasets/" + d.ID + "/aliases/" + url.PathEscape(alias)
}

// aliased returns the version of a data set that an alias stands for.
func aliased(d api.Dataset, alias string) (api.DataVersion, bool) {
	if strings.EqualFold(alias, "latest") {
		return d.Versions[0], true
	}
	i := slices.IndexFunc(d.Versions, func(v api.DataVersion) bool { return slices.Contains(v.Aliases, alias) })
	if i < 0 {
		return api.DataVersion{}, false
	}
	return d.Versions[i], true
}
