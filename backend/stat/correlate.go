package stat

import (
	"cmp"
	"math"
	"slices"
)

// Pearson is the correlation of two columns over the rows in which both are
// finite, and their number. It is NaN below three rows, or if a column does not
// vary in them.
func Pearson(x, y []float64) (r float64, n int) {
	a, b := pairs(x, y)
	return pearson(a, b), len(a)
}

// Spearman is the correlation of the ranks: 1 for whatever only rises. Equal
// values share the mean of their ranks.
func Spearman(x, y []float64) (r float64, n int) {
	a, b := pairs(x, y)
	return pearson(ranks(a), ranks(b)), len(a)
}

func pairs(x, y []float64) (a, b []float64) {
	for i := range x {
		if Finite(x[i]) && Finite(y[i]) {
			a, b = append(a, x[i]), append(b, y[i])
		}
	}
	return a, b
}

func pearson(x, y []float64) float64 {
	if len(x) < 3 {
		return math.NaN()
	}
	x, y = scaled(x), scaled(y)
	mx, _, _ := Mean(x)
	my, _, _ := Mean(y)
	var xx, yy, xy float64
	for i := range x {
		dx, dy := x[i]-mx, y[i]-my
		xx += dx * dx
		yy += dy * dy
		xy += dx * dy
	}
	if xx == 0 || yy == 0 {
		return math.NaN()
	}
	return max(-1, min(1, xy/math.Sqrt(xx)/math.Sqrt(yy)))
}

// scaled brings values to at most 1: squares of what is near the ends of float64
// would be infinite, or zero.
func scaled(values []float64) []float64 {
	most := 0.0
	for _, v := range values {
		most = max(most, math.Abs(v))
	}
	if most == 0 || most > 1e-100 && most < 1e100 {
		return values
	}
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = v / most
	}
	return out
}

// ranks are the places of values in their order, from 0, equal ones sharing the
// mean of theirs.
func ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(values[i], values[j]) })
	out := make([]float64, len(values))
	for from := 0; from < len(order); {
		to := from
		for to < len(order) && values[order[to]] == values[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			out[i] = float64(from+to-1) / 2
		}
		from = to
	}
	return out
}
