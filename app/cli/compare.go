package cli

import (
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
)

func (a *App) runsCompare() *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "compare RUN RUN...",
		Short: "Show in what runs differ",
		Long: `Shows runs beside each other: params, last values of metrics, tags, data, code and
environment. What is the same in all is left out, unless --all is given.

Exit codes: 0; 201 if there is no such run; 202 if several have that name.`,
		Example: "  varve runs compare 3f2a… 77b0…\n  varve runs compare --all --json 3f2a… 77b0…",
		Args:    cobra.MinimumNArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			cl, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			runs, err := details(c.Context(), cl, args)
			if err != nil {
				return err
			}
			rows := differences(runs, all)
			if a.json {
				return a.printJSON(rows)
			}
			head := []string{""}
			for _, r := range runs {
				head = append(head, r.Name)
			}
			lines := make([][]string, len(rows))
			for i, r := range rows {
				lines[i] = append([]string{r.Kind + " " + r.Key}, r.Values...)
			}
			return table(a.Out, head, lines)
		},
	}
	c.Flags().BoolVar(&all, "all", false, "show what is the same, too")
	return a.jsonFlag(c)
}

// comparison is one line of a comparison: what each run has, "–" for nothing.
type comparison struct {
	Kind   string   `json:"kind"`
	Key    string   `json:"key"`
	Values []string `json:"values"`
}

// differences are the lines in which runs differ, or all lines.
func differences(runs []api.RunDetail, all bool) []comparison {
	list := []comparison{}
	for _, kind := range []string{"run", "param", "metric", "tag", "data"} {
		facts := make([]map[string]string, len(runs))
		keys := map[string]bool{}
		for i := range runs {
			facts[i] = factsOf(&runs[i], kind)
			for key := range facts[i] {
				keys[key] = true
			}
		}
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			line := comparison{Kind: kind, Key: key}
			for i := range runs {
				line.Values = append(line.Values, orDash(facts[i][key]))
			}
			if all || len(slices.Compact(slices.Clone(line.Values))) > 1 {
				list = append(list, line)
			}
		}
	}
	return list
}

// factsOf are the facts of one kind about a run.
func factsOf(r *api.RunDetail, kind string) map[string]string {
	facts := map[string]string{}
	switch kind {
	case "run":
		facts = map[string]string{
			"status": string(r.Status), "user": r.User, "host": r.Host, "project": r.Project, "entry point": r.EntryPoint,
			"command": r.Command, "environment": r.Environment, "experiment": r.ExperimentName,
		}
	case "param":
		return r.Params
	case "metric":
		for key, value := range r.Metrics {
			facts[key] = figure(float64(value))
		}
	case "tag":
		for _, t := range r.Tags {
			if t.Key != "mlflow.runName" {
				facts[t.Key] = t.Value
			}
		}
	case "data":
		for _, d := range r.Data {
			facts[d.Name] = versionOf(d)
		}
	}
	return facts
}
