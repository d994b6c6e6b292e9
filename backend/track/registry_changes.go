package track

import (
	"context"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// VersionChange names a change of a version.
type VersionChange struct {
	Version string // id
	Change  event.ID
}

// RegisteredModelChanges lists what happened to the labels of a registered model,
// its name and its aliases among them, the latest first.
func (t *Tracker) RegisteredModelChanges(id string) ([]Change, error) {
	if err := t.Registry(func(r Registry) error { _, err := r.ModelByID(id); return err }); err != nil {
		return nil, err
	}
	return t.changes(registeredPrefix+id, "")
}

// ModelVersionChanges is likewise for a version: its stage, description, tags.
func (t *Tracker) ModelVersionChanges(id string) ([]Change, error) {
	if err := t.Registry(func(r Registry) error { _, err := r.VersionByID(id); return err }); err != nil {
		return nil, err
	}
	return t.changes(versionPrefix+id, "")
}

// RevertRegisteredModel gives a label of a registered model the value again that
// it had before a change, which is a change itself.
func (t *Tracker) RevertRegisteredModel(ctx context.Context, model string, id event.ID) error {
	list, err := t.RegisteredModelChanges(model)
	if err != nil {
		return err
	}
	c, err := oneOf(list, id)
	switch {
	case err != nil:
		return err
	case c.Label == event.LabelTrash:
		return t.TrashRegisteredModel(ctx, model, !c.Absent)
	case c.Label == event.LabelName && c.Absent:
		return fault.New(fault.Invalid, "before that, there was no name")
	case c.Label == event.LabelName:
		defer t.lock(registeredNames)()
		if other, err := t.registered(c.Before); err == nil && other != model {
			return fault.New(fault.Exists, "there is another registered model named %s now", c.Before)
		}
	default:
		defer t.lock(registeredPrefix + model)()
	}
	return t.label(ctx, registeredPrefix+model, event.LabelSet{Key: c.Label, Value: c.Before, Gone: c.Absent})
}

// RevertModelVersions gives labels of versions the values again that they had before some
// changes: all of them at once, or none.
func (t *Tracker) RevertModelVersions(ctx context.Context, changes ...VersionChange) error {
	streams := make([]string, len(changes))
	for i, c := range changes {
		streams[i] = versionPrefix + c.Version
	}
	defer t.lockAll(streams)()
	var drafts []event.Draft
	for i, one := range changes {
		list, err := t.ModelVersionChanges(one.Version)
		if err != nil {
			return err
		}
		c, err := oneOf(list, one.Change)
		if err != nil {
			return err
		}
		more, err := t.labelDrafts(streams[i], []event.LabelSet{{Key: c.Label, Value: c.Before, Gone: c.Absent}})
		if err != nil {
			return err
		}
		drafts = append(drafts, more...)
	}
	return t.commit(ctx, drafts...)
}
