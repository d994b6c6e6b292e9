package track

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Aliases are those of each version of a data set, sorted, by its id.
func (d *Dataset) Aliases() map[string][]string {
	of := map[string][]string{}
	for alias, version := range d.Labels.aliases() {
		of[version] = append(of[version], alias)
	}
	for _, list := range of {
		slices.Sort(list)
	}
	return of
}

// SetDataAlias lets an alias, such as clean, point to a version of a data set; both are
// named by their ids. It leaves the version that it pointed to.
func (t *Tracker) SetDataAlias(ctx context.Context, dataset, version, alias string) error {
	if err := CheckDataAlias(alias); err != nil {
		return err
	}
	there := false
	err := t.Dataset(dataset, func(d *Dataset) { there = d.has(version) })
	if err == nil && !there {
		err = fault.New(fault.NotFound, "the data set has no version %s", version)
	}
	if err != nil {
		return err
	}
	defer t.lock(datasetPrefix + dataset)()
	return t.label(ctx, datasetPrefix+dataset, event.LabelSet{Key: event.AliasPrefix + alias, Value: version})
}

// DeleteDataAlias takes an alias away; NotFound if there is none.
func (t *Tracker) DeleteDataAlias(ctx context.Context, dataset, alias string) error {
	there := false
	err := t.Dataset(dataset, func(d *Dataset) { _, there = d.Labels.get(event.AliasPrefix + alias) })
	if err == nil && !there {
		err = fault.New(fault.NotFound, "the data set has no alias %q", alias)
	}
	if err != nil {
		return err
	}
	defer t.lock(datasetPrefix + dataset)()
	return t.label(ctx, datasetPrefix+dataset, event.LabelSet{Key: event.AliasPrefix + alias, Gone: true})
}

var (
	dataAlias = regexp.MustCompile(`^[\p{L}\p{N}_\-]+$`) // a bound in it would make it a hundred times as large
	likeCount = regexp.MustCompile(`^[vV]?\p{N}+$`)
)

const maxDataAlias = 100 // characters

// CheckDataAlias refuses what could be taken for something else behind the @.
func CheckDataAlias(alias string) error {
	switch {
	case !dataAlias.MatchString(alias) || utf8.RuneCountInString(alias) > maxDataAlias:
		return fault.New(fault.Invalid, "%q cannot be an alias", alias).WithField("alias").
			WithHint("Use up to 100 letters, digits, underscores and dashes, such as clean or paper-draft.")
	case strings.EqualFold(alias, "latest"):
		return fault.New(fault.Invalid, "%q always means the newest version", alias).WithField("alias").
			WithHint("Choose another word, such as clean or paper-draft.")
	case likeCount.MatchString(alias):
		return fault.New(fault.Invalid, "%q looks like the number of a version", alias).WithField("alias").
			WithHint("Choose a word, such as clean or paper-draft.")
	}
	return nil
}
