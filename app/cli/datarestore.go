package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/backend/say"
)

const restoreHelp = `Brings the files of a version into the folder DEST, of the newest version if none
is named. A pointer file, FILE.varve, names exactly the version that it was written
for, whatever name and number that has by now. Every file is checked while it is written.

DEST must be empty or new. With --over it may have something in it: files that
are the same already are not touched, files that differ are replaced one by one,
each only when the new one is complete, and what the version does not have is
left alone. Links in DEST are never followed: one where the version has a file
or a folder is refused before anything is written, as is a file in the place of
a folder. --dry-run says what --over would do, and changes nothing.

--only restores one file or folder of the version, in its place below DEST, and
may be given several times.

Exit codes: 0; 201 if there is no such data set, version or part; 203 if DEST is
not empty, or has something in the way of --over; 204 if a pointer file has marks
of a merge, or means two versions; 205 if its version was removed; 206 if DEST may
not be written to; 208 if the disk is full; 209 if a file's content is damaged.`

const restoreExample = `  varve data get wine-quality@1 ./wine
  varve data get wine-quality ./wine --only images/2015 --only readme.txt
  varve data get wine-quality ./wine --dry-run
  varve data get wine-quality ./wine --over
  varve data get wine-quality.varve ./wine`

// restoration is how a version is restored.
type restoration struct {
	only      []string
	over, dry bool
}

func (r *restoration) flags(c *cobra.Command) {
	c.Flags().StringArrayVar(&r.only, "only", nil, "a file or folder of the version, such as images/2015")
	c.Flags().BoolVar(&r.over, "over", false, "also over a folder in which there is something")
	c.Flags().BoolVar(&r.dry, "dry-run", false, "only say what --over would do")
}

// restore restores a version into a folder, or prints what that would do.
func (a *App) restore(c *cobra.Command, path, dest string, r restoration) error {
	abs, err := filepath.Abs(dest)
	if err != nil {
		return fault.New(fault.Invalid, "%q is not a path: %v", dest, err)
	}
	want := api.Restoration{Dest: abs, Over: r.over, Look: r.dry}
	for _, only := range r.only {
		want.Only = append(want.Only, content.Text(filepath.ToSlash(only)))
	}
	if !r.dry {
		return a.runJob(c, path, want)
	}
	j, err := a.doJob(c, path, want)
	if err != nil {
		return err
	}
	var plan api.RestorePlan
	if err := json.Unmarshal([]byte(j.Result), &plan); err != nil {
		return fault.New(fault.Internal, "what would be restored could not be read: %v", err)
	}
	if a.json {
		return a.printJSON(plan)
	}
	printRestorePlan(a.Out, plan)
	return nil
}

func printRestorePlan(w io.Writer, plan api.RestorePlan) {
	for _, part := range []struct {
		title string
		files api.RestoreFiles
	}{{"New", plan.New}, {"Overwritten", plan.Over}, {"The same already", plan.Same}, {"Left alone", plan.Beside}} {
		fmt.Fprintf(w, "%s: %s, %s\n", part.title, say.Count(int(part.files.Files), "file"), say.Bytes(part.files.Bytes))
		for _, path := range part.files.First {
			fmt.Fprintln(w, "  "+path)
		}
		if more := part.files.Files - int64(len(part.files.First)); more > 0 {
			fmt.Fprintf(w, "  and %d more\n", more)
		}
	}
	fmt.Fprintln(w, "Nothing was changed.")
}
