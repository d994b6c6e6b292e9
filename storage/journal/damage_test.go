package journal_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/storage/journal"
	"dev.varve/storage/storetest/faultdisk"
)

// sample is a log of three segments with commits of one to three events; the
// values are 1 … 12. Without an end it looks as after a kill.
func sample(t testing.TB, end bool) *faultdisk.Memory {
	t.Helper()
	m := faultdisk.NewMemory()
	n := 0
	for range 3 {
		l := open(t, m)
		for _, drafts := range [][]event.Draft{
			{draft(n+1, 5)},
			{draft(n+2, 5), draft(n+3, 50), draft(n+4, 5)},
		} {
			if _, err := l.Append(context.Background(), drafts...); err != nil {
				t.Fatal(err)
			}
		}
		n += 4
		if end || n < 12 {
			closeLog(t, l)
		}
	}
	wantIntact(t, m, upTo(12)...)
	return m
}

// hurt returns a copy of a disk with one file changed.
func hurt(t testing.TB, m *faultdisk.Memory, name string, change func([]byte) []byte) *faultdisk.Memory {
	t.Helper()
	c := m.PowerCut(nil)
	corrupt(t, c, name, change)
	return c
}

func flip(at int) func([]byte) []byte {
	return func(b []byte) []byte { b[at] ^= 1 << (at % 8); return b }
}

// used is how many bytes of a segment file hold frames.
func used(file []byte) int {
	frames := journal.Frames(file)
	return int(frames[len(frames)-1].End)
}

// A flipped bit anywhere in a log that was closed is named, and costs at most
// the event that it hit.
func TestEveryFlippedBitIsNamed(t *testing.T) {
	m := sample(t, true)
	for n := 1; n <= 3; n++ {
		file := content(t, m, segment(n))
		for at := range file {
			h := hurt(t, m, segment(n), flip(at))
			r := read(t, h)
			if len(r.values) < 11 || !slices.IsSorted(r.values) {
				t.Fatalf("segment %d, byte %d: read %v", n, at, r.values)
			}
			if len(r.values) < 12 && len(r.damage) == 0 {
				t.Fatalf("segment %d, byte %d: events missing without a word: %v", n, at, r.values)
			}
			named := false
			for _, d := range verify(t, h) {
				named = named || d.File == segment(n) && d.Offset <= int64(at) && (d.Bytes == 0 || int64(at) < d.Offset+d.Bytes)
			}
			if !named {
				t.Fatalf("segment %d, byte %d: Verify names %+v", n, at, verify(t, h))
			}
		}
	}
}

// Without a seal, only the last commit has no witness.
func TestFlippedBitsWithoutASeal(t *testing.T) {
	m := sample(t, false)
	file := content(t, m, segment(3))
	frames := journal.Frames(file)
	lastCommit := int(frames[len(frames)-3].Offset)
	for at := range len(file) {
		h := hurt(t, m, segment(3), flip(at))
		r := read(t, h)
		switch {
		case at < lastCommit:
			if len(r.values) < 11 || len(r.damage) == 0 {
				t.Fatalf("byte %d: read %v, damage %+v", at, r.values, r.damage)
			}
		case at < used(file):
			if len(r.values) < 9 || len(r.damage) > 0 || len(r.notes) == 0 {
				t.Fatalf("byte %d of the last commit: read %v, damage %+v, notes %v", at, r.values, r.damage, r.notes)
			}
		default:
			if len(r.values) != 12 || len(r.damage) > 0 {
				t.Fatalf("byte %d behind the end: read %v, damage %+v", at, r.values, r.damage)
			}
		}
		if !slices.IsSorted(r.values) {
			t.Fatalf("byte %d: order lost: %v", at, r.values)
		}
	}
}

func TestAShortenedSegmentIsNamed(t *testing.T) {
	for _, end := range []bool{true, false} {
		m := sample(t, end)
		for n := 1; n <= 3; n++ {
			file := content(t, m, segment(n))
			frames := journal.Frames(file)
			for size := 0; size < len(file); size++ {
				if size > used(file) {
					size += 97 // behind the end one place is like another
				}
				h := hurt(t, m, segment(n), func(b []byte) []byte { return b[:min(size, len(b)-1)] })
				var kept []int
				for _, f := range frames {
					if f.End <= int64(size) && f.Seq > 0 {
						kept = append(kept, int(f.Seq))
					}
				}
				r := read(t, h)
				for _, v := range kept {
					if !slices.Contains(r.values, v) {
						t.Fatalf("segment %d of %d bytes: event %d is whole and not read", n, size, v)
					}
				}
				unused := n == 3 && len(kept) == 0 // the last segment may as well never have been used
				if !unused && len(r.damage) == 0 {
					t.Fatalf("segment %d of %d bytes: events missing without a word", n, size)
				}
				if !unused && len(verify(t, h)) == 0 {
					t.Fatalf("segment %d of %d bytes: Verify names nothing", n, size)
				}
			}
		}
	}
}

// Pages of one write reach the disk in any order. A commit of which only the
// later frames did was never promised: no damage, and nothing of it counts.
func TestATornCommitIsNotDamage(t *testing.T) {
	m := sample(t, false)
	file := content(t, m, segment(3))
	frames := journal.Frames(file)
	first := frames[len(frames)-3] // of three in the last commit
	for size := 1; size <= int(first.End-first.Offset); size++ {
		h := hurt(t, m, segment(3), func(b []byte) []byte {
			clear(b[first.Offset : first.Offset+int64(size)])
			return b
		})
		r := read(t, h)
		if !slices.Equal(r.values, upTo(9)) || len(r.damage) > 0 || len(r.notes) != 1 {
			t.Fatalf("%d bytes lost: read %v, damage %+v, notes %v", size, r.values, r.damage, r.notes)
		}
		if damage := verify(t, h); len(damage) > 0 {
			t.Fatalf("%d bytes lost: Verify names %+v", size, damage)
		}
	}
}

// The end of one commit and the beginning of the next are hurt together. The
// second may be torn, but the first was promised.
func TestDamageThatReachesIntoATornCommitIsNamed(t *testing.T) {
	m := faultdisk.NewMemory()
	l := open(t, m)
	appendOne(t, l, 1, 10)
	appendOne(t, l, 2, 10)
	if _, err := l.Append(context.Background(), draft(3, 10), draft(4, 10)); err != nil {
		t.Fatal(err)
	}
	frames := journal.Frames(content(t, m, segment(1)))
	corrupt(t, m, segment(1), func(b []byte) []byte {
		clear(b[frames[2].End-4 : frames[3].Offset+4]) // the end of event 2, the beginning of event 3
		return b
	})
	r := read(t, m)
	if !slices.Equal(r.values, []int{1, 4}) || len(r.damage) != 1 {
		t.Fatalf("read %v, damage %+v", r.values, r.damage)
	}
}

// Numbers never repeat, not even those of events whose bytes went bad after
// somebody had read them.
func TestNumbersOfLostEventsAreNotGivenOutAgain(t *testing.T) {
	m := sample(t, false)
	file := content(t, m, segment(3))
	frames := journal.Frames(file)
	for name, change := range map[string]func([]byte) []byte{
		"last event flipped":  flip(int(frames[len(frames)-1].Offset) + 20),
		"last commit flipped": flip(int(frames[len(frames)-3].Offset) + 20),
		"frames zeroed":       func(b []byte) []byte { clear(b[frames[1].Offset:]); return b },
		"file zeroed":         func(b []byte) []byte { clear(b); return b },
		"file filled":         func(b []byte) []byte { return bytes.Repeat([]byte{0xaa}, len(b)) },
		"file cut":            func(b []byte) []byte { return b[:frames[2].Offset] },
	} {
		h := hurt(t, m, segment(3), change)
		l, _, err := journal.Open(config(h, dir, writer), nil)
		if err != nil {
			t.Fatal(err)
		}
		before := len(read(t, h).values)
		if e := appendOne(t, l, 13, 10); e.ID.Seq <= 12 || e.Commit <= frames[len(frames)-1].Commit {
			t.Errorf("%s: the next event is %d in commit %d", name, e.ID.Seq, e.Commit)
		}
		closeLog(t, l)
		if after := read(t, h).values; len(after) != before+1 {
			t.Errorf("%s: %d values before, %v afterwards", name, before, after)
		}
	}
}

func TestALaterFormatIsSaidInWords(t *testing.T) {
	m := sample(t, true)
	payload, err := event.Marshal(map[int]any{0: 1, 1: writer[:], 2: "not a number any more", 3: 2, 4: 3})
	if err != nil {
		t.Fatal(err)
	}
	corrupt(t, m, segment(2), func([]byte) []byte {
		return append([]byte(journal.SegmentMagic), journal.Frame(payload)...)
	})
	var values []int
	_, err = journal.Read(m, dir, writer, journal.Position{}, journal.Options{}, func(e *event.Event) error {
		values = append(values, value(t, e))
		return nil
	})
	if !errors.Is(err, fault.Newer) || fault.HintOf(err) == "" || !slices.Equal(values, upTo(4)) {
		t.Fatalf("read %v, then %v", values, err)
	}
	later := content(t, m, segment(2))
	corrupt(t, m, segment(3), func([]byte) []byte { return later })
	if _, _, err := journal.Open(config(m, dir, writer), nil); !errors.Is(err, fault.Newer) {
		t.Fatalf("opening to append: %v", err)
	}
}

// A kind of frame that this version does not know is left out; the same frame
// twice is damage.
func TestFramesThatDoNotBelong(t *testing.T) {
	m := sample(t, false)
	file := content(t, m, segment(3))
	frames := journal.Frames(file)
	last := frames[len(frames)-1]
	unknown, err := event.Marshal(map[int]any{0: 9, 1: writer[:], 2: last.Commit + 1, 3: "later"})
	if err != nil {
		t.Fatal(err)
	}
	next, err := event.Marshal(map[int]any{0: 9, 1: writer[:], 2: last.Commit + 2})
	if err != nil {
		t.Fatal(err)
	}
	var earlier bytes.Buffer
	e := &event.Event{ID: event.ID{Writer: writer, Seq: 13}, Commit: last.Commit - 1, Stream: "s", Type: "t", Body: []byte{0xa0}}
	if err := e.Encode(&earlier); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		frames []byte
		damage int
	}{
		"an older commit": {slices.Concat(journal.Frame(earlier.Bytes()), journal.Frame(next)), 1},
		"unknown kind":    {slices.Concat(journal.Frame(unknown), journal.Frame(next)), 0},
		"the same again":  {slices.Concat(file[last.Offset:last.End], journal.Frame(next)), 1},
		"a header":        {slices.Concat(file[len(journal.SegmentMagic):frames[1].Offset], journal.Frame(next)), 1},
	} {
		h := hurt(t, m, segment(3), func(b []byte) []byte { copy(b[last.End:], c.frames); return b })
		r := read(t, h)
		if !slices.Equal(r.values, upTo(12)) || len(r.damage) != c.damage {
			t.Errorf("%s: read %v, damage %+v", name, r.values, r.damage)
		}
	}
}

// The last segment's header is gone, and it holds no event of its own that
// tells the numbers: older segments, or its seal, do.
func TestNumbersGoOnBehindAHurtHeader(t *testing.T) {
	for name, folds := range map[string]bool{"a seal only": false, "folds only": true} {
		m := faultdisk.NewMemory()
		d := faultdisk.New(m)
		l := open(t, d)
		for n := range 5 {
			appendOne(t, l, n+1, 10)
		}
		d.Fail(faultdisk.Rule{Op: faultdisk.Sync})
		if _, err := l.Append(context.Background(), draft(6, 10)); err == nil {
			t.Fatal("no error")
		}
		if folds {
			agent, _, err := journal.Open(config(m, "/journal/agent", event.Writer{2}), nil)
			if err != nil {
				t.Fatal(err)
			}
			appendOne(t, agent, 1000, 10)
			if err := l.Fold("/journal/agent", event.Writer{2}, nil, nil); err != nil {
				t.Fatal(err)
			}
		} else {
			closeLog(t, l)
		}
		corrupt(t, m, segment(2), flip(40))
		if !folds {
			if err := m.Remove(segment(1)); err != nil { // only the seal is left to tell
				t.Fatal(err)
			}
		}
		l, end, err := journal.Open(config(m, dir, writer), nil)
		if err != nil {
			t.Fatal(err)
		}
		if e := appendOne(t, l, 7, 10); e.ID.Seq <= 5 || end.Last < 5 {
			t.Errorf("%s: event %d appended behind event 5; Open said %+v", name, e.ID.Seq, end)
		}
	}
}

// Without a header a segment does not say its number. Events that are later
// than the next header allows do not belong to it.
func TestASegmentWithoutAHeaderInAnotherPlace(t *testing.T) {
	m := sample(t, true)
	three := content(t, m, segment(3))
	corrupt(t, m, segment(1), func([]byte) []byte { return flip(40)(three) })
	r := read(t, m)
	if !slices.Equal(r.values, upTo(12)[4:]) || len(r.damage) == 0 {
		t.Fatalf("read %v, damage %+v", r.values, r.damage)
	}
}
