package track

import (
	"context"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// NewModelVersion is what CreateModelVersion is asked for. Where its files may lie
// is decided by backend/registry.
type NewModelVersion struct {
	Model       string // name of the registered model
	Source      string
	Location    string // where the files lie, if the source only points there
	Run         string
	LoggedModel string
	Description string
	Tags        map[string]string
	RunLink     string
	// What is known from elsewhere, when the version is not new.
	Number  uint64 // 0: the next one
	Status  string // empty: VersionReady
	Message string // about the status
	Made    int64  // ms since 1970; 0: now
}

// CreateModelVersion lays down a version and returns its number and its id.
func (t *Tracker) CreateModelVersion(ctx context.Context, n NewModelVersion) (number uint64, id string, err error) {
	if err := checkRegistryTags(n.Tags); err != nil {
		return 0, "", err
	}
	model, err := t.registered(n.Model)
	if err != nil {
		return 0, "", err
	}
	defer t.lock(registeredPrefix + model)()
	if number, err = t.freeNumber(model, n); err != nil {
		return 0, "", err
	}
	id = t.NewID()
	return number, id, t.commit(ctx, event.Draft{Stream: versionPrefix + id, Body: event.ModelVersion{
		Model: model, Number: number, Source: n.Source, Location: n.Location, Run: n.Run, LoggedModel: n.LoggedModel,
		Description: n.Description, Tags: n.Tags, RunLink: n.RunLink, User: t.Person, Status: n.Status, Message: n.Message, Made: n.Made,
	}})
}

// freeNumber is the number of a new version: one above all that were ever given.
func (t *Tracker) freeNumber(model string, n NewModelVersion) (uint64, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	f := t.state.registry.families[model]
	switch {
	case f == nil:
		return max(n.Number, 1), nil
	case n.Number == 0:
		return f.highest + 1, nil
	}
	if _, taken := f.numbers[n.Number]; taken {
		return 0, fault.New(fault.Exists, "model %s has a version %d already", n.Model, n.Number)
	}
	return n.Number, nil
}

// versionOf finds a version that is not in the trash.
func (t *Tracker) versionOf(name string, number uint64) (model, version string, err error) {
	err = t.Registry(func(r Registry) error {
		v, err := r.Version(name, number)
		if err == nil {
			model, version = v.Facts.Model, v.ID
		}
		return err
	})
	return model, version, err
}

// DescribeModelVersion sets the description, in Markdown; nil takes it away.
func (t *Tracker) DescribeModelVersion(ctx context.Context, name string, number uint64, text *string) error {
	_, id, err := t.versionOf(name, number)
	if err != nil {
		return err
	}
	defer t.lock(versionPrefix + id)()
	return t.label(ctx, versionPrefix+id, description(text))
}

// SetModelVersionTag sets one tag.
func (t *Tracker) SetModelVersionTag(ctx context.Context, name string, number uint64, key, value string) error {
	if err := checkRegistryTag(key, value); err != nil {
		return err
	}
	return t.labelVersion(ctx, name, number, event.LabelSet{Key: event.TagPrefix + key, Value: value})
}

// DeleteModelVersionTag takes one tag away, if it is there.
func (t *Tracker) DeleteModelVersionTag(ctx context.Context, name string, number uint64, key string) error {
	if err := checkKey(field{name: "key"}, "", key); err != nil {
		return err
	}
	return t.labelVersion(ctx, name, number, event.LabelSet{Key: event.TagPrefix + key, Gone: true})
}

func (t *Tracker) labelVersion(ctx context.Context, name string, number uint64, set event.LabelSet) error {
	_, id, err := t.versionOf(name, number)
	if err != nil {
		return err
	}
	defer t.lock(versionPrefix + id)()
	return t.labelKnown(ctx, versionPrefix+id, set)
}

// DeleteModelVersion puts a version into the trash. Its number is not given again,
// and its aliases count no more while it is there.
func (t *Tracker) DeleteModelVersion(ctx context.Context, name string, number uint64) error {
	_, id, err := t.versionOf(name, number)
	if err != nil {
		return err
	}
	return t.TrashModelVersion(ctx, id, true)
}

// TrashModelVersion puts a version into the trash, or takes it out again; doing it
// twice is no error.
func (t *Tracker) TrashModelVersion(ctx context.Context, id string, trash bool) error {
	_, err := t.trashVersion(ctx, id, trash)
	return err
}

func (t *Tracker) trashVersion(ctx context.Context, id string, trash bool) (made event.ID, err error) {
	defer t.lock(versionPrefix + id)()
	var trashed bool
	err = t.Registry(func(r Registry) error {
		v, err := r.VersionByID(id)
		if err == nil {
			trashed = v.Trashed()
		}
		return err
	})
	if err != nil || trashed == trash {
		return made, err
	}
	return t.relabel(ctx, versionPrefix+id, trashLabel(trash))
}

// CanonicalStage reads a stage, in capitals or not.
func CanonicalStage(stage string) (string, error) {
	i := slices.IndexFunc(Stages, func(s string) bool { return strings.EqualFold(s, stage) })
	if i < 0 {
		return "", fault.New(fault.Invalid, "Invalid Model Version stage: %s. Value must be one of %s.", stage, strings.Join(Stages, ", "))
	}
	return Stages[i], nil
}
