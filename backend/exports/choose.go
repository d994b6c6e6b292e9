package exports

import (
	"cmp"
	"context"
	"slices"

	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/search"
	"dev.varve/backend/track"
)

// Selection says what of a record is meant. The zero Selection is everything but
// the trash.
type Selection struct {
	Runs        []string       // these, and all that are nested in them
	Filter      *search.Filter // those that it fits
	Experiments []string       // of these experiments only, by their ids
	Trash       bool           // what lies in the trash, too
}

// narrow reports whether single runs are chosen.
func (s *Selection) narrow() bool { return s.Runs != nil || s.Filter != nil }

// Choose finds out what is meant. NotFound if a run or an experiment is not there.
func (o *Own) Choose(ctx context.Context, want Selection) error {
	o.want, o.runs, o.chosen, o.models, o.logged = want, map[string][]string{}, map[string]bool{}, map[string][]string{}, map[string]bool{}
	for _, id := range want.Runs {
		if err := o.Record.Run(id, func(*track.Run) {}); err != nil {
			return err
		}
	}
	fits, err := o.fitting(ctx)
	if err != nil {
		return err
	}
	o.Record.Briefs(want.Experiments, func(b track.Brief) bool {
		if id := b.ID(); (want.Trash || !b.Gone()) && (fits == nil || fits[id]) {
			o.runs[b.Experiment()] = append(o.runs[b.Experiment()], id)
			o.chosen[id] = true
		}
		return true
	})
	for _, ids := range o.runs {
		slices.Reverse(ids)
	}
	o.chooseModels()
	return o.chooseExperiments()
}

// fitting are the runs that are chosen one by one; nil: all.
func (o *Own) fitting(ctx context.Context) (map[string]bool, error) {
	if !o.want.narrow() {
		return nil, nil
	}
	fits := map[string]bool{}
	if o.want.Filter != nil {
		order, err := search.ParseQueryOrder(nil, search.Given{})
		if err != nil {
			return nil, err
		}
		list, err := o.Record.List(ctx, track.Query{
			Experiments: o.want.Experiments, Filter: o.want.Filter, Order: order, Shows: func(gone bool) bool { return o.want.Trash || !gone },
		})
		if err != nil {
			return nil, err
		}
		for _, id := range list.IDs() {
			fits[id] = o.want.Runs == nil
		}
	}
	nested := map[string][]string{}
	o.Record.Briefs(nil, func(b track.Brief) bool {
		if parent := b.Parent(); parent != "" && o.want.Runs != nil {
			nested[parent] = append(nested[parent], b.ID())
		}
		return true
	})
	seen := map[string]bool{}
	for next := slices.Clone(o.want.Runs); len(next) > 0; next = next[1:] {
		id := next[0]
		if seen[id] {
			continue
		}
		seen[id] = true
		if _, fit := fits[id]; o.want.Filter == nil || fit {
			fits[id] = true
		}
		next = append(next, nested[id]...)
	}
	return fits, nil
}

func (o *Own) chooseModels() {
	o.measured = map[string][]imports.ModelPoint{}
	o.Record.Models(func(m *track.LoggedModel) {
		for _, p := range m.Metrics {
			o.measured[p.Value.Run] = append(o.measured[p.Value.Run], modelPoint(m.ID, p.Value))
		}
		wanted := o.chosen[m.Run]
		if !o.want.narrow() {
			wanted = o.want.Experiments == nil || slices.Contains(o.want.Experiments, m.Experiment)
		}
		if wanted && (o.want.Trash || !m.Trashed()) {
			o.models[m.Experiment] = append(o.models[m.Experiment], m.ID)
			o.logged[m.ID] = true
		}
	})
	for _, ids := range o.models {
		slices.Sort(ids)
	}
}

func modelPoint(model string, p track.ModelMetric) imports.ModelPoint {
	return imports.ModelPoint{Key: p.Key, Model: model, Dataset: p.Dataset, Digest: p.Digest, Point: p.Point}
}

func (o *Own) chooseExperiments() error {
	found := map[string]bool{}
	o.experiments = nil
	o.Record.Experiments(func(x *track.Experiment) {
		found[x.ID] = true
		empty := len(o.runs[x.ID])+len(o.models[x.ID]) == 0
		if empty && (o.want.narrow() || o.want.Experiments != nil && !slices.Contains(o.want.Experiments, x.ID)) || x.Trashed() && !o.want.Trash {
			return
		}
		tags := x.ExperimentTags()
		delete(tags, imports.TagFrom) // where it came from, nobody knows there
		o.experiments = append(o.experiments, imports.Experiment{ID: x.ID, Name: x.Name(), Made: x.MadeAt(), Tags: tags, Deleted: x.Trashed()})
	})
	for _, id := range o.want.Experiments {
		if !found[id] {
			return fault.New(fault.NotFound, "there is no experiment %q", id)
		}
	}
	slices.SortFunc(o.experiments, func(a, b imports.Experiment) int {
		return cmp.Or(cmp.Compare(a.Made, b.Made), cmp.Compare(a.ID, b.ID))
	})
	return nil
}
