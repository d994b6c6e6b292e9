package track

import (
	"context"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// RunsEdit is one kind of change of many runs. Only one of its fields is set.
type RunsEdit struct {
	Set        []event.Param // tags; mlflow.runName is the name
	Unset      []string      // tags
	Trash      *bool
	Experiment string // where the runs are moved to, with all that are nested in them
}

// Undo is what EditRuns has to know to take changes back.
type Undo []UndoPart

// UndoPart is the changes of some runs: the events of one writer from First to
// Last.
type UndoPart struct {
	Runs        []string
	First, Last event.ID
}

// editedAtOnce is how many runs are changed by one commit: until it is folded
// nobody reads.
const editedAtOnce = 500

// EditRuns changes many runs, those that are as they should be already left
// out. What can be refused is refused before anything is changed; each few
// hundred runs are changed at once or not at all. changed counts runs; of a
// failure in the middle it says what has been done.
func (t *Tracker) EditRuns(ctx context.Context, ids []string, edit RunsEdit) (changed int, undo Undo, err error) {
	sets, err := t.editSets(edit)
	if err != nil {
		return 0, nil, err
	}
	for _, id := range ids {
		check := t.writable
		if edit.Trash != nil {
			check = func(id string) error { return t.Run(id, func(*Run) {}) }
		}
		if err := check(id); err != nil {
			return 0, nil, err
		}
	}
	if edit.Experiment != "" {
		ids = t.family(ids)
	}
	for some := range slices.Chunk(unique(ids), editedAtOnce) {
		part, err := t.editSome(ctx, some, func(r *Run) []event.LabelSet { return r.differing(sets) })
		if err != nil {
			return changed, undo, err
		}
		if len(part.Runs) > 0 {
			changed += len(part.Runs)
			undo = append(undo, part)
		}
	}
	return changed, undo, nil
}

func unique(ids []string) []string {
	seen := make(map[string]bool, len(ids))
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		again := seen[id]
		seen[id] = true
		return again
	})
}

// editSets are the labels that an edit sets.
func (t *Tracker) editSets(edit RunsEdit) ([]event.LabelSet, error) {
	kinds := 0
	for _, given := range []bool{len(edit.Set) > 0, len(edit.Unset) > 0, edit.Trash != nil, edit.Experiment != ""} {
		if given {
			kinds++
		}
	}
	switch {
	case kinds != 1:
		return nil, fault.New(fault.Invalid, "one kind of change at a time: tags that are set, tags that are taken away, the trash, or another experiment")
	case edit.Trash != nil:
		return []event.LabelSet{{Key: event.LabelTrash, Value: map[bool]string{true: "trash"}[*edit.Trash], Gone: !*edit.Trash}}, nil
	case edit.Experiment != "":
		return []event.LabelSet{{Key: event.LabelExperiment, Value: edit.Experiment}}, t.activeExperiment(edit.Experiment)
	case len(edit.Set) > 0:
		if err := checkUnique(edit.Set); err != nil {
			return nil, err
		}
		return tagSets("set", edit.Set)
	}
	var sets []event.LabelSet
	for _, key := range edit.Unset {
		if key == tagRunName {
			return nil, fault.New(fault.Invalid, "a run always has a name")
		}
		sets = append(sets, event.LabelSet{Key: event.TagPrefix + key, Gone: true})
	}
	return sets, nil
}

// differing are the labels that a run does not have as they should be.
func (r *Run) differing(sets []event.LabelSet) (changes []event.LabelSet) {
	for _, set := range sets {
		value, ok := r.Labels.get(set.Key)
		if set.Key == event.LabelExperiment {
			value, ok = r.Experiment, true
		}
		if ok == set.Gone || ok && value != set.Value {
			changes = append(changes, set)
		}
	}
	return changes
}

// editSome sets labels of some runs in one commit.
func (t *Tracker) editSome(ctx context.Context, ids []string, sets func(*Run) []event.LabelSet) (part UndoPart, err error) {
	streams := make([]string, len(ids))
	for i, id := range ids {
		streams[i] = runPrefix + id
	}
	defer t.lockAll(streams)()
	var drafts []event.Draft
	for i, id := range ids {
		var changes []event.LabelSet
		if err := t.Run(id, func(r *Run) { changes = sets(r) }); err != nil {
			return part, err
		}
		if len(changes) == 0 {
			continue
		}
		more, err := t.labelDrafts(streams[i], changes)
		if err != nil {
			return part, err
		}
		part.Runs, drafts = append(part.Runs, id), append(drafts, more...)
	}
	events, err := t.commitEvents(ctx, drafts)
	if err != nil || len(events) == 0 {
		return UndoPart{}, err
	}
	part.First, part.Last = events[0].ID, events[len(events)-1].ID
	return part, nil
}

// UndoEdit takes changes of EditRuns back, which is a change itself. What
// somebody has changed again since then stays as it is now.
func (t *Tracker) UndoEdit(ctx context.Context, undo Undo) (changed int, err error) {
	for _, part := range undo {
		if part.First.Writer != part.Last.Writer {
			return changed, fault.New(fault.Invalid, "these are not changes that were made together")
		}
		for some := range slices.Chunk(unique(part.Runs), editedAtOnce) {
			before := map[string][]event.LabelSet{}
			for _, id := range some {
				if before[id], err = t.whatWas(id, part); err != nil {
					return changed, err
				}
			}
			done, err := t.editSome(ctx, some, func(r *Run) []event.LabelSet { return before[r.ID] })
			if err != nil {
				return changed, err
			}
			changed += len(done.Runs)
		}
	}
	return changed, nil
}

// whatWas is what the labels of a run were before some changes.
func (t *Tracker) whatWas(id string, part UndoPart) (sets []event.LabelSet, err error) {
	list, err := t.Changes(id)
	if err != nil {
		return nil, err
	}
	since := map[string]bool{}
	for _, c := range list { // the latest first
		if c.ID.Writer == part.First.Writer && part.First.Seq <= c.ID.Seq && c.ID.Seq <= part.Last.Seq && !since[c.Label] {
			if c.Label == event.LabelExperiment {
				if err := t.activeExperiment(c.Before); err != nil {
					return nil, err
				}
			}
			sets = append(sets, event.LabelSet{Key: c.Label, Value: c.Before, Gone: c.Absent})
		}
		since[c.Label] = true
	}
	return sets, nil
}
