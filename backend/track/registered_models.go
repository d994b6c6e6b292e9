package track

import (
	"context"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Limits of the registry are MLflow's.
const (
	maxRegistryTag = 100_000
	maxAlias       = 255
)

// promptTag marks what MLflow calls a prompt: it shares the names of registered
// models, but is none.
const promptTag = "mlflow.prompt.is_prompt"

// IsPrompt reports whether tags say that they belong to a prompt.
func IsPrompt(tags map[string]string) bool { return strings.EqualFold(tags[promptTag], "true") }

// NewRegisteredModel is what CreateRegisteredModel is asked for.
type NewRegisteredModel struct {
	Name        string
	Description string
	Tags        map[string]string
	Made        int64 // ms since 1970, when it was made elsewhere before; 0: now
}

// CheckRegisteredName refuses what MLflow does not take for the name of a model.
func CheckRegisteredName(name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return fault.New(fault.Invalid, "Missing value for required parameter 'name'.")
	case strings.ContainsAny(name, "/:"):
		return fault.New(fault.Invalid, "Invalid model name %s. Names cannot contain '/' or ':'.", "'"+name+"'")
	case resolvesElsewhere(name):
		return elsewhereName("name", name)
	case !utf8.ValidString(name):
		return fault.New(fault.Invalid, "The name of a model is text: this one has bytes that are not UTF-8.")
	}
	return checkLength("name", maxName, name)
}

func checkRegistryTag(key, value string) error {
	if err := checkKey(field{name: "key"}, "", key); err != nil {
		return err
	}
	return checkLength("value", maxRegistryTag, value)
}

func checkRegistryTags(tags map[string]string) error {
	for key, value := range tags {
		if err := checkRegistryTag(key, value); err != nil {
			return err
		}
	}
	return nil
}

// registeredNames is what commands lock that give or take the names of registered models.
const registeredNames = "names of registered models"

// CreateRegisteredModel makes a registered model and returns its id. A name that
// is taken is refused with Exists; one that lies in the trash is not.
func (t *Tracker) CreateRegisteredModel(ctx context.Context, n NewRegisteredModel) (string, error) {
	if err := CheckRegisteredName(n.Name); err != nil {
		return "", err
	}
	if err := checkRegistryTags(n.Tags); err != nil {
		return "", err
	}
	defer t.lock(registeredNames)()
	if err := t.checkRegisteredFree(n.Name, IsPrompt(n.Tags)); err != nil {
		return "", err
	}
	id := t.newRegisteredID(n.Name)
	return id, t.commit(ctx, event.Draft{
		Stream: registeredPrefix + id,
		Body:   event.ModelRegistered{Name: n.Name, Description: n.Description, Tags: n.Tags, Made: n.Made},
	})
}

func (t *Tracker) checkRegisteredFree(name string, prompt bool) error {
	t.mu.RLock()
	defer t.mu.RUnlock()
	m := t.state.registry.byName(name)
	if m == nil {
		return nil
	}
	kind, other := "Registered Model", "Prompt"
	if prompt {
		kind, other = other, kind
	}
	if IsPrompt(m.Labels.Tags()) == prompt {
		return fault.New(fault.Exists, "%s (name=%s) already exists.", kind, name)
	}
	return fault.New(fault.Exists, "Tried to create a %s with name %s, but the name is already taken by a %s. MLflow does not allow creating a model and a prompt with the same name.",
		strings.ToLower(kind), quote(name), strings.ToLower(other))
}

// newRegisteredID derives the id from the name while it is free, else draws it.
func (t *Tracker) newRegisteredID(name string) string {
	sum := t.derive("registered-model", name)
	id := hex.EncodeToString(sum[:16])
	t.mu.RLock()
	defer t.mu.RUnlock()
	for {
		if m, taken := t.state.registry.models[id]; (!taken || !m.Known()) && !t.state.gone(registeredPrefix+id) {
			return id
		}
		id = hex.EncodeToString(t.random(16))
	}
}

func noRegistered(name string) error {
	return fault.New(fault.NotFound, "Registered Model with name=%s not found", name)
}

// Registry calls fn with what is known of registered models, the lock held: fn copies
// what it needs and returns.
func (t *Tracker) Registry(fn func(Registry) error) error {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return fn(Registry{t.state.registry})
}

// registered finds the model of a name that is not in the trash.
func (t *Tracker) registered(name string) (id string, err error) {
	err = t.Registry(func(r Registry) error {
		m, err := r.Model(name)
		if err == nil {
			id = m.ID
		}
		return err
	})
	return id, err
}

// RenameRegisteredModel gives a registered model another name.
func (t *Tracker) RenameRegisteredModel(ctx context.Context, name, to string) error {
	_, err := t.renameRegistered(ctx, name, to)
	return err
}

func (t *Tracker) renameRegistered(ctx context.Context, name, to string) (made event.ID, err error) {
	if err := CheckRegisteredName(to); err != nil {
		return made, err
	}
	defer t.lock(registeredNames)()
	id, err := t.registered(name)
	if err != nil || name == to {
		return made, err
	}
	if other, err := t.registered(to); err == nil && other != id {
		return made, fault.New(fault.Exists, "Registered Model (name=%s) already exists.", to)
	}
	return t.relabel(ctx, registeredPrefix+id, event.LabelSet{Key: event.LabelName, Value: to})
}

// DescribeRegisteredModel sets the description, in Markdown; nil takes it away.
func (t *Tracker) DescribeRegisteredModel(ctx context.Context, name string, text *string) error {
	id, err := t.registered(name)
	if err != nil {
		return err
	}
	defer t.lock(registeredPrefix + id)()
	return t.label(ctx, registeredPrefix+id, description(text))
}

func description(text *string) event.LabelSet {
	if text == nil {
		return event.LabelSet{Key: event.LabelDescription, Gone: true}
	}
	return event.LabelSet{Key: event.LabelDescription, Value: *text}
}

// SetRegisteredModelTag sets one tag.
func (t *Tracker) SetRegisteredModelTag(ctx context.Context, name, key, value string) error {
	if err := checkRegistryTag(key, value); err != nil {
		return err
	}
	return t.labelRegistered(ctx, name, event.LabelSet{Key: event.TagPrefix + key, Value: value})
}

// DeleteRegisteredModelTag takes one tag away, if it is there.
func (t *Tracker) DeleteRegisteredModelTag(ctx context.Context, name, key string) error {
	if err := checkKey(field{name: "key"}, "", key); err != nil {
		return err
	}
	return t.labelRegistered(ctx, name, event.LabelSet{Key: event.TagPrefix + key, Gone: true})
}

// labelRegistered sets a label of the model of a name. To take away what is not there
// is no change.
func (t *Tracker) labelRegistered(ctx context.Context, name string, set event.LabelSet) error {
	id, err := t.registered(name)
	if err != nil {
		return err
	}
	defer t.lock(registeredPrefix + id)()
	return t.labelKnown(ctx, registeredPrefix+id, set)
}

// labelKnown is label, but leaves a label alone that is not there and shall go.
func (t *Tracker) labelKnown(ctx context.Context, stream string, sets ...event.LabelSet) error {
	t.mu.RLock()
	labels, err := t.state.labelsOf(stream)
	if err == nil {
		sets = slices.DeleteFunc(sets, func(s event.LabelSet) bool {
			_, there := labels.get(s.Key)
			return s.Gone && !there
		})
	}
	t.mu.RUnlock()
	if err != nil || len(sets) == 0 {
		return err
	}
	return t.label(ctx, stream, sets...)
}

// TrashRegisteredModel puts a registered model with all its versions into the trash,
// or takes it out again; doing it twice is no error. Out of the trash it comes
// only while its name is free.
func (t *Tracker) TrashRegisteredModel(ctx context.Context, id string, trash bool) error {
	defer t.lock(registeredNames)()
	_, err := t.trashRegistered(ctx, id, trash)
	return err
}

// trashRegistered is TrashRegisteredModel for who has the lock, and needs to know
// the change.
func (t *Tracker) trashRegistered(ctx context.Context, id string, trash bool) (made event.ID, err error) {
	var name string
	var trashed bool
	err = t.Registry(func(r Registry) error {
		m, err := r.ModelByID(id)
		if err == nil {
			name, trashed = m.Name(), m.Trashed()
		}
		return err
	})
	if err != nil || trashed == trash {
		return made, err
	}
	if !trash {
		if _, err := t.registered(name); err == nil {
			return made, fault.New(fault.Exists, "there is another registered model named %s now", name).
				WithHint("Rename that one first.")
		}
	}
	return t.relabel(ctx, registeredPrefix+id, trashLabel(trash))
}

// DeleteRegisteredModel is TrashRegisteredModel by name, as MLflow deletes.
func (t *Tracker) DeleteRegisteredModel(ctx context.Context, name string) error {
	defer t.lock(registeredNames)()
	id, err := t.registered(name)
	if err != nil {
		return err
	}
	_, err = t.trashRegistered(ctx, id, true)
	return err
}

var (
	aliasPattern    = regexp.MustCompile(`^[\p{L}\p{N}_\-]*$`)
	reservedPattern = regexp.MustCompile(`^[vV]\p{Nd}+$`)
)

// CheckAlias refuses what MLflow does not take for an alias.
func CheckAlias(alias string) error {
	switch {
	case alias == "":
		return fault.New(fault.Invalid, "Registered model alias name cannot be empty.")
	case !aliasPattern.MatchString(alias):
		return fault.New(fault.Invalid, "Invalid alias name: '%s'. Names may only contain alphanumerics, underscores (_), and dashes (-).", alias)
	}
	return checkLength("Registered model alias name", maxAlias, alias)
}

// CheckNewAlias refuses what means something else, too.
func CheckNewAlias(alias string) error {
	switch {
	case strings.EqualFold(alias, "latest"):
		return fault.New(fault.Invalid, "'latest' alias name (case insensitive) is reserved.")
	case reservedPattern.MatchString(alias):
		return fault.New(fault.Invalid, "Version alias name '%s' is reserved.", alias)
	}
	return CheckAlias(alias)
}

// SetAlias lets an alias point to a version. Why may be empty.
func (t *Tracker) SetAlias(ctx context.Context, name, alias string, number uint64, why string) error {
	if err := CheckNewAlias(alias); err != nil {
		return err
	}
	model, version, err := t.versionOf(name, number)
	if err != nil {
		return err
	}
	defer t.lock(registeredPrefix + model)()
	return t.label(ctx, registeredPrefix+model, event.LabelSet{Key: event.AliasPrefix + alias, Value: version, Comment: why})
}

// DeleteAlias takes an alias away, if it is there.
func (t *Tracker) DeleteAlias(ctx context.Context, name, alias string) error {
	if err := CheckAlias(alias); err != nil {
		return err
	}
	return t.labelRegistered(ctx, name, event.LabelSet{Key: event.AliasPrefix + alias, Gone: true})
}
