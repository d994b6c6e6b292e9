package track

import (
	"context"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// RegistryChange names a change of a version, or of a registered model.
type RegistryChange struct {
	Registered string // id of the model; empty: it is a change of a version
	Version    string // id
	Change     event.ID
}

func (c RegistryChange) stream() string {
	if c.Registered != "" {
		return registeredPrefix + c.Registered
	}
	return versionPrefix + c.Version
}

// registryChanges names what events have changed.
func registryChanges(events []*event.Event) []RegistryChange {
	list := make([]RegistryChange, len(events))
	for i, e := range events {
		list[i].Change = e.ID
		if id, ok := strings.CutPrefix(e.Stream, registeredPrefix); ok {
			list[i].Registered = id
		} else {
			list[i].Version = strings.TrimPrefix(e.Stream, versionPrefix)
		}
	}
	return list
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

// UndoRegistry gives labels the values again that they had before some changes: all of
// them at once, or none. What was changed again since then stays as it is,
// unless even says otherwise. A change of a name, or of the trash, is undone alone.
// It returns what it has changed.
func (t *Tracker) UndoRegistry(ctx context.Context, even bool, changes ...RegistryChange) ([]RegistryChange, error) {
	if len(changes) == 1 {
		made, alone, err := t.undoAlone(ctx, even, changes[0])
		switch {
		case err != nil || alone && made == (event.ID{}):
			return nil, err
		case alone:
			one := changes[0]
			one.Change = made
			return []RegistryChange{one}, nil
		}
	}
	defer t.lockAll(t.changedStreams(changes))()
	var drafts []event.Draft
	for _, one := range changes {
		c, latest, err := t.registryChange(one)
		switch {
		case err != nil:
			return nil, err
		case !latest && !even:
			continue
		case c.Label == event.LabelName || c.Label == event.LabelTrash:
			return nil, fault.New(fault.Invalid, "changes of names, and of the trash, are taken back one by one")
		}
		more, err := t.labelDrafts(one.stream(), []event.LabelSet{{Key: c.Label, Value: c.Before, Gone: c.Absent}})
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, more...)
	}
	events, err := t.commitEvents(ctx, drafts)
	return registryChanges(events), err
}

// changedStreams are those of some changes, and of the models of changed versions.
func (t *Tracker) changedStreams(changes []RegistryChange) (streams []string) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, c := range changes {
		streams = append(streams, c.stream())
		if v := t.state.registry.versions[c.Version]; v != nil {
			streams = append(streams, registeredPrefix+v.Facts.Model)
		}
	}
	return streams
}

// registryChange finds a change, and says whether it is the latest one of its label.
func (t *Tracker) registryChange(one RegistryChange) (c Change, latest bool, err error) {
	list, err := t.ModelVersionChanges(one.Version)
	if one.Registered != "" {
		list, err = t.RegisteredModelChanges(one.Registered)
	}
	if err != nil {
		return c, false, err
	}
	if c, err = oneOf(list, one.Change); err != nil {
		return c, false, err
	}
	first := slices.IndexFunc(list, func(other Change) bool { return other.Label == c.Label })
	return c, list[first].ID == c.ID, nil
}

// undoAlone takes back what other rules apply to than to labels: a name that must be
// free, and the trash.
func (t *Tracker) undoAlone(ctx context.Context, even bool, one RegistryChange) (made event.ID, alone bool, err error) {
	c, latest, err := t.registryChange(one)
	switch {
	case err != nil:
		return made, false, err
	case c.Label != event.LabelName && c.Label != event.LabelTrash || !latest && !even:
		return made, false, nil
	case c.Label == event.LabelTrash && one.Registered != "":
		defer t.lock(registeredNames)()
		made, err = t.trashRegistered(ctx, one.Registered, !c.Absent)
		return made, true, err
	case c.Label == event.LabelTrash:
		made, err = t.trashVersion(ctx, one.Version, !c.Absent)
		return made, true, err
	case c.Absent:
		return made, true, fault.New(fault.Invalid, "before that, there was no name")
	}
	var name string
	err = t.Registry(func(r Registry) error {
		m, err := r.ModelByID(one.Registered)
		if err == nil {
			name = m.Name()
		}
		return err
	})
	if err != nil {
		return made, true, err
	}
	made, err = t.renameRegistered(ctx, name, c.Before)
	return made, true, err
}
