package journal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/storage/journal"
	"dev.varve/storage/storetest/faultdisk"
)

const (
	secret = "SECRET-THAT-MUST-GO"
	keep   = "KEPT-WORD-FOR-WORD"
)

func purged(e *event.Event) bool { return e.Stream == "run/gone" }

// stays is a status of a run that stays, goes one of a run that is purged.
func stays(n int) event.Draft {
	return event.Draft{Stream: "run/kept", Body: event.RunStatus{Status: "RUNNING", End: int64(n), Reason: keep}}
}

func goes(n, size int) event.Draft {
	return event.Draft{Stream: "run/gone", Body: event.RunStatus{Status: "RUNNING", End: int64(n), Reason: secret + string(bytes.Repeat([]byte{'y'}, size))}}
}

// everything reads all events of a log, as text: envelope and body.
func everything(t tester, d host.Disk, drop journal.Drop) (list []string) {
	t.Helper()
	_, err := journal.Read(d, dir, writer, journal.Position{}, journal.Options{}, func(e *event.Event) error {
		if !drop(e) && e.Type != "log.rewritten" {
			list = append(list, fmt.Sprintf("%+v", *e))
		}
		return nil
	})
	if err != nil && !errors.Is(err, fault.NotFound) {
		t.Fatal(err)
	}
	return list
}

func none(*event.Event) bool { return false }

// holds reports whether a file of the log's folder has a text.
func holds(t tester, d host.Disk, text string) bool {
	t.Helper()
	return slices.ContainsFunc(segments(t, d), func(name string) bool {
		return bytes.Contains(content(t, d, filepath.Join(dir, name)), []byte(text))
	})
}

// purge does what an owner does to its own log.
func purge(ctx context.Context, d host.Disk, l *journal.Log) error {
	last, err := l.Rotate()
	if err != nil {
		return err
	}
	list, err := journal.Weigh(ctx, d, dir, writer, journal.Options{}, purged, func(*event.Event) error { return nil })
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, w := range list {
		switch {
		case w.Segment > last:
		case w.Vain:
			err = l.RemoveVain(w.Segment)
		default:
			err = l.Rewrite(ctx, w.Segment, purged)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func mustPurge(t testing.TB, d host.Disk, l *journal.Log) {
	t.Helper()
	if err := purge(context.Background(), d, l); err != nil {
		t.Fatal(err)
	}
}

func record(t testing.TB, l *journal.Log, drafts ...event.Draft) {
	t.Helper()
	if _, err := l.Append(context.Background(), drafts...); err != nil {
		t.Fatal(err)
	}
}

func TestWhatWasPurgedIsNowhereAndTheRestIsTheSame(t *testing.T) {
	m := faultdisk.NewMemory()
	l := open(t, m)
	for i := range 40 {
		record(t, l, stays(i), goes(i, 300), goes(i, 10), stays(100+i))
	}
	before := everything(t, m, purged)
	mustPurge(t, m, l)
	record(t, l, stays(1000))
	after := everything(t, m, none)
	if !slices.Equal(before, after[:len(after)-1]) {
		t.Fatalf("%d events stayed of %d", len(after)-1, len(before))
	}
	if holds(t, m, secret) || !holds(t, m, keep) {
		t.Fatal("the files hold what was purged, or not what stays")
	}
	closeLog(t, l)
	if damage := verify(t, m); len(damage) > 0 {
		t.Fatalf("Verify names %+v", damage)
	}
	l = open(t, m)
	record(t, l, goes(5, 20))
	mustPurge(t, m, l) // some segments a second time
	closeLog(t, l)
	if damage := verify(t, m); len(damage) > 0 || holds(t, m, secret) {
		t.Fatalf("after the second time: %+v", damage)
	}
	if again := everything(t, m, none); !slices.Equal(after, again) {
		t.Fatal("the second time changed what stays")
	}
}

func TestAPositionInARewrittenSegmentIsUnknown(t *testing.T) {
	m := faultdisk.NewMemory()
	l := open(t, m)
	record(t, l, stays(1), goes(2, 10))
	old := l.End()
	record(t, l, stays(3))
	mustPurge(t, m, l)
	later := l.End()
	record(t, l, stays(4))
	closeLog(t, l)
	read := func(from journal.Position) (n int, err error) {
		_, err = journal.Read(m, dir, writer, from, journal.Options{}, func(*event.Event) error { n++; return nil })
		return n, err
	}
	if _, err := read(old); !errors.Is(err, fault.Conflict) {
		t.Fatalf("a position in the old segment: %v", err)
	}
	if n, err := read(later); n != 1 || err != nil {
		t.Fatalf("behind it: %d events, %v", n, err)
	}
}

func TestFoldedEventsArePurged(t *testing.T) {
	m := faultdisk.NewMemory()
	for i, drafts := range [][]event.Draft{
		{goes(1, 50), goes(2, 50)},
		{stays(3), goes(4, 50), stays(5)},
	} {
		source := event.Writer{byte(2 + i)}
		at := fmt.Sprintf("/journal/agent%d", i)
		agent, _, err := journal.Open(config(m, at, source), nil)
		if err != nil {
			t.Fatal(err)
		}
		record(t, agent, drafts...)
		closeLog(t, agent)
		l := open(t, m)
		if err := l.Fold(at, source, nil, nil); err != nil {
			t.Fatal(err)
		}
		closeLog(t, l)
	}
	before := everything(t, m, purged)
	l := open(t, m)
	record(t, l, stays(6))
	mustPurge(t, m, l)
	mustPurge(t, m, l) // there is nothing left to do
	closeLog(t, l)
	after := everything(t, m, none)
	if len(before) != 2 || !slices.Equal(before, after[:2]) || holds(t, m, secret) {
		t.Fatalf("%d events stayed in folds, %d of them are the same", len(before), len(after))
	}
	if damage := verify(t, m); len(damage) > 0 {
		t.Fatalf("Verify names %+v", damage)
	}
	if last := segment(len(segments(t, m))); bytes.Contains(content(t, m, last), []byte("log.rewritten")) &&
		bytes.Count(content(t, m, last), []byte("log.rewritten")) != 2 {
		t.Fatal("the second purge wrote segments anew")
	}
}

func segments(t tester, d host.Disk) (names []string) {
	t.Helper()
	entries, err := d.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestADamagedSegmentIsNotRewritten(t *testing.T) {
	m := faultdisk.NewMemory()
	l := open(t, m)
	record(t, l, goes(1, 10))
	record(t, l, stays(2))
	record(t, l, goes(3, 10))
	closeLog(t, l)
	corrupt(t, m, segment(1), func(b []byte) []byte {
		b[bytes.Index(b, []byte(keep))] ^= 1
		return b
	})
	was := content(t, m, segment(1))
	l, _, err := journal.Open(config(m, dir, writer), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := purge(context.Background(), m, l); !errors.Is(err, fault.Corrupt) {
		t.Fatalf("the purge said %v", err)
	}
	if !bytes.Equal(was, content(t, m, segment(1))) {
		t.Fatal("the damaged segment was changed")
	}
	if slices.ContainsFunc(segments(t, m), journal.IsRewriting) {
		t.Fatal("half a segment was left behind")
	}
}

func TestARewrittenSegmentThatNobodyToldOfIsNamed(t *testing.T) {
	m := faultdisk.NewMemory()
	l := open(t, m)
	record(t, l, stays(1), goes(2, 10))
	if _, err := l.Rotate(); err != nil {
		t.Fatal(err)
	}
	record(t, l, stays(3))
	untold := m.PowerCut(nil)
	mustPurge(t, m, l)
	closeLog(t, l)
	corrupt(t, untold, segment(1), func([]byte) []byte { return content(t, m, segment(1)) })
	if damage := verify(t, untold); len(damage) != 1 || !strings.Contains(damage[0].Sentence, "no event says so") {
		t.Errorf("a segment that was put there by somebody else: %+v", damage)
	}
	for name, change := range map[string]func([]byte) []byte{
		"a byte of what stays": func(b []byte) []byte { b[bytes.Index(b, []byte(keep))] ^= 1; return b },
		"its end":              func(b []byte) []byte { return b[:len(b)-30] },
		"its second half":      func(b []byte) []byte { clear(b[len(b)/2:]); return b },
	} {
		hurt := m.PowerCut(nil)
		corrupt(t, hurt, segment(1), change)
		if damage := verify(t, hurt); len(damage) == 0 {
			t.Errorf("%s is gone, and Verify names nothing", name)
		}
	}
}

// A purge is killed at each of its changing calls, with and without a power cut:
// what stays is there and nothing is damaged; a second purge finishes the work.
func TestAPurgeMayBeKilledAnywhere(t *testing.T) {
	prepare := func() (*faultdisk.Memory, *faultdisk.Disk, *journal.Log) {
		m := faultdisk.NewMemory()
		d := faultdisk.New(m)
		l := open(t, d)
		for i := range 12 {
			record(t, l, stays(i), goes(i, 500))
		}
		l = open(t, d) // the process before was killed: its last segment is torn
		record(t, l, goes(12, 100), stays(13))
		d.Fail(faultdisk.Rule{Op: faultdisk.Sync}) // this one is abandoned
		if _, err := l.Append(context.Background(), goes(14, 10)); err == nil {
			t.Fatal("a failing sync was acknowledged")
		}
		return m, d, l
	}
	_, d, l := prepare()
	began := d.Changes()
	mustPurge(t, d, l)
	calls := d.Changes() - began
	if calls < 12 {
		t.Fatalf("a purge has %d changing calls", calls)
	}
	for n := 1; n <= calls; n++ {
		for _, cut := range []string{"kill", "power cut", "nothing unsynced stays"} {
			m, d, l := prepare()
			want := everything(t, m, purged)
			d.KillAt(n)
			if err := purge(context.Background(), d, l); err == nil {
				t.Fatalf("killed at call %d of %d, and nobody noticed", n, calls)
			}
			switch cut {
			case "power cut":
				m = m.PowerCut(rand.New(rand.NewPCG(uint64(n), 1)))
			case "nothing unsynced stays":
				m = m.PowerCut(nil)
			}
			checkPurge(t, m, want, fmt.Sprintf("%s at call %d", cut, n))
		}
	}
}

func checkPurge(t *testing.T, m *faultdisk.Memory, want []string, when string) {
	t.Helper()
	l := open(t, m)
	if got := everything(t, m, purged); !slices.Equal(got, want) {
		t.Fatalf("%s: %d events that stay, %d were there", when, len(got), len(want))
	}
	if damage := verify(t, m); len(damage) > 0 {
		t.Fatalf("%s: %+v", when, damage)
	}
	mustPurge(t, m, l)
	closeLog(t, l)
	if got := everything(t, m, none); !slices.Equal(got, want) {
		t.Fatalf("%s, and done again: %d events, %d were there", when, len(got), len(want))
	}
	if damage := verify(t, m); len(damage) > 0 || holds(t, m, secret) {
		t.Fatalf("%s, and done again: %+v", when, damage)
	}
}

// Any log, any purge, any moment of a kill.
func TestPurgesOfAnyLog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := faultdisk.NewMemory()
		d := faultdisk.New(m)
		reopen := func() *journal.Log {
			l, _, err := journal.Open(config(d, dir, writer), func(d journal.Damage) { t.Fatalf("damage %+v", d) })
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		l := reopen()
		var want []string
		for step := range rapid.IntRange(2, 14).Draw(t, "steps") {
			switch rapid.SampledFrom([]string{"record", "record", "record", "close", "crash", "fail", "purge", "killed purge"}).Draw(t, "what") {
			case "record":
				var drafts []event.Draft
				for range rapid.IntRange(1, 5).Draw(t, "events") {
					if rapid.Bool().Draw(t, "stays") {
						drafts = append(drafts, stays(step))
					} else {
						drafts = append(drafts, goes(step, rapid.IntRange(0, 2000).Draw(t, "size")))
					}
				}
				if _, err := l.Append(context.Background(), drafts...); err != nil {
					t.Fatal(err)
				}
				want = everything(t, d, purged)
			case "close":
				if err := l.Close(); err != nil {
					t.Fatal(err)
				}
				l = reopen()
			case "crash":
				m = m.PowerCut(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)))
				d = faultdisk.New(m)
				l = reopen()
			case "fail":
				d.Fail(faultdisk.Rule{Op: faultdisk.Sync, Match: ".log"})
				_, _ = l.Append(context.Background(), goes(step, 10))
				d.Heal()
				if _, err := l.Append(context.Background(), goes(step, 10)); err != nil {
					t.Fatal(err)
				}
			case "killed purge":
				d.KillAt(rapid.IntRange(1, 25).Draw(t, "call"))
				_ = purge(context.Background(), d, l)
				if rapid.Bool().Draw(t, "power cut") {
					m = m.PowerCut(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)))
				}
				d = faultdisk.New(m)
				l = reopen()
			case "purge":
				if err := purge(context.Background(), d, l); err != nil {
					t.Fatal(err)
				}
				if l.End().Segment > 0 && holds(t, d, secret) {
					t.Fatal("the files hold what was purged")
				}
			}
			if got := everything(t, d, purged); !slices.Equal(got, want) {
				t.Fatalf("%d events stay, %d were there", len(got), len(want))
			}
			err := journal.Verify(d, dir, writer, func(x journal.Damage) { t.Fatalf("Verify names %+v", x) })
			if err != nil && !errors.Is(err, fault.NotFound) {
				t.Fatal(err)
			}
		}
	})
}

// Others append while a purge runs: what they were promised is there.
func TestAppendsDuringAPurge(t *testing.T) {
	m := faultdisk.NewMemory()
	l := open(t, m)
	record(t, l, stays(0))
	var clients sync.WaitGroup
	counts := make([]int, 4)
	for c := range counts {
		clients.Go(func() {
			for range 60 {
				if _, err := l.Append(context.Background(), stays(c), goes(c, 100)); err != nil {
					t.Error(err)
					return
				}
				counts[c]++
			}
		})
	}
	for range 4 {
		mustPurge(t, m, l)
	}
	clients.Wait()
	mustPurge(t, m, l)
	closeLog(t, l)
	want := 1
	for _, n := range counts {
		want += n
	}
	if got := everything(t, m, none); len(got) != want {
		t.Errorf("%d events stay, %d were promised", len(got), want)
	}
	if damage := verify(t, m); len(damage) > 0 || holds(t, m, secret) {
		t.Errorf("Verify names %+v", damage)
	}
}
