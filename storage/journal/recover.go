package journal

import (
	"errors"

	"github.com/zeebo/blake3"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// doubt is the part of the last segment that an earlier opening may have left
// in the page cache: its process ended between a write and the sync, or after
// a sync that failed. Reading shows these bytes, a power cut may take them.
type doubt struct {
	path     string
	from, to int64
}

// settleDoubt writes the bytes in doubt again, as they stand, and syncs them,
// before a header vouches for them. A sync alone would not do: after one that
// failed, the system believes that they are on the disk.
func (l *Log) settleDoubt() error {
	if l.doubt == nil {
		return nil
	}
	file, err := l.disk.OpenWrite(l.doubt.path)
	if err != nil {
		return err
	}
	defer file.Close()
	w := window{file: file, limit: l.doubt.to}
	for at := l.doubt.from; at < l.doubt.to; {
		b, err := w.have(at, windowBytes)
		if err != nil {
			return err
		}
		if len(b) == 0 {
			return fault.New(fault.Corrupt, "this journal segment became shorter").On("read", l.doubt.path)
		}
		if _, err := file.WriteAt(b, at); err != nil {
			return err
		}
		at += int64(len(b))
	}
	if err := file.Sync(); err != nil {
		return err
	}
	l.doubt = nil
	return nil
}

// ending is what one segment, taken for the last one, says about the end.
type ending struct {
	pos   Position
	prev  *previous // what its successor has to say about it
	doubt *doubt
	lost  int64 // bytes behind its end that may have held events once
	known bool  // its header could be read, so that pos takes older segments in
}

// recover finds where the log ends, what the next segment has to say about
// the last one, and the last numbers in use.
func (l *Log) recover(onDamage func(Damage)) (end Position, err error) {
	numbers, err := segmentNumbers(l.disk, l.Dir)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return Position{}, err
	}
	if len(numbers) > 0 {
		l.number = numbers[len(numbers)-1]
	}
	var lost int64 // bytes that may have held events, and cannot be read
	for i := len(numbers) - 1; i >= 0; i-- {
		e, err := l.endingAt(numbers[i], onDamage)
		if err != nil {
			return Position{}, err
		}
		lost += e.lost
		if e.prev != nil && l.prev == nil {
			l.prev, l.doubt, end = e.prev, e.doubt, e.pos
		}
		end.Last, end.Commit = max(end.Last, e.pos.Last), max(end.Commit, e.pos.Commit)
		if e.known {
			break
		}
	}
	// Numbers never repeat: not even those of events that were read or sent
	// somewhere before the bytes that held them went bad.
	skip := uint64(lost+leastFrame-1) / leastFrame
	l.seq, l.commit = end.Last+skip, end.Commit+skip+1
	l.acked = l.seq
	return end, nil
}

// endingAt looks at one segment. One that cannot be read may have held
// anything.
func (l *Log) endingAt(number uint64, onDamage func(Damage)) (e ending, err error) {
	seg, err := openSegment(l.disk, l.Dir, number, l.Writer)
	if errors.Is(err, fault.Corrupt) {
		if !errors.Is(err, errUnused) && onDamage != nil {
			onDamage(Damage{File: l.path(number), Sentence: err.Error()})
		}
		info, err := l.disk.Stat(l.path(number))
		if err != nil {
			return e, err
		}
		e.lost = info.Size()
		return e, nil
	}
	if err != nil {
		return e, err
	}
	defer seg.file.Close()
	r := &reader{
		disk: l.disk, dir: l.Dir, writer: l.Writer, opts: Options{OnDamage: onDamage},
		apply: func(*event.Event) error { return nil },
	}
	r.enter(seg)
	s := r.newScan(seg, word{})
	if err := s.run(); err != nil {
		return e, err
	}
	e.pos, e.known = s.pos, seg.known
	e.prev = &previous{Segment: number, Bytes: s.end(), Last: s.pos.Last, End: endTorn}
	if s.seal != nil {
		e.prev.End = endSealed
		e.pos.Last = max(e.pos.Last, s.seal.Last) // the header, which says more, may be lost
	}
	// A file that was cut to its length had been sealed and synced before.
	if s.seal == nil || s.end() < seg.size {
		e.doubt = &doubt{path: seg.path, from: s.commitAt, to: s.end()}
	}
	if e.prev.Hash, err = hashPrefix(seg.file, e.prev.Bytes); err != nil {
		return e, err
	}
	e.lost, err = s.behind()
	return e, err
}

// behind is how many bytes from the end of the segment on may have held
// events once.
func (s *scan) behind() (int64, error) {
	if s.seal != nil {
		return 0, nil
	}
	last, err := s.w.lastByte(s.pos.Offset)
	if err != nil {
		return 0, err
	}
	lost := last + 1 - s.pos.Offset
	if s.commitAt == 0 || s.seg.size < s.seg.header.Reserved { // wiped, or cut off
		lost = max(lost, s.seg.size, s.seg.header.Reserved)
	}
	return lost, nil
}

// hashPrefix is the BLAKE3-256 of the first n bytes of a file.
func hashPrefix(file host.File, n int64) (sum [32]byte, err error) {
	h := blake3.New()
	w := window{file: file, limit: n}
	for off := int64(0); off < n; {
		b, err := w.have(off, 1)
		if err != nil {
			return sum, err
		}
		if len(b) == 0 {
			break
		}
		h.Write(b)
		off += int64(len(b))
	}
	copy(sum[:], h.Sum(nil))
	return sum, nil
}
