package journal_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/storage/disk"
	"dev.varve/storage/journal"
	"dev.varve/storage/storetest/faultdisk"
)

var errStop = errors.New("enough")

// readSome reads at most n events.
func readSome(t *testing.T, d host.Disk, from journal.Position, n int) (ids []event.ID, end journal.Position) {
	t.Helper()
	end, err := journal.Read(d, dir, writer, from, journal.Options{}, func(e *event.Event) error {
		if len(ids) == n {
			return errStop
		}
		ids = append(ids, e.ID)
		return nil
	})
	if err != nil && !errors.Is(err, errStop) {
		t.Fatal(err)
	}
	return ids, end
}

const eventfulFlip = 800 // the byte of its segment 1 that is damaged

// eventful is a log with everything in it: rotation, clean and unclean ends,
// an abandoned segment, one that was never used, damage, and folds.
func eventful(t testing.TB) *faultdisk.Memory {
	t.Helper()
	m := faultdisk.NewMemory()
	agent, _, err := journal.Open(config(m, "/journal/agent", event.Writer{2}), nil)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 12 {
		appendOne(t, agent, 100+n, 700)
	}
	closeLog(t, agent)

	d := faultdisk.New(m)
	l := open(t, d)
	for n := range 6 {
		appendOne(t, l, n, 900)
	}
	d.Fail(faultdisk.Rule{Op: faultdisk.Sync})
	if _, err := l.Append(context.Background(), draft(6, 10)); err == nil {
		t.Fatal("no error")
	}
	for range 2 {
		if err := l.Fold("/journal/agent", event.Writer{2}, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	appendOne(t, l, 7, 10)
	l = open(t, d) // without a close
	if _, err := l.Append(context.Background(), draft(8, 10), draft(9, 10), draft(10, 10)); err != nil {
		t.Fatal(err)
	}
	closeLog(t, l)
	if err := m.WriteFile(segment(9), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	corrupt(t, m, segment(1), flip(eventfulFlip))
	return m
}

func TestReadingGoesOnExactlyWhereItStopped(t *testing.T) {
	m := eventful(t)
	all, end := readSome(t, m, journal.Position{}, -1)
	if len(all) < 30 {
		t.Fatalf("only %d events: %v", len(all), all)
	}
	for n := range len(all) + 1 {
		first, at := readSome(t, m, journal.Position{}, n)
		data, err := event.Marshal(at)
		if err != nil {
			t.Fatal(err)
		}
		var saved journal.Position
		if err := event.Unmarshal(data, &saved); err != nil || saved != at {
			t.Fatalf("position %+v came back as %+v: %v", at, saved, err)
		}
		rest, last := readSome(t, m, saved, -1)
		if last != end {
			t.Fatalf("after %d events: ended at %+v instead of %+v", n, last, end)
		}
		// A fold frame that was applied in part is applied again, as a whole.
		again := len(first) + len(rest) - len(all)
		if again < 0 || !slices.Equal(rest, all[n-again:]) {
			t.Fatalf("after %d events: %v", n, rest)
		}
		if again > 0 && (first[n-1].Writer == writer || first[n-again].Writer == writer) {
			t.Fatalf("after %d events: %d events were read again", n, again)
		}
	}
	if rest, last := readSome(t, m, end, -1); len(rest) > 0 || last != end {
		t.Fatalf("behind the end: %v, %+v", rest, last)
	}
}

// An index that follows a growing log sees each event once.
func TestFollowingAGrowingLog(t *testing.T) {
	for _, live := range []bool{true, false} {
		m := faultdisk.NewMemory()
		l := open(t, m)
		var at journal.Position
		for n := 1; n <= 40; n++ {
			switch {
			case n%13 == 0:
				closeLog(t, l)
				l = open(t, m)
			case n%17 == 0:
				l = open(t, m)
			}
			appendOne(t, l, n, 300)
			r := readFrom(t, m, at, live)
			if !slices.Equal(r.values, []int{n}) || len(r.damage) > 0 {
				t.Fatalf("after event %d: read %v, damage %+v", n, r.values, r.damage)
			}
			at = r.end
		}
		closeLog(t, l)
		if r := readFrom(t, m, at, live); len(r.values)+len(r.damage) > 0 {
			t.Fatalf("after the seal: read %v, damage %+v", r.values, r.damage)
		}
	}
}

// Open returns the place up to which an index that has applied everything has
// nothing left to read.
func TestOpenReturnsTheEnd(t *testing.T) {
	for _, end := range []bool{true, false} {
		m := sample(t, end)
		_, at, err := journal.Open(config(m, dir, writer), nil)
		if err != nil {
			t.Fatal(err)
		}
		if want := read(t, m).end; at != want {
			t.Errorf("Open says %+v, Read %+v", at, want)
		}
	}
}

func TestAPositionThatTheLogDoesNotKnowIsAConflict(t *testing.T) {
	m := faultdisk.NewMemory()
	d := faultdisk.New(m)
	l := open(t, d)
	appendOne(t, l, 1, 10)
	d.Fail(faultdisk.Rule{Op: faultdisk.Sync, Times: 1})
	if _, err := l.Append(context.Background(), draft(2, 10)); err == nil {
		t.Fatal("no error")
	}
	tooFar := readFrom(t, m, journal.Position{}, true) // sees what was never promised
	if !slices.Equal(tooFar.values, []int{1, 2}) {
		t.Fatalf("read %v", tooFar.values)
	}
	appendOne(t, l, 3, 10)

	// The same with a segment of which nothing counts.
	other := faultdisk.NewMemory()
	d = faultdisk.New(other)
	l = open(t, d)
	d.Fail(faultdisk.Rule{Op: faultdisk.Sync, Nth: 2})
	d.Fail(faultdisk.Rule{Op: faultdisk.Remove})
	if _, err := l.Append(context.Background(), draft(2, 10)); err == nil {
		t.Fatal("no error")
	}
	first := readFrom(t, other, journal.Position{}, true)
	appendOne(t, l, 3, 10)

	for name, c := range map[string]struct {
		disk *faultdisk.Memory
		at   journal.Position
	}{
		"behind the bound":     {m, tooFar.end},
		"in what counts not":   {other, first.end},
		"behind the file":      {m, journal.Position{Segment: 2, Offset: 1 << 40}},
		"in a missing segment": {m, journal.Position{Segment: 7, Offset: 100}},
	} {
		_, err := journal.Read(c.disk, dir, writer, c.at, journal.Options{}, func(*event.Event) error { return nil })
		if !errors.Is(err, fault.Conflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	wantIntact(t, m, 1, 3)
	wantIntact(t, other, 3)
}

func TestASegmentThatWasReadOnceAndIsEmptyNow(t *testing.T) {
	m := faultdisk.NewMemory()
	l := open(t, m)
	appendOne(t, l, 1, 100)
	_, end := readSome(t, m, journal.Position{}, 10)
	if err := m.WriteFile(segment(1), []byte("VARV"), 0o644); err != nil {
		t.Fatal(err)
	}
	for from, want := range map[journal.Position]int{{}: 0, end: 1} {
		n := 0
		opts := journal.Options{OnDamage: func(journal.Damage) { n++ }}
		_, err := journal.Read(m, dir, writer, from, opts, func(*event.Event) error { return nil })
		if err != nil || n != want {
			t.Errorf("from %+v: %d damaged places, %v", from, n, err)
		}
	}
}

func TestALiveEndIsNotThereYet(t *testing.T) {
	m := sample(t, false)
	file := content(t, m, segment(3))
	frames := journal.Frames(file)
	last := frames[len(frames)-1]
	for size := last.Offset + 1; size < last.End; size++ {
		for _, zeros := range []bool{true, false} { // written in part, or a file that is still being fetched
			h := hurt(t, m, segment(3), func(b []byte) []byte {
				if zeros {
					clear(b[size:])
					return b
				}
				return b[:size]
			})
			r := readFrom(t, h, journal.Position{}, true)
			if !slices.Equal(r.values, upTo(11)) || len(r.damage)+len(r.notes) > 0 {
				t.Fatalf("%d bytes: read %v, damage %+v, notes %v", size, r.values, r.damage, r.notes)
			}
			corrupt(t, h, segment(3), func([]byte) []byte { return file })
			if rest := readFrom(t, h, r.end, true); !slices.Equal(rest.values, []int{12}) || len(rest.damage) > 0 {
				t.Fatalf("%d bytes: then read %v, damage %+v", size, rest.values, rest.damage)
			}
		}
	}
	if err := m.WriteFile(segment(4), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if r := readFrom(t, m, journal.Position{}, true); !slices.Equal(r.values, upTo(12)) || len(r.damage)+len(r.notes) > 0 {
		t.Fatalf("a segment being made: read %v, damage %+v, notes %v", r.values, r.damage, r.notes)
	}
}

// Only the last segment is live: what is missing from the others is missing.
func TestALiveReaderNamesDamageInFinishedSegments(t *testing.T) {
	m := faultdisk.NewMemory()
	appendOne(t, open(t, m), 1, 10)
	appendOne(t, open(t, m), 2, 10)
	corrupt(t, m, segment(1), func(b []byte) []byte { return b[:used(b)+10] })
	if r := readFrom(t, m, journal.Position{}, true); !slices.Equal(r.values, upTo(2)) || len(r.damage) != 1 {
		t.Fatalf("read %v, damage %+v", r.values, r.damage)
	}
}

// Readers on real files, one that follows and one that reads from the
// beginning, while a writer appends.
func TestReadingWhileAWriterAppends(t *testing.T) {
	const total = 150
	folder := t.TempDir() + "/w"
	l, _, err := journal.Open(config(disk.OS{}, folder, writer), nil)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := range total {
			if _, err := l.Append(context.Background(), draft(n, n%700)); err != nil {
				t.Error(err)
				return
			}
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}()
	follow := func(at *journal.Position, seq *uint64, live bool) {
		opts := journal.Options{Live: live, OnDamage: func(d journal.Damage) { t.Errorf("live %v: damage %+v", live, d) }}
		end, err := journal.Read(disk.OS{}, folder, writer, *at, opts, func(e *event.Event) error {
			if *seq++; e.ID.Seq != *seq {
				t.Errorf("live %v: event %d after %d", live, e.ID.Seq, *seq-1)
			}
			return nil
		})
		if err != nil && !errors.Is(err, fault.NotFound) {
			t.Errorf("live %v: %v", live, err)
		}
		*at = end
	}
	var at journal.Position
	var seq uint64
	for ended := false; !ended && !t.Failed(); {
		select {
		case <-done:
			ended = true
		default:
		}
		follow(&at, &seq, true)
		var start journal.Position
		var all uint64
		follow(&start, &all, false)
	}
	if seq != total {
		t.Fatalf("followed %d events of %d", seq, total)
	}
}

// stale shows zeros instead of some bytes of a file, once: a reader that came
// while its writer was just there.
type stale struct {
	host.Disk
	from, to int64
	once     *bool
}

type staleFile struct {
	host.File
	stale
}

func (s stale) Open(name string) (host.File, error) {
	f, err := s.Disk.Open(name)
	return staleFile{f, s}, err
}

func (f staleFile) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.File.ReadAt(p, off)
	if from, to := max(f.from-off, 0), min(f.to-off, int64(n)); from < to && !*f.once {
		*f.once = true
		clear(p[from:to])
	}
	return n, err
}

func TestAPlaceThatIsJustBeingWrittenIsNotDamaged(t *testing.T) {
	m := faultdisk.NewMemory()
	l := open(t, m)
	for n := range 5 {
		appendOne(t, l, n+1, 500) // so that event 3 stands behind what is read for the header
	}
	frames := journal.Frames(content(t, m, segment(1)))
	for name, at := range map[string]journal.FrameInfo{"the header": frames[0], "an event": frames[3]} {
		for _, live := range []bool{true, false} {
			seen := false
			r := readFrom(t, stale{m, at.Offset, at.End - 2, &seen}, journal.Position{}, live)
			if live { // it may have stopped there
				r.values = append(r.values, readFrom(t, m, r.end, live).values...)
			}
			if !seen || !slices.Equal(r.values, upTo(5)) || len(r.damage) > 0 {
				t.Errorf("%s, live %v: read %v, damage %+v", name, live, r.values, r.damage)
			}
		}
	}
}
