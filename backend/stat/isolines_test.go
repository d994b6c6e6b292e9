package stat_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/stat"
)

func TestIsolines(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name  string
		cells []float64
		wide  int
		want  string
	}{
		{"a slope", []float64{0, 1, 2, 0, 1, 2}, 3, "[[{1.5 0 1.5} {1.5 1 1.5}]]"},
		{"a hill", []float64{0, 0, 0, 0, 3, 0, 0, 0, 0}, 3, "[[{1 0.5 1.5} {0.5 1 1.5} {1 1.5 1.5} {1.5 1 1.5} {1 0.5 1.5}]]"},
		{"a saddle", []float64{2, 0, 0, 2}, 2, "[[{0 0.25 1.5} {0.25 0 1.5}] [{1 0.75 1.5} {0.75 1 1.5}]]"},
		{"a hole", []float64{0, 2, 0, nan}, 2, "[]"},
		{"flat", []float64{1, 1, 1, 1}, 2, "[]"},
	} {
		if got := fmt.Sprint(stat.Isolines(c.cells, c.wide, 1.5)); got != c.want {
			t.Errorf("%s: %s, not %s", c.name, got, c.want)
		}
	}
}

// Each line stays within the grid, and where it crosses an edge the level lies
// between the two cells.
func TestIsolinesAreLevel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		const wide = 6
		cells := rapid.SliceOfN(rapid.SampledFrom([]float64{-3, -2, -1, 0, 1, 2, 3, math.NaN()}), wide*5, wide*5).Draw(r, "cells")
		level := rapid.SampledFrom([]float64{-2.5, -0.5, 0.5, 1.5}).Draw(r, "level")
		for _, line := range stat.Isolines(cells, wide, level) {
			if len(line) < 2 {
				r.Fatalf("a line of %d places", len(line))
			}
			for _, s := range line {
				x, y := math.Floor(s.X), math.Floor(s.Y)
				if !(s.X >= 0 && s.X <= wide-1 && s.Y >= 0 && s.Y <= 4) || s.X != x && s.Y != y {
					r.Fatalf("%v is no place on an edge", s)
				}
				a, b := cells[int(y)*wide+int(x)], cells[int(math.Ceil(s.Y))*wide+int(math.Ceil(s.X))]
				if !(min(a, b) <= level && level <= max(a, b)) {
					r.Fatalf("%v lies between %v and %v", s, a, b)
				}
			}
		}
	})
}
