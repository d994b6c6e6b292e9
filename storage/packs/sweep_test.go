package packs_test

import (
	"bytes"
	"context"
	"maps"
	"math/rand/v2"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/storage/packs"
	"dev.varve/storage/storetest/faultdisk"
)

func touchOwn(w packs.Writer, _ string) bool { return w == owner }

func (o objects) live(id content.ID) bool { _, ok := o[id]; return ok }

func sweep(ctx context.Context, s *packs.Store, o objects) (packs.Swept, error) {
	w, err := s.BeginSweep(ctx, touchOwn)
	if err != nil {
		return packs.Swept{}, err
	}
	done, err := w.Run(ctx, o.live, func(int, int) {})
	if err != nil {
		return done, err
	}
	return done, w.End(ctx)
}

// holds reports whether a pack has bytes that do not compress.
func holds(t testing.TB, d host.Disk, data []byte) bool {
	t.Helper()
	for _, path := range paths(t, d) {
		b, err := d.ReadFile(path)
		noError(t, err)
		if bytes.Contains(b, data) {
			return true
		}
	}
	return false
}

func TestASweepDeletesWhatNobodyNeeds(t *testing.T) {
	d, needed, waste := newDisk(t), objects{}, objects{}
	s := open(t, options(d, owner))
	needed.some(t, s, 1, 4)
	secret := contenttest.Bytes(77, 3000)
	waste.put(t, s, secret)
	noError(t, s.Flush(t.Context()))
	waste.some(t, s, 2, 4) // in the same packs
	needed.some(t, s, 3, 2)
	garbage, err := s.Garbage(t.Context(), touchOwn, needed.live)
	noError(t, err)
	done, err := sweep(t.Context(), s, needed)
	noError(t, err)
	if done.Objects != len(waste) || done.Bytes < int64(len(secret)) || len(done.Damage) > 0 {
		t.Errorf("%d objects were not needed; %+v", len(waste), done)
	}
	if garbage < int64(len(secret)) {
		t.Errorf("%d bytes of garbage were seen before", garbage)
	}
	needed.allIn(t, s)
	for id := range waste {
		_, err := s.Get(t.Context(), id)
		wantKind(t, err, fault.NotFound)
	}
	if holds(t, d, secret) {
		t.Error("a pack still has the bytes")
	}
	clean(t, s, len(needed))
	if again, err := sweep(t.Context(), s, needed); err != nil || again.Packs > 0 {
		t.Errorf("the second time: %+v, %v", again, err)
	}
	noError(t, s.Close())
	after := open(t, options(d.PowerCut(nil), owner))
	needed.allIn(t, after)
	clean(t, after, len(needed))
	waste.put(t, after, secret) // it may come back
	noError(t, after.Flush(t.Context()))
	if got, err := after.Get(t.Context(), content.Sum(content.KindData, secret)); err != nil || !bytes.Equal(got, secret) {
		t.Error("what was deleted cannot be stored again")
	}
}

// Somebody stores what is about to be deleted: it stays.
func TestWhatIsPutDuringASweepStays(t *testing.T) {
	d, needed := newDisk(t), objects{}
	s := open(t, options(d, owner))
	needed.some(t, s, 1, 2)
	data := contenttest.Text(5, 900)
	waste := objects{}
	waste.put(t, s, data)
	w, err := s.BeginSweep(t.Context(), touchOwn)
	noError(t, err)
	waste.put(t, s, data)
	if _, err := s.BeginSweep(t.Context(), touchOwn); err == nil {
		t.Error("two sweeps began")
	}
	_, err = w.Run(t.Context(), needed.live, func(int, int) {})
	noError(t, err)
	noError(t, w.End(t.Context()))
	noError(t, s.Flush(t.Context()))
	for _, disk := range []*faultdisk.Memory{d, d.PowerCut(nil)} {
		after := s
		if disk != d {
			after = open(t, options(disk, owner))
		}
		waste.allIn(t, after)
		needed.allIn(t, after)
	}
}

// An agent has what the owner does not need any more, in its own pack.
func TestASweepLeavesAgentsAlone(t *testing.T) {
	for _, when := range []string{"before", "during", "merged during"} {
		d, needed, theirs := newDisk(t), objects{}, objects{}
		s := open(t, options(d, owner))
		needed.some(t, s, 1, 2)
		objects{}.some(t, s, 9, 3)
		opts := options(d, agent)
		opts.OwnOnly = true
		a := open(t, opts)
		store := func() {
			theirs.some(t, a, 9, 3)
			noError(t, a.Close())
			noError(t, s.Refresh(t.Context()))
		}
		if when == "before" {
			store()
		}
		w, err := s.BeginSweep(t.Context(), touchOwn)
		noError(t, err)
		if when != "before" {
			store()
		}
		if when == "merged during" {
			_, err := s.Merge(t.Context(), agent)
			noError(t, err)
		}
		_, err = w.Run(t.Context(), needed.live, func(int, int) {})
		noError(t, err)
		noError(t, w.End(t.Context()))
		needed.allIn(t, s)
		theirs.allIn(t, s)
		after := open(t, options(d.PowerCut(nil), owner))
		needed.allIn(t, after)
		theirs.allIn(t, after)
	}
}

func TestADamagedPackIsNotSwept(t *testing.T) {
	d, needed := newDisk(t), objects{}
	s := open(t, options(d, owner))
	needed.some(t, s, 1, 3)
	objects{}.some(t, s, 2, 1)
	noError(t, s.Close())
	s = open(t, options(d, owner))
	path := paths(t, d)[0]
	was, err := d.ReadFile(path)
	noError(t, err)
	noError(t, d.Corrupt(path, func(b []byte) []byte { b[200] ^= 1; return b }))
	done, err := sweep(t.Context(), s, needed)
	noError(t, err)
	if now, err := d.ReadFile(path); err != nil || len(now) != len(was) || len(done.Damage) == 0 {
		t.Errorf("the damaged pack: %d bytes of %d, %v, %+v", len(now), len(was), err, done)
	}
}

// A sweep is killed at each of its changing calls: what is needed is there.
func TestASweepMayBeKilledAnywhere(t *testing.T) {
	prepare := func() (*faultdisk.Memory, *faultdisk.Disk, *packs.Store, objects) {
		m, needed := newDisk(t), objects{}
		d := faultdisk.New(m)
		s, err := packs.Open(t.Context(), options(d, owner))
		noError(t, err)
		for i := range uint64(3) {
			needed.some(t, s, i, 2)
			objects{}.some(t, s, 10+i, 2)
		}
		noError(t, s.Close())
		s, err = packs.Open(t.Context(), options(d, owner))
		noError(t, err)
		needed.some(t, s, 7, 1)
		objects{}.some(t, s, 17, 1)
		noError(t, s.Flush(t.Context()))
		return m, d, s, needed
	}
	_, d, s, needed := prepare()
	began := d.Changes()
	_, err := sweep(t.Context(), s, needed)
	noError(t, err)
	calls := d.Changes() - began
	if calls < 10 {
		t.Fatalf("a sweep has %d changing calls", calls)
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	for n := 1; n <= calls; n++ {
		m, d, s, needed := prepare()
		d.KillAt(n)
		_, _ = sweep(t.Context(), s, needed)
		for _, after := range []*faultdisk.Memory{m.PowerCut(nil), m.PowerCut(rnd), m} {
			s := open(t, options(after, owner))
			needed.allIn(t, s)
			_, err := sweep(t.Context(), s, needed)
			noError(t, err)
			needed.allIn(t, s)
			report, err := s.Check(t.Context(), nil)
			noError(t, err)
			if len(report.Damage) > 0 || report.Records != len(needed) {
				t.Fatalf("killed at call %d: %+v, want %d records", n, report, len(needed))
			}
		}
	}
}

// Any objects, any of them needed.
func TestSweepsOfAnyPacks(t *testing.T) {
	for seed := range uint64(30) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		d, all, needed := newDisk(t), objects{}, objects{}
		s := open(t, options(d, owner))
		for step := range 3 {
			all.some(t, s, seed*10+uint64(step), 1+rnd.IntN(4))
			if rnd.IntN(2) == 0 {
				noError(t, s.Close())
				s = open(t, options(d, owner))
			}
			maps.Copy(needed, all)
			maps.DeleteFunc(needed, func(content.ID, []byte) bool { return rnd.IntN(3) == 0 })
			_, err := sweep(t.Context(), s, needed)
			noError(t, err)
			all = maps.Clone(needed)
			needed.allIn(t, s)
			clean(t, s, len(needed))
		}
	}
}
