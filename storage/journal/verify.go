package journal

import (
	"errors"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// Verify reads the whole log of writer in dir and tells onDamage of every
// place that is not as it was written: frames, bodies of events, seals, and
// the chain of lengths and hashes from each segment to the one before, so that
// a missing, replaced or shortened segment is named as well. It changes
// nothing.
//
// The one thing that no log can tell by itself is that its end is missing
// altogether: the last segment's file, or the last commit of a segment that is
// not sealed.
func Verify(disk host.Disk, dir string, writer event.Writer, onDamage func(Damage)) error {
	r := &reader{disk: disk, dir: dir, writer: writer, opts: Options{OnDamage: onDamage}, check: (*scan).verify}
	r.apply = func(e *event.Event) error {
		_, err := e.DecodeBody()
		if err != nil && !errors.Is(err, fault.Newer) {
			r.damage(Damage{
				File: r.path(r.pos.Segment), Offset: r.pos.Offset,
				Sentence: "event " + e.ID.String() + " cannot be understood",
			})
		}
		return nil
	}
	return r.readAll()
}

// verify compares a segment that was read with what its seal and the next
// segment's header say about it. Where damage was named already, they can only
// say the same again.
func (s *scan) verify() error {
	if s.hurts > 0 || s.seg.hurt {
		return nil
	}
	if end := s.seal; end != nil {
		sum, err := hashPrefix(s.seg.file, s.pos.Offset)
		if err != nil {
			return err
		}
		if sum != end.Hash || s.events != end.Events || s.pos.Last != end.Last {
			s.damageAt(s.pos.Offset, 0, "the seal of this journal segment vouches for other bytes")
		}
		w := window{file: s.seg.file, limit: s.seg.size}
		last, err := w.lastByte(s.sealEnd)
		if err != nil {
			return err
		}
		if last >= s.sealEnd {
			s.damageAt(s.sealEnd, last+1-s.sealEnd, "something was written behind the seal of this journal segment")
		}
	}
	if b := s.said.bound; b != nil {
		sum, err := hashPrefix(s.seg.file, b.Bytes)
		if err != nil {
			return err
		}
		if sum != b.Hash || s.pos.Last != b.Last || (b.End == endSealed) != (s.seal != nil) {
			s.damageAt(0, b.Bytes, "the next journal segment knows this one differently")
		}
	}
	return nil
}
