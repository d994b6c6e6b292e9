package track

import (
	"context"
	"encoding/hex"
	"regexp"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// NewModel is what LogModel is asked for.
type NewModel struct {
	Experiment string
	Name       string // empty: a random one
	ModelType  string
	Run        string
	Tags       map[string]string
	Params     []event.Param
}

var modelID = regexp.MustCompile(`^m-[0-9a-f]{32}$`)

// Statuses of a logged model.
const (
	ModelPending = "LOGGED_MODEL_PENDING"
	ModelReady   = "LOGGED_MODEL_READY"
	ModelFailed  = "LOGGED_MODEL_UPLOAD_FAILED"
)

// CreateModel makes a logged model, pending until its files are there, and
// returns its id.
func (t *Tracker) CreateModel(ctx context.Context, n NewModel) (string, error) {
	if err := t.activeExperiment(n.Experiment); err != nil {
		return "", err
	}
	if n.Name == "" {
		n.Name = t.randomName()
	}
	if strings.ContainsAny(n.Name, `/:.%"'`) {
		return "", fault.New(fault.Invalid, "Invalid model name (%s) provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%%', '\"', \"'\")", quote(n.Name))
	}
	for k := range n.Tags {
		if err := checkModelKey("tag", k); err != nil {
			return "", err
		}
	}
	if err := checkModelParams(n.Params); err != nil {
		return "", err
	}
	id := "m-" + hex.EncodeToString(t.random(16))
	stream := modelPrefix + id
	return id, t.commit(ctx,
		event.Draft{Stream: stream, Body: event.ModelLogged{
			Experiment: n.Experiment, Name: n.Name, ModelType: n.ModelType, Run: n.Run, Tags: n.Tags, Params: n.Params, User: t.Person,
		}},
		event.Draft{Stream: stream, Body: event.ModelStatus{Status: ModelPending}})
}

// checkModelKey checks a param or tag of a logged model, whose names MLflow does
// not restrict.
func checkModelKey(what, key string) error {
	if key == "" {
		return fault.New(fault.Invalid, "A %s of a logged model needs a key.", what)
	}
	return checkLength("key", maxKey, key)
}

func checkModelParams(params []event.Param) error {
	for _, p := range params {
		if err := checkModelKey("param", p.Key); err != nil {
			return err
		}
	}
	return checkUnique(params)
}

func noModel(id string) error {
	return fault.New(fault.NotFound, "Logged model with ID '%s' not found.", id)
}

// Model calls fn with a logged model, the lock held; one in the trash is
// found, too.
func (t *Tracker) Model(id string, fn func(*LoggedModel)) error {
	t.mu.RLock()
	defer t.mu.RUnlock()
	m, ok := t.state.models[id]
	if !ok || !m.Known() || !modelID.MatchString(id) {
		return noModel(id)
	}
	fn(m)
	return nil
}

// Models calls fn with every logged model, the lock held.
func (t *Tracker) Models(fn func(*LoggedModel)) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, m := range t.state.models {
		if m.Known() {
			fn(m)
		}
	}
}

// liveModel refuses models that are unknown or in the trash.
func (t *Tracker) liveModel(id string) error {
	var gone bool
	if err := t.Model(id, func(m *LoggedModel) { gone = m.Trashed() }); err != nil {
		return err
	}
	if gone {
		return noModel(id)
	}
	return nil
}

// SetModelStatus says that a logged model is ready, or that its upload failed.
func (t *Tracker) SetModelStatus(ctx context.Context, id, status, message string) error {
	switch status {
	case ModelReady, ModelFailed, ModelPending:
	default:
		return invalidValue("status", status, "")
	}
	defer t.lock(modelPrefix + id)()
	if err := t.liveModel(id); err != nil {
		return err
	}
	t.mu.RLock()
	old := t.state.model(id).Status.ids()
	t.mu.RUnlock()
	return t.commit(ctx, event.Draft{Stream: modelPrefix + id, Body: event.ModelStatus{Status: status, Message: message}, Replaces: old})
}

// SetModelTags sets tags of a logged model.
func (t *Tracker) SetModelTags(ctx context.Context, id string, tags []event.Param) error {
	sets := make([]event.LabelSet, 0, len(tags))
	for _, p := range tags {
		if err := checkModelKey("tag", p.Key); err != nil {
			return err
		}
		sets = append(sets, event.LabelSet{Key: event.TagPrefix + p.Key, Value: p.Value})
	}
	defer t.lock(modelPrefix + id)()
	if err := t.liveModel(id); err != nil {
		return err
	}
	return t.label(ctx, modelPrefix+id, sets...)
}

// DeleteModelTag takes one tag of a logged model away.
func (t *Tracker) DeleteModelTag(ctx context.Context, id, key string) error {
	defer t.lock(modelPrefix + id)()
	var ok bool
	if err := t.liveModel(id); err != nil {
		return err
	}
	if err := t.Model(id, func(m *LoggedModel) { _, ok = m.Labels.get(event.TagPrefix + key) }); err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.NotFound, "No tag with key %s found for model with ID %s.", quote(key), quote(id))
	}
	return t.label(ctx, modelPrefix+id, event.LabelSet{Key: event.TagPrefix + key, Gone: true})
}

// LogModelParams adds params of a logged model.
func (t *Tracker) LogModelParams(ctx context.Context, id string, params []event.Param) error {
	if err := checkModelParams(params); err != nil {
		return err
	}
	defer t.lock(modelPrefix + id)()
	if err := t.liveModel(id); err != nil {
		return err
	}
	t.mu.RLock()
	fresh, changed := sortParams(t.state.model(id).Params, params)
	t.mu.RUnlock()
	switch {
	case len(changed) > 0:
		return fault.New(fault.Invalid, "Changing param values is not allowed. Param with key='%s' was already logged for model ID='%s'.", changed[0].Key, id)
	case len(fresh) == 0:
		return nil
	}
	return t.commit(ctx, event.Draft{Stream: modelPrefix + id, Body: event.RunParams{Params: fresh}})
}

// TrashModel puts a logged model into the trash, or takes it out again; doing
// it twice is no error.
func (t *Tracker) TrashModel(ctx context.Context, id string, trash bool) error {
	defer t.lock(modelPrefix + id)()
	var trashed bool
	if err := t.Model(id, func(m *LoggedModel) { trashed = m.Trashed() }); err != nil {
		return err
	}
	if trashed == trash {
		return nil
	}
	return t.setTrash(ctx, modelPrefix+id, trash)
}
