package track_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// moody is a store that can be told to refuse writes.
type moody struct {
	*track.Memory
	refuse bool
}

var errRefused = errors.New("refused")

func (m *moody) Write(pairs []track.Pair) error {
	if m.refuse {
		return errRefused
	}
	return m.Memory.Write(pairs)
}

// TestHistory adds points in any portions, between flushes that fail or not,
// idle ones and restarts, and reads them all.
func TestHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		store := &moody{Memory: track.NewMemory()}
		journal := &memoryJournal{writer: event.Writer{7}}
		config := track.Config{Journal: journal, Store: store, Clock: journal, Random: &counter{}}
		must := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		open := func() *track.Tracker {
			tr, err := track.Open(config)
			must(err)
			return tr
		}
		tr := open()
		ctx := context.Background()
		run, err := tr.CreateRun(ctx, track.NewRun{})
		must(err)
		var want []event.Point
		for n := rapid.IntRange(1, 12).Draw(t, "steps"); n > 0; n-- {
			switch rapid.IntRange(0, 5).Draw(t, "step") {
			case 0:
				must(tr.Flush(nil))
			case 1:
				store.refuse = true
				err := tr.Flush(nil)
				if store.refuse = false; err != nil && !errors.Is(err, errRefused) {
					t.Fatal(err)
				}
			case 2:
				for range 50 { // long enough for the series to leave memory
					must(tr.UpdateRun(ctx, run, track.RunUpdate{Status: "RUNNING"}))
					must(tr.Flush(nil))
				}
			case 3:
				must(tr.Flush(nil))
				tr = open()
			default:
				b := track.Batch{}
				for range rapid.SampledFrom([]int{1, 7, 63, 64, 65, 255, 256, 257, 2500}).Draw(t, "points") {
					p := event.Point{Step: int64(len(want)), Time: int64(len(want)), Value: float64(len(want) % 7)}
					want = append(want, p)
					b.Metrics = append(b.Metrics, track.Metric{Key: "m", Point: p})
				}
				must(tr.LogAll(ctx, run, b))
			}
			got, err := tr.Points(ctx, run, "m")
			if err != nil || !slices.Equal(got, want) {
				t.Fatalf("%d points are read of %d: %v", len(got), len(want), err)
			}
		}
	})
}

// TestHistoryBlocks checks that points come to lie in full blocks, however few
// there are at a time.
func TestHistoryBlocks(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	run := w.run(t, track.NewRun{})
	for i := range 25 {
		b := track.Batch{}
		for j := range 100 {
			b.Metrics = append(b.Metrics, track.Metric{Key: "m", Point: event.Point{Step: int64(100*i + j)}})
		}
		noError(t, w.LogBatch(ctx, run, b))
		noError(t, w.Flush(nil))
	}
	blocks := 0
	noError(t, w.store.Scan("points/", func(string, []byte) error {
		blocks++
		return nil
	}))
	if blocks != 10 {
		t.Errorf("2500 points lie in %d blocks, want 10", blocks)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := w.Points(cancelled, run, "m"); !errors.Is(err, fault.Cancelled) {
		t.Errorf("a reader that has gone: %v", err)
	}
}

// TestMemoryOfManySeries counts what stays in memory of series that the store
// has: two hundred runs of a thousand metrics, and one run of five thousand
// metrics with a million points.
func TestMemoryOfManySeries(t *testing.T) {
	for _, test := range []struct{ runs, keys, rounds, points int }{{200, 1000, 1, 1}, {1, 5000, 5, 40}} {
		store := track.NewMemory()
		h := track.NewHistory(store)
		points := make([]event.Point, test.points)
		for round := range test.rounds {
			for i := range points {
				points[i] = event.Point{Step: int64(round*test.points + i), Time: int64(i), Value: 0.1}
			}
			before := int64(round * test.points)
			for run := range test.runs {
				for key := range test.keys {
					h.Add(fmt.Sprint("run", run), fmt.Sprint("metric/", key), round == 0, before, points)
				}
			}
			pairs, err := h.Take()
			noError(t, err)
			noError(t, store.Write(pairs))
			h.Written()
			if series, held := h.Held(); series+held > track.MaxHeld {
				t.Fatalf("%d points of %d series are in memory", held, series)
			}
		}
		got, err := h.Read(t.Context(), "run0", fmt.Sprint("metric/", test.keys-1), int64(test.rounds*test.points))
		noError(t, err)
		if want := test.rounds * test.points; len(got) != want || got[want-1].Step != int64(want-1) {
			t.Errorf("%d points are read, want %d", len(got), want)
		}
	}
}

// TestShortSeriesShareAnEntry checks that many short series of a run take one
// entry of the store, and that those that grow leave it.
func TestShortSeriesShareAnEntry(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	run := w.run(t, track.NewRun{})
	b := track.Batch{}
	for i := range 1000 {
		b.Metrics = append(b.Metrics, track.Metric{Key: fmt.Sprint("m", i%50), Point: event.Point{Step: int64(i)}})
	}
	noError(t, w.LogBatch(ctx, run, b))
	noError(t, w.Flush(nil))
	entries := func(kind string) (n int) {
		noError(t, w.store.Scan(kind, func(string, []byte) error { n++; return nil }))
		return n
	}
	if sheaves, blocks := entries("sheaf/"), entries("points/"); sheaves != 1 || blocks != 0 {
		t.Fatalf("%d sheaves and %d blocks, want one sheaf", sheaves, blocks)
	}
	w.restart(t)
	noError(t, w.LogMetric(ctx, run, track.Metric{Key: "m7", Point: event.Point{Step: 5000}}))
	noError(t, w.Flush(nil))
	if sheaves, blocks := entries("sheaf/"), entries("points/"); sheaves != 1 || blocks != 1 {
		t.Fatalf("%d sheaves and %d blocks, want one of each", sheaves, blocks)
	}
	w.restart(t)
	for key, want := range map[string]int{"m7": 21, "m8": 20} {
		points, err := w.Points(ctx, run, key)
		noError(t, err)
		if len(points) != want {
			t.Errorf("%s has %d points, want %d", key, len(points), want)
		}
	}
}

// TestADamagedBlockLosesNothing has a flush fail because the block that a series
// goes on with cannot be read, and mends it.
func TestADamagedBlockLosesNothing(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	run := w.run(t, track.NewRun{})
	log := func(step int64) {
		noError(t, w.LogMetric(ctx, run, track.Metric{Key: "m", Point: event.Point{Step: step}}))
	}
	log(0)
	noError(t, w.Flush(nil))
	w.restart(t)
	key := "sheaf/" + run
	whole, _, err := w.store.Get(key)
	noError(t, err)
	noError(t, w.store.Write([]track.Pair{{Key: key, Value: []byte("?")}}))
	log(1)
	noError(t, w.SetTag(ctx, run, event.Param{Key: "k", Value: "v"}))
	wants(t, w.Flush(nil), fault.Corrupt, "")
	wants(t, w.Flush(nil), fault.Corrupt, "")
	noError(t, w.store.Write([]track.Pair{{Key: key, Value: whole}}))
	log(2)
	noError(t, w.Flush(nil))
	w.restart(t)
	points, err := w.Points(ctx, run, "m")
	noError(t, err)
	if len(points) != 3 {
		t.Errorf("%d points are left of 3", len(points))
	}
}
