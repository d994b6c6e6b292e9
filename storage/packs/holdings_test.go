package packs_test

import (
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/storage/packs"
)

func TestHoldings(t *testing.T) {
	d, needed, waste := newDisk(t), objects{}, objects{}
	s := open(t, options(d, owner))
	if !s.StillHolds(s.Holdings()) {
		t.Error("a new store does not hold nothing")
	}
	needed.some(t, s, 1, 4)
	waste.some(t, s, 2, 2)
	id := waste.put(t, s, contenttest.Text(7, 500))
	noError(t, s.Flush(t.Context()))
	then := s.Holdings()
	holds := func(s *packs.Store, id content.ID) bool {
		t.Helper()
		there, err := s.Holds(t.Context(), id)
		noError(t, err)
		return there
	}
	if !s.StillHolds(then) || !holds(s, id) || holds(s, content.Sum(content.KindData, []byte("nobody"))) {
		t.Error("what was flushed is not held, or more than that")
	}
	if s.StillHolds(then[:len(then)-1]) || s.StillHolds(append([]byte("0123456789abcdef"), then...)) {
		t.Error("holdings of another store are held")
	}

	// Through a power cut, and with what came since.
	after := open(t, options(d.PowerCut(nil), owner))
	if !after.StillHolds(then) {
		t.Error("after a power cut they are not held")
	}
	needed.some(t, s, 3, 3)
	noError(t, s.Flush(t.Context()))
	if !s.StillHolds(then) {
		t.Error("with more they are not held")
	}

	// While something may be deleted, and when it was.
	w, err := s.BeginSweep(t.Context(), touchOwn)
	noError(t, err)
	if s.StillHolds(then) || holds(s, id) {
		t.Error("what may go counts as held")
	}
	_, err = w.Run(t.Context(), needed.live, func(int, int) {})
	noError(t, err)
	noError(t, w.End(t.Context()))
	if s.StillHolds(then) || holds(s, id) || !s.StillHolds(s.Holdings()) {
		t.Error("what was deleted counts as held")
	}
	noError(t, s.Close())

	// A pack that is gone, or damaged.
	s = open(t, options(d, owner))
	now := s.Holdings()
	for _, path := range paths(t, d) {
		noError(t, d.Remove(path))
	}
	if s = open(t, options(d, owner)); s.StillHolds(now) {
		t.Error("packs that are gone are held")
	}
}

func TestDamageEndsHoldings(t *testing.T) {
	d, all, path := small(t, true)
	s := open(t, options(d, owner))
	now := s.Holdings()
	if !s.StillHolds(now) {
		t.Fatal("they are not held")
	}
	image, err := d.ReadFile(path)
	noError(t, err)
	image[len(image)/2] ^= 1
	noError(t, d.WriteFile(path, image, 0o644))
	for id := range all {
		_, _ = s.Get(t.Context(), id) // some of it is damaged
	}
	if s.StillHolds(now) {
		t.Error("they are held although some is known to be damaged")
	}
}
