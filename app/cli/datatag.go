package cli

import (
	"fmt"
	"net/url"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
)

func (a *App) dataTag() *cobra.Command {
	remove := false
	c := &cobra.Command{
		Use:   "tag NAME[@VERSION] WORD",
		Short: "Call a version by a word beside its number",
		Long: `Gives a version, the newest if none is named, a word by which it can be named: tagged
clean, version 3 of wine is wine@clean as well as wine@3, in every command. A word goes
to one version at a time: given to another one, it leaves the first. With --remove it is
taken away; then NAME has no version.

Exit codes: 0; 201 if there is no such data set, version or word; 202 for a word that
could be taken for a number, or has other things in it than letters, digits, - and _.`,
		Example: "  varve data tag wine-quality@3 clean\n  varve data get wine-quality@clean ./wine\n  varve data tag wine-quality clean --remove",
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			cl, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			if remove {
				d, err := a.findDataset(c, args[0])
				if err == nil {
					err = cl.Delete(c.Context(), namePath(d, args[1]), nil)
				}
				return err
			}
			d, v, err := a.findVersion(c, args[0])
			if err == nil {
				err = cl.Put(c.Context(), namePath(d, args[1]), api.DataName{Version: v.ID}, nil)
			}
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(tagged{d.Name, v.Number, args[1]})
			}
			_, err = fmt.Fprintf(a.Out, "%s@%s is version %d.\n", d.Name, args[1], v.Number)
			return err
		},
	}
	c.Flags().BoolVar(&remove, "remove", false, "take the word away")
	return a.jsonFlag(c)
}

// tagged is what tag prints as JSON.
type tagged struct {
	Name    string `json:"name"` // of the data set
	Version int    `json:"version"`
	Word    string `json:"word"`
}

func namePath(d api.Dataset, word string) string {
	return "/datasets/" + d.ID + "/names/" + url.PathEscape(word)
}

// named returns the version of a data set that is called by a word.
func named(d api.Dataset, word string) (api.DataVersion, bool) {
	for _, v := range d.Versions {
		for _, name := range v.Names {
			if name == word {
				return v, true
			}
		}
	}
	return api.DataVersion{}, false
}
