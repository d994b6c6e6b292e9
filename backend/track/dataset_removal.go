package track

import (
	"context"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// A removed version stays in the record: who made it, when, and what it was, so that
// its number is not given again and runs that used it still say what they used. Its
// files may be freed some time later, unless a run names it; until then it can be
// brought back.

// Removed is when a version of the data set was removed, or all of it, in ms since
// 1970; 0: it was not.
func (d *Dataset) Removed(version string) int64 {
	return max(d.labelledAt(event.LabelTrash), d.labelledAt(event.RemovedPrefix+version))
}

// GoneAt is when the data set itself was removed, in ms since 1970; 0: it was not.
func (d *Dataset) GoneAt() int64 { return d.labelledAt(event.LabelTrash) }

// RemovedItself reports whether a version was removed, and not only its data set.
func (d *Dataset) RemovedItself(version string) bool {
	return d.labelledAt(event.RemovedPrefix+version) != 0
}

// labelledAt is when the thing got a label that it still has, in ms since 1970; 0:
// it has none.
func (h *Head) labelledAt(key string) int64 {
	if v, ok := h.Labels.get(key); !ok || v == "" {
		return 0
	}
	heads := h.Labels[key].Heads
	return heads[len(heads)-1].Stamp.Time / 1e6
}

// Kept are the versions that were not removed, with their numbers.
func (d *Dataset) Kept(fn func(number uint64, v *Stamped[event.DatasetVersion])) {
	for i, n := range d.Numbers() {
		if v := &d.Versions[i]; d.Removed(v.Value.ID) == 0 {
			fn(n, v)
		}
	}
}

// RemoveData removes a version of a data set, or with back brings it back; without a
// version it is the data set with all that it has. It fails with fault.State if that is
// so already, and for the only version that is left.
func (t *Tracker) RemoveData(ctx context.Context, dataset, version string, back bool) error {
	stream := datasetPrefix + dataset
	defer t.lock(stream)()
	var err error
	if missing := t.Dataset(dataset, func(d *Dataset) { err = d.removable(version, back) }); missing != nil {
		err = missing
	}
	if err != nil {
		return err
	}
	if version == "" {
		return t.label(ctx, stream, trashLabel(!back))
	}
	return t.label(ctx, stream, removed(version, back))
}

// MarkRemoved removes a version of a data set that is itself removed: its files have
// been freed, and it does not come back with the data set.
func (t *Tracker) MarkRemoved(ctx context.Context, dataset, version string) error {
	stream := datasetPrefix + dataset
	defer t.lock(stream)()
	return t.label(ctx, stream, removed(version, false))
}

func removed(version string, back bool) event.LabelSet {
	return event.LabelSet{Key: event.RemovedPrefix + version, Value: map[bool]string{false: "removed"}[back], Gone: back}
}

func (d *Dataset) removable(version string, back bool) error {
	if version == "" {
		switch {
		case back && !d.Trashed():
			return fault.New(fault.State, "data set %q was not removed", d.Name())
		case !back && d.Trashed():
			return fault.New(fault.State, "data set %q is removed already", d.Name())
		}
		return nil
	}
	i := slices.IndexFunc(d.Versions, func(v Stamped[event.DatasetVersion]) bool { return v.Value.ID == version })
	if i < 0 {
		return fault.New(fault.NotFound, "the data set has no version %s", version)
	}
	number, kept := d.Numbers()[i], 0
	d.Kept(func(uint64, *Stamped[event.DatasetVersion]) { kept++ })
	gone := d.RemovedItself(version)
	switch {
	case d.Trashed():
		return d.trashedError()
	case back && !gone:
		return fault.New(fault.State, "version %d of %q was not removed", number, d.Name())
	case !back && gone:
		return fault.New(fault.State, "version %d of %q is removed already", number, d.Name())
	case !back && kept == 1:
		return fault.New(fault.State, "version %d is the only one that %q has", number, d.Name()).WithHint("Remove the data set itself.")
	}
	return nil
}

func (d *Dataset) trashedError() error {
	return fault.New(fault.State, "data set %q was removed", d.Name()).
		WithHint("Bring it back first: varve data remove %q --undo", d.Name())
}
