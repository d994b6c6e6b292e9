package track

import (
	"context"
	"maps"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/table"
)

// MoveRuns moves runs, with all that are nested in them, to another experiment.
// They keep their ids, and their artifacts stay where they are. It returns how
// many were moved; those that are there already do not count.
func (t *Tracker) MoveRuns(ctx context.Context, ids []string, experiment string) (moved int, err error) {
	if err := t.activeExperiment(experiment); err != nil {
		return 0, err
	}
	for _, id := range ids {
		if err := t.writable(id); err != nil {
			return 0, err
		}
	}
	moving, err := t.move(ctx, t.family(ids), experiment)
	return len(moving), err
}

// MoveExactly moves these runs and no others, whether they lie in the trash or
// not: what was merged goes back.
func (t *Tracker) MoveExactly(ctx context.Context, ids []string, experiment string) (moved int, err error) {
	if err := t.activeExperiment(experiment); err != nil {
		return 0, err
	}
	moving, err := t.move(ctx, ids, experiment)
	return len(moving), err
}

// MergeExperiments moves all runs of an experiment, those in its trash as well,
// into another one, and puts the empty one into the trash; the default
// experiment, which exists everywhere, stays. It returns the runs that were moved.
func (t *Tracker) MergeExperiments(ctx context.Context, from, into string) (moved []string, err error) {
	if from == into {
		return nil, fault.New(fault.Invalid, "an experiment cannot be merged into itself")
	}
	for _, id := range []string{from, into} {
		if err := t.activeExperiment(id); err != nil {
			return nil, err
		}
	}
	var ids []string
	t.Briefs([]string{from}, func(b Brief) bool {
		ids = append(ids, b.ID())
		return true
	})
	if moved, err = t.move(ctx, ids, into); err != nil || from == DefaultExperiment {
		return moved, err
	}
	return moved, t.TrashExperiment(ctx, from, true)
}

// move moves runs, whether they lie in the trash or not, and returns those that
// were elsewhere.
func (t *Tracker) move(ctx context.Context, all []string, experiment string) (moved []string, err error) {
	streams := make([]string, len(all))
	for i, id := range all {
		streams[i] = runPrefix + id
	}
	defer t.lockAll(streams)()
	var drafts []event.Draft
	for _, id := range all {
		var at string
		if err := t.Run(id, func(r *Run) { at = r.Experiment }); err != nil {
			return nil, err
		}
		if at == experiment {
			continue
		}
		moved = append(moved, id)
		set := event.LabelSet{Key: event.LabelExperiment, Value: experiment}
		more, err := t.labelDrafts(runPrefix+id, []event.LabelSet{set})
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, more...)
	}
	return moved, t.commit(ctx, drafts...)
}

// family returns runs and all that are nested in them, each once.
func (t *Tracker) family(ids []string) []string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	seen := map[string]bool{}
	var all []string
	for wave := ids; len(wave) > 0; {
		parents := map[string]bool{}
		for _, id := range wave {
			if !seen[id] {
				seen[id], parents[id] = true, true
				all = append(all, id)
			}
		}
		wave = t.state.tables.childrenOf(parents)
	}
	return all
}

// childrenOf lists the runs that are nested directly in others.
func (t *tables) childrenOf(parents map[string]bool) (children []string) {
	for _, in := range t.list {
		tags := in.Texts(tagColumn(TagParent))
		wanted := map[uint32]bool{}
		for code := 1; code < tags.Codes(); code++ {
			if parent, _ := tags.Text(uint32(code)); parents[parent] && tags.Rows(uint32(code)) > 0 {
				wanted[uint32(code)] = true
			}
		}
		if len(wanted) == 0 {
			continue
		}
		for row := range in.Blocks() * table.BlockRows {
			if wanted[tags.Code(row)] {
				children = append(children, t.id(in.runs[row]))
			}
		}
	}
	return children
}

// lockAll locks several records, in an order that two callers cannot cross.
func (t *Tracker) lockAll(streams []string) (unlock func()) {
	numbers := map[int]bool{}
	for _, s := range streams {
		numbers[stripeOf(s)] = true
	}
	order := slices.Sorted(maps.Keys(numbers))
	for _, n := range order {
		t.stripes[n].Lock()
	}
	return func() {
		for _, n := range order {
			t.stripes[n].Unlock()
		}
	}
}

// TagCopiedFrom names the run that a copy was made of.
const TagCopiedFrom = "varve.copiedFrom"

// copyPoints is how many points of a copy one event has.
const copyPoints = 50_000

// CopyRun makes a copy of a run that has ended in an experiment: what was
// recorded, and the artifacts that are kept here. It returns the copy's id.
func (t *Tracker) CopyRun(ctx context.Context, id, experiment string) (string, error) {
	if err := t.activeExperiment(experiment); err != nil {
		return "", err
	}
	made := t.NewID()
	stream := runPrefix + made
	var drafts []event.Draft
	var metrics []string
	var ended bool
	err := t.Run(id, func(r *Run) {
		end := r.End()
		if ended = Terminal(end.Status); ended {
			drafts = r.copied(stream, experiment)
			metrics = slices.Sorted(maps.Keys(r.Metrics))
		}
	})
	if err != nil {
		return "", err
	}
	if !ended {
		return "", fault.New(fault.State, "run %s has not ended yet", id).WithHint("Copy it when it has.")
	}
	for _, key := range metrics {
		points, err := t.allPoints(ctx, id, key)
		if err != nil {
			return "", err
		}
		drafts = append(drafts, pointDrafts(stream, []PastSeries{{Key: key, Points: points}})...)
	}
	files, err := t.Artifacts(Owner{Run: id}, "")
	if err != nil {
		return "", err
	}
	for _, f := range files {
		drafts = append(drafts, event.Draft{Stream: stream, Body: f})
	}
	return made, t.commit(ctx, drafts...)
}

// copied are the events that make a copy of a run, but for points and artifacts.
func (r *Run) copied(stream, experiment string) []event.Draft {
	tags := r.Labels.Tags()
	tags[TagCopiedFrom] = r.ID
	drafts := []event.Draft{{Stream: stream, Body: event.RunCreated{
		Experiment: experiment, Name: r.Name(), User: r.User, Start: r.Start, Tags: tags, Origin: r.Origin,
	}}}
	if len(r.Params) > 0 {
		params := event.RunParams{}
		for _, key := range slices.Sorted(maps.Keys(r.Params)) {
			params.Params = append(params.Params, event.Param{Key: key, Value: r.Params[key].Value})
		}
		drafts = append(drafts, event.Draft{Stream: stream, Body: params})
	}
	for i := range r.Code {
		drafts = append(drafts, event.Draft{Stream: stream, Body: r.Code[i].Value})
	}
	if in := (event.RunInputs{Datasets: values(r.Datasets), Models: values(r.ModelsIn)}); len(in.Datasets)+len(in.Models) > 0 {
		drafts = append(drafts, event.Draft{Stream: stream, Body: in})
	}
	if out := (event.RunOutputs{Models: values(r.ModelsOut)}); len(out.Models) > 0 {
		drafts = append(drafts, event.Draft{Stream: stream, Body: out})
	}
	return append(drafts, event.Draft{Stream: stream, Body: r.End()})
}

func values[T any](list []Stamped[T]) []T {
	all := make([]T, len(list))
	for i := range list {
		all[i] = list[i].Value
	}
	return all
}
