package track

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Trashed is a thing that lies in the trash by itself: an experiment with all its
// runs, a run of an experiment that does not, and likewise a registered model with
// all its versions, or a version.
type Trashed struct {
	Run        string // empty: the whole experiment
	Experiment string // empty: it is of the registry
	Name       string
	In         string // name of the experiment, or of the registered model
	Runs       int    // that go with it, a run itself included
	Since      int64  // ms since 1970
	Registered string // id of a registered model
	Version    string // id of a version of it; empty: the whole model
	Versions   int    // that go with it, a version itself included
}

// Trash lists what lies in the trash, the latest first.
func (t *Tracker) Trash() ([]Trashed, error) {
	plan, err := t.PlanPurge(PurgeOf{All: true})
	if err != nil {
		return nil, err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	var list []Trashed
	at := map[string]int{}
	for _, id := range plan.Experiments {
		x := t.state.experiments[id]
		if x == nil {
			continue
		}
		at[id] = len(list)
		list = append(list, Trashed{Experiment: id, Name: x.Name(), In: x.Name(), Since: x.trashedAt()})
	}
	for _, id := range plan.Runs {
		r, err := t.state.findRun(id)
		if err != nil {
			return nil, err
		}
		if r == nil {
			continue
		}
		if i, whole := at[r.Experiment]; whole {
			list[i].Runs++
			continue
		}
		one := Trashed{Run: id, Experiment: r.Experiment, Name: r.Name(), Runs: 1, Since: r.trashedAt()}
		if x := t.state.experiments[r.Experiment]; x != nil {
			one.In = x.Name()
		}
		list = append(list, one)
	}
	list = append(list, t.state.registry.trash()...)
	slices.SortFunc(list, func(a, b Trashed) int {
		return cmp.Or(cmp.Compare(b.Since, a.Since), cmp.Compare(a.Experiment, b.Experiment), cmp.Compare(a.Run, b.Run),
			cmp.Compare(a.Registered, b.Registered), cmp.Compare(a.Version, b.Version))
	})
	return list, nil
}

// trashedAt is when the thing was put into the trash, in ms since 1970; 0 if it
// does not lie there.
func (h *Head) trashedAt() int64 {
	return h.labelledAt(event.LabelTrash)
}

// PurgeOf says what is to be deleted for good.
type PurgeOf struct {
	Runs        []string
	Experiments []string
	Registered  []string // registered models
	Versions    []string // of them
	All         bool     // that lies in the trash
	Before      int64    // only what was put there before, in ms since 1970; 0: all of it
}

// PurgePlan is what a purge takes away.
type PurgePlan struct {
	Runs        []string
	Experiments []string
	Models      []string // that those runs logged
	Registered  []string // registered models
	Versions    []string // of those, and by themselves
}

// Empty reports whether there is nothing to purge.
func (p *PurgePlan) Empty() bool { return len(p.Streams()) == 0 }

// Streams are the streams of all that is purged: what holds others comes last.
func (p *PurgePlan) Streams() []string {
	list := make([]string, 0, len(p.Models)+len(p.Runs)+len(p.Experiments)+len(p.Registered)+len(p.Versions))
	for _, id := range p.Versions {
		list = append(list, versionPrefix+id)
	}
	for _, id := range p.Registered {
		list = append(list, registeredPrefix+id)
	}
	for _, id := range p.Models {
		list = append(list, modelPrefix+id)
	}
	for _, id := range p.Runs {
		list = append(list, runPrefix+id)
	}
	for _, id := range p.Experiments {
		list = append(list, experimentPrefix+id)
	}
	return list
}

// PlanPurge finds all that goes with what is to be purged. What does not lie in
// the trash is refused.
func (t *Tracker) PlanPurge(of PurgeOf) (plan PurgePlan, err error) {
	runs, experiments := map[string]bool{}, map[string]bool{}
	for _, id := range of.Experiments {
		if err := t.purgeable(id); err != nil {
			return plan, err
		}
		experiments[id] = true
	}
	old := func(at int64) bool { return of.Before == 0 || at < of.Before }
	if of.All {
		t.Experiments(func(x *Experiment) {
			if x.Trashed() && x.ID != DefaultExperiment && old(x.trashedAt()) {
				experiments[x.ID] = true
			}
		})
	}
	for _, id := range of.Runs {
		gone := false
		if err := t.Run(id, func(r *Run) { gone = t.Gone(r) }); err != nil {
			return plan, err
		}
		if !gone {
			return plan, fault.New(fault.State, "run %s does not lie in the trash", id).
				WithHint("Only what lies there can be deleted for good. Put it there first: varve runs delete %s", id)
		}
		runs[id] = true
	}
	t.Briefs(nil, func(b Brief) bool {
		if experiments[b.Experiment()] || of.All && b.Gone() && old(b.trashedAt()) {
			runs[b.ID()] = true
		}
		return true
	})
	plan.Runs, plan.Experiments = slices.Sorted(maps.Keys(runs)), slices.Sorted(maps.Keys(experiments))
	plan.Models = t.modelsOf(runs, experiments)
	plan.Registered, plan.Versions, err = t.planRegistry(of)
	return plan, err
}

// trashedAt is when the run, or its experiment, was put into the trash: the
// earlier, since from then on nobody saw it.
func (b Brief) trashedAt() int64 {
	at := int64(0)
	if b.Trashed() {
		if r, err := b.tracker.state.findRun(b.ID()); err == nil && r != nil {
			at = r.trashedAt()
		}
	}
	if x := b.tracker.state.experiments[b.Experiment()]; x != nil && x.Trashed() && (at == 0 || x.trashedAt() < at) {
		at = x.trashedAt()
	}
	return at
}

// purgeable refuses experiments that cannot be purged.
func (t *Tracker) purgeable(experiment string) error {
	if experiment == DefaultExperiment {
		return fault.New(fault.Invalid, "the default experiment exists in every workspace and cannot be deleted for good").
			WithHint("Purge its runs instead.")
	}
	trashed := false
	if err := t.Experiment(experiment, func(x *Experiment) { trashed = x.Trashed() }); err != nil {
		return err
	}
	if !trashed {
		return fault.New(fault.State, "experiment %s does not lie in the trash", experiment).
			WithHint("Only what lies there can be deleted for good. Put it there first: varve experiments delete %s", experiment)
	}
	return nil
}

// modelsOf lists the logged models that belong to runs, and those of experiments
// that belong to no run.
func (t *Tracker) modelsOf(runs, experiments map[string]bool) (ids []string) {
	t.Models(func(m *LoggedModel) {
		_, _, there := t.state.tables.find(m.Run)
		if runs[m.Run] || !there && experiments[m.Experiment] {
			ids = append(ids, m.ID)
		}
	})
	slices.Sort(ids)
	return ids
}

// purgeBatch is how many streams one append purges.
const purgeBatch = 1000

// Purge deletes for good what a plan lists. From then on it is not in the record
// any more; its bytes are the business of whoever keeps them. What was taken out
// of the trash since the plan was made stays, with all that goes with it.
func (t *Tracker) Purge(ctx context.Context, plan PurgePlan) (PurgePlan, error) {
	defer t.lockAll(plan.Streams())()
	now, err := t.PlanPurge(PurgeOf{All: true})
	if err != nil {
		return plan, err
	}
	plan.Runs, plan.Experiments = common(plan.Runs, now.Runs), common(plan.Experiments, now.Experiments)
	plan.Models = common(plan.Models, now.Models)
	plan.Registered, plan.Versions = common(plan.Registered, now.Registered), common(plan.Versions, now.Versions)
	if err := t.keepNumbers(ctx, plan); err != nil {
		return plan, err
	}
	for some := range slices.Chunk(plan.Streams(), purgeBatch) {
		drafts := make([]event.Draft, len(some))
		for i, stream := range some {
			drafts[i] = event.Draft{Stream: stream, Body: event.StreamPurged{}}
		}
		if err := t.commit(ctx, drafts...); err != nil {
			return plan, err
		}
	}
	return plan, nil
}

// common returns what is in both of two sorted lists.
func common(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool {
		_, found := slices.BinarySearch(b, s)
		return !found
	})
}

// PurgeCarriedOut records that a device keeps nothing any more of what was purged
// through some events, and what that has freed.
func (t *Tracker) PurgeCarriedOut(ctx context.Context, done event.PurgeDone) error {
	defer t.lock(workspaceStream)()
	return t.commit(ctx, event.Draft{Stream: workspaceStream, Body: done})
}

// Tidy makes the columns forget texts and names that no run has any more, and the
// store what it keeps of the columns.
func (t *Tracker) Tidy() error {
	t.checkpoint.Lock()
	defer t.checkpoint.Unlock()
	t.mu.Lock()
	for _, in := range t.state.tables.list {
		in.Tidy()
	}
	t.state.tables.changed++
	t.mu.Unlock()
	if s, ok := t.Store.(Snapshots); ok {
		return s.DropSnapshot()
	}
	return nil
}
