package forest

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// Bins of a column: 0 is for what is missing, so that a set of bins is a word.
const (
	missing = 0
	mostBin = 63
)

// binned puts the values of rows into bins.
func binned(c Column, rows []int) []uint8 {
	if c.Texts {
		return binnedTexts(c, rows)
	}
	values := make([]float64, 0, len(rows))
	for _, row := range rows {
		if v := c.Values[row]; !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	edges := edgesOf(values)
	bins := make([]uint8, len(rows))
	for i, row := range rows {
		if v := c.Values[row]; !math.IsNaN(v) {
			at, _ := slices.BinarySearch(edges, v) // the first edge that is not below
			bins[i] = uint8(min(at+1, mostBin))
		}
	}
	return bins
}

// edgesOf are the upper ends of all bins but the last: each value by itself
// where there are few, else with as many rows in each.
func edgesOf(values []float64) []float64 {
	slices.Sort(values)
	different := slices.Compact(slices.Clone(values))
	if len(different) <= mostBin {
		return different
	}
	edges := make([]float64, 0, mostBin-1)
	for i := 1; i < mostBin; i++ {
		edges = append(edges, values[i*len(values)/mostBin-1])
	}
	return slices.Compact(edges)
}

func binnedTexts(c Column, rows []int) []uint8 {
	counts := map[float64]int{}
	for _, row := range rows {
		if v := c.Values[row]; !math.IsNaN(v) {
			counts[v]++
		}
	}
	order := slices.SortedFunc(maps.Keys(counts), func(a, b float64) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	of := map[float64]uint8{}
	for i, v := range order {
		of[v] = uint8(min(i+1, mostBin))
	}
	bins := make([]uint8, len(rows))
	for i, row := range rows {
		bins[i] = of[c.Values[row]] // NaN is no key: missing
	}
	return bins
}
