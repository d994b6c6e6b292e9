package journal

import (
	"context"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// Drop chooses the events that a purge removes.
type Drop func(*event.Event) bool

// Weight is what a purge would remove from one segment.
type Weight struct {
	Segment uint64
	Events  uint64 // to be removed
	Bytes   int64  // of their frames
	Behind  bool   // behind what counts stand bytes that were never acknowledged
	Vain    bool   // nothing in the segment was ever acknowledged
}

// Weigh reads the whole log of a writer, says what a purge would remove from
// each of its segments, and hands what would stay to kept.
func Weigh(ctx context.Context, disk host.Disk, dir string, writer event.Writer, opts Options, drop Drop, kept func(*event.Event) error) ([]Weight, error) {
	var list []Weight
	at := func(n uint64) *Weight {
		if k := len(list); k == 0 || list[k-1].Segment != n {
			list = append(list, Weight{Segment: n})
		}
		return &list[len(list)-1]
	}
	r := &reader{disk: disk, dir: dir, writer: writer, opts: opts, apply: func(*event.Event) error { return nil }}
	r.raw = func(number uint64, _ int64, frame []byte) error {
		if ctx.Err() != nil {
			return fault.Wrap(context.Cause(ctx), fault.Cancelled, "read", dir)
		}
		return eachEvent(frame, writer, func(e *event.Event, size int) error {
			if !drop(e) {
				return kept(e)
			}
			w := at(number)
			w.Events, w.Bytes = w.Events+1, w.Bytes+int64(size)
			return nil
		})
	}
	r.check = func(s *scan) error {
		if s.seal != nil || !s.said.later {
			return nil
		}
		w := window{file: s.seg.file, limit: s.seg.size}
		last, err := w.lastByte(s.end())
		if last >= s.end() {
			at(s.seg.number).Behind = true
		}
		return err
	}
	r.vain = func(number uint64) { at(number).Vain = true }
	return list, r.readAll()
}

// eachEvent calls fn with the event of a frame, or with those in a fold frame,
// and the bytes that each of them takes.
func eachEvent(frame []byte, writer event.Writer, fn func(*event.Event, int) error) error {
	payload := frame[prefix:]
	switch kindOf(payload, writer) {
	case kindEvent:
		e, err := event.Decode(payload)
		if err != nil {
			return err
		}
		return fn(e, len(frame))
	case kindFold:
		var f fold
		if err := event.Unmarshal(payload, &f); err != nil {
			return err
		}
		return f.each(func(inner []byte, kind uint64) error {
			if kind != kindEvent {
				return nil
			}
			return eachEvent(inner, f.Source, fn)
		})
	}
	return nil
}

// each calls fn with the frames that a fold frame carries, up to the first that
// is none.
func (f *fold) each(fn func(frame []byte, kind uint64) error) error {
	for b := f.Frames; len(b) > 0; {
		payload, v := parse(b)
		if v != whole {
			return errFold
		}
		if err := fn(b[:prefix+len(payload)], kindOf(payload, f.Source)); err != nil {
			return err
		}
		b = b[prefix+len(payload):]
	}
	return nil
}

var errFold = fault.New(fault.Corrupt, "a part of the journal that came from an agent is damaged")
