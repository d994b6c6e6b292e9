package journal

import (
	"path/filepath"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// unfold hands on the events inside a fold frame, as if they stood in a log
// of their own.
func (s *scan) unfold(f *fold) error {
	for b := f.Frames; len(b) > 0; {
		payload, v := parse(b)
		if v != whole {
			s.damageAt(s.pos.Offset, int64(len(b)), "folded frames of writer "+f.Source.String()+" are damaged")
			return nil
		}
		if kindOf(payload) == kindEvent {
			e, err := event.Decode(payload)
			if err != nil || e.ID.Writer != f.Source {
				s.damageAt(s.pos.Offset, int64(len(b)), "folded frames of writer "+f.Source.String()+" are damaged")
				return nil
			}
			if err := s.apply(e); err != nil {
				return err
			}
		}
		b = b[prefix+len(payload):]
	}
	return nil
}

// Fold copies the whole log of an ended writer, word for word, into fold
// frames of l, and returns when they are durable. The caller deletes the
// original folder afterwards. Doing it twice changes nothing.
func (l *Log) Fold(dir string, source event.Writer, onDamage func(Damage)) error {
	numbers, err := segmentNumbers(l.disk, dir)
	if err != nil {
		return err
	}
	r := &reader{
		disk: l.disk, dir: dir, writer: source, opts: Options{OnDamage: onDamage},
		apply: func(*event.Event) error { return nil },
	}
	for i, n := range numbers {
		frames, err := r.validFrames(n, numbers[i+1:])
		if err != nil {
			return err
		}
		if err := l.foldSegment(source, n, frames, i == len(numbers)-1); err != nil {
			return err
		}
	}
	return nil
}

func (l *Log) foldSegment(source event.Writer, number uint64, frames []byte, final bool) error {
	offset := int64(len(magic))
	for {
		n := foldPiece(frames)
		last := n == len(frames)
		f := &fold{
			Kind: kindFold, Source: source, Segment: number, Offset: offset,
			Frames: frames[:n], Final: final && last,
		}
		if err := l.appendFold(f); err != nil {
			return err
		}
		if last {
			return nil
		}
		frames, offset = frames[n:], offset+int64(n)
	}
}

// foldPiece is the length of the leading whole frames that fit one fold frame.
func foldPiece(frames []byte) int {
	n := 0
	for n < len(frames) {
		payload, v := parse(frames[n:])
		if v != whole {
			break
		}
		size := prefix + len(payload)
		if n > 0 && n+size > maxFold {
			break
		}
		n += size
	}
	return n
}

// validFrames returns the frames of one segment that count, the header's and
// the seal's included, joined. An unused segment has none.
func (r *reader) validFrames(number uint64, later []uint64) ([]byte, error) {
	seg, err := openSegment(r.disk, r.dir, number, r.writer)
	if err != nil {
		if fault.KindOf(err) == fault.Corrupt {
			return nil, nil
		}
		return nil, err
	}
	defer seg.file.Close()
	bound, err := r.boundOf(number, later)
	if err != nil {
		return nil, err
	}
	s := r.newScan(seg, bound)
	head, err := s.w.have(int64(len(magic)), int(seg.body)-len(magic))
	if err != nil {
		return nil, err
	}
	frames := append([]byte(nil), head[:int(seg.body)-len(magic)]...)
	s.raw = func(frame []byte) { frames = append(frames, frame...) }
	r.pos = Position{Segment: number, Offset: seg.body, Commit: seg.header.Commit}
	return frames, s.run()
}

// Exists reports whether dir holds a journal log.
func Exists(disk host.Disk, dir string) bool {
	numbers, err := segmentNumbers(disk, dir)
	return err == nil && len(numbers) > 0
}

// Writers lists the writers that have a folder below base.
func Writers(disk host.Disk, base string) ([]event.Writer, error) {
	entries, err := disk.ReadDir(base)
	if err != nil {
		return nil, err
	}
	var writers []event.Writer
	for _, e := range entries {
		if w, err := event.ParseWriter(e.Name()); err == nil && e.IsDir() {
			writers = append(writers, w)
		}
	}
	return writers, nil
}

// Dir is the folder of a writer's log below base.
func Dir(base string, w event.Writer) string { return filepath.Join(base, w.String()) }
