package chart

import (
	"cmp"
	"math"
	"slices"

	"dev.varve/backend/event"
)

// Point is a point on the screen. Y may be NaN or infinite: a gap in the line.
type Point struct{ X, Y float64 }

// Place puts the points of a metric on an x axis, in its order. start is when
// the run started, in ms since 1970; if it is 0, Relative counts from the first
// point.
func Place(points []event.Point, x Axis, start int64) []Point {
	placed := make([]Point, len(points))
	if start == 0 && len(points) > 0 {
		start = slices.MinFunc(points, func(a, b event.Point) int { return cmp.Compare(a.Time, b.Time) }).Time
	}
	for i, p := range points {
		at := p.Step
		switch x {
		case Time:
			at = p.Time
		case Relative:
			at = p.Time - start
		}
		placed[i] = Point{X: float64(at), Y: p.Value}
	}
	byX := func(a, b Point) int { return cmp.Compare(a.X, b.X) }
	if !slices.IsSortedFunc(placed, byX) {
		slices.SortStableFunc(placed, byX) // points of one step keep their order in time
	}
	return placed
}

// perBucket is how many points of one stretch are kept: its least and its
// greatest. Where values cannot be drawn, one of those comes on top.
const perBucket = 2

// Sample thins points, which are in the order of x, to at most budget: of each
// of many equal stretches the least and the greatest value are kept, so that no
// spike vanishes, and the first and the last point of all. A stretch that holds
// values that cannot be drawn keeps one of them, so that no gap vanishes
// either. Points are kept as they are; none is invented. A budget below 8
// counts as 8.
func Sample(points []Point, budget int) (kept []Point, sampled bool) {
	budget = max(budget, 8)
	if len(points) <= budget {
		return points, false
	}
	gaps := slices.ContainsFunc(points, func(p Point) bool { return !drawable(p) })
	each := perBucket
	if gaps {
		each++
	}
	inner := points[1 : len(points)-1]
	buckets := (budget - 2) / each
	kept = append(make([]Point, 0, budget), points[0])
	for i := range buckets {
		from, to := i*len(inner)/buckets, (i+1)*len(inner)/buckets
		kept = appendExtremes(kept, inner[from:to])
	}
	return append(kept, points[len(points)-1]), true
}

func drawable(p Point) bool { return !math.IsNaN(p.Y) && !math.IsInf(p.Y, 0) }

// appendExtremes appends least, greatest and first undrawable point of a
// stretch, in the order in which they stand in it.
func appendExtremes(kept []Point, stretch []Point) []Point {
	least, most, gap := -1, -1, -1
	for i, p := range stretch {
		switch {
		case !drawable(p):
			if gap < 0 {
				gap = i
			}
			continue
		case least < 0:
			least, most = i, i
		}
		if p.Y < stretch[least].Y {
			least = i
		}
		if p.Y > stretch[most].Y {
			most = i
		}
	}
	order := []int{least, most, gap}
	slices.Sort(order)
	for _, i := range slices.Compact(order) {
		if i >= 0 {
			kept = append(kept, stretch[i])
		}
	}
	return kept
}
