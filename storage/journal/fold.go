package journal

import (
	"path/filepath"

	"dev.varve/backend/event"
	"dev.varve/backend/host"
)

// Fold copies the whole log of an ended writer, word for word, into fold
// frames of l, and returns when they are durable. The caller deletes the
// original folder afterwards. Doing it twice changes nothing. Events that drop
// chooses, if it is set, were purged meanwhile, and are left out.
//
// What is damaged in the source is told to onDamage and cannot be copied.
func (l *Log) Fold(dir string, source event.Writer, drop Drop, onDamage func(Damage)) error {
	f := &folder{log: l, source: source, drop: drop}
	r := &reader{
		disk: l.disk, dir: dir, writer: source, opts: Options{OnDamage: onDamage},
		apply: func(*event.Event) error { return nil }, raw: f.add,
	}
	if err := r.readAll(); err != nil {
		return err
	}
	return f.flush(true)
}

// folder collects frames of another writer. A fold frame carries bytes that
// stood beside each other.
type folder struct {
	log    *Log
	source event.Writer
	drop   Drop
	next   *fold
}

func (f *folder) add(segment uint64, offset int64, frame []byte) error {
	if f.drop != nil && kindOf(frame[prefix:], f.source) == kindEvent {
		if e, err := event.Decode(frame[prefix:]); err != nil || f.drop(e) {
			return err
		}
	}
	if n := f.next; n != nil {
		beside := n.Segment == segment && n.Offset+int64(len(n.Frames)) == offset
		if !beside || len(n.Frames)+len(frame) > maxFold {
			if err := f.flush(false); err != nil {
				return err
			}
		}
	}
	if f.next == nil {
		f.next = &fold{Kind: kindFold, Source: f.source, Segment: segment, Offset: offset}
	}
	f.next.Frames = append(f.next.Frames, frame...)
	return nil
}

func (f *folder) flush(final bool) error {
	if f.next == nil {
		return nil
	}
	n := f.next
	n.Final, f.next = final, nil
	return f.log.appendFold(n)
}

// Folded are the writers whose whole logs have been taken into a log. If anything
// in it is damaged, it is none: it cannot be told what of theirs that was.
func Folded(disk host.Disk, dir string, writer event.Writer) (map[event.Writer]bool, error) {
	folded := map[event.Writer]bool{}
	r := &reader{disk: disk, dir: dir, writer: writer, apply: func(*event.Event) error { return nil }}
	r.raw = func(_ uint64, _ int64, frame []byte) error {
		var f fold
		if kindOf(frame[prefix:], writer) != kindFold {
			return nil
		}
		err := event.Unmarshal(frame[prefix:], &f)
		if f.Final {
			folded[f.Source] = true
		}
		return err
	}
	damaged := false
	r.opts.OnDamage = func(Damage) { damaged = true }
	if err := r.readAll(); err != nil || damaged {
		return nil, err
	}
	return folded, nil
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
		w, err := event.ParseWriter(e.Name())
		if err == nil && e.IsDir() && w.String() == e.Name() {
			writers = append(writers, w)
		}
	}
	return writers, nil
}

// Begun reports whether the log of a writer has a segment yet.
func Begun(disk host.Disk, base string, w event.Writer) (bool, error) {
	numbers, err := segmentNumbers(disk, Dir(base, w))
	return len(numbers) > 0, err
}

// Dir is the folder of a writer's log below base.
func Dir(base string, w event.Writer) string { return filepath.Join(base, w.String()) }
