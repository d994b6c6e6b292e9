package stat_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/stat"
)

var nan, inf = math.NaN(), math.Inf(1)

// near reports whether two numbers are the same but for rounding.
func near(a, b float64) bool {
	return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-9*max(1, math.Abs(a), math.Abs(b))
}

func TestQuantiles(t *testing.T) {
	for _, c := range []struct {
		values  []float64
		p, want float64
	}{
		{nil, 0.5, nan}, {[]float64{3}, 0.9, 3}, {[]float64{1, 2, 3, 4}, 0.25, 1.75}, {[]float64{1, 2, 3, 4}, 1, 4},
		{[]float64{-math.MaxFloat64, math.MaxFloat64}, 0.5, 0},
	} {
		if got := stat.Quantile(c.values, c.p); !near(got, c.want) {
			t.Errorf("%v of %v is %v, want %v", c.p, c.values, got, c.want)
		}
	}
	if b, ok := stat.BoxOf([]float64{5, 1, 2, 3, 4, 100, nan, inf}); !ok || fmt.Sprint(b) != "{1 2.25 3.5 4.75 5 [100] 6}" {
		t.Errorf("the box is %v", b)
	}
	if _, ok := stat.BoxOf([]float64{nan}); ok {
		t.Error("there is a box of nothing")
	}
}

func TestCorrelations(t *testing.T) {
	for _, c := range []struct {
		x, y              []float64
		pearson, spearman float64
		n                 int
	}{
		{[]float64{1, 2, 3}, []float64{2, 4, 6}, 1, 1, 3},
		{[]float64{1, 2, 3, nan, 5}, []float64{3, 2, 1, 0, nan}, -1, -1, 3},
		{[]float64{1, 2, 3, 4}, []float64{1, 10, 100, 1000}, 0.8241407166, 1, 4},
		{[]float64{1, 2, 2, 3}, []float64{1, 3, 2, 4}, 0.9486832981, 0.9486832981, 4}, // scipy.stats.spearmanr
		{[]float64{1, 1, 1}, []float64{1, 2, 3}, nan, nan, 3},
		{[]float64{1, 2}, []float64{1, 2}, nan, nan, 2},
		{[]float64{1e300, 2e300, 4e300}, []float64{1e-300, 2e-300, 4e-300}, 1, 1, 3},
	} {
		r, n := stat.Pearson(c.x, c.y)
		s, m := stat.Spearman(c.x, c.y)
		if !near(r, c.pearson) || !near(s, c.spearman) || n != c.n || m != c.n {
			t.Errorf("%v, %v: %v and %v of %d", c.x, c.y, r, s, n)
		}
	}
}

// TestCorrelationIsOne: in whichever order, on whichever scale.
func TestCorrelationIsOne(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		number := rapid.OneOf(rapid.Float64Range(-5, 5), rapid.Float64())
		n := rapid.IntRange(0, 20).Draw(r, "n")
		x, y := rapid.SliceOfN(number, n, n).Draw(r, "x"), rapid.SliceOfN(number, n, n).Draw(r, "y")
		for name, f := range map[string]func(a, b []float64) (float64, int){"pearson": stat.Pearson, "spearman": stat.Spearman} {
			a, _ := f(x, y)
			b, _ := f(y, x)
			if !near(a, b) || a < -1 || a > 1 {
				r.Fatalf("%s: %v and %v", name, a, b)
			}
		}
		cubes := make([]float64, n)
		for i, v := range y {
			cubes[i] = math.Cbrt(v)
		}
		a, _ := stat.Spearman(x, y)
		if b, _ := stat.Spearman(x, cubes); len(slices.Compact(slices.Sorted(slices.Values(cubes)))) == len(slices.Compact(slices.Sorted(slices.Values(y)))) && !near(a, b) {
			r.Fatalf("ranks changed: %v and %v", a, b)
		}
	})
}

func TestSmooth(t *testing.T) {
	if got := stat.Smooth([]float64{1, nan, 1, 1}, 0.9, 1); !near(got[0], 1) || !math.IsNaN(got[1]) || !near(got[3], 1) {
		t.Errorf("of a level line: %v", got)
	}
	got := stat.Smooth([]float64{0, 1}, 0.5, 1)
	if !near(got[1], 2.0/3) {
		t.Errorf("of a step: %v", got)
	}
	if thin := stat.Smooth([]float64{0, 1}, 0.5, 2); !near(thin[1], 0.8) {
		t.Errorf("where each stands for two: %v", thin)
	}
}

func TestBuckets(t *testing.T) {
	for _, c := range []struct {
		values  []float64
		buckets int
		want    string
	}{
		{nil, 3, "{[] [] 0}"}, {[]float64{0, 1, 2, 3, nan}, 3, "{[0 1 2 3] [1 1 2] 4}"}, {[]float64{2, 2}, 5, "{[1.998 2.002] [2] 2}"},
		{[]float64{0, 1, 2, 3, 4, 5, 6, 7}, 0, "{[0 1.75 3.5 5.25 7] [2 2 2 2] 8}"},
	} {
		if got := fmt.Sprint(stat.BucketsOf(c.values, c.buckets)); got != c.want {
			t.Errorf("%v in %d: %s, want %s", c.values, c.buckets, got, c.want)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		values := rapid.SliceOf(rapid.Float64()).Draw(r, "values")
		b := stat.BucketsOf(values, rapid.IntRange(0, 40).Draw(r, "buckets"))
		sum := 0
		for _, n := range b.Counts {
			sum += n
		}
		if sum != len(stat.Sorted(values)) || sum != b.N || len(b.Edges) > 0 && (len(b.Edges) != len(b.Counts)+1 || !slices.IsSorted(b.Edges)) {
			r.Fatalf("%+v", b)
		}
	})
}

// TestGrid meets the spots, stays between their values, and ends with them.
func TestGrid(t *testing.T) {
	plane := func(x, y float64) float64 { return 2*x - y }
	var spots []stat.Spot
	for i := range 400 {
		x, y := math.Mod(float64(i)*0.618, 1), math.Mod(float64(i)*0.755, 1)
		spots = append(spots, stat.Spot{X: 10 * x, Y: 3 + y/10, Z: plane(x, y)})
	}
	cells, ok := stat.Grid(spots, 20, 10)
	if !ok || len(cells) != 200 {
		t.Fatalf("%d cells", len(cells))
	}
	wrong, filled := 0.0, 0
	for i, v := range cells {
		if !math.IsNaN(v) {
			filled++
			wrong = max(wrong, math.Abs(v-plane((float64(i%20)+0.5)/20, (float64(i/20)+0.5)/10)))
		}
	}
	if filled < 180 || wrong > 0.2 {
		t.Errorf("%d cells of a plane, at most %v wrong", filled, wrong)
	}
	triangle := []stat.Spot{{0, 0, 1}, {1, 0, 1}, {0, 1, 1}}
	cells, ok = stat.Grid(triangle, 10, 10)
	if !ok || cells[0] != 1 || !math.IsNaN(cells[99]) {
		t.Errorf("of a triangle: %v", cells)
	}
	for _, line := range [][]stat.Spot{nil, triangle[:2], {{0, 0, 1}, {1, 1, 1}, {2, 2, 1}}, {{1, 0, 1}, {1, 1, 1}, {1, 2, 1}}} {
		if _, ok := stat.Grid(line, 5, 5); ok {
			t.Errorf("there is a grid over %v", line)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		coordinate := rapid.OneOf(rapid.Float64Range(0, 3), rapid.SampledFrom([]float64{0, 1, 2}), rapid.Float64Range(-1e300, 1e300))
		var spots []stat.Spot
		low, high := inf, -inf
		for range rapid.IntRange(0, 40).Draw(r, "spots") {
			s := stat.Spot{X: coordinate.Draw(r, "x"), Y: coordinate.Draw(r, "y"), Z: rapid.Float64Range(-9, 9).Draw(r, "z")}
			low, high = min(low, s.Z), max(high, s.Z)
			spots = append(spots, s)
		}
		cells, ok := stat.Grid(spots, 7, 5)
		for _, v := range cells {
			if ok && (v < low-1e-9 || v > high+1e-9) {
				r.Fatalf("%v is not between %v and %v", v, low, high)
			}
		}
	})
}

func BenchmarkGrid(b *testing.B) {
	var spots []stat.Spot
	for i := range 10_000 {
		spots = append(spots, stat.Spot{X: math.Mod(float64(i)*0.618, 1), Y: math.Mod(float64(i)*0.755, 1), Z: float64(i % 7)})
	}
	for b.Loop() {
		stat.Grid(spots, 48, 48)
	}
}
