package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"dev.varve/app/client"
	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/say"
)

// purging is what the two commands that delete for good have in common.
type purging struct {
	all       bool
	olderThan string
	dry, yes  bool
}

const purgeHelp = `The events and files are taken out of the workspace, and the space is given back
to the disk; files that anything else still uses stay. This cannot be undone.
On a terminal you are asked first; elsewhere --yes is needed. If it is interrupted,
the rest of the space is freed when the workspace is opened the next time.

`

func (a *App) runsPurge() *cobra.Command {
	p := &purging{}
	c := a.jsonFlag(&cobra.Command{
		Use:   "purge [RUN...]",
		Short: "Delete runs in the trash for good",
		Long: `Deletes runs that lie in the trash for good: params, metrics, tags and their history,
notes, output, artifacts, and the models that they logged. With --all-trashed it is
all that lies there, experiments and registered models as well.

` + purgeHelp + `Exit codes: 0; 130 if you say no; 201 if there is no such run; 202 without --yes where nobody
can be asked; 205 if a run is not in the trash, or still runs.`,
		Example: "  varve runs purge 3f2a… --dry-run\n  varve runs purge --all-trashed --older-than 30d --yes",
		RunE: func(c *cobra.Command, args []string) error {
			want := api.Purge{Runs: args, All: p.all}
			if p.all == (len(args) > 0) {
				return usage(c, fault.New(fault.Invalid, "name runs, or say --all-trashed"))
			}
			var err error
			if want.Before, err = p.before(time.Now()); err != nil {
				return usage(c, err)
			}
			return a.purge(c, p, want)
		},
	})
	p.flags(c)
	c.Flags().BoolVar(&p.all, "all-trashed", false, "all that lies in the trash")
	c.Flags().StringVar(&p.olderThan, "older-than", "", "with --all-trashed: only what has lain there longer, as 30d, 12h or 4w")
	return c
}

func (a *App) experimentsPurge() *cobra.Command {
	p := &purging{}
	c := a.jsonFlag(&cobra.Command{
		Use:   "purge NAME...",
		Short: "Delete experiments in the trash for good",
		Long: `Deletes experiments that lie in the trash for good, with all their runs. NAME is the name
of the experiment, or its id.

` + purgeHelp + `Exit codes: 0; 130 if you say no; 201 if no such experiment lies in the trash; 202 without --yes
where nobody can be asked; 205 if a run in it still runs.`,
		Example: "  varve experiments purge \"wine (2)\" --dry-run",
		RunE: func(c *cobra.Command, args []string) error {
			ids, err := a.trashedExperiments(c, args)
			if err != nil {
				return err
			}
			return a.purge(c, p, api.Purge{Experiments: ids})
		},
	})
	p.flags(c)
	return c
}

func (p *purging) flags(c *cobra.Command) {
	c.Flags().BoolVar(&p.dry, "dry-run", false, "say what would be deleted, and change nothing")
	c.Flags().BoolVar(&p.yes, "yes", false, "do not ask")
}

// before is the time before which something has to lie in the trash, in ms since
// 1970; 0 if it does not matter.
func (p *purging) before(now time.Time) (int64, error) {
	if p.olderThan == "" {
		return 0, nil
	}
	if !p.all {
		return 0, fault.New(fault.Invalid, "--older-than goes together with --all-trashed")
	}
	age, err := parseAge(p.olderThan)
	return now.Add(-age).UnixMilli(), err
}

// parseAge reads a time such as 30d, 12h or 4w.
func parseAge(text string) (time.Duration, error) {
	no := fault.New(fault.Invalid, "%q is no time such as 30d, 12h or 4w", text)
	if text == "" {
		return 0, no
	}
	hours, known := map[byte]int64{'h': 1, 'd': 24, 'w': 7 * 24}[text[len(text)-1]]
	n, err := strconv.ParseInt(text[:len(text)-1], 10, 32)
	if age := time.Duration(n*hours) * time.Hour; known && err == nil && n >= 0 && n <= 100_000 {
		return age, nil
	}
	return 0, no
}

// trashedExperiments finds the ids of experiments in the trash.
func (a *App) trashedExperiments(c *cobra.Command, names []string) (ids []string, err error) {
	cl, err := a.connect(c.Context())
	if err != nil {
		return nil, err
	}
	var trash api.Trash
	if err := cl.Get(c.Context(), "/trash", nil, &trash); err != nil {
		return nil, err
	}
	for _, name := range names {
		before := len(ids)
		for _, t := range trash.Things {
			if t.Run == "" && t.Registered == "" && (t.Name == name || t.Experiment == name) {
				ids = append(ids, t.Experiment)
			}
		}
		switch len(ids) - before {
		case 1:
		case 0:
			return nil, fault.New(fault.NotFound, "no experiment %q lies in the trash", name).
				WithHint("Put it there first: varve experiments delete %q", name)
		default:
			return nil, fault.New(fault.Conflict, "several experiments of the name %q lie in the trash", name).
				WithHint("Name one by its id: %s", strings.Join(ids[before:], ", "))
		}
	}
	return ids, nil
}

// purged is what the commands print as JSON.
type purged struct {
	api.PurgePreview
	DryRun bool             `json:"dryRun"`
	Result *api.PurgeResult `json:"result,omitempty"`
}

func (a *App) purge(c *cobra.Command, p *purging, want api.Purge) error {
	cl, err := a.connect(c.Context())
	if err != nil {
		return err
	}
	if want.All && want.Before == 0 {
		want.Before = time.Now().UnixMilli() // what comes into the trash from now on is not shown
	}
	out := purged{DryRun: p.dry}
	if err := cl.Post(c.Context(), "/trash/preview", want, &out.PurgePreview); err != nil {
		return err
	}
	nothing := empty(&out.PurgePreview)
	if p.dry || nothing {
		if a.json {
			return a.printJSON(out)
		}
		a.sayPreview(&out.PurgePreview, "Would delete")
		return nil
	}
	if !p.yes {
		if err := a.confirm(c, &out.PurgePreview); err != nil {
			return err
		}
	}
	return a.purgeNow(c, cl, want, &out)
}

func (a *App) purgeNow(c *cobra.Command, cl *client.Client, want api.Purge, out *purged) error {
	var j api.Job
	if err := cl.Post(c.Context(), "/trash/purge", want, &j); err != nil {
		return err
	}
	bar := newBar(a.Err)
	j, err := cl.WaitJob(c.Context(), j.ID, bar.show)
	bar.end()
	if err != nil {
		return err
	}
	if !a.json {
		fmt.Fprintln(a.Out, j.Summary)
		return nil
	}
	out.Result = &api.PurgeResult{}
	if err := json.Unmarshal([]byte(j.Result), out.Result); err != nil {
		return fault.Wrap(err, fault.Internal, "read", "the result of the purge")
	}
	return a.printJSON(out)
}

func empty(p *api.PurgePreview) bool {
	return len(p.Runs)+len(p.Experiments)+len(p.Registered)+len(p.Versions) == 0
}

func (a *App) sayPreview(p *api.PurgePreview, verb string) {
	if empty(p) {
		fmt.Fprintln(a.Out, "There is nothing to delete.")
		return
	}
	what := say.Counts(say.Counted{N: len(p.Experiments), Thing: "experiment"}, say.Counted{N: len(p.Runs), Thing: "run"}, say.Counted{N: len(p.Models), Thing: "model"},
		say.Counted{N: len(p.Registered), Thing: "registered model"}, say.Counted{N: len(p.Versions), Thing: "version"})
	fmt.Fprintf(a.Out, "%s %s for good: about %s of %s.\n", verb, what, say.Bytes(p.Frees), say.Bytes(p.Takes))
	for _, sentence := range p.Left {
		fmt.Fprintln(a.Out, sentence)
	}
}

// confirmWord is what somebody types who means it.
const confirmWord = "purge"

// confirm asks the person.
func (a *App) confirm(c *cobra.Command, p *api.PurgePreview) error {
	in, ok := c.InOrStdin().(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return fault.New(fault.Invalid, "this deletes for good, and there is nobody to ask").WithHint("Say --yes, or --dry-run to see what it would do.")
	}
	a.sayPreview(p, "This deletes")
	fmt.Fprintf(a.Out, "It cannot be undone. Type %s to go on: ", confirmWord)
	line, _ := bufio.NewReader(in).ReadString('\n') // an end of the input is a no
	if strings.TrimSpace(line) != confirmWord {
		return fault.New(fault.Cancelled, "nothing was deleted")
	}
	return nil
}
