package track

import (
	"cmp"
	"math"
	"slices"

	"dev.varve/backend/event"
)

// sortPoints sorts by time, step, value and drops exact duplicates in place.
func sortPoints(points []event.Point) []event.Point {
	less := func(a, b event.Point) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Step, b.Step), cmp.Compare(a.Value, b.Value))
	}
	if !slices.IsSortedFunc(points, less) {
		slices.SortFunc(points, less)
	}
	return slices.CompactFunc(points, same)
}

// same reports whether two points are exact duplicates, of which MLflow keeps
// one.
func same(a, b event.Point) bool {
	equal := a.Value == b.Value || math.IsNaN(a.Value) && math.IsNaN(b.Value)
	return a.Time == b.Time && a.Step == b.Step && equal
}
