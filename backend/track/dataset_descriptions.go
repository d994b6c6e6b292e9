package track

import (
	"context"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// has reports whether a data set has a version of this id.
func (d *Dataset) has(version string) bool {
	return slices.ContainsFunc(d.Versions, func(v Stamped[event.DatasetVersion]) bool { return v.Value.ID == version })
}

// describe applies what was said about a version.
func (d *Dataset) describe(e *event.Event, b *event.DatasetDescribed) {
	if d.Described == nil {
		d.Described = map[string]*Register[event.DatasetDescribed]{}
	}
	said, ok := d.Described[b.Of]
	if !ok {
		said = &Register[event.DatasetDescribed]{}
		d.Described[b.Of] = said
	}
	said.set(e, *b, d.Applied)
}

// Described is the description that holds for a version.
type Described struct {
	event.Description
	From   string      // id of the version whose own it is
	Number uint64      // of that version
	Stamp  event.Stamp // when it was written, and by whom
}

// DescriptionOf is what holds for a version, by its id: its own description, or else
// that of the nearest version before it; ok is false if there is none.
func (d *Dataset) DescriptionOf(version string) (found Described, ok bool) {
	numbers := d.Numbers()
	at := slices.IndexFunc(d.Versions, func(v Stamped[event.DatasetVersion]) bool { return v.Value.ID == version })
	if at < 0 {
		return found, false
	}
	for i, v := range d.Versions {
		said := d.Described[v.Value.ID]
		own, set := said.Get()
		if set && own.Description != nil && numbers[i] <= numbers[at] && numbers[i] > found.Number {
			found = Described{Description: *own.Description, From: v.Value.ID, Number: numbers[i], Stamp: said.Heads[len(said.Heads)-1].Stamp}
		}
	}
	return found, found.From != ""
}

// DescribeVersion sets the own description of a version of a data set, both named by
// their ids; nil takes it away, so that the version inherits again. The answer is the
// one that it had, or nil. Saying the same again changes nothing.
func (t *Tracker) DescribeVersion(ctx context.Context, dataset, version string, description *event.Description) (before *event.Description, err error) {
	stream := datasetPrefix + dataset
	defer t.lock(stream)()
	draft := event.Draft{Stream: stream, Body: event.DatasetDescribed{Of: version, Description: description}}
	there := false
	err = t.Dataset(dataset, func(d *Dataset) {
		there = d.has(version)
		old, _ := d.Described[version].Get()
		before, draft.Replaces = old.Description, d.Described[version].ids()
	})
	if err == nil && !there {
		err = fault.New(fault.NotFound, "the data set has no version %s", version)
	}
	if err != nil {
		return nil, err
	}
	same, err := sameDescription(before, description)
	if err != nil || same {
		return before, err
	}
	return before, t.commit(ctx, draft)
}

// sameDescription compares what would be written.
func sameDescription(a, b *event.Description) (bool, error) {
	if a == nil || b == nil {
		return a == b, nil
	}
	first, err := event.Marshal(a)
	if err != nil {
		return false, err
	}
	second, err := event.Marshal(b)
	return string(first) == string(second), err
}
