package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"dev.varve/backend/fault"
)

// DoctorOptions say what to check.
type DoctorOptions struct{ Rebuild bool }

// Diagnosis is what came of a check.
type Diagnosis struct {
	Workspace string   `json:"workspace"`
	State     string   `json:"state" doc:"Hash of the logical state of the record"`
	Events    int64    `json:"events"`
	Runs      int      `json:"runs"`
	Chunks    int64    `json:"chunks"`
	Damage    []string `json:"damage"` // each names a file and what is wrong
	Notes     []string `json:"notes"`  // harmless
	Rebuilt   bool     `json:"rebuilt"`
}

func (a *App) doctor() *cobra.Command {
	var o DoctorOptions
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Check the workspace, and build its index again",
		Long: `Reads every log and every pack of the workspace, names what is damaged, and
prints a hash of the logical state of the record. With --rebuild the index is
deleted and built again from the journal first; the hash is the same before and
after. The workspace must not be open elsewhere.

Exit codes: 0 if everything is well; 209 if something is damaged; 207 if another
process owns the workspace; the others as in 'varve --help'.`,
		Example: "  varve doctor\n  varve doctor --rebuild --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			d, err := a.Doctor(c.Context(), a.workspace, o)
			if err != nil {
				return err
			}
			if err := a.printDiagnosis(d); err != nil {
				return err
			}
			if n := len(d.Damage); n > 0 {
				return fault.New(fault.Corrupt, "%s damaged", places(n)).
					WithHint("Everything else is intact and can be used. Restore the named files from a back-up to get the rest.")
			}
			return nil
		},
	}
	c.Flags().BoolVar(&o.Rebuild, "rebuild", false, "delete the index and build it again from the journal")
	return a.jsonFlag(c)
}

// places counts what is damaged.
func places(n int) string {
	if n == 1 {
		return "1 place is"
	}
	return fmt.Sprintf("%d places are", n)
}

func (a *App) printDiagnosis(d Diagnosis) error {
	if a.json {
		return a.printJSON(d)
	}
	fmt.Fprintf(a.Out, "Workspace  %s\nRecord     %d events, %d runs, %d chunks\nState      %s\n", d.Workspace, d.Events, d.Runs, d.Chunks, d.State)
	if d.Rebuilt {
		fmt.Fprintln(a.Out, "Index      built again from the journal")
	}
	for _, n := range d.Notes {
		fmt.Fprintln(a.Out, "Note      ", n)
	}
	for _, n := range d.Damage {
		fmt.Fprintln(a.Out, "Damaged   ", n)
	}
	if len(d.Damage) == 0 {
		fmt.Fprintln(a.Out, "Everything is well.")
	}
	return nil
}
