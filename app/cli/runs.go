package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/client"
	"dev.varve/app/door/api"
	"dev.varve/backend/contract"
	"dev.varve/backend/fault"
)

func (a *App) runs() *cobra.Command {
	return group("runs", "List, show, compare, follow, stop, label, move and delete runs", a.runsList(), a.runsShow(), a.runsLog(), a.runsStop(),
		a.runsCompare(), a.runsExport(), a.runsRename(), a.runsTag(), a.runsEnd(), a.runsHistory(), a.runsMove(), a.runsCopy(), a.runsDelete(), a.runsRestore(), a.runsPurge())
}

func (a *App) runsList() *cobra.Command {
	q, tree := runsQuery{}, false
	c := &cobra.Command{
		Use:   "list",
		Short: "List runs, newest first",
		Long: `Lists the runs of all experiments. --filter and --order are what 'varve search'
takes. With --tree, runs stand below those that they are nested in.
With --json it prints an array of all runs in MLflow's own form, unless limited.

Exit codes: 0; 202 for a filter that makes no sense; the others as in 'varve --help'.`,
		Example: "  varve runs list --filter \"metrics.rmse < 0.8\" --order \"metrics.rmse ASC\"\n  varve runs list --tree --experiment-name wine\n  varve runs list --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if q.limit < 0 {
				return usage(c, fault.New(fault.Invalid, "--limit cannot be %d", q.limit))
			}
			switch {
			case a.json:
				return a.listJSON(c, q)
			case tree:
				return a.listTree(c, q)
			}
			return a.listTable(c, q)
		},
	}
	c.Flags().BoolVar(&tree, "tree", false, "nested runs below their parents")
	c.Flags().StringVar(&q.filter, "filter", "", "only runs that match: see docs/search.md")
	a.queryFlags(c, &q)
	return a.jsonFlag(c)
}

type runsQuery struct {
	filter, experiment string
	order              []string
	limit              int
}

// experimentIDs returns the ids of the experiments that are meant.
func (a *App) experimentIDs(c *cobra.Command, name string) ([]string, error) {
	list, err := a.listExperiments(c)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, x := range list {
		if !x.Trashed && (name == "" || x.Name == name) {
			ids = append(ids, x.ID)
		}
	}
	if name != "" && len(ids) == 0 {
		return nil, fault.New(fault.NotFound, "there is no experiment named %q", name)
	}
	return ids, nil
}

// listJSON finds runs, and asks for them in MLflow's form.
func (a *App) listJSON(c *cobra.Command, q runsQuery) error {
	found, _, _, err := a.pages(c, q)
	if err != nil {
		return err
	}
	cl, err := a.connect(c.Context())
	if err != nil {
		return err
	}
	runs := []json.RawMessage{}
	for some := range slices.Chunk(found, 500) {
		list, err := inMLflowsForm(c.Context(), cl, some)
		if err != nil {
			return err
		}
		runs = append(runs, list...)
	}
	return a.printJSON(runs)
}

// inMLflowsForm reads runs in the order in which they were found.
func inMLflowsForm(ctx context.Context, cl *client.Client, found []api.RunRow) ([]json.RawMessage, error) {
	experiments, ids := map[string]bool{}, make([]string, len(found))
	for i := range found {
		experiments[found[i].Experiment], ids[i] = true, "'"+found[i].ID+"'"
	}
	var page struct {
		Runs []json.RawMessage `json:"runs"`
	}
	err := cl.MLflow(ctx, http.MethodPost, "/api/2.0/mlflow/runs/search", map[string]any{
		"experiment_ids": slices.Sorted(maps.Keys(experiments)), "filter": "run_id IN (" + strings.Join(ids, ", ") + ")", "max_results": len(ids),
	}, &page)
	if err != nil {
		return nil, err
	}
	byID := map[string]json.RawMessage{}
	for _, raw := range page.Runs {
		var run struct {
			Info struct {
				ID string `json:"run_id"`
			} `json:"info"`
		}
		if err := json.Unmarshal(raw, &run); err != nil {
			return nil, fault.Wrap(err, fault.Internal, "read", "run")
		}
		byID[run.Info.ID] = raw
	}
	var list []json.RawMessage
	for i := range found {
		if raw, ok := byID[found[i].ID]; ok {
			list = append(list, raw)
		}
	}
	return list, nil
}

func (a *App) listTable(c *cobra.Command, q runsQuery) error {
	runs, metrics, params, err := a.pages(c, q)
	if err != nil {
		return err
	}
	if len(runs) == 0 {
		fmt.Fprintln(a.Err, "No runs.")
		return nil
	}
	metrics, params = metrics[:min(len(metrics), 4)], params[:min(len(params), 4)]
	head := append([]string{"RUN", "NAME", "STATUS", "STARTED", "DATA"}, append(slices.Clone(params), metrics...)...)
	rows := make([][]string, len(runs))
	for i, r := range runs {
		rows[i] = []string{r.ID, r.Name, string(r.Status), when(r.Started), dataOf(r)}
		for _, p := range params {
			rows[i] = append(rows[i], orDash(r.Params[p]))
		}
		for _, m := range metrics {
			rows[i] = append(rows[i], metricOf(&r, m))
		}
	}
	return table(a.Out, head, rows)
}

// pages reads all pages of the runs that are meant.
func (a *App) pages(c *cobra.Command, q runsQuery) (runs []api.RunRow, metrics, params []string, err error) {
	cl, err := a.connect(c.Context())
	if err != nil {
		return nil, nil, nil, err
	}
	query := url.Values{"filter": {q.filter}, "order": q.order, "limit": {"1000"}}
	if q.experiment != "" {
		ids, err := a.experimentIDs(c, q.experiment)
		if err != nil {
			return nil, nil, nil, err
		}
		query["experiment"] = ids
	}
	for {
		var page api.RunPage
		if err := cl.Get(c.Context(), "/runs", query, &page); err != nil {
			return nil, nil, nil, q.pointed(err)
		}
		runs = append(runs, page.Runs...)
		metrics, params = page.Metrics, page.Params
		if q.limit > 0 && len(runs) >= q.limit {
			return runs[:q.limit], metrics, params, nil
		}
		if page.Cursor == "" {
			return runs, metrics, params, nil
		}
		query.Set("cursor", page.Cursor)
	}
}

func dataOf(r api.RunRow) string {
	if len(r.Data) == 0 {
		return "–"
	}
	return versionOf(r.Data[0])
}

// versionOf names data that a run used.
func versionOf(d api.DataUse) string {
	if d.Number > 0 {
		return fmt.Sprintf("%s@%d", d.Name, d.Number)
	}
	return d.Name
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func (a *App) runsShow() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:     "show RUN",
		Short:   "Show one run",
		Long:    "Shows status, parameters, metrics, data and origin of one run.\n" + runsHelp + "\n\nExit codes: 0; 201 if there is no such run; 202 if several are meant; the others as\nin 'varve --help'.",
		Example: "  varve runs show 3f2a…\n  varve runs show 3f2a… --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cl, id, err := a.oneRun(c, args[0])
			if err != nil {
				return err
			}
			var r api.RunDetail
			if err := cl.Get(c.Context(), "/runs/"+url.PathEscape(id), nil, &r); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(r)
			}
			return a.printRun(r)
		},
	})
}

func (a *App) printRun(r api.RunDetail) error {
	rows := [][]string{
		{"Nested in", r.Parent}, {"Status", string(r.Status)}, {"Reason", r.Reason}, {"Experiment", r.ExperimentName}, {"Started", when(r.Started)}, {"Ended", when(r.Ended)},
		{"By", r.User}, {"On", r.Host}, {"Project", r.Project}, {"Entry point", r.EntryPoint}, {"Command", r.Command}, {"Environment", r.Environment},
	}
	for _, d := range r.Data {
		rows = append(rows, []string{"Data", fmt.Sprintf("%s, version %d", d.Name, d.Number)})
	}
	for _, said := range leftOut(r.Tags) {
		rows = append(rows, []string{"Left out", said})
	}
	rows = slices.DeleteFunc(rows, func(row []string) bool { return row[1] == "" || row[1] == "–" })
	for _, k := range slices.Sorted(maps.Keys(r.Params)) {
		rows = append(rows, []string{"param " + k, r.Params[k]})
	}
	for _, m := range r.MetricList {
		if !m.System {
			rows = append(rows, []string{"metric " + m.Key, figure(float64(m.Last))})
		}
	}
	return table(a.Out, []string{r.ID, r.Name}, rows)
}

// leftOut is what a run's program wrote to its files, and could not be recorded.
func leftOut(tags []api.Tag) (said []string) {
	for _, tag := range tags {
		if tag.Key == contract.TagMetrics || tag.Key == contract.TagArtifacts {
			said = append(said, tag.Value)
		}
	}
	return said
}

func (a *App) runsLog() *cobra.Command {
	var follow bool
	c := &cobra.Command{
		Use:   "log RUN",
		Short: "Print what a run wrote",
		Long: `Prints what the program wrote to its output. With --follow it goes on until the
run has ended.

Exit codes: 0; with --follow that of the program; 201 if there is no such run.`,
		Example: "  varve runs log 3f2a…\n  varve runs log --follow 3f2a…",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			_, id, err := a.oneRun(c, args[0])
			if err != nil {
				return err
			}
			if follow {
				return a.follow(c.Context(), id)
			}
			for offset := int64(0); ; {
				l, err := a.readLog(c.Context(), id, offset)
				if err != nil {
					return err
				}
				fmt.Fprint(a.Out, l.Text)
				if l.Next == offset || l.Next >= l.Size {
					return nil
				}
				offset = l.Next
			}
		},
	}
	c.Flags().BoolVarP(&follow, "follow", "f", false, "go on until the run has ended")
	return c
}

func (a *App) runsStop() *cobra.Command {
	return &cobra.Command{
		Use:   "stop RUN",
		Short: "Stop a run",
		Long: `Asks the program and everything that it started to end, and ends by force what
is still there ten seconds later.

Exit codes: 0 once it was asked; 201 if there is no such run; 205 if it has ended
already or was not started by Varve.`,
		Example: "  varve runs stop 3f2a…",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			_, id, err := a.oneRun(c, args[0])
			if err != nil {
				return err
			}
			return a.stopRun(c.Context(), id)
		},
	}
}
