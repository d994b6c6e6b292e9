package journal

import (
	"errors"
	"path/filepath"
	"slices"

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
	Times   uint64 // how often Segment had been rewritten
}

// Options say how to read a log.
type Options struct {
	// Live is set while the log's writer may be appending: an incomplete frame
	// at the end is not there yet, rather than torn.
	Live bool
	// Behind is told, after each frame, where the reading goes on: all events
	// before it were handed out. An error ends the reading there.
	Behind func(Position) error
	// OnDamage is told of each damaged place. Reading goes on behind it.
	OnDamage func(Damage)
	// OnNote is told in words what was skipped harmlessly: an unused segment, a
	// torn end.
	OnNote func(string)
}

// Read reads the log of writer in dir from a position on and hands each event
// to apply, those in fold frames included, in the order of the log. It returns
// the position behind the last one. An error of apply ends the reading; the
// position is then before the frame that apply refused.
//
// A position that the log does not know is a fault of kind Conflict: what was
// read up to there is no longer what counts, because a live reader saw frames
// whose sync failed, because the segment was rewritten, or because the log is
// another one. Whoever keeps what was read has to read again from the beginning.
func Read(disk host.Disk, dir string, writer event.Writer, from Position, opts Options, apply func(*event.Event) error) (Position, error) {
	r := &reader{disk: disk, dir: dir, writer: writer, opts: opts, apply: apply, pos: from}
	err := r.readAll()
	return r.pos, err
}

type reader struct {
	disk    host.Disk
	dir     string
	writer  event.Writer
	opts    Options
	apply   func(*event.Event) error
	raw     func(segment uint64, offset int64, frame []byte) error // if set, is handed each frame that counts
	check   func(*scan) error                                      // if set, looks at each segment that was read
	vain    func(number uint64)                                    // if set, is told of segments that hold nothing acknowledged
	numbers []uint64                                               // of all segments in the folder
	pos     Position
}

func (r *reader) readAll() error {
	var err error
	if r.numbers, err = segmentNumbers(r.disk, r.dir); err != nil {
		return err
	}
	if r.pos.Segment != 0 && !slices.Contains(r.numbers, r.pos.Segment) {
		return r.unknownPosition()
	}
	for i, n := range r.numbers {
		if n < r.pos.Segment {
			continue
		}
		if err := r.readOne(n, r.numbers[i+1:]); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) readOne(number uint64, later []uint64) error {
	seg, unreadable := openSegment(r.disk, r.dir, number, r.writer)
	if unreadable != nil && !errors.Is(unreadable, fault.Corrupt) {
		return unreadable
	}
	if seg != nil {
		defer seg.file.Close()
	}
	said, err := r.wordOn(number, later)
	if err != nil {
		return err
	}
	switch {
	case unreadable != nil:
		r.skip(number, unreadable, said)
		return nil
	case said.passed:
		return r.passOver(seg)
	case r.pos.Segment != number:
		if err := r.begin(seg); err != nil {
			return err
		}
	case r.pos.Times != seg.rewritten() || r.pos.Offset > seg.size ||
		r.pos.Times == 0 && said.bound != nil && r.pos.Offset > said.bound.Bytes:
		return r.unknownPosition()
	}
	s := r.newScan(seg, said)
	if err := s.run(); err != nil || r.check == nil {
		return err
	}
	return r.check(s)
}

func (r *reader) unknownPosition() error {
	return fault.New(fault.Conflict, "this part of the record is not the one that was read before").
		On("read", r.path(r.pos.Segment))
}

// word is what the next readable segment says about one.
type word struct {
	later  bool      // there is a next one
	bound  *previous // it names this segment as its predecessor
	passed bool      // it names an older one, or none
}

func (r *reader) wordOn(number uint64, later []uint64) (word, error) {
	for _, m := range later {
		next, err := openSegment(r.disk, r.dir, m, r.writer)
		switch {
		case errors.Is(err, fault.Corrupt):
			continue
		case errors.Is(err, fault.Newer):
			return word{later: true}, nil
		case err != nil:
			return word{}, err
		}
		next.file.Close()
		said := word{later: true}
		switch p := next.header.Previous; {
		case next.names(number):
			said.bound = p
		case next.known:
			said.passed = p == nil || p.Segment < number
		}
		return said, nil
	}
	return word{}, nil
}

// begin moves the position to the beginning of a segment and says what is
// wrong there.
func (r *reader) begin(seg *segment) error {
	if p := seg.header.Previous; p != nil && p.Segment > r.pos.Segment && !slices.Contains(r.numbers, p.Segment) {
		r.damage(Damage{
			File: r.path(p.Segment), Bytes: p.Bytes,
			Sentence: "this journal segment is missing",
		})
	}
	if seg.hurt {
		r.damage(Damage{File: seg.path, Bytes: seg.body, Sentence: "the header of this journal segment is damaged"})
	}
	r.enter(seg)
	if r.raw == nil || !seg.known {
		return nil
	}
	head := make([]byte, seg.body-int64(len(magic)))
	if _, err := seg.file.ReadAt(head, int64(len(magic))); err != nil {
		return err
	}
	return r.raw(seg.number, int64(len(magic)), head)
}

func (r *reader) enter(seg *segment) {
	r.pos.Segment, r.pos.Offset, r.pos.Times = seg.number, seg.body, seg.rewritten()
	if seg.known { // which is more than can be said of what was read before
		r.pos.Commit = seg.header.Commit
		r.pos.Last = max(r.pos.Last, seg.header.First-1)
	}
}

// skip says why a segment is left out.
func (r *reader) skip(number uint64, why error, said word) {
	d := Damage{File: r.path(number), Sentence: why.Error()}
	unused := errors.Is(why, errUnused)
	switch {
	case unused && (said.bound != nil || r.pos.Segment == number): // it was read once
		d.Sentence = "nothing in this journal segment can be read"
	case unused && r.opts.Live && !said.later:
		return // it is just being made
	case unused:
		r.note(segmentName(number) + " was never used")
		return
	}
	if said.bound != nil {
		d.Bytes = said.bound.Bytes
	}
	r.damage(d)
}

// passOver leaves out a segment that its successor does not name: its first
// commit failed, so nothing in it was acknowledged.
func (r *reader) passOver(seg *segment) error {
	if r.pos.Segment == seg.number && r.pos.Offset > seg.body {
		return r.unknownPosition()
	}
	w := window{file: seg.file, limit: seg.size}
	_, more, err := w.find(seg.body, r.writer, seg.header.Commit+1)
	if err != nil {
		return err
	}
	if more || seg.hurt {
		r.damage(Damage{File: seg.path, Bytes: seg.size, Sentence: "the next journal segment does not know this one"})
		return nil
	}
	r.note(segmentName(seg.number) + " holds nothing that was acknowledged")
	if r.vain != nil {
		r.vain(seg.number)
	}
	return nil
}

func (r *reader) path(number uint64) string { return filepath.Join(r.dir, segmentName(number)) }

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
