package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
)

func (a *App) gc() *cobra.Command {
	var want api.Cleaning
	var grace string
	c := &cobra.Command{
		Use:   "gc",
		Short: "Free the space of content that nothing needs",
		Long: `Deletes content that no version of data, run, model or artifact names, such as what an
interrupted addition has left. It is safe beside others who add something: they are
waited for, and what they put meanwhile stays. What was written within the time of grace
stays, too, so that an interrupted addition can go on.

What lies in the trash is not deleted: see 'varve runs purge'.

Exit codes: 0; 130 if you interrupt it: what was freed by then stays free; 202 for a time
that makes no sense; 205 while a back-up or a purge is under way; 208 if the disk is so
full that nothing can be copied.`,
		Example: "  varve gc --dry-run\n  varve gc --grace 0h --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			kept, err := parseAge(grace)
			if err != nil {
				return usage(c, err)
			}
			want.Grace = int64(kept / time.Second)
			var done api.Cleaned
			j, err := a.jobResult(c, "/datasets/clean", want, &done)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(done)
			}
			_, err = fmt.Fprintln(a.Out, j.Summary)
			return err
		},
	}
	c.Flags().BoolVar(&want.Dry, "dry-run", false, "say what would be freed, and change nothing")
	c.Flags().StringVar(&grace, "grace", "1d", "what was written later stays, as 12h, 1d or 2w")
	return a.jsonFlag(c)
}
