package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/app/machine"
	"dev.varve/backend/dataset"
	"dev.varve/backend/fault"
	"dev.varve/backend/ignore"
	"dev.varve/backend/track"
	"dev.varve/backend/watch"
)

const watchHelp = `Makes a new version of a file or folder whenever it was changed and has been quiet
for a while since, until you interrupt it. What lies there at the beginning counts as
changed: begun again, it takes up where it was stopped. Content that equals the newest
version makes none.

The folder is looked at every few seconds (names, sizes and times, not contents), on
network drives and for changes by other machines too; a large one more seldom, so that
looking takes at most a twentieth of the time. What .varveignore leaves out neither
counts nor is kept. A folder that is empty, or cannot be looked at for a while, makes
no version; what fails is tried again. Each version prints a line; the rest is said on
standard error.

Exit codes: 130 when you interrupt it, which is how it ends; 201 if there is nothing at
PATH; 202 for a name or time that makes no sense; 206 if it may not be read.`

// watching is a watch on the command line.
type watching struct {
	app   *App
	want  api.Addition
	quiet time.Duration
}

func (a *App) dataWatch() *cobra.Command {
	w := watching{app: a}
	c := &cobra.Command{
		Use:     "watch PATH",
		Short:   "Make a version whenever a folder has changed and come to rest",
		Long:    watchHelp,
		Example: "  varve data watch ./measurements\n  varve data watch ./measurements --name lake --quiet 5m",
		Args:    cobra.ExactArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return w.run(c, args[0]) },
	}
	c.Flags().StringVar(&w.want.Name, "name", "", "name of the data set; that of the file or folder if none is given")
	c.Flags().DurationVar(&w.quiet, "quiet", 30*time.Second, "how long nothing has to change (90s, 5m)")
	c.Flags().StringVarP(&w.want.Message, "message", "m", "", "what the versions say, for people")
	c.Flags().BoolVar(&w.want.GitIgnore, "gitignore", false, "leave out what .gitignore files say, too")
	c.Flags().BoolVar(&w.want.DVCIgnore, "dvcignore", false, "leave out what .dvcignore files say, too")
	return a.jsonFlag(c)
}

func (w *watching) run(c *cobra.Command, path string) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return fault.New(fault.Invalid, "%q is not a path: %v", path, err)
	}
	w.want.Path = abs
	if w.want.Name == "" {
		w.want.Name = dataset.ProposeName(abs)
	}
	if err := track.CheckDatasetName(w.want.Name); err != nil {
		return err
	}
	watched := watch.Watch{
		Source: w.app.Source(abs), Ignore: ignore.Options{Git: w.want.GitIgnore, DVC: w.want.DVCIgnore}, Quiet: w.quiet, Clock: machine.Clock{},
		Wait: rest, Add: w.add, Tell: w.tell,
	}
	fmt.Fprintf(w.app.Err, "Watching %s: a version of %s is made when nothing has changed for %s. Interrupt with Ctrl+C.\n", abs, w.want.Name, w.quiet)
	if err := watched.Run(c.Context()); err != nil {
		return err
	}
	return fault.New(fault.Cancelled, "interrupted")
}

// rest waits.
func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// add makes a version, unless nothing is new.
func (w *watching) add(ctx context.Context) error {
	cl, err := w.app.connect(ctx)
	if err != nil {
		return err
	}
	var j api.Job
	if err := cl.Post(ctx, "/datasets", w.want, &j); err != nil {
		return err
	}
	bar := newBar(w.app.Err)
	j, err = cl.WaitJob(ctx, j.ID, bar.show)
	bar.end()
	switch {
	case err != nil:
		return err
	case w.app.json:
		return w.app.printJSON(j)
	}
	fmt.Fprintln(w.app.Out, j.Summary)
	return nil
}

// tell says on standard error what is going on.
func (w *watching) tell(n watch.News) {
	switch n.What {
	case watch.Moving:
		fmt.Fprintln(w.app.Err, "It changes; waiting until it is quiet.")
	case watch.Empty:
		fmt.Fprintln(w.app.Err, "It is empty, of which no version is made.")
	case watch.Back:
		fmt.Fprintln(w.app.Err, "It is there again.")
	case watch.Away:
		fmt.Fprintf(w.app.Err, "It cannot be looked at for now: %v\n", n.Err)
	case watch.Failed:
		fmt.Fprintf(w.app.Err, "No version was made: %v\n", n.Err)
		if hint := fault.HintOf(n.Err); hint != "" {
			fmt.Fprintln(w.app.Err, strings.TrimSpace(hint))
		}
	}
}
