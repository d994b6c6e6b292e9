package journal

import "dev.varve/backend/event"

// refold leaves events out of a fold frame. Where none is left, nothing but what
// stands for them is.
func refold(frame []byte, drop Drop) ([]byte, error) {
	var f fold
	if err := event.Unmarshal(frame[prefix:], &f); err != nil {
		return nil, err
	}
	r := &refolder{source: f.Source, drop: drop}
	err := f.each(r.frame)
	if err == nil {
		err = r.close()
	}
	if err != nil || !r.changed {
		return frame, err
	}
	if f.Frames = r.kept; r.events == 0 {
		if f.Frames, err = appendFrame(nil, r.all); err != nil {
			return nil, err
		}
	}
	return appendFrame(nil, &f)
}

// refolder goes through the frames that a fold frame carries.
type refolder struct {
	source  event.Writer
	drop    Drop
	kept    []byte
	events  int      // that stay
	gap     *removed // since the last frame that stays
	all     *removed // one for everything
	changed bool
}

func (r *refolder) frame(inner []byte, kind uint64) error {
	switch kind {
	case kindEvent:
		e, err := event.Decode(inner[prefix:])
		if err != nil {
			return err
		}
		if r.drop(e) {
			r.changed = true
			r.leave(e.Commit, e.ID.Seq, e.Last())
			return nil
		}
		r.events++
	case kindRemoved:
		var was removed
		if err := event.Unmarshal(inner[prefix:], &was); err != nil {
			return err
		}
		r.leave(was.Commit, was.First, was.last())
		return nil
	}
	err := r.close()
	r.kept = append(r.kept, inner...)
	return err
}

func (r *refolder) leave(commit, first, last uint64) {
	r.gap = r.gap.join(r.source, commit, first, last)
	r.all = r.all.join(r.source, commit, first, last)
}

func (r *refolder) close() (err error) {
	if r.gap != nil {
		r.kept, err = appendFrame(r.kept, r.gap)
		r.gap = nil
	}
	return err
}

// join makes a gap longer, or begins one.
func (r *removed) join(writer event.Writer, commit, first, last uint64) *removed {
	if r == nil {
		r = &removed{Kind: kindRemoved, Writer: writer, First: first}
	}
	r.Commit, r.Count = commit, last-r.First+1
	return r
}
