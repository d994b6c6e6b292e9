package cli

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/say"
)

const importDataHelp = `Nothing in it is touched. A version keeps the date, the author and the subject of the
commit in which it first was, the oldest first; one that came back later is there
once. Branches, tags and what was fetched of other copies count. What is here already
is not taken again, so that an import can be repeated, or go on after an end in the
middle. A version of which something is missing or damaged stays out as a whole; each
is listed with the reason.

`

const importDataExits = `Exit codes: 0, also if things were left out; 201 if there is no such folder; 202 for
options that make no sense; 206 if it may not be read; 208 if the disk is full; 212 if
git is not installed or refuses; 213 if it is something else; 130 if you interrupt it:
what was imported stays.`

func (a *App) importDVC() *cobra.Command {
	im := importing{Import: api.Import{Kind: "dvc"}}
	c := a.importData(&im, &cobra.Command{
		Use:   "dvc PATH",
		Short: "Import the versions of data that DVC keeps",
		Long: `Imports all versions of data in a repository of DVC: PATH is the folder in which
'dvc init' was called. Each output becomes a data set that is called by its path: those
of .dvc files and of dvc.lock, in all commits, and what was added and not committed
yet. All layouts are read that DVC 0 to 3 have written. Contents are looked for in the
cache and in remotes that are folders, and compared with their MD5; 'dvc fetch
--all-commits' brings what lies in other remotes. What Git itself keeps, such as
metrics with cache: false, is no data.

` + importDataHelp + importDataExits,
		Example: "  varve import dvc ~/projects/wine --dry-run\n  varve import dvc ~/projects/wine --into wine",
	})
	return c
}

func (a *App) importLFS() *cobra.Command {
	im := importing{Import: api.Import{Kind: "lfs"}}
	c := a.importData(&im, &cobra.Command{
		Use:   "lfs PATH",
		Short: "Import the versions of data that git-lfs keeps",
		Long: `Imports all versions of the files that git-lfs keeps for a Git repository: PATH is the
repository, or a folder in it, which then is all that counts. The files become one data
set, called like the folder or NAME, of which each commit that changed one of them is a
version; with --each, every file becomes a data set of its own that is called by its
path. Contents are looked for in .git/lfs/objects (or lfs.storage), and compared with
their SHA-256; 'git lfs fetch --all' brings what lies on the server.

` + importDataHelp + importDataExits,
		Example: "  varve import lfs ~/projects/wine --dry-run\n  varve import lfs ~/projects/wine/data --name wine\n  varve import lfs ~/projects/wine --each --into wine",
	})
	c.Flags().BoolVar(&im.Each, "each", false, "every file is a data set of its own")
	return c
}

// importData completes a command that imports versions of data.
func (a *App) importData(im *importing, c *cobra.Command) *cobra.Command {
	c.Args = cobra.ExactArgs(1)
	c.RunE = func(c *cobra.Command, args []string) error {
		im.From = args[0]
		return a.runImport(c, im)
	}
	c.Flags().BoolVar(&im.dry, "dry-run", false, "say what would be imported, and change nothing")
	c.Flags().StringVar(&im.Into, "into", "", "what comes before the names of data sets, as a folder")
	c.Flags().StringVar(&im.Name, "name", "", "name of the data set, if there is but one")
	return a.jsonFlag(c)
}

func (a *App) showDataPlan(j api.Job, plan api.ImportPlan) error {
	rows := make([][]string, len(plan.Datasets))
	for i, d := range plan.Datasets {
		rows[i] = []string{
			d.As, strconv.Itoa(d.Versions), strconv.Itoa(d.Versions - d.Known - d.Missing), strconv.Itoa(d.Missing),
			strconv.FormatInt(d.Files, 10), say.Bytes(d.Bytes), d.Reason,
		}
	}
	if err := table(a.Out, []string{"DATA SET", "VERSIONS", "NEW", "INCOMPLETE", "FILES", "SIZE", "NOTE"}, rows); err != nil {
		return err
	}
	a.showSkipped(plan.Skipped, plan.Left)
	fmt.Fprintln(a.Out, j.Summary)
	return nil
}
