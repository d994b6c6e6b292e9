package cli

import (
	"fmt"
	"math"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/compare"
)

func (a *App) runsCompare() *cobra.Command {
	var all bool
	var better []string
	c := &cobra.Command{
		Use:   "compare RUN RUN...",
		Short: "Show in what runs differ",
		Long: `Shows runs beside each other: last values of metrics, with how far each is from
that of the first run, params, data, code, environment, packages, tags and notes.
What is the same in all is left out, unless --all is given; of packages it always
is. The best value of a metric has a star: its name tells whether that is the
lowest or the highest, or --better does.

` + runsHelp + `

Exit codes: 0; 201 if there is no such run; 202 if fewer than 2 or more than 50 are
given; the others as in 'varve --help'.`,
		Example: "  varve runs compare 3f2a… 77b0…\n  varve runs compare --better higher:gain 3f2a… 77b0…\n  varve runs compare --all --json 3f2a… 77b0…",
		Args:    cobra.RangeArgs(2, 50),
		RunE: func(c *cobra.Command, args []string) error {
			cl, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			ids, err := runIDs(c.Context(), cl, args)
			if err != nil {
				return err
			}
			var found api.Comparison
			if err := cl.Get(c.Context(), "/compare", url.Values{"run": ids, "better": better}, &found); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(found)
			}
			return a.printComparison(found, all)
		},
	}
	c.Flags().BoolVar(&all, "all", false, "show what is the same, too")
	c.Flags().StringArrayVar(&better, "better", nil, "which values of a metric are better: lower:KEY or higher:KEY")
	return a.jsonFlag(c)
}

// kindWords are the words before the keys of rows.
var kindWords = map[compare.Kind]string{
	compare.Itself: "run", compare.Metrics: "metric", compare.Params: "param", compare.DataUsed: "data", compare.Code: "code",
	compare.Environment: "on", compare.Packages: "package", compare.Tags: "tag", compare.Notes: "",
}

// printComparison writes runs as columns.
func (a *App) printComparison(c api.Comparison, all bool) error {
	head := []string{""}
	for _, r := range c.Runs {
		head = append(head, r.Name)
	}
	var lines [][]string
	for _, s := range c.Sections {
		for _, r := range s.Rows {
			if r.Same && !all {
				continue
			}
			line := []string{r.Key}
			if word := kindWords[s.Kind]; word != "" {
				line[0] = word + " " + r.Key
			}
			for i := range r.Cells {
				line = append(line, cellOf(s.Kind, &r, i))
			}
			lines = append(lines, line)
		}
	}
	return table(a.Out, head, lines)
}

// cellOf is one cell for people: 0.412*, 0.419 (+1.7 %).
func cellOf(kind compare.Kind, r *api.ComparedRow, i int) string {
	c := &r.Cells[i]
	if c.Missing {
		return "–"
	}
	if c.Number == nil {
		return c.Text
	}
	text := figure(float64(*c.Number))
	if kind == compare.Itself {
		text = (time.Duration(float64(*c.Number)) * time.Millisecond).String()
	}
	for _, best := range r.Best {
		if best == i {
			text += "*"
		}
	}
	if c.Change != nil && math.Abs(float64(*c.Change)) >= 0.05 {
		text += fmt.Sprintf(" (%+.1f %%)", float64(*c.Change))
	}
	return text
}
