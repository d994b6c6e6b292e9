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
	r := &reader{disk: disk, dir: dir, writer: writer, opts: Options{OnDamage: onDamage}}
	told := tales{}
	r.check = func(s *scan) error {
		if err := s.verify(); err != nil || s.seg.rewritten() == 0 {
			return err
		}
		return told.found(s)
	}
	r.apply = func(e *event.Event) error {
		body, err := e.DecodeBody()
		if b, ok := body.(*event.LogRewritten); ok && e.ID.Writer == writer {
			told.event(b)
		}
		if err != nil && !errors.Is(err, fault.Newer) {
			r.damage(Damage{
				File: r.path(r.pos.Segment), Offset: r.pos.Offset,
				Sentence: "event " + e.ID.String() + " cannot be understood",
			})
		}
		return nil
	}
	if err := r.readAll(); err != nil {
		return err
	}
	for _, n := range told.missing() {
		r.damage(Damage{File: r.path(n), Sentence: "this journal segment was rewritten, and no event says so"})
	}
	return nil
}

// tales are the rewritten segments of a log, and what its events say about
// rewriting.
type tales struct {
	events map[tale]bool
	files  []tale
}

// tale is a segment with the hash of the whole file.
type tale struct {
	segment uint64
	hash    [32]byte
}

func (t *tales) event(b *event.LogRewritten) {
	if t.events == nil {
		t.events = map[tale]bool{}
	}
	if len(b.After) == len(tale{}.hash) {
		t.events[tale{b.Segment, [32]byte(b.After)}] = true
	}
}

func (t *tales) found(s *scan) error {
	sum, err := hashPrefix(s.seg.file, s.seg.size)
	if s.hurts == 0 { // what is damaged has been named
		t.files = append(t.files, tale{s.seg.number, sum})
	}
	return err
}

func (t *tales) missing() (numbers []uint64) {
	for _, f := range t.files {
		if !t.events[f] {
			numbers = append(numbers, f.segment)
		}
	}
	return numbers
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
	return s.verifyBound()
}

// verifyBound compares the segment with what the next header says about it. A
// rewritten one says itself what it was.
func (s *scan) verifyBound() error {
	b := s.said.bound
	if b == nil || s.seg.rewritten() > 0 && s.seg.header.Rewriting.Was == *b {
		return nil
	}
	sum, err := hashPrefix(s.seg.file, b.Bytes)
	if err != nil {
		return err
	}
	if sum != b.Hash || s.pos.Last != b.Last || (b.End == endSealed) != (s.seal != nil) {
		s.damageAt(0, b.Bytes, "the next journal segment knows this one differently")
	}
	return nil
}
