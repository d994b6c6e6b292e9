package journal_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/storage/journal"
	"dev.varve/storage/storetest/faultdisk"
)

// script is a life of a log: three openings, the second ends without a close,
// and each fills more than one segment. It returns which values were promised
// and which were refused. A refused append does not end it; a dead disk does.
func script(d *faultdisk.Disk) (promised, refused []int) {
	n := 0
	for opening := range 3 {
		l, _, err := journal.Open(config(d, dir, writer), nil)
		if err != nil {
			continue
		}
		for _, size := range []int{10, 10, 1500, 1500, 1500, 10} {
			n++
			if _, err := l.Append(context.Background(), draft(n, size)); err != nil {
				refused = append(refused, n)
			} else {
				promised = append(promised, n)
			}
		}
		if opening != 1 {
			_ = l.Close()
		}
	}
	return promised, refused
}

const lastWithoutClose = 12

func changesOfScript(t *testing.T) int {
	t.Helper()
	d := faultdisk.New(faultdisk.NewMemory())
	promised, refused := script(d)
	if len(promised) != 18 || len(refused) != 0 {
		t.Fatalf("without faults: promised %v, refused %v", promised, refused)
	}
	return d.Changes()
}

// Every call that changes the disk fails once, in each way.
func TestAnyOneFailingCallLosesNothingThatWasPromised(t *testing.T) {
	for n := 1; n <= changesOfScript(t); n++ {
		for _, rule := range []faultdisk.Rule{
			{Nth: n, Kind: fault.Internal},
			{Nth: n, Kind: fault.NoSpace},
			{Nth: n, Kind: fault.Internal, Part: 30}, // a torn write
			{Nth: n, Kind: fault.Internal, Times: 4}, // and whatever is tried next
		} {
			t.Run(fmt.Sprintf("%d/%s/%d/%d", n, rule.Kind, rule.Part, rule.Times), func(t *testing.T) {
				m := faultdisk.NewMemory()
				d := faultdisk.New(m)
				d.Fail(rule)
				promised, refused := script(d)
				d.Heal()
				if len(promised) < 18-4 {
					t.Errorf("only %d appends succeeded", len(promised))
				}
				// What was refused may be there only if the process ended
				// before it could say in a header that it does not count.
				if rule.Times <= 1 {
					refused = slices.DeleteFunc(refused, func(v int) bool { return v != lastWithoutClose })
				}
				checkPromises(t, m, promised, n, refused)
				checkPromises(t, m.PowerCut(nil), promised, n, refused)
			})
		}
	}
}

// checkPromises says that a log holds the promised values, in order, and
// besides them at most those of may.
func checkPromises(t *testing.T, d host.Disk, promised []int, n int, may []int) []int {
	t.Helper()
	r := readOrEmpty(t, d)
	if len(r.damage) > 0 {
		t.Errorf("fault %d: damage %+v", n, r.damage)
	}
	if !slices.IsSorted(r.values) {
		t.Errorf("fault %d: order lost: %v", n, r.values)
	}
	for _, v := range promised {
		if !slices.Contains(r.values, v) {
			t.Errorf("fault %d: value %d was promised and is lost; there are %v", n, v, r.values)
		}
	}
	for _, v := range r.values {
		if !slices.Contains(promised, v) && !slices.Contains(may, v) {
			t.Errorf("fault %d: value %d was refused and is there", n, v)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
	return r.values
}

func readOrEmpty(t *testing.T, d host.Disk) result {
	t.Helper()
	if !journal.Exists(d, dir) {
		return result{}
	}
	if damage := verify(t, d); len(damage) > 0 {
		t.Errorf("Verify names %+v", damage)
	}
	return read(t, d)
}

// The process dies at every call that changes the disk; then the power goes,
// or does not. What the next process finds, it keeps.
func TestDyingAtAnyCallLosesNothingThatWasPromised(t *testing.T) {
	for n := 1; n <= changesOfScript(t); n++ {
		for seed := range uint64(4) {
			m := faultdisk.NewMemory()
			d := faultdisk.New(m)
			d.KillAt(n)
			promised, refused := script(d)
			after := m
			if seed > 0 {
				after = m.PowerCut(rand.New(rand.NewPCG(seed, uint64(n))))
			}
			found := checkPromises(t, after, promised, n, refused)

			l := open(t, after)
			appendOne(t, l, 100, 10)
			promised = append(found, 100)
			checkPromises(t, after, promised, n, nil)
			checkPromises(t, after.PowerCut(nil), promised, n, nil)
		}
	}
}

func TestAFullDiskIsSaidAndOverWhenThereIsRoomAgain(t *testing.T) {
	for free := int64(0); free < 12_000; free += 500 {
		m := faultdisk.NewMemory()
		m.SetFree(free)
		l := open(t, m)
		var promised []int
		for n := 1; n <= 20; n++ {
			_, err := l.Append(context.Background(), draft(n, 700))
			switch {
			case err == nil:
				promised = append(promised, n)
			case !errors.Is(err, fault.NoSpace):
				t.Fatalf("with %d bytes free: %v", free, err)
			}
		}
		if int64(len(promised))*700 > free {
			t.Fatalf("%d events on a disk of %d bytes", len(promised), free)
		}
		checkPromises(t, m, promised, int(free), nil)
		m.SetFree(-1)
		appendOne(t, l, 21, 700)
		closeLog(t, l)
		wantIntact(t, m, append(promised, 21)...)
	}
}

// The room that is left on a nearly full disk is used, in small segments.
func TestASmallerSegmentIsReservedWhenTheUsualOneDoesNotFit(t *testing.T) {
	m := faultdisk.NewMemory()
	m.SetFree(300 << 10)
	c := config(m, dir, writer)
	c.First = 1 << 20
	l, _, err := journal.Open(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	appendOne(t, l, 1, 10)
	if size := len(content(t, m, segment(1))); size != 256<<10 {
		t.Fatalf("reserved %d bytes", size)
	}
	closeLog(t, l)
	wantIntact(t, m, 1)
}

func TestAFailedSyncAbandonsTheSegment(t *testing.T) {
	m := faultdisk.NewMemory()
	d := faultdisk.New(m)
	l := open(t, d)
	appendOne(t, l, 1, 10)
	d.Fail(faultdisk.Rule{Op: faultdisk.Sync, Kind: fault.NoSpace})
	if _, err := l.Append(context.Background(), draft(2, 10), draft(3, 10)); !errors.Is(err, fault.NoSpace) {
		t.Fatalf("the caller was told %v", err)
	}
	before := content(t, m, segment(1))
	fourth := appendOne(t, l, 4, 10)
	if fourth.ID.Seq != 4 {
		t.Errorf("sequence number %d; those of refused events are not given out again", fourth.ID.Seq)
	}
	if !slices.Equal(before, content(t, m, segment(1))) {
		t.Error("an abandoned segment was written to")
	}
	wantIntact(t, m, 1, 4) // the bytes of 2 and 3 stand whole in segment 1
	wantIntact(t, m.PowerCut(nil), 1, 4)
	closeLog(t, l)
	wantIntact(t, m, 1, 4)
}

// Nobody appends any more after a failed sync: closing says how far the
// abandoned segment counts.
func TestCloseBoundsAnAbandonedSegment(t *testing.T) {
	for _, first := range []int{0, 1} { // promised before the failure
		m := faultdisk.NewMemory()
		d := faultdisk.New(m)
		l := open(t, d)
		for n := range first {
			appendOne(t, l, n+1, 10)
		}
		d.Fail(faultdisk.Rule{Op: faultdisk.Sync, Match: ".log", Nth: 2 - first})
		d.Fail(faultdisk.Rule{Op: faultdisk.Remove})
		if _, err := l.Append(context.Background(), draft(2, 10)); err == nil {
			t.Fatal("no error")
		}
		closeLog(t, l)
		wantIntact(t, m, upTo(first)...)
		wantIntact(t, m.PowerCut(nil), upTo(first)...)
	}
}

// A sync that fails again and again leaves segments of which no commit counts.
// The one before them keeps its bound.
func TestSegmentsWhoseFirstCommitFailedCountForNothing(t *testing.T) {
	m := faultdisk.NewMemory()
	d := faultdisk.New(m)
	l := open(t, d)
	appendOne(t, l, 1, 10)
	d.Fail(faultdisk.Rule{Op: faultdisk.Remove, Times: -1}) // they stay
	d.Fail(faultdisk.Rule{Op: faultdisk.Sync, Nth: 1})      // commit 2, in segment 1
	d.Fail(faultdisk.Rule{Op: faultdisk.Sync, Nth: 2})      // commit 3: the header of segment 2 is synced, it is not
	d.Fail(faultdisk.Rule{Op: faultdisk.Sync, Nth: 2})      // the header of segment 3
	for n := 2; n <= 4; n++ {
		if _, err := l.Append(context.Background(), draft(n, 10)); err == nil {
			t.Fatalf("append %d succeeded", n)
		}
	}
	appendOne(t, l, 5, 10)
	wantIntact(t, m, 1, 5)
	wantIntact(t, m.PowerCut(nil), 1, 5)
	closeLog(t, l)
	wantIntact(t, m, 1, 5)
	if n := len(read(t, m).notes); n != 2 {
		t.Errorf("%d notes about two segments that count for nothing", n)
	}
}

// The batch that finds its segment full has lost nothing if the seal fails.
func TestASealThatFailsRefusesNothing(t *testing.T) {
	for _, op := range []faultdisk.Op{faultdisk.WriteAt, faultdisk.Sync, faultdisk.Truncate} {
		m := faultdisk.NewMemory()
		d := faultdisk.New(m)
		l := open(t, d)
		for n := 1; n <= 3; n++ {
			appendOne(t, l, n, 900)
		}
		d.Fail(faultdisk.Rule{Op: op, Match: segment(1)})
		appendOne(t, l, 4, 900)
		if entries, err := m.ReadDir(dir); err != nil || len(entries) != 2 {
			t.Fatalf("%d segments: the fourth event should have needed a second one", len(entries))
		}
		wantIntact(t, m, upTo(4)...)
		wantIntact(t, m.PowerCut(nil), upTo(4)...)
	}
}

func TestASecondWriterOfTheSameLogIsNoticed(t *testing.T) {
	m := faultdisk.NewMemory()
	first, second := open(t, m), open(t, m)
	appendOne(t, first, 1, 10)
	if _, err := second.Append(context.Background(), draft(2, 10)); !errors.Is(err, fault.Locked) {
		t.Fatalf("the second writer was told %v", err)
	}
	appendOne(t, first, 3, 10)
	closeLog(t, first)
	wantIntact(t, m, 1, 3)
}

// A create that fails after the name was made must not block the log.
func TestACreateThatFailsHalfwayDoesNotBlockTheLog(t *testing.T) {
	m := faultdisk.NewMemory()
	l := open(t, halfCreate{m, new(bool)})
	if _, err := l.Append(context.Background(), draft(1, 10)); err == nil {
		t.Fatal("no error")
	}
	appendOne(t, l, 2, 10)
	closeLog(t, l)
	wantIntact(t, m, 2)
}

type halfCreate struct {
	host.Disk
	done *bool
}

func (h halfCreate) Create(name string) (host.File, error) {
	f, err := h.Disk.Create(name)
	if *h.done || err != nil {
		return f, err
	}
	*h.done = true
	f.Close()
	return nil, fault.New(fault.Internal, "the folder cannot be synced")
}
