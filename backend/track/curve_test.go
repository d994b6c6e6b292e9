package track_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// orders are ways in which the steps and times of a series may run.
var orders = []func(i int64) (step, time int64){
	func(i int64) (int64, int64) { return i, 10 * i },
	func(i int64) (int64, int64) { return i * i, 1000 - i },               // denser at the beginning, a clock that runs back
	func(i int64) (int64, int64) { return i % 100, i },                    // a step within each epoch
	func(i int64) (int64, int64) { return 7, i / 1000 },                   // the same step again and again
	func(i int64) (int64, int64) { return i, i - i/3000*172_800_000 },     // a clock that jumps back two days
	func(i int64) (int64, int64) { return i * 7919 % 10007, i % 97 },      // in no order
	func(i int64) (int64, int64) { return math.MinInt64 + i<<40, -i / 2 }, // far out
}

var odd = []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), 1e300, -1e300}

// series draws points of one metric.
func series(t *rapid.T, order, from, n int) []event.Point {
	points := make([]event.Point, n)
	for i := range points {
		at := int64(from + i)
		points[i].Step, points[i].Time = orders[order](at)
		points[i].Time += 1_700_000_000_000
		points[i].Value = math.Sin(float64(at) / 50)
	}
	for range rapid.IntRange(0, 3).Draw(t, "odd values") {
		points[rapid.IntRange(0, n-1).Draw(t, "at")].Value = rapid.SampledFrom(odd).Draw(t, "value")
	}
	return points
}

// TestCurve logs points of any shape in any portions, between flushes that fail
// or not and restarts, and looks at them through any window: no spike is lost,
// no point is invented, and the levels are those of the whole series.
func TestCurve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		store := &moody{Memory: track.NewMemory()}
		journal := &memoryJournal{writer: event.Writer{7}}
		config := track.Config{Journal: journal, Store: store, Clock: journal, Random: &counter{}}
		must := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		tr, err := track.Open(config)
		must(err)
		ctx := context.Background()
		run, err := tr.CreateRun(ctx, track.NewRun{})
		must(err)
		order := rapid.IntRange(0, len(orders)-1).Draw(t, "order")
		var all []event.Point
		for range rapid.IntRange(1, 6).Draw(t, "portions") {
			portion := series(t, order, len(all), rapid.SampledFrom([]int{1, 50, 256, 1000, 6000}).Draw(t, "points"))
			all = append(all, portion...)
			b := track.Batch{Metrics: make([]track.Metric, len(portion))}
			for i, p := range portion {
				b.Metrics[i] = track.Metric{Key: "m", Point: p}
			}
			must(tr.LogAll(ctx, run, b))
			switch rapid.IntRange(0, 3).Draw(t, "then") {
			case 0:
				must(tr.Flush(nil))
			case 1:
				store.refuse = true
				if err := tr.Flush(nil); err != nil && !errors.Is(err, errRefused) {
					t.Fatal(err)
				}
				store.refuse = false
			case 2:
				must(tr.Flush(nil))
				tr, err = track.Open(config)
				must(err)
			}
			for range 3 {
				look(t, tr, run, all)
			}
		}
		must(tr.Flush(nil))
		levelsAreThoseOf(t, store, run, all)
	})
}

// look reads the points through a window and checks what it sees.
func look(t *rapid.T, tr *track.Tracker, run string, all []event.Point) {
	axis := rapid.SampledFrom([]track.Axis{track.BySteps, track.ByTime}).Draw(t, "axis")
	at := func(p event.Point) int64 {
		if axis == track.ByTime {
			return p.Time
		}
		return p.Step
	}
	w := track.Everything(axis, rapid.SampledFrom([]int{0, 1, 20, 300, 5000}).Draw(t, "budget"))
	if rapid.Bool().Draw(t, "zoomed") {
		ends := []int64{at(all[rapid.IntRange(0, len(all)-1).Draw(t, "from")]), at(all[rapid.IntRange(0, len(all)-1).Draw(t, "to")])}
		w.From, w.To = slices.Min(ends), slices.Max(ends)
	}
	c, err := tr.Curve(context.Background(), run, "m", w)
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Clone(all)
	want = slices.DeleteFunc(want, func(p event.Point) bool { return at(p) < w.From || at(p) > w.To })
	if c.Logged != int64(len(all)) {
		t.Fatalf("%d points were logged, it says %d", len(all), c.Logged)
	}
	if !slices.IsSortedFunc(c.Points, func(a, b event.Point) int {
		if at(a) < at(b) {
			return -1
		}
		return 0
	}) {
		t.Fatal("the points are not in the order of the axis")
	}
	if !c.Sampled {
		if diff := different(c.Points, want); diff != "" {
			t.Fatal(diff)
		}
		return
	}
	if w.Budget == 0 || len(want) <= w.Budget {
		t.Fatalf("%d points are thinned for a budget of %d", len(want), w.Budget)
	}
	nothingIsLost(t, c.Points, want, at, w.Budget)
}

// nameOf tells points apart, NaN included, and takes exact duplicates for one.
func nameOf(p event.Point) string { return fmt.Sprint(p.Step, p.Time, p.Value+0) }

func different(got, want []event.Point) string {
	names := map[string]bool{}
	for _, p := range want {
		names[nameOf(p)] = true
	}
	for _, p := range got {
		if !names[nameOf(p)] {
			return "a point came twice, or from outside: " + nameOf(p)
		}
		delete(names, nameOf(p))
	}
	if len(names) > 0 {
		return fmt.Sprintf("%d points are missing", len(names))
	}
	return ""
}

// nothingIsLost checks what Tracker.Curve promises.
func nothingIsLost(t *rapid.T, got, want []event.Point, at func(event.Point) int64, budget int) {
	slices.SortStableFunc(want, func(a, b event.Point) int {
		switch {
		case at(a) < at(b):
			return -1
		case at(a) > at(b):
			return 1
		}
		return 0
	})
	real := map[string]bool{}
	for _, p := range want {
		real[nameOf(p)] = true
	}
	for _, p := range got {
		if !real[nameOf(p)] {
			t.Fatalf("%v was never logged", p)
		}
	}
	first, last := at(want[0]), at(want[len(want)-1])
	if at(got[0]) != first || at(got[len(got)-1]) != last {
		t.Fatalf("the curve runs from %d to %d, want %d to %d", at(got[0]), at(got[len(got)-1]), first, last)
	}
	step := (uint64(last) - uint64(first)) / uint64(max(budget/2, 1))
	from := 0
	for _, p := range want {
		for uint64(at(p))-uint64(at(got[from])) > step && at(got[from]) < at(p) {
			from++
		}
		high, low := false, false
		for i := from; i < len(got) && (at(got[i]) <= at(p) || uint64(at(got[i]))-uint64(at(p)) <= step); i++ {
			q := got[i].Value
			if math.IsNaN(p.Value) || math.IsInf(p.Value, 0) {
				if math.IsNaN(q) && math.IsNaN(p.Value) || q == p.Value {
					high, low = true, true
				}
			} else if !math.IsInf(q, 0) {
				high, low = high || q >= p.Value, low || q <= p.Value
			}
			if high && low {
				break
			}
		}
		if !high || !low {
			t.Fatalf("nothing stands for %v within %d", p, step)
		}
	}
}

// levelsAreThoseOf compares the levels in a store with those of the same
// series, stored at once.
func levelsAreThoseOf(t *rapid.T, store track.Store, run string, all []event.Point) {
	fresh := track.NewMemory()
	if err := track.StoreSeries(fresh, run, "m", all); err != nil {
		t.Fatal(err)
	}
	entries := func(s track.Store) map[string]string {
		list := map[string]string{}
		if err := s.Scan("level/", func(key string, value []byte) error {
			list[key] = string(value)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return list
	}
	got, want := entries(store), entries(fresh)
	if len(got) != len(want) {
		t.Fatalf("%d entries of levels, want %d", len(got), len(want))
	}
	for key := range want {
		if got[key] != want[key] {
			t.Fatalf("the level %q differs", key)
		}
	}
}
