package cli

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/say"
)

func (a *App) data() *cobra.Command {
	return group("data", "Keep versions of files and folders", a.dataAdd(), a.dataPointer(), a.dataList(), a.dataVersions(), a.dataDiff(), a.dataPreview(), a.dataEdit(), a.dataGet(), a.dataVerify(), a.dataTag(), a.dataWatch(), a.dataDescribe(), a.dataExport(), a.dataRemove())
}

func (a *App) dataAdd() *cobra.Command {
	var want api.Addition
	c := &cobra.Command{
		Use:   "add NAME PATH",
		Short: "Keep a file or folder as a version of a data set",
		Long: `Keeps a file or folder as version 1 of a new data set, or as the next version of
one that exists. Content that equals the newest version makes no new one.

A file named .varveignore, in the folder or in one below it, says what to leave
out there and below. Its lines are those of a .gitignore: *.tmp, /cache/,
!keep.tmp. How many files were left out is said. With --gitignore and --dvcignore
the files .gitignore and .dvcignore count, too, and the folders .git, .hg and
.dvc of these programs are left out.

--pointer writes a small text file, too, that says which version this is: NAME.varve
in this folder, or where --pointer=FILE says. See 'varve data pointer --help'.

Exit codes: 0, whether a version was added or not; 201 if there is nothing at
PATH; 203 if FILE is there and no pointer; 204 if PATH changes while it is read;
206 if something in it may not be read; 208 if the disk is full; 213 for devices,
pipes and sockets.`,
		Example: "  varve data add wine-quality wine-quality.csv -m \"As received\"\n  varve data add images ./images --gitignore\n  varve data add wine-quality wine-quality.csv --pointer",
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			abs, err := filepath.Abs(args[1])
			if err != nil {
				return fault.New(fault.Invalid, "%q is not a path: %v", args[1], err)
			}
			want.Name, want.Path = args[0], abs
			if c.Flags().Changed("pointer") {
				if want.Pointer, err = pointerPath(args[0], want.Pointer); err != nil {
					return err
				}
			}
			return a.runJob(c, "/datasets", want)
		},
	}
	c.Flags().StringVarP(&want.Message, "message", "m", "", "what is new, for people")
	c.Flags().BoolVar(&want.GitIgnore, "gitignore", false, "leave out what .gitignore files say, too")
	c.Flags().BoolVar(&want.DVCIgnore, "dvcignore", false, "leave out what .dvcignore files say, too")
	c.Flags().StringVar(&want.Pointer, "pointer", "", "write a pointer `FILE`, too")
	c.Flags().Lookup("pointer").NoOptDefVal = hereByName
	return a.jsonFlag(c)
}

func (a *App) dataGet() *cobra.Command {
	var r restoration
	c := &cobra.Command{
		Use:     "get NAME[@VERSION]|FILE.varve DEST",
		Short:   "Restore a version, or a part of it, into a folder",
		Long:    restoreHelp,
		Example: restoreExample,
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			d, v, err := a.findVersion(c, args[0])
			if err != nil {
				return err
			}
			return a.restore(c, "/datasets/"+d.ID+"/versions/"+v.ID+"/restore", args[1], r)
		},
	}
	r.flags(c)
	return a.jsonFlag(c)
}

// doJob starts a job, shows its progress, and waits for its end.
func (a *App) doJob(c *cobra.Command, path string, request any) (j api.Job, err error) {
	cl, err := a.connect(c.Context())
	if err != nil {
		return j, err
	}
	if err := cl.Post(c.Context(), path, request, &j); err != nil {
		return j, err
	}
	bar := newBar(a.Err)
	defer bar.end()
	return cl.WaitJob(c.Context(), j.ID, bar.show)
}

// runJob does a job and prints what came of it.
func (a *App) runJob(c *cobra.Command, path string, request any) error {
	j, err := a.doJob(c, path, request)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(j)
	}
	fmt.Fprintln(a.Out, j.Summary)
	return nil
}

func (a *App) datasets(c *cobra.Command) ([]api.Dataset, error) {
	cl, err := a.connect(c.Context())
	if err != nil {
		return nil, err
	}
	var list struct{ Datasets []api.Dataset }
	return list.Datasets, cl.Get(c.Context(), "/datasets", nil, &list)
}

func (a *App) dataList() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:     "list",
		Short:   "List data sets",
		Long:    "Lists the data sets with their newest version.\n\nExit codes: 0; the others as in 'varve --help'.",
		Example: "  varve data list --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			list, err := a.datasets(c)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(list)
			}
			rows := make([][]string, 0, len(list))
			for _, d := range list {
				if len(d.Versions) == 0 {
					continue
				}
				v := d.Versions[0]
				rows = append(rows, []string{d.Name, strconv.Itoa(v.Number), strconv.FormatInt(v.Files, 10), say.Bytes(v.Bytes), when(v.Created), v.Message})
			}
			return table(a.Out, []string{"NAME", "VERSION", "FILES", "SIZE", "ADDED", "MESSAGE"}, rows)
		},
	})
}

func (a *App) dataVersions() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:     "versions NAME",
		Short:   "List the versions of a data set, newest first",
		Long:    "Lists the versions of a data set.\n\nExit codes: 0; 201 if there is no such data set.",
		Example: "  varve data versions wine-quality",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			d, err := a.findDataset(c, args[0])
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(d.Versions)
			}
			rows := make([][]string, 0, len(d.Versions))
			for _, v := range d.Versions {
				rows = append(rows, []string{strconv.Itoa(v.Number), strconv.FormatInt(v.Files, 10), say.Bytes(v.Bytes), when(v.Created), v.Digest[:min(12, len(v.Digest))], strings.Join(v.Aliases, " "), v.Message})
			}
			return table(a.Out, []string{"VERSION", "FILES", "SIZE", "ADDED", "CONTENT", "ALIASES", "MESSAGE"}, rows)
		},
	})
}

func (a *App) findDataset(c *cobra.Command, name string) (api.Dataset, error) {
	list, err := a.datasets(c)
	if err != nil {
		return api.Dataset{}, err
	}
	for _, d := range list {
		if d.Name == name {
			return d, nil
		}
	}
	return api.Dataset{}, fault.New(fault.NotFound, "there is no data set named %q", name).WithHint("`varve data list` shows the names.")
}

// findVersion resolves NAME or NAME@VERSION, where a version is a number or an alias,
// or a pointer file.
func (a *App) findVersion(c *cobra.Command, ref string) (api.Dataset, api.DataVersion, error) {
	if isPointer(ref) {
		return a.findPointed(c, ref)
	}
	name, number, versioned := strings.Cut(ref, "@")
	d, err := a.findDataset(c, name)
	if err != nil || len(d.Versions) == 0 {
		return d, api.DataVersion{}, err
	}
	if !versioned {
		return d, d.Versions[0], nil
	}
	if v, ok := aliased(d, number); ok {
		return d, v, nil
	}
	n, err := strconv.Atoi(strings.TrimPrefix(number, "v"))
	if err != nil {
		return d, api.DataVersion{}, fault.New(fault.NotFound, "data set %q has no version or alias %q", name, number).
			WithHint("`varve data versions %s` shows them.", name)
	}
	for _, v := range d.Versions {
		if v.Number == n {
			return d, v, nil
		}
	}
	return d, api.DataVersion{}, fault.New(fault.NotFound, "data set %q has no version %d", name, n).
		WithHint("`varve data versions %s` shows them.", name)
}
