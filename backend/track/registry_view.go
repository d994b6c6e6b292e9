package track

import (
	"strconv"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Registry is what is known of registered models, while the tracker's lock is
// held.
type Registry struct{ registry *registry }

// Model finds the model of a name. One in the trash is not found.
func (r Registry) Model(name string) (*RegisteredModel, error) {
	if err := CheckRegisteredName(name); err != nil {
		return nil, err
	}
	if m := r.registry.byName(name); m != nil {
		return m, nil
	}
	return nil, noRegistered(name)
}

// ModelByID finds a model, in the trash or not.
func (r Registry) ModelByID(id string) (*RegisteredModel, error) {
	if m := r.registry.models[id]; m != nil && m.Known() {
		return m, nil
	}
	return nil, fault.New(fault.NotFound, "there is no registered model %s", id)
}

// Models calls fn with all models, those in the trash, too. Of several models that
// were made apart and have one name, Model finds only one.
func (r Registry) Models(fn func(*RegisteredModel)) {
	for _, m := range r.registry.models {
		if m.Known() {
			fn(m)
		}
	}
}

// Found reports whether Model finds this model by its name.
func (r Registry) Found(m *RegisteredModel) bool { return r.registry.byName(m.Name()) == m }

func noVersion(name string, number uint64) error {
	return fault.New(fault.NotFound, "Model Version (name=%s, version=%d) not found", name, number)
}

// Version finds a version by its number. One that is in the trash, or whose model
// is, is not found.
func (r Registry) Version(name string, number uint64) (*ModelVersion, error) {
	if err := CheckRegisteredName(name); err != nil {
		return nil, err
	}
	if m := r.registry.byName(name); m != nil {
		if v := r.registry.live(m, number); v != nil {
			return v, nil
		}
	}
	return nil, noVersion(name, number)
}

// VersionByID finds a version, in the trash or not.
func (r Registry) VersionByID(id string) (*ModelVersion, error) {
	if v := r.registry.versions[id]; v != nil && v.Known() {
		return v, nil
	}
	return nil, fault.New(fault.NotFound, "there is no model version %s", id)
}

// Versions are all versions of a model in the order in which they were made, those
// in the trash, too. The list is not to be changed.
func (r Registry) Versions(m *RegisteredModel) []*ModelVersion {
	if f, ok := r.registry.families[m.ID]; ok {
		return f.list
	}
	return nil
}

// Of returns the model of a version; nil while its creation has not arrived.
func (r Registry) Of(v *ModelVersion) *RegisteredModel {
	if m := r.registry.models[v.Facts.Model]; m != nil && m.Known() {
		return m
	}
	return nil
}

// Aliases are the versions by alias, as far as they are there.
func (r Registry) Aliases(m *RegisteredModel) map[string]*ModelVersion {
	return r.registry.liveAliases(m)
}

// AliasesOf lists the aliases that point to a version, sorted.
func (r Registry) AliasesOf(v *ModelVersion) []string { return r.registry.aliasesOf(v) }

// ByAlias finds the version that an alias points to. The alias latest is the
// version with the highest number.
func (r Registry) ByAlias(name, alias string) (*ModelVersion, error) {
	if err := CheckRegisteredName(name); err != nil {
		return nil, err
	}
	if err := CheckAlias(alias); err != nil {
		return nil, err
	}
	m, err := r.Model(name)
	if err != nil {
		return nil, err
	}
	if strings.EqualFold(alias, "latest") {
		if v := r.Latest(m); v != nil {
			return v, nil
		}
		return nil, fault.New(fault.NotFound, "Latest version not found for model %s.", name)
	}
	if id, ok := m.Labels.get(event.AliasPrefix + alias); ok {
		if v := r.registry.versions[id]; v != nil && v.Known() && !v.Trashed() && v.Facts.Model == m.ID {
			return v, nil
		}
	}
	return nil, fault.New(fault.Invalid, "Registered model alias %s not found.", alias)
}

// Latest is the version with the highest number; nil if there is none.
func (r Registry) Latest(m *RegisteredModel) *ModelVersion {
	var best *ModelVersion
	for _, v := range r.Versions(m) {
		if !v.Trashed() && (best == nil || v.number > best.number) {
			best = v
		}
	}
	return best
}

// LatestByStage are the versions with the highest number in each stage that has
// any, by number.
func (r Registry) LatestByStage(m *RegisteredModel) []*ModelVersion { return r.registry.latest(m) }

// UpdatedAt is when a model or one of its versions last changed, in ms since 1970.
// As in MLflow, tags and aliases do not count.
func (r Registry) UpdatedAt(m *RegisteredModel) int64 { return r.registry.updatedAt(m) }

// VersionUpdatedAt is likewise for a version.
func (r Registry) VersionUpdatedAt(v *ModelVersion) int64 { return r.registry.versionUpdatedAt(v) }

// versionNumber reads the number of a version as MLflow does.
func versionNumber(text string) (uint64, bool) {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 63)
	return n, err == nil
}

// VersionNumber reads the number of a version. A number that no version can have
// is 0.
func VersionNumber(text string) (uint64, error) {
	if n, ok := versionNumber(text); ok {
		return n, nil
	}
	if digits := strings.TrimLeft(strings.TrimSpace(text), "+-"); digits != "" && strings.Trim(digits, "0123456789") == "" {
		return 0, nil // a whole number, only not one of ours
	}
	return 0, fault.New(fault.Invalid, "Parameter 'version' must be an integer, got '%s'.", text)
}
