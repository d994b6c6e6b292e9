package chart

import (
	"cmp"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/stat"
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

// Sample thins points, which are in the order of x, to at most budget, as
// stat.Thin does. A budget below 8 counts as 8.
func Sample(points []Point, budget int) (kept []Point, sampled bool) {
	budget = max(budget, 8)
	if len(points) <= budget {
		return points, false
	}
	return stat.Thin(points, func(p Point) float64 { return p.Y }, budget), true
}
