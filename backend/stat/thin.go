package stat

import "slices"

// perBucket is how many points of one stretch are kept: its least and its
// greatest. Where values cannot be drawn, one of those comes on top.
const perBucket = 2

// Thin keeps at most budget of the points of a line, in their order: of each of
// many equal stretches the least and the greatest value, so that no spike
// vanishes, and the first and the last point of all. A stretch that holds values
// that cannot be drawn keeps one of them, so that no gap vanishes either. Points
// are kept as they are; none is invented. Below 4 the extremes have no room: then
// it is points at equal distances, the last one among them.
func Thin[T any](points []T, value func(T) float64, budget int) []T {
	if len(points) <= budget {
		return points
	}
	each := perBucket
	if slices.ContainsFunc(points, func(p T) bool { return !Finite(value(p)) }) {
		each++
	}
	buckets := (budget - 2) / each
	if buckets < 1 {
		return evenly(points, budget)
	}
	inner := points[1 : len(points)-1]
	kept := append(make([]T, 0, budget), points[0])
	for i := range buckets {
		from, to := i*len(inner)/buckets, (i+1)*len(inner)/buckets
		kept = appendExtremes(kept, inner[from:to], value)
	}
	return append(kept, points[len(points)-1])
}

func evenly[T any](points []T, n int) []T {
	kept := make([]T, 0, max(n, 0))
	for i := range n {
		kept = append(kept, points[(i+1)*len(points)/n-1])
	}
	return kept
}

// appendExtremes appends least, greatest and first undrawable point of a
// stretch, in the order in which they stand in it.
func appendExtremes[T any](kept, stretch []T, value func(T) float64) []T {
	least, most, gap := -1, -1, -1
	for i := range stretch {
		y := value(stretch[i])
		switch {
		case !Finite(y):
			if gap < 0 {
				gap = i
			}
			continue
		case least < 0:
			least, most = i, i
		}
		if y < value(stretch[least]) {
			least = i
		}
		if y > value(stretch[most]) {
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
