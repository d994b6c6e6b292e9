package journal

import (
	"errors"
	"path/filepath"

	"github.com/zeebo/blake3"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// openedSegment is the segment being written.
type openedSegment struct {
	file   host.File
	path   string
	end    int64 // bytes that are written and synced
	size   int64 // bytes that are reserved
	events uint64
	hash   *blake3.Hasher // of the bytes up to end
}

// write makes one batch durable. After an error the segment is abandoned.
func (l *Log) write(b *batch) error {
	if l.seg != nil && l.seg.end+int64(b.buf.Len())+sealRoom > l.seg.size {
		if err := l.sealSegment(); err != nil {
			return err
		}
	}
	if l.seg == nil {
		if err := l.createSegment(b); err != nil {
			return err
		}
	}
	if err := l.seg.append(b.buf.Bytes()); err != nil {
		l.abandon()
		return err
	}
	l.seg.events += b.events
	l.acked = b.last
	return nil
}

func (s *openedSegment) append(p []byte) error {
	if _, err := s.file.WriteAt(p, s.end); err != nil {
		return err
	}
	if err := s.file.Sync(); err != nil {
		return err
	}
	s.end += int64(len(p))
	s.hash.Write(p)
	return nil
}

// sealRoom is kept free at the end of each segment.
const sealRoom = 256

// createSegment makes the next segment, reserved in full, with its header. The
// header becomes durable together with the first batch.
func (l *Log) createSegment(b *batch) error {
	if err := l.disk.MkdirAll(l.Dir); err != nil {
		return err
	}
	h := header{
		Kind: kindHeader, Writer: l.Writer, Commit: b.commit, Segment: l.number + 1, Format: formatVersion,
		Incarnation: l.incarnation, Device: l.Device, Workspace: l.Workspace,
		First: l.acked + 1, Created: l.Clock.Now().UnixNano(), Previous: l.prev, Program: l.Program,
	}
	head, err := appendFrame([]byte(magic), &h)
	if err != nil {
		return err
	}
	path := filepath.Join(l.Dir, segmentName(h.Segment))
	file, err := l.disk.Create(path)
	if err != nil {
		return err
	}
	l.number = h.Segment
	seg := &openedSegment{file: file, path: path, hash: blake3.New()}
	if err := l.reserveFor(seg, int64(len(head)+b.buf.Len()+sealRoom)); err != nil {
		file.Close()
		_ = l.disk.Remove(path) // nothing was written; an unused segment is skipped by readers anyway
		return err
	}
	if _, err := file.WriteAt(head, 0); err != nil {
		file.Close()
		return err
	}
	seg.end = int64(len(head))
	seg.hash.Write(head)
	l.seg = seg
	return nil
}

// reserveFor reserves the usual amount, or as much as a nearly full disk has.
func (l *Log) reserveFor(seg *openedSegment, least int64) error {
	size := max(l.reserve, least)
	for {
		err := seg.file.Preallocate(size)
		if err == nil {
			seg.size = size
			l.reserve = min(l.reserve*2, largest)
			return nil
		}
		if !errors.Is(err, fault.NoSpace) || size/2 < max(least, smallest) {
			return err
		}
		size /= 2
	}
}

// abandon gives the segment up after a failed write or sync. What was
// acknowledged in it is said by the next segment's header.
func (l *Log) abandon() {
	l.prev = l.seg.asPrevious(l.number, l.acked, endAbandoned)
	l.seg.file.Close()
	l.seg = nil
}

func (s *openedSegment) asPrevious(number, last, end uint64) *previous {
	p := &previous{Segment: number, Bytes: s.end, Last: last, End: end}
	copy(p.Hash[:], s.hash.Sum(nil))
	return p
}

// sealSegment ends the present segment for good.
func (l *Log) sealSegment() error {
	s := l.seg
	end := seal{Kind: kindSeal, Writer: l.Writer, Commit: l.sealCommit(), Last: l.acked, Events: s.events}
	copy(end.Hash[:], s.hash.Sum(nil))
	frame, err := appendFrame(nil, &end)
	if err != nil {
		return err
	}
	prev := s.asPrevious(l.number, l.acked, endSealed)
	if err := s.append(frame); err != nil {
		l.abandon()
		return err
	}
	l.prev, l.seg = prev, nil
	err = s.file.Truncate(s.end)
	if err == nil {
		err = s.file.Sync()
	}
	return errors.Join(err, s.file.Close())
}

// sealCommit is the number of the last commit that was given out.
func (l *Log) sealCommit() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.commit - 1
}

// recover finds where the log ends, what the next segment has to say about
// the last one, and the last numbers in use.
func (l *Log) recover(onDamage func(Damage)) (Position, error) {
	numbers, err := segmentNumbers(l.disk, l.Dir)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return Position{}, nil
		}
		return Position{}, err
	}
	for i := len(numbers) - 1; i >= 0; i-- {
		l.number = max(l.number, numbers[i])
		end, err := l.recoverFrom(numbers[i], onDamage)
		switch {
		case errors.Is(err, errUnused):
			continue
		case fault.KindOf(err) == fault.Corrupt: // another log's segment under this name
			onDamage(Damage{File: filepath.Join(l.Dir, segmentName(numbers[i])), Sentence: err.Error()})
			continue
		}
		return end, err
	}
	return Position{}, nil
}

func (l *Log) recoverFrom(number uint64, onDamage func(Damage)) (Position, error) {
	seg, err := openSegment(l.disk, l.Dir, number, l.Writer)
	if err != nil {
		return Position{}, err
	}
	defer seg.file.Close()
	r := &reader{
		disk: l.disk, dir: l.Dir, writer: l.Writer, opts: Options{OnDamage: onDamage},
		apply: func(*event.Event) error { return nil },
	}
	r.pos = Position{Segment: number, Offset: seg.body, Commit: seg.header.Commit, Last: seg.header.First - 1}
	s := r.newScan(seg, nil)
	if err := s.run(); err != nil {
		return Position{}, err
	}
	l.prev = &previous{Segment: number, Bytes: s.pos.Offset, Last: s.pos.Last, End: endTorn}
	if s.sealed {
		l.prev.End = endSealed
	}
	sum, err := hashPrefix(seg.file, l.prev.Bytes)
	l.prev.Hash = sum
	return s.pos, err
}

// hashPrefix is the BLAKE3-256 of the first n bytes of a file.
func hashPrefix(file host.File, n int64) (sum [32]byte, err error) {
	h := blake3.New()
	w := window{file: file, limit: n}
	for off := int64(0); off < n; {
		b, err := w.have(off, windowBytes)
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
