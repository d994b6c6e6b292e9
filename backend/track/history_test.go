package track_test

import (
	"context"
	"errors"
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
