package door

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"dev.varve/app/door/api"
	"dev.varve/backend/chart"
	"dev.varve/backend/fault"
	"dev.varve/backend/search"
	"dev.varve/backend/track"
)

type proposedQuery struct {
	Experiment []string `query:"experiment,explode" doc:"Ids; none: all"`
	Filter     string   `query:"filter"`
	Run        []string `query:"run,explode" doc:"For a comparison, the runs that stand beside each other among the others; else only these"`
	For        string   `query:"for" enum:"experiment,compare" doc:"Absent: a comparison, if runs are named"`
}

// The bounds of what a proposal looks at: the newest runs, and their most
// frequent keys.
const (
	proposalRuns = 2000
	proposalKeys = 60
	lineRuns     = 20 // are asked whether their metrics are lines
)

// proposedCharts proposes an arrangement of charts.
func (d *Door) proposedCharts(ctx context.Context, in *proposedQuery) (*answer[api.ProposedCharts], error) {
	which := api.Charted{Experiments: in.Experiment, Filter: in.Filter, Runs: in.Run}
	beside := in.For == "compare" || in.For == "" && len(in.Run) > 0
	if beside {
		// What tells chosen runs apart is seen among the others of their experiments.
		which = api.Charted{Experiments: d.experimentsOf(in.Run, in.Experiment)}
	}
	metrics, _, err := d.columnNames(which, search.Metric)
	if err != nil {
		return nil, err
	}
	params, _, err := d.columnNames(which, search.Param)
	if err != nil {
		return nil, err
	}
	table, err := d.chartTable(ctx, which, append(slices.Clone(metrics), params...), nil, proposalRuns)
	if err != nil {
		return nil, err
	}
	s := chart.Suggest(chart.Candidates{
		Table: table, Metrics: metrics, Params: params, Lines: d.lines(table, metrics), Compare: beside,
	})
	out := api.ProposedCharts{Charts: s.Charts, Params: s.Params}
	if out.Charts == nil {
		out.Charts = []chart.Spec{}
	}
	if out.Params == nil {
		out.Params = []string{}
	}
	if s.Main != "" {
		out.Main = &api.MainMetric{Column: s.Main, Key: s.Key, Better: s.Better, Word: s.Word}
	}
	return the(out, nil)
}

// experimentsOf are the experiments of runs, or those that are given.
func (d *Door) experimentsOf(runs, given []string) []string {
	if len(given) > 0 || len(runs) == 0 {
		return given
	}
	var list []string
	for _, id := range runs {
		// One that has vanished since is in none.
		_ = d.Records.Run(id, func(r *track.Run) {
			if !slices.Contains(list, r.Experiment) {
				list = append(list, r.Experiment)
			}
		})
	}
	return list
}

// columnNames are the most frequent keys of a kind as names of columns, and how
// many keys there are.
func (d *Door) columnNames(which api.Charted, kind search.Kind) (names []string, all int, err error) {
	var keys []string
	if len(which.Runs) > 0 {
		seen := map[string]int{}
		for _, id := range which.Runs[:min(len(which.Runs), proposalRuns)] {
			err := d.Records.Run(id, func(r *track.Run) {
				if kind == search.Metric {
					for key := range r.Metrics {
						seen[key]++
					}
					return
				}
				for key := range r.Params {
					seen[key]++
				}
			})
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return nil, 0, err
			}
		}
		keys = slices.SortedFunc(maps.Keys(seen), func(a, b string) int {
			return cmp.Or(cmp.Compare(seen[b], seen[a]), cmp.Compare(a, b))
		})
	} else {
		for _, name := range d.Records.Vocabulary(experimentsOf(which.Experiments)).Keys(kind) {
			keys = append(keys, name.Text)
		}
	}
	for _, key := range keys {
		if name, ok := (search.Column{Kind: kind, Name: key}).Written(); ok && !chart.System(key) {
			names = append(names, name)
		}
	}
	return names[:min(len(names), proposalKeys)], len(names), nil
}

// lines are the metrics that have more than one point in one of the newest runs.
func (d *Door) lines(table *chart.Table, metrics []string) map[string]bool {
	keys := map[string]string{}
	for _, name := range metrics {
		keys[table.Columns[name].Label] = name
	}
	lines := map[string]bool{}
	for _, run := range table.Runs[:min(len(table.Runs), lineRuns)] {
		// A run that has vanished since has no lines.
		_ = d.Records.Run(run.ID, func(r *track.Run) {
			for key, m := range r.Metrics {
				if name, ok := keys[key]; ok && m.Points > 1 && m.Varies() {
					lines[name] = true
				}
			}
		})
	}
	return lines
}

// completeSpec fills in what a spec leaves open: of importance, the most frequent
// params; of arrays, which one. What it says of that belongs in the note of the
// chart.
func (d *Door) completeSpec(ctx context.Context, which api.Charted, s *chart.Spec) (note string, err error) {
	if s.Kind == chart.Arrays && len(s.Y) == 0 {
		name, err := d.firstArray(ctx, which)
		if name != "" {
			s.Y = []string{name}
		}
		return "", err
	}
	if s.Kind != chart.Importance || len(s.Axes) > 0 {
		return "", nil
	}
	var all int
	if s.Axes, all, err = d.columnNames(which, search.Param); len(s.Axes) < all {
		note = fmt.Sprintf(", %d of %d params", len(s.Axes), all)
	}
	return note, err
}
