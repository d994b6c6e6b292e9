package journal_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/storage/disk"
	"dev.varve/storage/journal"
	"dev.varve/storage/storetest/faultdisk"
)

func TestConcurrentAppendsShareCommitsAndSurviveReopening(t *testing.T) {
	const clients, each = 16, 50
	folder := t.TempDir() + "/w"
	c := config(disk.OS{}, folder, writer)
	c.Random = rand.Reader
	l, _, err := journal.Open(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	promised := map[uint64]int{}
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			for i := range each {
				n := client*each + i
				events, err := l.Append(context.Background(), draft(n, 10), draft(n, 0))
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				promised[events[0].ID.Seq], promised[events[1].ID.Seq] = n, n
				mu.Unlock()
				if events[1].ID.Seq != events[0].ID.Seq+1 || events[0].Commit != events[1].Commit {
					t.Error("events of one append are not adjacent")
				}
			}
		})
	}
	wg.Wait()
	commits := map[uint64]bool{}
	check := func(want int) { // not closed at first: as after a kill
		t.Helper()
		var seq uint64
		_, err := journal.Read(disk.OS{}, folder, writer, journal.Position{}, journal.Options{
			OnDamage: func(d journal.Damage) { t.Errorf("damage: %+v", d) },
		}, func(e *event.Event) error {
			if seq++; e.ID.Seq != seq || promised[seq] != value(t, e) {
				return fmt.Errorf("event %v at place %d", e.ID, seq)
			}
			commits[e.Commit] = true
			return nil
		})
		if err != nil || seq != uint64(want) {
			t.Fatalf("read %d events of %d: %v", seq, want, err)
		}
	}
	check(2 * clients * each)
	if len(commits) >= clients*each {
		t.Errorf("%d commits for %d appends: nobody shared one", len(commits), clients*each)
	}
	if l, _, err = journal.Open(c, nil); err != nil {
		t.Fatal(err)
	}
	promised[appendOne(t, l, 7, 10).ID.Seq] = 7
	closeLog(t, l)
	check(2*clients*each + 1)
}

func TestSegmentsGrowAndAreSealed(t *testing.T) {
	m := faultdisk.NewMemory()
	l := open(t, m)
	for n := range 30 {
		appendOne(t, l, n+1, 1000)
	}
	closeLog(t, l)
	wantIntact(t, m, upTo(30)...)
	for n, reserved := range []int{4096, 8192, 16384} {
		file := content(t, m, segment(n+1))
		frames := journal.Frames(file)
		last := frames[len(frames)-1]
		if frames[0].Kind != journal.KindHeader || last.Kind != journal.KindSeal || last.End != int64(len(file)) || len(file) > reserved {
			t.Errorf("segment %d: %d bytes of %d, frames %+v", n+1, len(file), reserved, frames)
		}
	}
}

func TestOpeningWritesNothingAndAnEmptyLogLeavesNothing(t *testing.T) {
	m := faultdisk.NewMemory()
	d := faultdisk.New(m)
	l := open(t, d)
	if _, err := l.Append(context.Background()); err != nil {
		t.Fatal(err)
	}
	closeLog(t, l)
	if d.Changes() != 0 || journal.Exists(m, dir) {
		t.Fatalf("%d changes", d.Changes())
	}
	if _, err := journal.Read(m, dir, writer, journal.Position{}, journal.Options{}, nil); !errors.Is(err, fault.NotFound) {
		t.Fatalf("reading no log: %v", err)
	}
	l = open(t, m)
	appendOne(t, l, 1, 10)
	before := d.Changes()
	open(t, d)
	if d.Changes() != before {
		t.Fatal("opening wrote something")
	}
}

func TestNumbersGoOnAfterReopening(t *testing.T) {
	m := faultdisk.NewMemory()
	var seq, commit uint64
	for n := range 6 {
		l := open(t, m)
		e := appendOne(t, l, n+1, 10)
		if e.ID.Seq <= seq || e.Commit <= commit {
			t.Fatalf("opening %d: sequence %d after %d, commit %d after %d", n, e.ID.Seq, seq, e.Commit, commit)
		}
		seq, commit = e.ID.Seq, e.Commit
		if n%2 == 0 {
			closeLog(t, l)
		}
	}
	if seq != 6 {
		t.Errorf("numbers skip without a reason: %d", seq)
	}
	wantIntact(t, m, upTo(6)...)
}

func TestEventsAtTheLimits(t *testing.T) {
	m := faultdisk.NewMemory()
	l := open(t, m)
	appendOne(t, l, 1, 10)
	big := journal.MaxEvent - 300
	appendOne(t, l, 2, big)
	_, err := l.Append(context.Background(), draft(3, 10), draft(4, journal.MaxEvent+1))
	if !errors.Is(err, fault.Invalid) || fault.HintOf(err) == "" {
		t.Fatalf("an event that is too big: %v", err)
	}
	params := make([]event.Param, 1<<20+1)
	_, err = l.Append(context.Background(), event.Draft{Stream: "run/a", Body: event.RunParams{Params: params}})
	if !errors.Is(err, fault.Invalid) {
		t.Fatalf("an event with too many parts: %v", err)
	}
	appendOne(t, l, 5, 10)
	closeLog(t, l)
	wantIntact(t, m, 1, 2, 5)

	owner, _, err := journal.Open(config(m, "/journal/owner", event.Writer{2}), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Fold(dir, writer, nil, func(d journal.Damage) { t.Errorf("damage %+v", d) }); err != nil {
		t.Fatalf("an event of %d bytes cannot be folded: %v", big, err)
	}
}

func TestAppendRefusesWhatItCouldNotReadBack(t *testing.T) {
	m := faultdisk.NewMemory()
	l := open(t, m)
	for _, d := range []event.Draft{{Body: event.DatasetCreated{}}, {Stream: "run/a"}} {
		if _, err := l.Append(context.Background(), d); err == nil {
			t.Errorf("%+v was taken", d)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := l.Append(ctx, draft(1, 1)); !errors.Is(err, fault.Cancelled) {
		t.Errorf("cancelled: %v", err)
	}
	closeLog(t, l)
	if _, err := l.Append(context.Background(), draft(1, 1)); !errors.Is(err, fault.Unavailable) {
		t.Errorf("after the end: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	c := config(m, dir, event.Writer{})
	if _, _, err := journal.Open(c, nil); err == nil {
		t.Error("a log of nobody was opened")
	}
	c = config(m, dir, writer)
	c.Program = strings.Repeat("v", 1000)
	if _, _, err := journal.Open(c, nil); err == nil {
		t.Error("a program name that does not fit the header was taken")
	}
}

// Closing while others append: everybody gets a definite answer, and it is true.
func TestCloseDuringAppends(t *testing.T) {
	m := faultdisk.NewMemory()
	l := open(t, m)
	var mu sync.Mutex
	var promised []int
	var wg sync.WaitGroup
	started := make(chan struct{}, 8)
	for client := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				n := client*1_000_000 + i
				_, err := l.Append(context.Background(), draft(n, 10))
				if err != nil {
					if !errors.Is(err, fault.Unavailable) {
						t.Error(err)
					}
					return
				}
				mu.Lock()
				promised = append(promised, n)
				mu.Unlock()
				if i == 0 {
					started <- struct{}{}
				}
			}
		})
	}
	for range 8 {
		<-started
	}
	closeLog(t, l)
	wg.Wait()
	got := read(t, m).values
	slices.Sort(got)
	slices.Sort(promised)
	if !slices.Equal(got, promised) {
		t.Fatalf("%d promised, %d read", len(promised), len(got))
	}
	if damage := verify(t, m); len(damage) > 0 {
		t.Fatalf("damage %+v", damage)
	}
}

func TestWritersAreFoldersNamedAfterThem(t *testing.T) {
	m := faultdisk.NewMemory()
	want := []event.Writer{{1}, {2, 0xab}}
	names := []string{"notes", "02AB" + strings.Repeat("0", 28), want[0].String()[:30]}
	for _, w := range want {
		names = append(names, w.String())
	}
	for _, n := range names {
		if err := m.MkdirAll("/journal/" + n); err != nil {
			t.Fatal(err)
		}
	}
	got, err := journal.Writers(m, "/journal")
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("%v, %v", got, err)
	}
}
