package track

import (
	"context"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// RegistryEdit changes a registered model, and one of its versions, at once. What is
// empty stays as it is.
type RegistryEdit struct {
	Model  string // name
	Number uint64 // of the version; 0: none, and description and tags are the model's
	Why    string // may be empty

	Stage       string   // of the version
	Archive     bool     // whatever else is in that stage
	Aliases     []string // that shall point to the version
	DropAliases []string
	Description *string // in Markdown; empty: it is taken away
	Set         []event.Param
	Unset       []string // keys of tags
}

// EditRegistered makes all changes of an edit in one commit, and returns what it has
// changed, for UndoRegistry. What is so already is no change.
func (t *Tracker) EditRegistered(ctx context.Context, e RegistryEdit) ([]RegistryChange, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	model, version, err := t.editedIDs(e)
	if err != nil {
		return nil, err
	}
	ofModel, ofVersion := registeredPrefix+model, versionPrefix+version
	streams := []string{ofModel}
	if version != "" {
		streams = append(streams, ofVersion)
	}
	defer t.lockAll(streams)()
	drafts, err := t.differing(ofModel, e.modelSets(version))
	if err != nil {
		return nil, err
	}
	if version != "" {
		more, err := t.differing(ofVersion, e.versionSets())
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, more...)
	}
	if e.Archive {
		more, err := t.archiveDrafts(model, version, e.Stage, e.Why)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, more...)
	}
	events, err := t.commitEvents(ctx, drafts)
	return registryChanges(events), err
}

// check refuses what no edit can be, and writes the stage as it is written.
func (e *RegistryEdit) check() error {
	if e.Number == 0 && (e.Stage != "" || e.Archive || len(e.Aliases) > 0) {
		return fault.New(fault.Invalid, "a stage, or an alias, needs a version").WithField("version")
	}
	if e.Stage != "" {
		stage, err := CanonicalStage(e.Stage)
		if err != nil {
			return err
		}
		e.Stage = stage
	}
	if e.Archive && e.Stage != StageStaging && e.Stage != StageProduction {
		return fault.New(fault.Invalid, "others are archived only when a version comes to Staging or Production").WithField("archive")
	}
	for _, alias := range e.Aliases {
		if err := CheckNewAlias(alias); err != nil {
			return err
		}
	}
	for _, alias := range e.DropAliases {
		if err := CheckAlias(alias); err != nil {
			return err
		}
	}
	for _, p := range e.Set {
		if err := checkRegistryTag(p.Key, p.Value); err != nil {
			return err
		}
	}
	for _, key := range e.Unset {
		if err := checkRegistryTag(key, ""); err != nil {
			return err
		}
	}
	return nil
}

// editedIDs finds the model, and the version if there is one.
func (t *Tracker) editedIDs(e RegistryEdit) (model, version string, err error) {
	if e.Number != 0 {
		return t.versionOf(e.Model, e.Number)
	}
	model, err = t.registered(e.Model)
	return model, "", err
}

// modelSets are the labels of the model.
func (e *RegistryEdit) modelSets(version string) (sets []event.LabelSet) {
	for _, alias := range e.DropAliases {
		sets = append(sets, event.LabelSet{Key: event.AliasPrefix + alias, Gone: true, Comment: e.Why})
	}
	for _, alias := range e.Aliases {
		sets = append(sets, event.LabelSet{Key: event.AliasPrefix + alias, Value: version, Comment: e.Why})
	}
	if e.Number == 0 {
		sets = append(sets, e.textSets()...)
	}
	return sets
}

// versionSets are the labels of the version.
func (e *RegistryEdit) versionSets() []event.LabelSet {
	sets := e.textSets()
	if e.Stage != "" {
		sets = append(sets, stageLabel(e.Stage, e.Why))
	}
	return sets
}

// textSets are description and tags.
func (e *RegistryEdit) textSets() (sets []event.LabelSet) {
	if e.Description != nil {
		sets = append(sets, event.LabelSet{Key: event.LabelDescription, Value: *e.Description, Gone: *e.Description == "", Comment: e.Why})
	}
	for _, p := range e.Set {
		sets = append(sets, event.LabelSet{Key: event.TagPrefix + p.Key, Value: p.Value, Comment: e.Why})
	}
	for _, key := range e.Unset {
		sets = append(sets, event.LabelSet{Key: event.TagPrefix + key, Gone: true, Comment: e.Why})
	}
	return sets
}

// differing are the settings that change something.
func (t *Tracker) differing(stream string, sets []event.LabelSet) ([]event.Draft, error) {
	drafts, err := t.labelDrafts(stream, sets)
	if err != nil {
		return nil, err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	labels, err := t.state.labelsOf(stream)
	if err != nil {
		return nil, err
	}
	changing := drafts[:0]
	for i, set := range sets {
		if value, there := labels.get(set.Key); there == set.Gone || there && value != set.Value {
			changing = append(changing, drafts[i])
		}
	}
	return changing, nil
}

// archiveDrafts archive what is in a stage, but for one version. The model is locked.
func (t *Tracker) archiveDrafts(model, but, stage, why string) (drafts []event.Draft, err error) {
	for _, other := range t.inStage(model, stage) {
		if other == but {
			continue
		}
		more, err := t.stageDrafts(versionPrefix+other, StageArchived, why)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, more...)
	}
	return drafts, nil
}

// Transition moves a version to a stage.
type Transition struct {
	Model   string // name
	Number  uint64
	Stage   string
	Archive bool   // whatever is in that stage
	Why     string // may be empty
}

// TransitionStage moves a version to a stage, as MLflow's clients do: it is a change even
// if the version is there already. It returns what it has changed, for UndoRegistry.
func (t *Tracker) TransitionStage(ctx context.Context, to Transition) ([]RegistryChange, error) {
	stage, err := CanonicalStage(to.Stage)
	if err != nil {
		return nil, err
	}
	if to.Archive && stage != StageStaging && stage != StageProduction {
		return nil, fault.New(fault.Invalid, "Model version transition cannot archive existing model versions because '%s' is not an Active stage. Valid stages are ['Staging', 'Production']", to.Stage)
	}
	model, id, err := t.versionOf(to.Model, to.Number)
	if err != nil {
		return nil, err
	}
	defer t.lock(registeredPrefix + model)()
	drafts, err := t.stageDrafts(versionPrefix+id, stage, to.Why)
	if err != nil {
		return nil, err
	}
	if to.Archive {
		more, err := t.archiveDrafts(model, id, stage, to.Why)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, more...)
	}
	events, err := t.commitEvents(ctx, drafts)
	return registryChanges(events), err
}

func (t *Tracker) stageDrafts(stream, stage, why string) ([]event.Draft, error) {
	return t.labelDrafts(stream, []event.LabelSet{stageLabel(stage, why)})
}

func stageLabel(stage, why string) event.LabelSet {
	set := event.LabelSet{Key: event.LabelStage, Value: stage, Comment: why}
	if stage == StageNone {
		set.Value, set.Gone = "", true
	}
	return set
}

// inStage lists the versions of a model in a stage, without those in the trash.
func (t *Tracker) inStage(model, stage string) (ids []string) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, v := range t.state.registry.family(model).list {
		if v.Stage() == stage && !v.Trashed() {
			ids = append(ids, v.ID)
		}
	}
	return ids
}
