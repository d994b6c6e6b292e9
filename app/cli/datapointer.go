package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/pointer"
)

// hereByName stands for a pointer file in this folder that is named like its data set.
const hereByName = "NAME.varve"

const pointerHelp = `Writes a small text file beside your code that says which version of a data set
it works with: name, number, id and hashes of the version, one a line. In Git, each
commit then says which data it means, and

  varve data get FILE.varve DEST

restores exactly that version. All commands that take NAME@VERSION take FILE.varve
too. Runs of a project record the versions that pointer files in its folder mean as
data that they used.

FILE ends in .varve; without one it is NAME.varve in this folder. A pointer that lies
there is replaced.

Exit codes: 0; 201 if there is no such data set, version or folder; 203 if FILE is
there and no pointer; 206 if it may not be written.`

func (a *App) dataPointer() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:     "pointer NAME[@VERSION] [FILE]",
		Short:   "Write a file that says which version is meant, to keep in Git",
		Long:    pointerHelp,
		Example: "  varve data pointer wine-quality@3\n  varve data pointer wine-quality data/wine.varve\n  git add data/wine.varve",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			d, v, err := a.findVersion(c, args[0])
			if err != nil {
				return err
			}
			file := hereByName
			if len(args) == 2 {
				file = args[1]
			}
			place, err := pointerPath(d.Name, file)
			if err != nil {
				return err
			}
			cl, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			if err := cl.Post(c.Context(), "/datasets/"+d.ID+"/versions/"+v.ID+"/pointer", api.PointerPlace{Path: place}, nil); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(map[string]any{"file": place, "name": d.Name, "number": v.Number, "version": v.ID})
			}
			fmt.Fprintf(a.Out, "%s means version %d of %s.\n", place, v.Number, d.Name)
			return nil
		},
	})
}

// pointerPath is the whole path of a pointer file.
func pointerPath(dataset, file string) (string, error) {
	if file == hereByName {
		file = pointer.FileName(dataset)
	}
	abs, err := filepath.Abs(file)
	if err != nil {
		return "", fault.New(fault.Invalid, "%q is not a path: %v", file, err)
	}
	return abs, nil
}

// isPointer tells a pointer file from the name of a data set, which may end likewise.
func isPointer(ref string) bool {
	if !pointer.Is(filepath.Base(ref)) {
		return false
	}
	info, err := os.Stat(ref)
	return err == nil && info.Mode().IsRegular()
}

// findPointed resolves a pointer file, and says what is called otherwise by now.
func (a *App) findPointed(c *cobra.Command, file string) (d api.Dataset, v api.DataVersion, err error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return d, v, fault.New(fault.Invalid, "%q is not a path: %v", file, err)
	}
	cl, err := a.connect(c.Context())
	if err != nil {
		return d, v, err
	}
	var at api.Pointed
	if err := cl.Post(c.Context(), "/pointers/look", api.PointerPlace{Path: abs}, &at); err != nil {
		return d, v, err
	}
	if at.Note != "" {
		fmt.Fprintln(a.Err, at.Note)
	}
	if err := cl.Get(c.Context(), "/datasets/"+at.Dataset, nil, &d); err != nil {
		return d, v, err
	}
	for _, one := range d.Versions {
		if one.ID == at.Version {
			return d, one, nil
		}
	}
	return d, v, fault.New(fault.NotFound, "version %d of %s has just been deleted", at.Number, at.Name)
}
