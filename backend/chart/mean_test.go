package chart

import (
	"math"
	"testing"
)

// Means are told of whatever numbers there are on an axis, the greatest and the
// least among them.
func TestMeanOfExtremes(t *testing.T) {
	for name, xs := range map[string][]float64{
		"as far apart as can be": {-math.MaxFloat64, 0, math.MaxFloat64},
		"as near as can be":      {0, math.SmallestNonzeroFloat64, 2 * math.SmallestNonzeroFloat64},
		"one and the same":       {7, 7, 7},
	} {
		t.Run(name, func(t *testing.T) {
			var line []Point
			for i, x := range xs {
				line = append(line, Point{x, float64(i)})
			}
			// Lines of different lengths are taken stretch by stretch.
			mean, _ := meanOf([][]Point{line, line[:2]}, 100, RangeBand)
			if len(mean) == 0 {
				t.Fatal("nothing is drawn")
			}
			for _, p := range mean {
				if math.IsNaN(p.X) || math.IsInf(p.X, 0) || p.X < xs[0] || p.X > xs[2] {
					t.Errorf("a point at %v", p.X)
				}
			}
		})
	}
}
