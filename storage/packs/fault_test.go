package packs_test

import (
	"maps"
	"math/rand/v2"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
	"dev.varve/storage/packs"
	"dev.varve/storage/storetest/faultdisk"
)

// TestPowerCut stores, flushes now and then, and cuts the power at every
// step: what was flushed is there, and nothing wrong ever comes out.
func TestPowerCut(t *testing.T) {
	d, waiting, flushed := newDisk(t), objects{}, objects{}
	s := open(t, options(d, owner))
	rnd := rand.New(rand.NewPCG(1, 2))
	for step := range 60 {
		if step%7 == 6 {
			noError(t, s.Flush(t.Context()))
			maps.Copy(flushed, waiting)
		} else {
			waiting.some(t, s, uint64(step), 1+step%3)
		}
		for _, cut := range []*faultdisk.Memory{d.PowerCut(nil), d.PowerCut(rnd), d.PowerCut(rnd)} {
			after := open(t, options(cut, owner))
			flushed.allIn(t, after)
			for id, want := range waiting {
				if got, err := after.Get(t.Context(), id); err == nil && string(got) != string(want) {
					t.Fatalf("step %d: wrong bytes after a power cut", step)
				}
			}
			// Torn writes in the middle of unsynced records may leave gaps; every
			// record that can be found is good.
			report, err := after.Check(t.Context(), nil)
			noError(t, err)
			if len(report.Damage) > 0 || len(report.Unfinished) > 0 {
				t.Fatalf("step %d: %+v", step, report)
			}
		}
	}
}

// script is a life with everything in it that changes the disk; it reports
// what was flushed so far.
func script(t *testing.T, s *packs.Store, flushed objects) error {
	ctx := t.Context()
	waiting := objects{}
	for i := range uint64(4) {
		for j := range uint64(3) {
			for _, kind := range []content.Kind{content.KindData, content.KindTree} {
				data := contenttest.Text(i*10+j, 200+int(j)*50)
				id := content.Sum(kind, data)
				if err := s.Put(ctx, kind, id, data); err != nil {
					return err
				}
				waiting[id] = data
			}
		}
		if err := s.Flush(ctx); err != nil {
			return err
		}
		maps.Copy(flushed, waiting)
	}
	return s.Close()
}

// TestKilledAnywhere stops the process at every change it makes, with and
// without a power cut, and twice in a row.
func TestKilledAnywhere(t *testing.T) {
	for n := 1; ; n++ {
		mem := newDisk(t)
		d := faultdisk.New(mem)
		s := open(t, options(d, owner))
		d.KillAt(n)
		flushed := objects{}
		err := script(t, s, flushed)
		if !d.Dead() {
			noError(t, err)
			if n < 20 {
				t.Fatalf("the script makes only %d changes", n)
			}
			return
		}
		for _, left := range []*faultdisk.Memory{mem, mem.PowerCut(nil)} {
			// The next life is killed while it recovers.
			for m := 1; m < 8; m++ {
				second := faultdisk.New(left)
				second.KillAt(m)
				if s, err := packs.Open(t.Context(), options(second, owner)); err == nil {
					_ = s.Close()
				}
			}
			again := open(t, options(left, owner))
			flushed.allIn(t, again)
			more := objects{}
			more.some(t, again, 77, 2)
			noError(t, again.Close())
			last := open(t, options(left.PowerCut(nil), owner))
			flushed.allIn(t, last)
			more.allIn(t, last)
			clean(t, last, -1)
		}
	}
}

// TestFailedSync: one failed sync costs nothing, because what was waiting is
// written again elsewhere. The disk in memory loses such bytes for good.
func TestFailedSync(t *testing.T) {
	for nth := 1; nth <= 6; nth++ {
		mem, o := newDisk(t), objects{}
		d := faultdisk.New(mem)
		s := open(t, options(d, owner))
		o.some(t, s, 9, 1) // makes the packs
		d.Fail(faultdisk.Rule{Op: faultdisk.Sync, Nth: nth})
		for i := range uint64(3) {
			o.some(t, s, i, 3)
			noError(t, s.Flush(t.Context()))
			o.allIn(t, s)
			o.allIn(t, open(t, options(mem.PowerCut(nil), owner)))
		}
		// The same life goes on without a power cut: nothing of the abandoned
		// pack may be believed by the next one either.
		noError(t, s.Close())
		again := open(t, options(mem, owner))
		noError(t, again.Close())
		last := open(t, options(mem.PowerCut(nil), owner))
		o.allIn(t, last)
		clean(t, last, -1)
	}
}

func TestSyncsThatKeepFailing(t *testing.T) {
	for _, kind := range []fault.Kind{fault.Internal, fault.NoSpace} {
		mem, before, o := newDisk(t), objects{}, objects{}
		d := faultdisk.New(mem)
		s := open(t, options(d, owner))
		before.some(t, s, 1, 2)
		noError(t, s.Flush(t.Context()))
		o.some(t, s, 2, 2)
		d.Fail(faultdisk.Rule{Op: faultdisk.Sync, Times: -1, Kind: kind})
		for range 3 {
			wantKind(t, s.Flush(t.Context()), kind)
			o.allIn(t, s) // reading goes on
		}
		more := contenttest.Bytes(77, 100)
		wantKind(t, s.Put(t.Context(), content.KindData, content.Sum(content.KindData, more), more), kind)
		d.Heal()
		noError(t, s.Flush(t.Context()))
		after := open(t, options(mem.PowerCut(nil), owner))
		before.allIn(t, after)
		o.allIn(t, after)
		noError(t, s.Close())
		clean(t, open(t, options(mem, owner)), -1)
	}
}

// A life that ends with a failed sync and no power cut: the next one sees the
// bytes in the system's memory, and must not believe that they are on the disk.
func TestTheNextLifeDoesNotBelieveAFailedSync(t *testing.T) {
	mem, o := newDisk(t), objects{}
	d := faultdisk.New(mem)
	s := open(t, options(d, owner))
	o.some(t, s, 1, 3)
	d.Fail(faultdisk.Rule{Op: faultdisk.Sync, Times: -1})
	wantKind(t, s.Flush(t.Context()), fault.Internal)
	// killed here
	again := open(t, options(mem, owner))
	o.some(t, again, 1, 3)
	noError(t, again.Flush(t.Context()))
	o.allIn(t, open(t, options(mem.PowerCut(nil), owner)))
}

// TestEveryFaultEverywhere fails each call in turn with each kind of fault. A
// Flush that says yes is believed; the store stays usable.
func TestEveryFaultEverywhere(t *testing.T) {
	ops := []faultdisk.Op{
		faultdisk.MkdirAll, faultdisk.Create, faultdisk.WriteAt, faultdisk.Sync, faultdisk.Truncate, faultdisk.Close,
		faultdisk.Open, faultdisk.ReadAt, faultdisk.Remove,
	}
	for _, op := range ops {
		for _, kind := range []fault.Kind{fault.NoSpace, fault.Denied, fault.Internal} {
			for nth := 1; nth <= 4; nth++ {
				mem := newDisk(t)
				d := faultdisk.New(mem)
				s := open(t, options(d, owner))
				d.Fail(faultdisk.Rule{Op: op, Nth: nth, Times: 2, Kind: kind, Part: 20})
				flushed := objects{}
				if err := script(t, s, flushed); err != nil && fault.KindOf(err) != kind {
					t.Fatalf("%s %d, %s: %v", op, nth, kind, err)
				}
				d.Heal()
				_ = s.Close()
				for _, left := range []*faultdisk.Memory{mem.PowerCut(nil), mem} {
					again := open(t, options(left, owner))
					flushed.allIn(t, again)
					clean(t, again, -1)
				}
			}
		}
	}
}
