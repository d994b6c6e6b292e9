package track

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Renamed is an experiment that has another name now.
type Renamed struct{ ID, Before, Name string }

// MoveFolder gives a folder of experiments another name, or another place: the
// part of a name before a slash is a folder, and the experiment of that name lies
// beside it and goes along. With an empty to, what is in it comes to the top. It
// is done as a whole or, if a name is taken or too long, not at all. Experiments
// in the trash stay where they are.
func (t *Tracker) MoveFolder(ctx context.Context, from, to string) ([]Renamed, error) {
	from, to = strings.Trim(from, "/"), strings.Trim(to, "/")
	switch {
	case from == "":
		return nil, fault.New(fault.Invalid, "a folder has a name")
	case to == from || strings.HasPrefix(to, from+"/"):
		return nil, fault.New(fault.Invalid, "the folder %s cannot be moved into itself", from)
	}
	defer t.lock("experiment names")()
	moving := t.inFolder(from, to)
	if len(moving) == 0 {
		return nil, fault.New(fault.NotFound, "there is no folder %s", from)
	}
	var drafts []event.Draft
	seen := map[string]bool{}
	for _, m := range moving {
		if seen[m.Name] {
			return nil, fault.New(fault.Exists, "two experiments would be named %s", m.Name)
		}
		seen[m.Name] = true
		if err := checkExperimentName(m.Name); err != nil {
			return nil, err
		}
		if err := t.checkNameFree(m.Name); err != nil {
			return nil, err
		}
		more, err := t.labelDrafts(experimentPrefix+m.ID, []event.LabelSet{{Key: event.LabelName, Value: m.Name}})
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, more...)
	}
	return moving, t.commit(ctx, drafts...)
}

// inFolder lists the experiments of a folder with the names that they get.
func (t *Tracker) inFolder(from, to string) (list []Renamed) {
	t.Experiments(func(x *Experiment) {
		name := x.Name()
		rest, in := strings.CutPrefix(name, from+"/")
		if x.Trashed() || !in && name != from {
			return
		}
		next := to
		if in && to != "" {
			next += "/"
		}
		if in {
			next += rest
		} else if to == "" {
			next = name[strings.LastIndexByte(name, '/')+1:]
		}
		list = append(list, Renamed{x.ID, name, next})
	})
	slices.SortFunc(list, func(a, b Renamed) int { return cmp.Or(cmp.Compare(a.Before, b.Before), cmp.Compare(a.ID, b.ID)) })
	return list
}
