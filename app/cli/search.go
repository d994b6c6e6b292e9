package cli

import (
	"errors"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
)

func (a *App) search() *cobra.Command {
	q, g := runsQuery{}, &grouping{}
	c := &cobra.Command{
		Use:   "search [QUERY...]",
		Short: "Find runs",
		Long: `Finds runs of all experiments: by words in their names, notes, params and tags, or
by conditions. docs/search.md describes what can be asked. Several arguments are
one query.

With --group-by, or --group-except for all params but some, it prints groups of runs
that have something in common, and of each --metric mean, standard deviation, least
and greatest value; --limit then counts groups.

With --json it prints an array of runs as the window sees them, or of groups.

Exit codes: 0, also when nothing was found; 202 for a query that makes no sense;
the others as in 'varve --help'.`,
		Example: `  varve search elastic wine
  varve search "metrics.rmse < 0.8 OR params.alpha IN (0.1, 0.5)"
  varve search "status = failed started in last 7 days" --order "duration DESC"
  varve search "data = wine" --group-except params.seed --metric rmse`,
		RunE: func(c *cobra.Command, args []string) error {
			q.filter = strings.Join(args, " ")
			if q.limit < 0 {
				return usage(c, fault.New(fault.Invalid, "--limit cannot be %d", q.limit))
			}
			if g.asked() {
				return a.searchGroups(c, q, g)
			}
			if !a.json {
				return a.listTable(c, q)
			}
			runs, _, _, err := a.pages(c, q)
			if err != nil {
				return err
			}
			return a.printJSON(full(runs))
		},
	}
	a.queryFlags(c, &q)
	g.flags(c)
	return a.jsonFlag(c)
}

// queryFlags adds the flags that narrow and order runs.
func (a *App) queryFlags(c *cobra.Command, q *runsQuery) {
	f := c.Flags()
	f.StringVar(&q.experiment, "experiment-name", "", "only runs of this experiment")
	f.StringArrayVar(&q.order, "order", nil, "sort by, as \"metrics.rmse ASC\"; may be repeated")
	f.IntVar(&q.limit, "limit", 0, "at most this many; 0: all")
}

// full is the list, and an empty one instead of nil, which JSON would call null.
func full[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// pointed adds to an error about a filter where in it something is wrong.
func (q *runsQuery) pointed(err error) error {
	var p *api.Problem
	if !errors.As(err, &p) || p.Offset == nil || p.Field != "filter" {
		return err
	}
	return &fault.Error{Kind: p.Kind(), Message: p.Title, Hint: pointAt(q.filter, *p.Offset) + "\n" + p.Hint}
}

// pointAt shows the surroundings of a character of a text, with a mark below it.
func pointAt(text string, at int) string {
	const before, after = 40, 30
	runes := []rune(text)
	at = min(at, len(runes))
	from, to := max(0, at-before), min(len(runes), at+after)
	line := "  " + string(runes[from:to])
	line = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, line)
	return line + "\n  " + strings.Repeat(" ", at-from) + "^"
}
