package cli

import (
	"cmp"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
)

func (a *App) runsExport() *cobra.Command {
	q, format := runsQuery{}, "csv"
	c := &cobra.Command{
		Use:   "export [QUERY...]",
		Short: "Write a table of runs",
		Long: `Writes runs as a table, one in a line, with a column for each param and for the
last value of each metric. Times are in UTC. Text that a spreadsheet would take
for a formula is written as it is.

Exit codes: 0; 202 for a query that makes no sense.`,
		Example: "  varve runs export > runs.csv\n  varve runs export --format tsv \"metrics.rmse < 0.8\"",
		RunE: func(c *cobra.Command, args []string) error {
			comma, ok := map[string]rune{"csv": ',', "tsv": '\t'}[format]
			if !ok {
				return usage(c, fault.New(fault.Invalid, "--format is csv or tsv, not %q", format))
			}
			q.filter = strings.Join(args, " ")
			runs, metrics, params, err := a.pages(c, q)
			if err != nil {
				return err
			}
			experiments, err := a.experimentNames(c)
			if err != nil {
				return err
			}
			for i := range runs {
				runs[i].Experiment = cmp.Or(experiments[runs[i].Experiment], runs[i].Experiment)
			}
			if a.json {
				return a.printJSON(full(runs))
			}
			w := csv.NewWriter(a.Out)
			w.Comma = comma
			lines := [][]string{exportHead(params, metrics)}
			for i := range runs {
				lines = append(lines, exportLine(&runs[i], params, metrics))
			}
			return fault.Wrap(w.WriteAll(lines), fault.Internal, "write", "table")
		},
	}
	a.queryFlags(c, &q)
	c.Flags().StringVar(&format, "format", format, "csv or tsv")
	return a.jsonFlag(c)
}

// experimentNames are the names of the experiments by their ids.
func (a *App) experimentNames(c *cobra.Command) (map[string]string, error) {
	list, err := a.listExperiments(c)
	names := map[string]string{}
	for _, x := range list {
		names[x.ID] = x.Name
	}
	return names, err
}

func exportHead(params, metrics []string) []string {
	head := []string{"run", "name", "status", "experiment", "user", "started", "ended", "data"}
	for _, p := range params {
		head = append(head, "params."+p)
	}
	for _, m := range metrics {
		head = append(head, "metrics."+m)
	}
	return head
}

func exportLine(r *api.RunRow, params, metrics []string) []string {
	data := make([]string, len(r.Data))
	for i, d := range r.Data {
		data[i] = versionOf(d)
	}
	line := []string{r.ID, r.Name, string(r.Status), r.Experiment, r.User, utc(r.Started), utc(r.Ended), strings.Join(data, " ")}
	for _, p := range params {
		line = append(line, r.Params[p])
	}
	for _, m := range metrics {
		cell := ""
		if v, ok := r.Metrics[m]; ok {
			cell = strconv.FormatFloat(float64(v), 'g', -1, 64)
		}
		line = append(line, cell)
	}
	return line
}

// utc is a time in ms since 1970 as every program reads it; empty for none.
func utc(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z")
}
