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
	return slices.CompactFunc(points, func(a, b event.Point) bool {
		same := a.Value == b.Value || math.IsNaN(a.Value) && math.IsNaN(b.Value)
		return a.Time == b.Time && a.Step == b.Step && same
	})
}
