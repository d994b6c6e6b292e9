// Package stat is the arithmetic behind charts: quantiles, correlations,
// moving averages, buckets and grids. Values that are NaN or infinite are left
// out, and every function says how many it used.
package stat

import (
	"math"
	"slices"
)

// Finite reports whether a value can be drawn.
func Finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// Sorted are the finite values, ascending.
func Sorted(values []float64) []float64 {
	finite := make([]float64, 0, len(values))
	for _, v := range values {
		if Finite(v) {
			finite = append(finite, v)
		}
	}
	slices.Sort(finite)
	return finite
}

// Quantile is the value below which the share p of sorted values lies, by
// linear interpolation between neighbours (type 7 of Hyndman and Fan, the
// default of R and NumPy). Of no values it is NaN.
func Quantile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	share := at - float64(i)
	// Not a + (b − a)·share: the difference of two great numbers may be infinite.
	return sorted[i]*(1-share) + sorted[i+1]*share
}

// Box is what a box of a box plot shows: the quartiles, whiskers that end at the
// last values within 1.5 times the distance of the quartiles, and the values
// beyond them (Tukey).
type Box struct {
	Low, Q1, Median, Q3, High float64
	Outliers                  []float64
	N                         int
}

// BoxOf makes a box; ok is false if there is no finite value.
func BoxOf(values []float64) (b Box, ok bool) {
	s := Sorted(values)
	if len(s) == 0 {
		return b, false
	}
	b = Box{Q1: Quantile(s, 0.25), Median: Quantile(s, 0.5), Q3: Quantile(s, 0.75), N: len(s)}
	low, high := Fences(b.Q1, b.Q3, 1.5)
	first := slices.IndexFunc(s, func(v float64) bool { return v >= low })
	last := len(s) - 1
	for s[last] > high {
		last--
	}
	b.Low, b.High = s[first], s[last]
	b.Outliers = append(slices.Clone(s[:first]), s[last+1:]...)
	return b, true
}

// Fences are the ends of what lies within so many distances of the quartiles
// beyond them.
func Fences(q1, q3, times float64) (low, high float64) {
	reach := (q3 - q1) * times
	return q1 - reach, q3 + reach
}

// Mean and standard deviation of the finite values; sd is that of a sample (n−1)
// and NaN below two values, mean is NaN without any.
func Mean(values []float64) (mean, sd float64, n int) {
	var m2 float64
	for _, v := range values {
		if !Finite(v) {
			continue
		}
		n++
		d := v - mean
		mean += d / float64(n)
		m2 += d * (v - mean)
	}
	switch n {
	case 0:
		return math.NaN(), math.NaN(), 0
	case 1:
		return mean, math.NaN(), 1
	}
	return mean, math.Sqrt(m2 / float64(n-1)), n
}

// Smooth is the exponential moving average without the pull towards zero at the
// beginning. What is not finite stays where it is and counts for nothing. Where
// each value stands for several, the weight holds for so many.
func Smooth(values []float64, weight, each float64) []float64 {
	keep := math.Pow(weight, max(1, each))
	out := slices.Clone(values)
	var sum, share float64
	for i, v := range values {
		if !Finite(v) {
			continue
		}
		sum = sum*keep + v*(1-keep)
		share = share*keep + (1 - keep)
		out[i] = sum / share
	}
	return out
}

// Buckets are counts of values between equally distant edges, of which there is
// one more than counts. The last bucket holds its upper edge.
type Buckets struct {
	Edges  []float64
	Counts []int
	N      int
}

// BucketsOf counts the finite values in so many buckets; in as many as Sturges'
// rule says if it is 0. If all values are equal there is one bucket around them.
func BucketsOf(values []float64, buckets int) Buckets {
	s := Sorted(values)
	if len(s) == 0 {
		return Buckets{}
	}
	if buckets <= 0 {
		buckets = min(int(math.Ceil(math.Log2(float64(len(s)))))+1, 60)
	}
	low, high := s[0], s[len(s)-1]
	width := high/float64(buckets) - low/float64(buckets)
	if low == high || width == 0 {
		around := max(math.Abs(low)/1000, 0.5e-9)
		return Buckets{Edges: []float64{low - around, high + around}, Counts: []int{len(s)}, N: len(s)}
	}
	b := Buckets{Edges: make([]float64, buckets+1), Counts: make([]int, buckets), N: len(s)}
	for i := range b.Edges {
		b.Edges[i] = low + width*float64(i)
		if math.IsInf(b.Edges[i], 0) { // the way from the one end to the other is no double
			part := float64(i) / float64(buckets)
			b.Edges[i] = low*(1-part) + high*part
		}
	}
	b.Edges[buckets] = high
	at := 0
	for _, v := range s {
		for at < buckets-1 && v >= b.Edges[at+1] {
			at++
		}
		b.Counts[at]++
	}
	return b
}
