package journal

import (
	"fmt"

	"dev.varve/backend/event"
)

// scan reads the frames of one segment.
type scan struct {
	*reader
	seg      *segment
	said     word
	w        window
	live     bool   // its writer may be appending
	commitAt int64  // where the last commit begins; 0 if there was none yet
	events   uint64 // event frames
	hurts    int    // damaged places
	seal     *seal
	sealEnd  int64 // offset behind the seal
	again    int64 // where the file was read a second time
}

func (r *reader) newScan(seg *segment, said word) *scan {
	s := &scan{
		reader: r, seg: seg, said: said, w: window{file: seg.file, limit: seg.size},
		live: r.opts.Live && !said.later, again: -1,
	}
	if said.bound != nil && seg.rewritten() == 0 {
		s.w.limit = min(seg.size, said.bound.Bytes)
	}
	return s
}

// vouched is the length that somebody vouches for, or 0: the next header, or of
// a rewritten segment the whole file, which was synced before it got its name.
func (s *scan) vouched() int64 {
	switch {
	case s.seg.rewritten() > 0:
		return s.seg.size
	case s.said.bound != nil:
		return s.said.bound.Bytes
	}
	return 0
}

// end is the offset behind what counts, the seal included.
func (s *scan) end() int64 { return max(s.pos.Offset, s.sealEnd) }

func (s *scan) run() error {
	for s.seal == nil {
		b, err := s.w.at(s.pos.Offset)
		if err != nil {
			return err
		}
		payload, v := parse(b)
		if v == whole {
			taken, err := s.take(b[:prefix+len(payload)])
			if err != nil {
				return err
			}
			if taken {
				continue
			}
		}
		more, err := s.gap(v)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// take uses one whole frame and moves behind it. It reports false if the
// frame does not belong where it stands.
func (s *scan) take(frame []byte) (bool, error) {
	payload := frame[prefix:]
	next := s.pos
	next.Offset += int64(len(frame))
	var at hit
	var err error
	switch kindOf(payload, s.writer) {
	case 0, kindHeader:
		return false, nil
	case kindEvent:
		e, broken := event.Decode(payload)
		if broken != nil || e.Commit < s.pos.Commit || e.ID.Seq <= s.pos.Last ||
			s.said.bound != nil && e.Last() > s.said.bound.Last {
			return false, nil
		}
		at.stem = stem{Kind: kindEvent, Commit: e.Commit, Before: e.Before}
		next.Last = e.Last()
		s.events++
		err = s.apply(e)
	case kindFold:
		var f fold
		if event.Unmarshal(payload, &f) != nil || f.Commit < s.pos.Commit {
			return false, nil
		}
		at.stem = stem{Kind: kindFold, Commit: f.Commit, Before: f.Before}
		err = s.unfold(&f)
	case kindSeal:
		var end seal
		if event.Unmarshal(payload, &end) != nil || end.Commit < s.pos.Commit {
			return false, nil
		}
		s.seal, s.sealEnd = &end, next.Offset
		at.stem = stem{Kind: kindSeal}
		next = s.pos // so that whoever goes on from here meets the seal again
	case kindRemoved:
		var gone removed
		if event.Unmarshal(payload, &gone) != nil || gone.Commit < s.pos.Commit || gone.Count == 0 || gone.First <= s.pos.Last ||
			s.said.bound != nil && gone.last() > s.said.bound.Last {
			return false, nil
		}
		at.stem = stem{Kind: kindRemoved, Commit: gone.Commit}
		next.Last = gone.last()
	default: // a kind of a later version that may be left out
		if event.Unmarshal(payload, &at.stem) != nil || at.Commit < s.pos.Commit {
			return false, nil
		}
	}
	if err == nil && s.raw != nil {
		err = s.raw(s.seg.number, s.pos.Offset, frame)
	}
	if err != nil {
		return false, err
	}
	at.offset = s.pos.Offset
	s.commitAt = at.start()
	next.Commit = max(next.Commit, at.Commit)
	s.pos = next
	if s.opts.Behind != nil {
		err = s.opts.Behind(s.pos)
	}
	return true, err
}

// gap decides what it means that no frame stands at the present offset. It
// reports whether reading goes on.
func (s *scan) gap(v verdict) (more bool, err error) {
	at, vouched := s.pos.Offset, s.vouched()
	if at >= s.w.limit {
		s.ended()
		return false, nil
	}
	if vouched == 0 && v == empty {
		if s.live {
			return false, nil
		}
		clean, err := s.w.zeros(at)
		if err != nil || clean {
			s.ended()
			return false, err
		}
	}
	next, found, err := s.w.find(at+1, s.writer, s.pos.Commit)
	if err != nil {
		return false, err
	}
	if vouched == 0 {
		torn, err := s.torn(at, next, found)
		if err != nil || torn {
			s.ended()
			return false, err
		}
	}
	if s.again != at { // its writer may have been just there when it was read
		s.again = at
		s.w.forget()
		return true, nil
	}
	if !found {
		s.damageAt(at, vouched-at, "these bytes of the journal are damaged")
		s.pos.Offset = vouched
		return false, nil
	}
	s.damageAt(at, next.offset-at, "these bytes of the journal are damaged")
	s.pos.Offset = next.offset
	return true, nil
}

// torn reports whether the broken bytes at an offset belong to the last
// commit, which nobody was promised. next is the whole frame behind them. If
// its commit begins behind them, they belong to an earlier one; if a later
// commit or the seal follows, theirs was acknowledged.
func (s *scan) torn(at int64, next hit, found bool) (bool, error) {
	if !found {
		return true, s.noteTorn(at)
	}
	if next.start() > at {
		return false, nil
	}
	_, later, err := s.w.find(next.offset+1, s.writer, next.Commit+1)
	if err != nil || later {
		return false, err
	}
	return true, s.noteTorn(at)
}

func (s *scan) noteTorn(at int64) error {
	if s.live || s.opts.OnNote == nil {
		return nil
	}
	last, err := s.w.lastByte(at)
	s.note(fmt.Sprintf("the last %d bytes of %s were never acknowledged", last+1-at, segmentName(s.seg.number)))
	return err
}

// ended looks at a segment that ends, without a seal, at the present offset.
func (s *scan) ended() {
	at, bound := s.pos.Offset, s.said.bound
	if s.seg.rewritten() > 0 { // it was sealed
		s.damageAt(at, 0, "the end of this journal segment is missing")
		return
	}
	if bound != nil && at < bound.Bytes {
		s.damageAt(at, bound.Bytes-at, "the end of this journal segment is missing")
		return
	}
	// Only a sealed segment is shorter than what was reserved for it. One
	// without any frame may be so because it was never synced.
	if !s.live && (bound == nil || bound.End != endSealed) && s.seg.size < s.seg.header.Reserved && at > s.seg.body {
		s.damageAt(at, 0, "the end of this journal segment is missing")
	}
}

func (s *scan) damageAt(offset, n int64, sentence string) {
	s.hurts++
	s.damage(Damage{File: s.seg.path, Offset: offset, Bytes: n, Sentence: sentence})
}

// unfold hands on the events inside a fold frame, as if they stood in a log
// of their own.
func (s *scan) unfold(f *fold) error {
	for b := f.Frames; len(b) > 0; {
		payload, v := parse(b)
		var e *event.Event
		var err error
		if v == whole && kindOf(payload, f.Source) == kindEvent {
			e, err = event.Decode(payload)
		}
		if v != whole || kindOf(payload, f.Source) == 0 || err != nil {
			s.damageAt(s.pos.Offset, int64(len(b)), "folded frames of writer "+f.Source.String()+" are damaged")
			return nil
		}
		if e != nil {
			if err := s.apply(e); err != nil {
				return err
			}
		}
		b = b[prefix+len(payload):]
	}
	return nil
}
