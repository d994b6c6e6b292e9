package track

import (
	"context"
	"maps"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// trash lists what lies there of the registry.
func (r *registry) trash() (list []Trashed) {
	for id, m := range r.models {
		f := r.families[id]
		switch {
		case !m.Known():
		case m.Trashed():
			one := Trashed{Registered: id, Name: m.Name(), In: m.Name(), Since: m.trashedAt()}
			if f != nil {
				one.Versions = len(f.list)
			}
			list = append(list, one)
		case f != nil:
			for _, v := range f.list {
				if v.Trashed() {
					list = append(list, Trashed{
						Registered: id, Version: v.ID, Name: "version " + digits(v.number), In: m.Name(), Versions: 1, Since: v.trashedAt(),
					})
				}
			}
		}
	}
	return list
}

// planRegistry finds what of the registry is to be purged. What does not lie in the
// trash is refused.
func (t *Tracker) planRegistry(of PurgeOf) (models, versions []string, err error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	gone, with := map[string]bool{}, map[string]bool{}
	reg := Registry{t.state.registry}
	for _, id := range of.Registered {
		m, err := reg.ModelByID(id)
		if err == nil && !m.Trashed() {
			err = fault.New(fault.State, "the registered model %s does not lie in the trash", m.Name()).
				WithHint("Only what lies there can be deleted for good.")
		}
		if err != nil {
			return nil, nil, err
		}
		gone[id] = true
	}
	for _, id := range of.Versions {
		v, err := reg.VersionByID(id)
		if err == nil && !v.Trashed() {
			err = fault.New(fault.State, "this version does not lie in the trash").
				WithHint("Only what lies there can be deleted for good.")
		}
		if err != nil {
			return nil, nil, err
		}
		with[id] = true
	}
	old := func(h *Head) bool { return h.Trashed() && (of.Before == 0 || h.trashedAt() < of.Before) }
	reg.Models(func(m *RegisteredModel) {
		if of.All && old(&m.Head) {
			gone[m.ID] = true
		}
		for _, v := range reg.Versions(m) {
			if gone[m.ID] || of.All && old(&v.Head) {
				with[v.ID] = true
			}
		}
	})
	return slices.Sorted(maps.Keys(gone)), slices.Sorted(maps.Keys(with)), nil
}

// keepNumbers writes down which numbers versions have had that are purged while their
// models stay: no other version gets them.
func (t *Tracker) keepNumbers(ctx context.Context, plan PurgePlan) error {
	var drafts []event.Draft
	t.mu.RLock()
	for _, id := range plan.Versions {
		v := t.state.registry.versions[id]
		if v == nil || slices.Contains(plan.Registered, v.Facts.Model) {
			continue
		}
		drafts = append(drafts, event.Draft{
			Stream: registeredPrefix + v.Facts.Model, Body: event.LabelSet{Key: event.NumberPrefix + digits(v.number), Value: id},
		})
	}
	t.mu.RUnlock()
	for some := range slices.Chunk(drafts, purgeBatch) {
		if err := t.commit(ctx, some...); err != nil {
			return err
		}
	}
	return nil
}
