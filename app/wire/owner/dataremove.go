package owner

import (
	"context"
	"time"

	"dev.varve/app/door/api"
	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// Remove removes a version of a data set, or without one all of it, or brings it
// back. What gc has freed meanwhile cannot come back.
func (d data) Remove(ctx context.Context, id string, want api.DataRemoval) (api.DataRemoved, error) {
	if want.Undo {
		// While content is freed nobody may come to rely on it.
		done, err := d.o.takeCare()
		if err != nil {
			return api.DataRemoved{}, err
		}
		defer done()
	}
	out, versions, err := d.concerned(id, want.Version)
	if err == nil && want.Undo {
		out.Lost, err = d.freed(ctx, id, want.Version, versions)
	}
	if err == nil {
		err = d.o.tracker.RemoveData(ctx, id, want.Version, want.Undo)
	}
	return out, err
}

// concerned are the versions that are removed or brought back, and what is to be told
// of them.
func (d data) concerned(id, version string) (out api.DataRemoved, list []track.Stamped[event.DatasetVersion], err error) {
	err = d.o.tracker.Dataset(id, func(s *track.Dataset) {
		out.Name = s.Name()
		for i, n := range s.Numbers() {
			v := s.Versions[i]
			if version == "" || v.Value.ID == version {
				out.Versions, out.Bytes, out.Number = out.Versions+1, out.Bytes+v.Value.Bytes, int(n)
				list = append(list, v)
			}
		}
	})
	if err != nil {
		return out, nil, err
	}
	if version == "" {
		out.Number = 0
	}
	used := d.o.usedData()
	for _, v := range list {
		if used[v.Value.ID] {
			out.Used++
		}
	}
	return out, list, nil
}

// freed finds the versions whose content is not there any more. If it is a data set
// that comes back, they stay removed; if nothing else would come back, that is refused.
func (d data) freed(ctx context.Context, id, version string, list []track.Stamped[event.DatasetVersion]) (numbers []int, err error) {
	var gone []string
	for _, v := range list {
		root := v.Value.Root
		if len(root) != content.Size {
			continue
		}
		lost, err := d.o.lostOf(ctx, content.ID(root))
		if err != nil {
			return nil, err
		}
		if lost.n > 0 {
			gone = append(gone, v.Value.ID)
		}
	}
	if len(gone) == len(list) && len(gone) > 0 {
		return nil, fault.New(fault.State, "this cannot come back: its files were freed").WithHint("Add the same files again.")
	}
	for _, v := range gone {
		number, already := 0, false
		err := d.o.tracker.Dataset(id, func(s *track.Dataset) {
			number, already = numberOf(s, v), s.RemovedItself(v)
		})
		if err == nil && !already {
			err = d.o.tracker.MarkRemoved(ctx, id, v)
		}
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, number)
	}
	return numbers, nil
}

func numberOf(s *track.Dataset, version string) int {
	for i, n := range s.Numbers() {
		if s.Versions[i].Value.ID == version {
			return int(n)
		}
	}
	return 0
}

// usedData are the versions of data that runs name, those in the trash, too, by their ids.
func (o *Owner) usedData() map[string]bool {
	used := map[string]bool{}
	o.tracker.Briefs(nil, func(r track.Brief) bool {
		for _, in := range r.Inputs() {
			used[in.Version] = true
		}
		return true
	})
	return used
}

// removedData are the versions that were removed and that no run names, each with
// whether that was before a time.
func (o *Owner) removedData(before time.Time) map[string]bool {
	used, removed := o.usedData(), map[string]bool{}
	o.tracker.Datasets(func(s *track.Dataset) {
		for _, v := range s.Versions {
			if at := s.Removed(v.Value.ID); at != 0 && !used[v.Value.ID] {
				removed[v.Value.ID] = at <= before.UnixMilli()
			}
		}
	})
	return removed
}
