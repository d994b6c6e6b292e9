package cli

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/say"
)

func (a *App) dataRemove() *cobra.Command {
	undo := false
	c := &cobra.Command{
		Use:   "remove NAME[@VERSION]",
		Short: "Remove a version, or a data set, or bring it back",
		Long: `Removes a version of a data set, or without one the data set with all its versions.
The record of it stays: who made it, when, and what it was; its number is not given
again, and runs that used it still say so.

Its files stay for now, so that --undo can bring it back. 'varve gc' frees those that
nothing else needs, a while later: not the ones that runs have used.

Exit codes: 0; 201 if there is no such data set or version; 205 if it is removed already,
was not removed, is the only version there is, or its files were freed.`,
		Example: "  varve data remove wine-quality@2\n  varve data remove wine-quality@2 --undo\n  varve data remove old-images",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			d, v, err := a.removable(c, args[0], undo)
			if err != nil {
				return err
			}
			cl, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			var did api.DataRemoved
			if err := cl.Post(c.Context(), "/datasets/"+d.ID+"/remove", api.DataRemoval{Version: v.ID, Undo: undo}, &did); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(did)
			}
			_, err = fmt.Fprintln(a.Out, removedText(did, undo))
			return err
		},
	}
	c.Flags().BoolVar(&undo, "undo", false, "bring it back")
	return a.jsonFlag(c)
}

// removable finds the data set that is meant, and the version, if one is.
func (a *App) removable(c *cobra.Command, ref string, undo bool) (d api.Dataset, v api.DataVersion, err error) {
	name, number, versioned := strings.Cut(ref, "@")
	switch {
	case versioned && !undo:
		return a.findVersion(c, ref)
	case !undo:
		d, err = a.findDataset(c, name)
		return d, v, err
	case !versioned:
		d, err = a.removedDataset(c, name)
		return d, v, err
	}
	if d, err = a.findDataset(c, name); err != nil {
		return d, v, err
	}
	n, _ := strconv.Atoi(strings.TrimPrefix(number, "v"))
	i := slices.IndexFunc(d.Removed, func(v api.DataVersion) bool { return v.Number == n })
	if i < 0 {
		return d, v, fault.New(fault.NotFound, "data set %q has no version %s that was removed", name, number)
	}
	return d, d.Removed[i], nil
}

func (a *App) removedDataset(c *cobra.Command, name string) (d api.Dataset, err error) {
	cl, err := a.connect(c.Context())
	if err != nil {
		return d, err
	}
	var list struct{ Datasets []api.Dataset }
	if err := cl.Get(c.Context(), "/datasets", url.Values{"removed": {"true"}}, &list); err != nil {
		return d, err
	}
	i := slices.IndexFunc(list.Datasets, func(d api.Dataset) bool { return d.Name == name })
	if i < 0 {
		return d, fault.New(fault.NotFound, "there is no data set named %q that was removed", name)
	}
	return list.Datasets[i], nil
}

func removedText(did api.DataRemoved, undo bool) string {
	what := did.Name
	if did.Number > 0 {
		what = fmt.Sprintf("Version %d of %s", did.Number, did.Name)
	}
	if undo {
		text := what + " is back."
		for _, n := range did.Lost {
			text += fmt.Sprintf(" Version %d is not: its files were freed.", n)
		}
		return text
	}
	text := fmt.Sprintf("%s is removed: %s, %s.", what, say.Count(did.Versions, "version"), say.Bytes(did.Bytes))
	switch {
	case did.Used == did.Versions:
		return text + " Runs have used it: its files stay while they are there."
	case did.Used > 0:
		text += fmt.Sprintf(" Runs have used %s: those files stay while they are there.", say.Count(did.Used, "version"))
	}
	return text + " `varve gc` frees what nothing else needs, a while later; until then --undo brings it back."
}
