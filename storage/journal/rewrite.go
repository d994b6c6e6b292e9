package journal

import (
	"context"
	"errors"
	"strings"

	"github.com/zeebo/blake3"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// newSuffix is behind the name of a segment that is being written anew.
const newSuffix = ".new"

// Rotate ends the segment that is being written and begins another one, so that
// all that has been appended lies in segments that do not change any more, and the
// log ends behind them. It returns the number of the last of them, 0 if there is
// none.
func (l *Log) Rotate() (last uint64, err error) {
	l.lead <- struct{}{}
	defer func() { <-l.lead }()
	if l.number == 0 {
		return 0, nil
	}
	if l.seg != nil {
		l.reserve = l.seg.size // it was not full
		_ = l.sealSegment()    // if that fails, it is abandoned, which the next one says
	}
	last = l.number
	return last, l.createSegment(0, l.comingCommit())
}

// comingCommit is the number of the commit that is written next. Nobody else may
// be writing.
func (l *Log) comingCommit() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pending != nil {
		return l.pending.commit
	}
	return l.commit
}

// Rewrite writes a segment anew that Rotate has ended, without the events that
// drop chooses, and puts it into the place of the old one. Everything else stays
// word for word. The event that tells of it is written first.
//
// It may be stopped at any moment: the segment is either the old or the new one.
// A segment with damage is left alone, which is a fault of kind Corrupt.
func (l *Log) Rewrite(ctx context.Context, number uint64, drop Drop) error {
	w := &rewriter{log: l, ctx: ctx, number: number, drop: drop, path: l.path(number), hash: blake3.New()}
	if err := w.removeOld(); err != nil {
		return err
	}
	told, err := w.write()
	if err == nil {
		_, err = l.Append(ctx, event.Draft{Stream: "workspace", Body: told})
	}
	if err != nil {
		return errors.Join(err, w.removeOld())
	}
	return l.disk.Rename(w.path+newSuffix, w.path)
}

// RemoveVain deletes a segment in which nothing was ever acknowledged, as Weigh
// says.
func (l *Log) RemoveVain(number uint64) error { return l.disk.Remove(l.path(number)) }

// IsRewriting reports whether a file of a log's folder is a segment that was
// being written anew when its process ended. It counts for nothing.
func IsRewriting(file string) bool {
	name, ok := strings.CutSuffix(file, newSuffix)
	_, segment := SegmentNumber(name)
	return ok && segment
}

// rewriter writes one segment anew.
type rewriter struct {
	log    *Log
	ctx    context.Context
	number uint64
	drop   Drop
	path   string
	file   host.File
	hash   *blake3.Hasher
	end    int64
	buf    []byte
	gap    *removed // what was left out since the last frame that stays
	events uint64   // that stay
	hurt   error
}

// removeOld deletes what an interrupted rewriting left behind.
func (w *rewriter) removeOld() error {
	err := w.log.disk.Remove(w.path + newSuffix)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// write makes the new file durable, and returns what is to be said of it.
func (w *rewriter) write() (told *event.LogRewritten, err error) {
	numbers, err := segmentNumbers(w.log.disk, w.log.Dir)
	if err != nil {
		return nil, err
	}
	r := &reader{
		disk: w.log.disk, dir: w.log.Dir, writer: w.log.Writer, numbers: numbers, raw: w.frame,
		apply: func(*event.Event) error { return nil }, opts: Options{OnDamage: w.onDamage},
	}
	r.check = func(s *scan) error { told, err = w.finish(s); return err }
	if w.file, err = w.log.disk.Create(w.path + newSuffix); err != nil {
		return nil, err
	}
	var later []uint64
	for _, n := range numbers {
		if n > w.number {
			later = append(later, n)
		}
	}
	err = w.begin(later)
	if err == nil {
		err = r.readOne(w.number, later)
	}
	if err == nil && w.hurt == nil && told == nil {
		err = fault.New(fault.Internal, "this journal segment counts for nothing").On("write anew", w.path)
	}
	closed := w.file.Close()
	for _, failed := range []error{w.hurt, err, closed} {
		if failed != nil {
			return nil, failed
		}
	}
	return told, nil
}

func (w *rewriter) onDamage(d Damage) {
	w.hurt = fault.New(fault.Corrupt, "%s; it was left as it is, and may still hold what was purged", d.Sentence).On("write anew", w.path).
		WithHint("Run varve doctor to see what is damaged.")
}

// begin writes the header: that of the old segment, and what the next header
// says about it, which from now on is true no more.
func (w *rewriter) begin(later []uint64) error {
	l := w.log
	seg, err := openSegment(l.disk, l.Dir, w.number, l.Writer)
	if err != nil {
		return err
	}
	defer seg.file.Close()
	said, err := (&reader{disk: l.disk, dir: l.Dir, writer: l.Writer}).wordOn(w.number, later)
	if err != nil {
		return err
	}
	h := seg.header
	h.Format, h.Rewriting = formatRewrite, &rewriting{Times: seg.rewritten() + 1}
	switch {
	case said.bound != nil:
		h.Rewriting.Was = *said.bound
	default: // the last one: the next header will say what it is now
		last, err := w.asLast()
		if err != nil {
			return err
		}
		h.Rewriting.Was = *last
	}
	head, err := appendFrame([]byte(magic), &h)
	if err != nil {
		return err
	}
	return w.put(head)
}

// asLast is what the next header would say about the segment.
func (w *rewriter) asLast() (*previous, error) {
	e, err := w.log.endingAt(w.number, w.onDamage)
	if err == nil && (e.prev == nil || e.prev.End != endSealed) {
		err = fault.New(fault.Corrupt, "nobody says where this journal segment ends").On("write anew", w.path)
	}
	return e.prev, err
}

// frame takes one frame of the old segment.
func (w *rewriter) frame(_ uint64, _ int64, frame []byte) error {
	if w.ctx.Err() != nil {
		return fault.Wrap(context.Cause(w.ctx), fault.Cancelled, "write anew", w.path)
	}
	payload := frame[prefix:]
	switch kindOf(payload, w.log.Writer) {
	case kindHeader, kindSeal:
		return nil
	case kindEvent:
		e, err := event.Decode(payload)
		if err != nil {
			return err
		}
		if w.drop(e) {
			w.gap = w.gap.join(e.ID.Writer, e.Commit, e.ID.Seq, e.Last())
			return nil
		}
		w.events++
	case kindRemoved:
		var was removed
		if err := event.Unmarshal(payload, &was); err != nil {
			return err
		}
		w.gap = w.gap.join(was.Writer, was.Commit, was.First, was.last())
		return nil
	case kindFold:
		var err error
		if frame, err = refold(frame, w.drop); err != nil {
			return err
		}
	}
	if err := w.close(); err != nil {
		return err
	}
	return w.put(frame)
}

// close writes the frame that stands for what was left out.
func (w *rewriter) close() error {
	if w.gap == nil {
		return nil
	}
	frame, err := appendFrame(nil, w.gap)
	if err != nil {
		return err
	}
	w.gap = nil
	return w.put(frame)
}

// put writes behind what there is already, in large pieces.
func (w *rewriter) put(b []byte) error {
	w.buf = append(w.buf, b...)
	w.hash.Write(b)
	if len(w.buf) < windowBytes {
		return nil
	}
	return w.drain()
}

func (w *rewriter) drain() error {
	n, err := w.file.WriteAt(w.buf, w.end)
	w.end += int64(n)
	w.buf = w.buf[:0]
	return err
}

// finish seals the new segment, if the old one was what it should be.
func (w *rewriter) finish(s *scan) (*event.LogRewritten, error) {
	if err := s.verify(); err != nil || w.hurt != nil {
		return nil, err
	}
	if err := w.close(); err != nil {
		return nil, err
	}
	end := seal{Kind: kindSeal, Writer: w.log.Writer, Commit: s.pos.Commit + 1, Last: s.pos.Last, Events: w.events}
	if s.seal != nil {
		end.Commit = s.seal.Commit
	}
	copy(end.Hash[:], w.hash.Sum(nil))
	frame, err := appendFrame(nil, &end)
	if err != nil {
		return nil, err
	}
	if err := w.put(frame); err != nil {
		return nil, err
	}
	before, err := hashPrefix(s.seg.file, s.seg.size)
	if err == nil {
		err = w.drain()
	}
	if err == nil {
		err = w.file.Sync()
	}
	return &event.LogRewritten{
		Segment: w.number, Times: s.seg.rewritten() + 1,
		BytesBefore: s.seg.size, Before: before[:], BytesAfter: w.end, After: w.hash.Sum(nil),
	}, err
}
