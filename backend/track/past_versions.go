package track

import (
	"bytes"
	"context"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// TakenVersion says what came of a version that was made elsewhere.
type TakenVersion struct {
	Dataset string // id
	ID      string // of the version that has this content now
	Number  uint64
	New     bool // it was not here
	Made    bool // nor was its data set
}

// TakeVersion records a version of data that was made elsewhere, with who made it
// and when. It gets the next number. A data set that has this content already, at
// whatever number, stays as it is, so that taking versions again changes nothing.
// The content is durable already.
func (t *Tracker) TakeVersion(ctx context.Context, name string, v event.DatasetVersion) (TakenVersion, error) {
	if err := CheckDatasetName(name); err != nil {
		return TakenVersion{}, err
	}
	if v.Origin == "" || v.Made == 0 {
		return TakenVersion{}, fault.New(fault.Invalid, "a version that was made elsewhere says where and when")
	}
	taken := TakenVersion{Dataset: t.DatasetID(name)}
	stream := datasetPrefix + taken.Dataset
	defer t.lock(stream)()
	var drafts []event.Draft
	t.mu.RLock()
	d := t.state.dataset(taken.Dataset)
	if taken.Made = !d.Known(); taken.Made {
		drafts = append(drafts, event.Draft{Stream: stream, Body: event.DatasetCreated{Name: name}})
	}
	removed := d.Trashed()
	numbers := d.Numbers()
	for i, had := range d.Versions {
		if bytes.Equal(had.Value.Digest, v.Digest) {
			taken.ID, taken.Number = had.Value.ID, numbers[i]
		}
	}
	t.mu.RUnlock()
	switch {
	case removed:
		return TakenVersion{}, d.trashedError()
	case taken.ID != "":
		return taken, nil
	}
	v.ID, v.Number = t.NewID(), 1
	if len(numbers) > 0 {
		v.Number = slices.Max(numbers) + 1
	}
	taken.ID, taken.Number, taken.New = v.ID, v.Number, true
	return taken, t.commit(ctx, append(drafts, event.Draft{Stream: stream, Body: v})...)
}

// MadeAt is when a version was made, here or before that elsewhere, ms since 1970.
func (d *Dataset) MadeAt(i int) int64 {
	if made := d.Versions[i].Value.Made; made != 0 {
		return made
	}
	return d.Versions[i].Stamp.Time / 1e6
}
