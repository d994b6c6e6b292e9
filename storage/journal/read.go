package journal

import (
	"errors"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// Position is how far a log has been read: everything before Offset of
// Segment. The zero Position is the beginning.
type Position struct {
	_       struct{} `cbor:",toarray"`
	Segment uint64
	Offset  int64
	Commit  uint64 // the last commit seen
	Last    uint64 // the last sequence number of the log's own writer that counts
}

// Options say how to read a log.
type Options struct {
	// Live is set while the log's writer may be appending: an incomplete frame
	// at the end is not there yet, rather than torn.
	Live bool
	// OnDamage is told of each damaged place. Reading goes on behind it.
	OnDamage func(Damage)
	// OnNote is told in words what was skipped harmlessly: an unused segment.
	OnNote func(string)
}

// Read reads the log of writer in dir from a position on and hands each event
// to apply, those in fold frames included, in the order of the log. It returns
// the position behind the last one. An error of apply ends the reading.
func Read(disk host.Disk, dir string, writer event.Writer, from Position, opts Options, apply func(*event.Event) error) (Position, error) {
	numbers, err := segmentNumbers(disk, dir)
	if err != nil {
		return from, err
	}
	r := &reader{disk: disk, dir: dir, writer: writer, opts: opts, apply: apply, pos: from}
	return r.pos, r.readAll(numbers)
}

type reader struct {
	disk   host.Disk
	dir    string
	writer event.Writer
	opts   Options
	apply  func(*event.Event) error
	pos    Position
}

func (r *reader) readAll(numbers []uint64) error {
	for i, n := range numbers {
		if n < r.pos.Segment {
			continue
		}
		seg, err := openSegment(r.disk, r.dir, n, r.writer)
		if errors.Is(err, errUnused) {
			r.note("segment " + segmentName(n) + " was never used")
			continue
		}
		if err != nil {
			if fault.KindOf(err) != fault.Corrupt {
				return err
			}
			r.damage(Damage{File: segmentName(n), Sentence: err.Error()})
			continue
		}
		bound, err := r.boundOf(n, numbers[i+1:])
		if err == nil {
			err = r.readSegment(seg, bound)
		}
		seg.file.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// boundOf returns what a later segment says about segment n, or nil.
func (r *reader) boundOf(n uint64, later []uint64) (*previous, error) {
	for _, m := range later {
		next, err := openSegment(r.disk, r.dir, m, r.writer)
		if err != nil {
			if errors.Is(err, errUnused) || fault.KindOf(err) == fault.Corrupt {
				continue
			}
			return nil, err
		}
		next.file.Close()
		if next.hurt {
			return nil, nil
		}
		if p := next.header.Previous; p != nil && p.Segment == n {
			return p, nil
		}
		return nil, nil
	}
	return nil, nil
}

func (r *reader) readSegment(seg *segment, bound *previous) error {
	if seg.hurt && r.pos.Segment != seg.header.Segment {
		r.damage(Damage{File: seg.path, Bytes: seg.body, Sentence: "the header of this journal segment is damaged"})
	}
	if r.pos.Segment != seg.header.Segment {
		r.pos.Segment, r.pos.Offset = seg.header.Segment, seg.body
		r.pos.Commit = max(r.pos.Commit, seg.header.Commit)
		r.pos.Last = max(r.pos.Last, seg.header.First-1)
	}
	return r.newScan(seg, bound).run()
}

func (r *reader) newScan(seg *segment, bound *previous) *scan {
	s := &scan{reader: r, seg: seg, w: window{file: seg.file, limit: seg.size}}
	if bound != nil {
		s.bounded, s.vouched, s.last = true, bound.Bytes, bound.Last
		s.w.limit = min(seg.size, bound.Bytes)
	}
	return s
}

// scan reads the frames of one segment.
type scan struct {
	*reader
	seg     *segment
	w       window
	bounded bool               // the next segment's header is known
	vouched int64              // bytes that it says count
	last    uint64             // last sequence number that it says counts
	sealed  bool               // the seal was reached
	raw     func(frame []byte) // if set, is handed each frame that counts, whole
}

func (s *scan) run() error {
	for {
		b, err := s.w.at(s.pos.Offset)
		if err != nil {
			return err
		}
		payload, v := parse(b)
		if v == whole {
			counts, ok, err := s.frame(payload)
			if err != nil {
				return err
			}
			if counts && s.raw != nil {
				s.raw(b[:prefix+len(payload)])
			}
			if s.sealed {
				return nil
			}
			if ok {
				s.pos.Offset += int64(prefix + len(payload))
				continue
			}
		}
		more, err := s.gap(v)
		if err != nil || !more {
			return err
		}
	}
}

// frame takes one whole frame. It reports whether it counts, and whether it
// belongs here at all.
func (s *scan) frame(payload []byte) (counts, ok bool, err error) {
	switch kindOf(payload) {
	case kindEvent:
		e, err := event.Decode(payload)
		if err != nil || e.ID.Writer != s.writer || e.Commit < s.pos.Commit {
			return false, false, nil //nolint:nilerr // a frame that is no event is damage, which gap reports
		}
		s.pos.Commit = e.Commit
		if s.bounded && e.Last() > s.last {
			return false, true, nil // written into an abandoned segment, never acknowledged
		}
		s.pos.Last = max(s.pos.Last, e.Last())
		return true, true, s.apply(e)
	case kindFold:
		var f fold
		if event.Unmarshal(payload, &f) != nil || f.Writer != s.writer || f.Commit < s.pos.Commit {
			return false, false, nil
		}
		s.pos.Commit = f.Commit
		return true, true, s.unfold(&f)
	case kindSeal:
		var end seal
		if event.Unmarshal(payload, &end) != nil || end.Writer != s.writer || end.Commit < s.pos.Commit {
			return false, false, nil
		}
		s.sealed = true
		return true, true, nil
	}
	return false, false, nil
}

// gap decides what it means that no frame stands at the present offset. It
// reports whether reading goes on, at a later offset.
func (s *scan) gap(v verdict) (bool, error) {
	at := s.pos.Offset
	if s.bounded && at >= s.w.limit {
		if at < s.vouched {
			s.damageAt(at, s.vouched-at, "the end of this segment is missing")
		}
		return false, nil
	}
	proof := s.pos.Commit + 1 // only a later commit proves that this one was acknowledged
	if s.bounded {
		proof = s.pos.Commit
	} else if v == empty {
		if s.opts.Live {
			return false, nil
		}
		if clean, err := s.w.zeros(at); err != nil || clean {
			return false, err
		}
	} else if at >= s.w.limit {
		return false, nil
	}
	next, _, err := findFrame(&s.w, at+1, s.writer, proof)
	if err != nil {
		return false, err
	}
	switch {
	case next >= 0 && s.opts.Live && s.arrived(at):
		return true, nil
	case next >= 0:
		s.damageAt(at, next-at, "these bytes of the journal are damaged")
		s.pos.Offset = next
		return true, nil
	case s.bounded:
		s.damageAt(at, s.vouched-at, "these bytes of the journal are damaged")
		s.pos.Offset = s.vouched
	}
	return false, nil
}

// arrived looks again at a place where a live writer's frame was not whole a
// moment ago.
func (s *scan) arrived(at int64) bool {
	s.w.buf = nil
	b, err := s.w.at(at)
	if err != nil {
		return false
	}
	_, v := parse(b)
	return v == whole
}

func (s *scan) damageAt(offset, n int64, sentence string) {
	s.damage(Damage{File: s.seg.path, Offset: offset, Bytes: n, Sentence: sentence})
}

func (r *reader) damage(d Damage) {
	if r.opts.OnDamage != nil {
		r.opts.OnDamage(d)
	}
}

func (r *reader) note(sentence string) {
	if r.opts.OnNote != nil {
		r.opts.OnNote(sentence)
	}
}
