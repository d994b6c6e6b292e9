package chart_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/chart"
	"dev.varve/backend/event"
)

// value draws measurements: mostly plain, sometimes a spike, sometimes nothing
// that can be drawn.
func value(odd bool) *rapid.Generator[float64] {
	plain := rapid.Float64Range(-1, 1)
	if !odd {
		return rapid.OneOf(plain, plain, rapid.Float64Range(-1e300, 1e300))
	}
	return rapid.OneOf(plain, plain, plain, rapid.Float64(), rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1)}))
}

// TestNoSpikeVanishes states what Sample promises: whatever is thrown away lies
// between a kept value that is as great and one that is as small, no further
// than one stretch away; and a gap stays a gap.
func TestNoSpikeVanishes(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		odd := rapid.Bool().Draw(r, "odd")
		values := rapid.SliceOfN(value(odd), 1, 600).Draw(r, "values")
		budget := rapid.IntRange(0, 300).Draw(r, "budget")
		points := make([]chart.Point, len(values))
		for i, v := range values {
			points[i] = chart.Point{X: float64(i), Y: v}
		}
		kept, sampled := chart.Sample(points, budget)
		budget = max(budget, 8)
		if len(kept) > budget || sampled != (len(points) > budget) || !sampled && len(kept) != len(points) {
			r.Fatalf("kept %d of %d points with a budget of %d; sampled %v", len(kept), len(points), budget, sampled)
		}
		if kept[0].X != 0 || kept[len(kept)-1].X != float64(len(points)-1) {
			r.Fatalf("the ends are %v and %v", kept[0], kept[len(kept)-1])
		}
		at := -1
		for _, k := range kept {
			i := int(k.X)
			if i <= at || math.Float64bits(points[i].Y) != math.Float64bits(k.Y) {
				r.Fatalf("%v is out of order or was invented", k)
			}
			at = i
		}
		stretch := float64(len(points)/((budget-2)/3) + 1)
		near := func(p chart.Point, is func(chart.Point) bool) bool {
			return slices.ContainsFunc(kept, func(k chart.Point) bool { return math.Abs(k.X-p.X) <= stretch && is(k) })
		}
		for _, p := range points {
			gap := math.IsNaN(p.Y) || math.IsInf(p.Y, 0)
			switch {
			case gap && !near(p, func(k chart.Point) bool { return math.IsNaN(k.Y) || math.IsInf(k.Y, 0) }):
				r.Fatalf("the gap at %v was closed", p.X)
			case !gap && !near(p, func(k chart.Point) bool { return k.Y >= p.Y && !math.IsInf(k.Y, 0) }),
				!gap && !near(p, func(k chart.Point) bool { return k.Y <= p.Y && !math.IsInf(k.Y, 0) }):
				r.Fatalf("the spike %v vanished", p)
			}
		}
	})
}

func TestPlace(t *testing.T) {
	nan := math.NaN()
	points := []event.Point{ // as the tracker gives them: by time
		{Step: 2, Time: 1000, Value: 5}, {Step: 1, Time: 1500, Value: nan}, {Step: 1, Time: 2000, Value: 7},
	}
	for _, c := range []struct {
		x     chart.Axis
		start int64
		want  string
	}{
		{chart.Step, 900, "[{1 NaN} {1 7} {2 5}]"},
		{chart.Time, 900, "[{1000 5} {1500 NaN} {2000 7}]"},
		{chart.Relative, 900, "[{100 5} {600 NaN} {1100 7}]"},
		{chart.Relative, 0, "[{0 5} {500 NaN} {1000 7}]"},
	} {
		if got := fmt.Sprint(chart.Place(points, c.x, c.start)); got != c.want {
			t.Errorf("%s from %d: %s, want %s", c.x, c.start, got, c.want)
		}
	}
	if got := chart.Place(nil, chart.Relative, 0); len(got) != 0 {
		t.Errorf("no points became %v", got)
	}
}

func BenchmarkSampleMillion(b *testing.B) {
	points := make([]event.Point, 1_000_000)
	for i := range points {
		points[i] = event.Point{Step: int64(i), Time: int64(i), Value: math.Sin(float64(i) / 1000)}
	}
	b.ReportAllocs()
	for b.Loop() {
		chart.Sample(chart.Place(points, chart.Step, 0), 2000)
	}
}
