package journal

import (
	"errors"
	"path/filepath"

	"github.com/zeebo/blake3"

	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// openedSegment is the segment being written.
type openedSegment struct {
	file   host.File
	path   string
	end    int64  // bytes that are written and synced
	size   int64  // bytes that are reserved
	commit uint64 // the last one in it that is durable, or the header's
	events uint64
	used   bool           // a commit has become durable
	hash   *blake3.Hasher // of the bytes up to end
}

// write makes one batch durable. After an error nothing of it counts.
func (l *Log) write(b *batch) error {
	p := b.buf.Bytes()
	if len(p) == 0 {
		return nil
	}
	if l.seg != nil && l.seg.end+int64(len(p))+sealRoom > l.seg.size {
		// If sealing fails the segment is abandoned, which its successor says;
		// this batch has lost nothing by it.
		_ = l.sealSegment()
	}
	if l.seg == nil {
		if err := l.createSegment(int64(len(p)), b.commit); err != nil {
			return err
		}
	}
	if err := l.seg.append(p); err != nil {
		l.abandon()
		return err
	}
	l.seg.used, l.seg.commit = true, b.commit
	l.seg.events += b.events
	l.acked = max(l.acked, b.last)
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

// createSegment makes the next segment, reserved in full, with its header,
// and room for need bytes. The header is durable before any event is written:
// so a broken header with events behind it is damage, and a file that is
// shorter than its header says has been cut.
func (l *Log) createSegment(need int64, commit uint64) error {
	if err := l.settleDoubt(); err != nil {
		return err
	}
	if err := l.disk.MkdirAll(l.Dir); err != nil {
		return err
	}
	number := l.number + 1
	path := l.path(number)
	file, err := l.disk.Create(path)
	if errors.Is(err, fault.Exists) {
		return fault.New(fault.Locked, "another process is writing the same log").On("create", path)
	}
	l.number = number // in any case: a create that failed may have made the name
	if err != nil {
		return err
	}
	seg := &openedSegment{file: file, path: path, commit: commit, hash: blake3.New()}
	if err := l.begin(seg, need); err != nil {
		file.Close()
		_ = l.disk.Remove(path) // if this fails, too, readers skip a segment that was never used
		return err
	}
	l.seg, l.unsaid = seg, false
	return nil
}

// begin reserves the segment's room and makes its header durable.
func (l *Log) begin(seg *openedSegment, need int64) error {
	if err := l.reserveFor(seg, headerRoom+need+sealRoom); err != nil {
		return err
	}
	h := header{
		Kind: kindHeader, Writer: l.Writer, Commit: seg.commit, Segment: l.number, Format: formatVersion,
		Incarnation: l.incarnation, Device: l.Device, Workspace: l.Workspace,
		First: l.acked + 1, Created: l.Clock.Now().UnixNano(), Previous: l.prev, Program: l.Program, Reserved: seg.size,
	}
	head, err := appendFrame([]byte(magic), &h)
	if err != nil {
		return err
	}
	return seg.append(head)
}

// reserveFor reserves the usual amount, or as much as a nearly full disk has.
func (l *Log) reserveFor(seg *openedSegment, least int64) error {
	size := max(l.reserve, least)
	for floor := min(size, max(least, smallest)); ; size = max(size/2, floor) {
		err := seg.file.Preallocate(size)
		if err == nil {
			seg.size = size
			l.reserve = min(max(size, l.reserve)*2, largest)
			return nil
		}
		if !errors.Is(err, fault.NoSpace) || size == floor {
			return err
		}
		// What the failed try did reserve would be missing for the next one.
		if err := seg.file.Truncate(0); err != nil {
			return err
		}
	}
}

// abandon gives the segment up after a failed write or sync. How far it
// counts is said by the next segment's header, which does not even name it if
// nothing in it was ever acknowledged.
func (l *Log) abandon() {
	s := l.seg
	l.seg, l.unsaid = nil, true
	s.file.Close()
	if s.used {
		l.prev = s.asPrevious(l.number, l.acked, endAbandoned)
		return
	}
	_ = l.disk.Remove(s.path) // nothing in it counts, whether it can be removed or not
}

func (l *Log) path(number uint64) string { return filepath.Join(l.Dir, segmentName(number)) }

func (s *openedSegment) asPrevious(number, last, end uint64) *previous {
	p := &previous{Segment: number, Bytes: s.end, Last: last, End: end}
	copy(p.Hash[:], s.hash.Sum(nil))
	return p
}

// sealSegment ends the present segment for good. An error says that it is
// abandoned instead, or that its unused room could not be given back.
func (l *Log) sealSegment() error {
	s := l.seg
	end := seal{Kind: kindSeal, Writer: l.Writer, Commit: s.commit + 1, Last: l.acked, Events: s.events}
	copy(end.Hash[:], s.hash.Sum(nil))
	frame, err := appendFrame(nil, &end)
	if err == nil {
		err = s.append(frame)
	}
	if err != nil {
		l.abandon()
		return err
	}
	l.prev, l.seg = s.asPrevious(l.number, l.acked, endSealed), nil
	if err = s.file.Truncate(s.end); err == nil {
		err = s.file.Sync()
	}
	return errors.Join(err, s.file.Close())
}
