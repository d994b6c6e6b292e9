package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
)

func (a *App) dataVerify() *cobra.Command {
	var want api.Verification
	c := &cobra.Command{
		Use:   "verify [NAME[@VERSION]...]",
		Short: "Read versions and compare them with what was laid down",
		Long: `Reads every byte of versions, all of them if none is named, and compares it with the
names of its content. What several versions share is read once. Each damaged file is
named, with the versions that it touches and the file of the workspace that is damaged.

With --from, what is damaged is looked for in a file or folder that holds the same
bytes, such as the one that was added, laid down again, and verified once more. Nothing
there is changed.

Exit codes: 0 if all is as it was laid down; 201 if there is no such data set or version,
or nothing at the path; 202 for a share that makes no sense; 209 if something is damaged;
130 if you interrupt it.`,
		Example: `  varve data verify
  varve data verify wine-quality@2 --json
  varve data verify --sample 5
  varve data verify wine-quality --from ~/wine`,
		RunE: func(c *cobra.Command, args []string) error {
			var err error
			if want.Versions, err = a.choices(c, args); err != nil {
				return err
			}
			if want.Sample < 0 || want.Sample > 100 || c.Flags().Changed("sample") && want.Sample == 0 {
				return usage(c, fault.New(fault.Invalid, "--sample is a share in percent, above 0 and up to 100"))
			}
			if want.From != "" {
				if want.From, err = filepath.Abs(want.From); err != nil {
					return fault.New(fault.Invalid, "%q is not a path: %v", want.From, err)
				}
			}
			return a.verify(c, want)
		},
	}
	c.Flags().Float64Var(&want.Sample, "sample", 0, "read only so many `percent` of the content, by chance")
	c.Flags().StringVar(&want.From, "from", "", "a file or folder that may hold what is damaged: it is laid down again")
	return a.jsonFlag(c)
}

// choices finds the versions that are named; NAME alone is all of them.
func (a *App) choices(c *cobra.Command, refs []string) (list []api.VersionChoice, err error) {
	for _, ref := range refs {
		if !isPointer(ref) && !strings.Contains(ref, "@") {
			d, err := a.findDataset(c, ref)
			if err != nil {
				return nil, err
			}
			list = append(list, api.VersionChoice{Dataset: d.ID})
			continue
		}
		d, v, err := a.findVersion(c, ref)
		if err != nil {
			return nil, err
		}
		list = append(list, api.VersionChoice{Dataset: d.ID, Version: v.ID})
	}
	return list, nil
}

func (a *App) verify(c *cobra.Command, want api.Verification) error {
	var found api.Verified
	j, err := a.jobResult(c, "/datasets/verify", want, &found)
	if err != nil {
		return err
	}
	if a.json {
		err = a.printJSON(found)
	} else {
		a.showDamage(found)
		fmt.Fprintln(a.Out, j.Summary)
	}
	if err == nil && found.Count > 0 {
		err = fault.New(fault.Corrupt, "%s damaged", places(found.Count)).
			WithHint("If you have the same files elsewhere, say --from PATH and they are laid down again; else restore the packs folder from a back-up.")
	}
	return err
}

func (a *App) showDamage(found api.Verified) {
	for _, d := range found.Damage {
		path := d.Path
		if path == "" {
			path = "all of it"
		}
		fmt.Fprintf(a.Out, "Damaged  %s@%d  %s: %s\n", d.Name, d.Version, path, d.Why)
		if d.Hint != "" {
			fmt.Fprintln(a.Out, "         "+d.Hint)
		}
	}
	if more := found.Count - len(found.Damage); more > 0 {
		fmt.Fprintf(a.Out, "         and %d more\n", more)
	}
}
