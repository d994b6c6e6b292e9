package forest_test

import (
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/forest"
)

// noise is a number from 0 to 1 that looks like chance.
func noise(i, k int) float64 {
	x := math.Sin(float64(i*7919+k*104729)) * 43758.5453
	return x - math.Floor(x)
}

func columns(n, k int) []forest.Column {
	list := make([]forest.Column, k)
	for c := range list {
		for i := range n {
			list[c].Values = append(list[c].Values, noise(i, c))
		}
	}
	return list
}

func learn(t testing.TB, y []float64, list []forest.Column, o forest.Options) forest.Result {
	t.Helper()
	r, ok := forest.Learn(y, list, o)
	if !ok {
		t.Fatal("nothing was learned")
	}
	return r
}

// TestKnownAnswers learns what was put into the data.
func TestKnownAnswers(t *testing.T) {
	const n = 300
	list := columns(n, 5)
	text := forest.Column{Texts: true}
	for i := range n {
		text.Values = append(text.Values, float64(i*i%5))
	}
	list = append(list, text)
	effect := []float64{0, 2, 0, -1, 0.3} // of the texts: in no order
	for _, c := range []struct {
		name        string
		y           func(i int) float64
		first, next int // columns
		first80     bool
	}{
		{"one column", func(i int) float64 { return 3*list[2].Values[i] + noise(i, 90)/10 }, 2, -1, true},
		{"two columns", func(i int) float64 { return 3*list[1].Values[i] - 1.5*list[4].Values[i] }, 1, 4, false},
		{"a valley", func(i int) float64 { return math.Abs(list[0].Values[i] - 0.5) }, 0, -1, true},
		{"texts", func(i int) float64 { return effect[int(text.Values[i])] + noise(i, 91)/10 }, 5, -1, true},
		{"together only", func(i int) float64 {
			if (list[0].Values[i] > 0.5) == (list[3].Values[i] > 0.5) {
				return 1
			}
			return 0
		}, -1, -1, false},
		{"one run diverged", func(i int) float64 {
			if i == 17 {
				return 1e30
			}
			return list[2].Values[i]
		}, 2, -1, true},
	} {
		y := make([]float64, n)
		for i := range y {
			y[i] = c.y(i)
		}
		r := learn(t, y, list, forest.Options{})
		best, second := -1, -1
		for i, v := range r.Importance {
			switch {
			case best < 0 || v > r.Importance[best]:
				best, second = i, best
			case second < 0 || v > r.Importance[second]:
				second = i
			}
		}
		if c.name == "together only" {
			if got := r.Importance[0] + r.Importance[3]; got < 0.7 || r.Importance[0] < 0.2 || r.Importance[3] < 0.2 {
				t.Errorf("%s: %v", c.name, r)
			}
			continue
		}
		if best != c.first || c.next >= 0 && second != c.next || c.first80 && r.Importance[best] < 0.8 || r.Explained < 0.7 {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
}

// TestNoiseExplainsNothing says so.
func TestNoiseExplainsNothing(t *testing.T) {
	y := make([]float64, 200)
	for i := range y {
		y[i] = noise(i, 77)
	}
	if r := learn(t, y, columns(200, 4), forest.Options{}); r.Explained > 0.05 || r.Explained <= 0 && r.Importance[0] != 0 {
		t.Errorf("of noise: %+v", r)
	}
}

// TestMissing learns from a column of which a part is missing, and from that it
// is missing.
func TestMissing(t *testing.T) {
	const n = 300
	list := columns(n, 3)
	y := make([]float64, n)
	for i := range n {
		y[i] = 2 * list[0].Values[i]
		if i%3 == 0 {
			list[0].Values[i] = math.NaN()
			y[i] = -1
		}
	}
	if r := learn(t, y, list, forest.Options{}); r.Importance[0] < 0.9 || r.Explained < 0.9 {
		t.Errorf("%+v", r)
	}
}

// TestAnything gives the same shares of 1 for the same input, whatever it is.
func TestAnything(t *testing.T) {
	number := rapid.OneOf(rapid.Float64Range(-3, 3), rapid.Float64(), rapid.SampledFrom([]float64{0, 1, math.NaN(), math.Inf(1)}))
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(0, 80).Draw(r, "rows")
		y := rapid.SliceOfN(number, n, n).Draw(r, "target")
		var list []forest.Column
		for range rapid.IntRange(0, 4).Draw(r, "columns") {
			list = append(list, forest.Column{Values: rapid.SliceOfN(number, n, n).Draw(r, "values")})
		}
		if rapid.Bool().Draw(r, "texts") {
			c := forest.Column{Texts: true}
			for range n {
				c.Values = append(c.Values, float64(rapid.IntRange(0, 100).Draw(r, "text")))
			}
			list = append(list, c)
		}
		o := forest.Options{Trees: 8, Rows: rapid.IntRange(8, 80).Draw(r, "most"), Seed: 5}
		got, ok := forest.Learn(y, list, o)
		again, okAgain := forest.Learn(y, list, o)
		if ok != okAgain || !reflect.DeepEqual(got, again) && !math.IsNaN(got.Explained) {
			r.Fatalf("%+v and then %+v", got, again)
		}
		if !ok {
			return
		}
		sum := 0.0
		for _, v := range got.Importance {
			if !(v >= 0) {
				r.Fatalf("an importance of %v", v)
			}
			sum += v
		}
		if math.IsNaN(got.Explained) || got.Explained > 1 || sum != 0 && math.Abs(sum-1) > 1e-9 || got.Rows > o.Rows {
			r.Fatalf("%+v", got)
		}
	})
}

// BenchmarkLearn is what a great sweep takes: 10,000 runs with 100 params.
func BenchmarkLearn(b *testing.B) {
	list := columns(10_000, 100)
	y := make([]float64, 10_000)
	for i := range y {
		y[i] = list[0].Values[i] + list[1].Values[i]*list[2].Values[i]
	}
	for b.Loop() {
		learn(b, y, list, forest.Options{})
	}
}
