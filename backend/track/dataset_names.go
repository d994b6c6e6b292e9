package track

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Aliases are the names of versions of a data set, by the id of the version, sorted.
func (d *Dataset) Aliases() map[string][]string {
	names := map[string][]string{}
	for key := range d.Labels {
		alias, is := strings.CutPrefix(key, event.AliasPrefix)
		if version, set := d.Labels.get(key); is && set {
			names[version] = append(names[version], alias)
		}
	}
	for _, list := range names {
		slices.Sort(list)
	}
	return names
}

// NameVersion gives a version of a data set a name of its own beside its number, such as
// clean, or takes that name to it from another version. Both are ids but for the name.
func (t *Tracker) NameVersion(ctx context.Context, dataset, version, alias string) error {
	if err := CheckDataAlias(alias); err != nil {
		return err
	}
	there := false
	err := t.Dataset(dataset, func(d *Dataset) {
		there = slices.ContainsFunc(d.Versions, func(v Stamped[event.DatasetVersion]) bool { return v.Value.ID == version })
	})
	if err == nil && !there {
		err = fault.New(fault.NotFound, "the data set has no version %s", version)
	}
	if err != nil {
		return err
	}
	defer t.lock(datasetPrefix + dataset)()
	return t.label(ctx, datasetPrefix+dataset, event.LabelSet{Key: event.AliasPrefix + alias, Value: version})
}

// UnnameVersion takes such a name away.
func (t *Tracker) UnnameVersion(ctx context.Context, dataset, alias string) error {
	there := false
	err := t.Dataset(dataset, func(d *Dataset) { _, there = d.Labels.get(event.AliasPrefix + alias) })
	if err == nil && !there {
		err = fault.New(fault.NotFound, "no version of the data set is called %q", alias)
	}
	if err != nil {
		return err
	}
	defer t.lock(datasetPrefix + dataset)()
	return t.label(ctx, datasetPrefix+dataset, event.LabelSet{Key: event.AliasPrefix + alias, Gone: true})
}

var (
	dataAlias = regexp.MustCompile(`^[\p{L}\p{N}_\-]{1,100}$`)
	likeCount = regexp.MustCompile(`^[vV]?\p{N}+$`)
)

// CheckDataAlias refuses names of versions that could be taken for numbers.
func CheckDataAlias(alias string) error {
	switch {
	case !dataAlias.MatchString(alias):
		return fault.New(fault.Invalid, "%q cannot name a version", alias).WithField("name").
			WithHint("Use up to 100 letters, digits, underscores and dashes, such as clean or paper-draft.")
	case likeCount.MatchString(alias):
		return fault.New(fault.Invalid, "%q looks like the number of a version", alias).WithField("name").
			WithHint("Choose a word, such as clean or paper-draft.")
	}
	return nil
}
