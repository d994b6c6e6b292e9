package cli

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/client"
	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
)

func (a *App) runsRename() *cobra.Command {
	return &cobra.Command{
		Use:     "rename RUN NAME",
		Short:   "Give a run another name",
		Long:    "Gives a run another name. 'varve runs history' shows the old one, and takes the\nchange back.\n" + runsHelp + "\n\nExit codes: 0; 201 if there is no such run.",
		Example: "  varve runs rename 3f2a… \"elastic net, final\"",
		RunE: func(c *cobra.Command, args []string) error {
			cl, id, err := a.oneRun(c, args[0])
			if err != nil {
				return err
			}
			return cl.Put(c.Context(), "/runs/"+id+"/name", api.NewName{Name: args[1]}, nil)
		},
	}
}

func (a *App) runsTag() *cobra.Command {
	return &cobra.Command{
		Use:   "tag RUN KEY=VALUE...",
		Short: "Set tags of a run, or take them away",
		Long: `Sets tags of a run; KEY= alone takes one away. The note of a run is its tag
"note", in Markdown.
` + runsHelp + `

Exit codes: 0; 201 if there is no such run, or no such tag to take away; 202 for
a tag that MLflow's rules do not allow.`,
		Example: "  varve runs tag 3f2a… team=lake reviewed=\n  varve runs tag 3f2a… note=\"Too hot: see *issue 7*\"",
		RunE: func(c *cobra.Command, args []string) error {
			cl, id, err := a.oneRun(c, args[0])
			if err != nil {
				return err
			}
			return setTags(c, cl, "/runs/"+id+"/tag", args[1:])
		},
	}
}

// setTags sets tags at an address, given as KEY=VALUE.
func setTags(c *cobra.Command, cl *client.Client, path string, pairs []string) error {
	for _, pair := range pairs {
		if key, _, ok := strings.Cut(pair, "="); !ok || key == "" {
			return usage(c, fault.New(fault.Invalid, "%q is not KEY=VALUE", pair))
		}
	}
	for _, pair := range pairs {
		key, value, _ := strings.Cut(pair, "=")
		if key == "note" {
			key = noteTag
		}
		if err := setTag(c.Context(), cl, path, key, value); err != nil {
			return err
		}
	}
	return nil
}

// noteTag is where MLflow keeps notes.
const noteTag = "mlflow.note.content"

func setTag(ctx context.Context, cl *client.Client, path, key, value string) error {
	if value == "" {
		return cl.Delete(ctx, path, url.Values{"key": {key}})
	}
	return cl.Put(ctx, path, api.Tag{Key: key, Value: value}, nil)
}

func (a *App) runsEnd() *cobra.Command {
	as := "finished"
	c := &cobra.Command{
		Use:   "end RUN",
		Short: "Say how a run ended that did not say so itself",
		Long: `Sets the status of a run by hand: of one that is lost, since its script was killed,
or of one that ended otherwise than it says. A run that a script records goes on
if the script does. 'varve runs history' takes it back.
` + runsHelp + `

Exit codes: 0; 201 if there is no such run; 205 if Varve still runs it: stop it
instead.`,
		Example: "  varve runs end 3f2a…\n  varve runs end 3f2a… --as failed",
		RunE: func(c *cobra.Command, args []string) error {
			switch as {
			case "finished", "failed", "stopped":
			default:
				return usage(c, fault.New(fault.Invalid, "--as is finished, failed or stopped, not %q", as))
			}
			cl, id, err := a.oneRun(c, args[0])
			if err != nil {
				return err
			}
			return cl.Put(c.Context(), "/runs/"+id+"/status", api.NewStatus{Status: as}, nil)
		},
	}
	c.Flags().StringVar(&as, "as", as, "finished, failed or stopped")
	return c
}

func (a *App) runsHistory() *cobra.Command {
	return a.history("history RUN", "Show what was changed about a run, and take it back", `Shows who changed name, tags, note, place, trash or status of a run, when, and what
was there before, the latest first. --back takes a change back, which is a change,
too.
`+runsHelp, "  varve runs history 3f2a…\n  varve runs history 3f2a… --back 5c0e…:17", func(c *cobra.Command, arg string) (*client.Client, string, error) {
		cl, id, err := a.oneRun(c, arg)
		return cl, "/runs/" + id, err
	})
}

// history makes a command that shows the changes of a thing and takes one back.
func (a *App) history(use, short, long, example string, find func(*cobra.Command, string) (*client.Client, string, error)) *cobra.Command {
	var back string
	c := &cobra.Command{
		Use: use, Short: short, Example: example,
		Long: long + "\n\nExit codes: 0; 201 if there is no such thing or change; 203 if an old name is taken\nby now; the others as in 'varve --help'.",
		RunE: func(c *cobra.Command, args []string) error {
			cl, path, err := find(c, args[0])
			if err != nil {
				return err
			}
			if back != "" {
				return cl.Post(c.Context(), path+"/revert", api.OneEdit{ID: back}, nil)
			}
			var list api.Edits
			if err := cl.Get(c.Context(), path+"/edits", nil, &list); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(list.Edits)
			}
			return a.printEdits(list.Edits)
		},
	}
	c.Flags().StringVar(&back, "back", "", "take back the change with this id")
	return a.jsonFlag(c)
}

func (a *App) printEdits(list []api.Edit) error {
	if len(list) == 0 {
		fmt.Fprintln(a.Err, "Nothing was changed.")
		return nil
	}
	rows := make([][]string, len(list))
	for i, e := range list {
		what, before, after := e.What, e.Before, e.Value
		if e.Key != "" {
			what += " " + e.Key
		}
		if e.Absent {
			before = ""
		}
		if e.Gone {
			after = ""
		}
		rows[i] = []string{when(e.Time), orDash(e.Who), what, orDash(before), orDash(after), e.ID}
	}
	return table(a.Out, []string{"WHEN", "WHO", "WHAT", "BEFORE", "AFTER", "CHANGE"}, rows)
}

// Experiments are named by their names; an id is for those in the trash.

func (a *App) experimentsHistory() *cobra.Command {
	return a.history("history NAME", "Show what was changed about an experiment, and take it back", `Shows who changed name, folder, tags, note, trash or views of an experiment, when,
and what was there before, the latest first. --back takes a change back, which is
a change, too. NAME may be the id of an experiment in the trash.`,
		"  varve experiments history wine\n  varve experiments history wine --back 5c0e…:17", a.oneExperiment)
}

// oneExperiment finds out which experiment is meant, and returns its address.
func (a *App) oneExperiment(c *cobra.Command, arg string) (*client.Client, string, error) {
	cl, id, err := a.target(c, arg)
	if fault.KindOf(err) != fault.NotFound {
		return cl, "/experiments/" + id, err
	}
	cl, connected := a.connect(c.Context())
	if connected != nil {
		return nil, "", connected
	}
	path := "/experiments/" + url.PathEscape(arg)
	var x api.ExperimentDetail
	if cl.Get(c.Context(), path, nil, &x) != nil {
		return nil, "", err // it is neither a name nor an id
	}
	return cl, path, nil
}

func (a *App) experimentsTag() *cobra.Command {
	return &cobra.Command{
		Use:   "tag NAME KEY=VALUE...",
		Short: "Set tags of an experiment, or take them away",
		Long: `Sets tags of an experiment; KEY= alone takes one away. The note of an experiment is
its tag "note", in Markdown.

Exit codes: 0; 201 if there is none of that name, or no such tag to take away.`,
		Example: "  varve experiments tag wine team=lake\n  varve experiments tag wine note=\"Reds only, from *2026-11*\"",
		RunE: func(c *cobra.Command, args []string) error {
			cl, path, err := a.oneExperiment(c, args[0])
			if err != nil {
				return err
			}
			return setTags(c, cl, path+"/tag", args[1:])
		},
	}
}

func (a *App) experimentsMove() *cobra.Command {
	var top bool
	c := &cobra.Command{
		Use:   "move FOLDER [TO]",
		Short: "Move a folder of experiments, or give it another name",
		Long: `Gives the folder before a slash in the names of experiments another name or place,
with all that is in it, as a whole or not at all. With --top, what is in it comes
to the top.

Exit codes: 0; 201 if there is no such folder; 203 if a name is taken, and then
nothing is moved.`,
		Example: "  varve experiments move wine archive/wine\n  varve experiments move archive --top",
		RunE: func(c *cobra.Command, args []string) error {
			to := ""
			switch {
			case len(args) == 2 && top:
				return usage(c, fault.New(fault.Invalid, "either TO or --top"))
			case len(args) == 2:
				to = args[1]
			case !top:
				return usage(c, fault.New(fault.Invalid, "TO is missing"))
			}
			cl, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			var out api.Renamed
			if err := cl.Post(c.Context(), "/experiments/folder", api.MovedFolder{From: args[0], To: to}, &out); err != nil {
				return err
			}
			for _, x := range out.Experiments {
				fmt.Fprintf(a.Out, "%s is now %s\n", x.Before, x.Name)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&top, "top", false, "bring what is in it to the top")
	return c
}
