package cli

import (
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/content"
	"dev.varve/backend/fault"
)

func (a *App) dataEdit() *cobra.Command {
	var want api.DataEdit
	var adds, moves []string
	c := &cobra.Command{
		Use:   "edit NAME[@VERSION]",
		Short: "Make the next version by adding, replacing, moving or removing files",
		Long: `Makes the next version of a data set: a version, the newest if none is named, with
some files and folders added, replaced, moved or removed. The version's files need
not be on this machine, and are not read.

--add puts a file or folder of yours at the top of the version, or with AT= at a path
in it, in the place of whatever is there: --add images/2015=./scans. --remove takes a
path away, --move FROM=TO gives it another one. All may be given several times. The
version that is changed stays as it is.

Exit codes: 0, whether a version was added or not; 201 if there is no such data set,
version, path or file; 202 if there is nothing to change, or paths lie within one
another; 204 if a file changes while it is read; 206 if it may not be read; 208 if the
disk is full; 209 if the version's folders are damaged; 213 for devices, pipes and sockets.`,
		Example: "  varve data edit wine-quality --add ./wine-2024.csv --remove old.csv -m \"2024 added\"\n" +
			"  varve data edit images@2 --add 2015/lake=./rescanned --move notes.txt=docs/notes.txt",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(adds)+len(want.Remove)+len(moves) == 0 {
				return usage(c, fault.New(fault.Invalid, "say what to change: --add, --remove or --move"))
			}
			if err := fillEdit(&want, adds, moves); err != nil {
				return usage(c, err)
			}
			d, v, err := a.findVersion(c, args[0])
			if err != nil {
				return err
			}
			return a.runJob(c, "/datasets/"+d.ID+"/versions/"+v.ID+"/edit", want)
		},
	}
	c.Flags().StringArrayVar(&adds, "add", nil, "a file or folder to put there: PATH or AT=PATH")
	c.Flags().StringArrayVar(&want.Remove, "remove", nil, "a path of the version that goes")
	c.Flags().StringArrayVar(&moves, "move", nil, "a path of the version and the one it gets: FROM=TO")
	c.Flags().StringVarP(&want.Message, "message", "m", "", "what is new, for people")
	c.Flags().BoolVar(&want.GitIgnore, "gitignore", false, "leave out of what is added what .gitignore files say, too")
	c.Flags().BoolVar(&want.DVCIgnore, "dvcignore", false, "leave out of it what .dvcignore files say, too")
	return a.jsonFlag(c)
}

// fillEdit reads what was given on the command line.
func fillEdit(want *api.DataEdit, adds, moves []string) error {
	for i, at := range want.Remove {
		want.Remove[i] = inVersion(at)
	}
	for _, given := range moves {
		from, to, ok := strings.Cut(given, "=")
		if !ok || from == "" || to == "" {
			return fault.New(fault.Invalid, "--move %q does not say from where to where", given).WithHint("Write --move old/name.csv=new/name.csv.")
		}
		want.Move = append(want.Move, api.DataMove{From: inVersion(from), To: inVersion(to)})
	}
	for _, given := range adds {
		at, file, ok := strings.Cut(given, "=")
		if _, err := os.Lstat(given); !ok || err == nil { // a name may have = in it
			at, file = "", given
		}
		abs, err := filepath.Abs(file)
		if err != nil || file == "" {
			return fault.New(fault.Invalid, "--add %q names no file", given)
		}
		if at == "" {
			at = filepath.Base(abs)
		}
		want.Put = append(want.Put, api.DataPut{At: inVersion(at), Path: abs})
	}
	return nil
}

// inVersion is a path of a version as a person may write it.
func inVersion(given string) string { return content.Text(path.Clean(filepath.ToSlash(given))) }
