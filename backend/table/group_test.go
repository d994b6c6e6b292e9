package table

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestSortStably compares with the sort of the standard library.
func TestSortStably(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.OneOf(rapid.Uint64(), rapid.Uint64Range(0, 3), rapid.Custom(func(t *rapid.T) uint64 {
			return SortNumber(rapid.Float64().Draw(t, "number"), rapid.Bool().Draw(t, "descending"))
		}))
		keys := rapid.SliceOf(key).Draw(t, "keys")
		rows := make([]uint32, len(keys))
		for i := range rows {
			rows[i] = uint32(i)
		}
		if len(rows) > 1 {
			rows = rapid.Permutation(rows).Draw(t, "rows")
		}
		want := slices.Clone(rows)
		slices.SortStableFunc(want, func(a, b uint32) int { return cmp.Compare(keys[a], keys[b]) })
		if SortStably(rows, keys); !slices.Equal(rows, want) {
			t.Fatalf("%v by %v, not %v", rows, keys, want)
		}
	})
}

// TestPartition compares groups with those of whole keys.
func TestPartition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 30).Draw(t, "rows")
		p := NewPartition(n)
		keys := make([][]uint32, n)
		for range rapid.IntRange(0, 4).Draw(t, "columns") {
			values := rapid.SampledFrom([]int{1, 2, 5, 2_000_000}).Draw(t, "values") // with the last the pairs need a map
			has := rapid.SliceOfN(rapid.Uint32Range(0, uint32(values-1)), n, n).Draw(t, "has")
			p.Split(has, values)
			for i := range keys {
				keys[i] = append(keys[i], has[i])
			}
		}
		next := uint32(0)
		for i := range keys {
			want := next
			if first := slices.IndexFunc(keys, func(k []uint32) bool { return slices.Equal(k, keys[i]) }); first < i {
				want = p.Of[first]
			} else {
				next++
			}
			if p.Of[i] != want {
				t.Fatalf("row %d of %v is in group %d, not %d", i, keys, p.Of[i], want)
			}
		}
		if p.Groups != int(next) {
			t.Fatalf("%d groups, not %d", p.Groups, next)
		}
		for group, rows := range p.Rows() {
			if len(rows) == 0 || !slices.IsSorted(rows) || slices.ContainsFunc(rows, func(row uint32) bool { return p.Of[row] != uint32(group) }) {
				t.Fatalf("group %d has rows %v of %v", group, rows, p.Of)
			}
		}
	})
}

func TestSpreadOfHugeAndSpecialNumbers(t *testing.T) {
	var s Spread
	for _, f := range []float64{math.MaxFloat64, -math.MaxFloat64, math.NaN(), math.Inf(1), math.Inf(-1)} {
		s.Add(f)
	}
	if s.N != 2 || s.NaN != 1 || s.Infinite != 2 || s.Mean() != 0 || s.Min != -math.MaxFloat64 || s.Max != math.MaxFloat64 {
		t.Errorf("%+v, mean %v", s, s.Mean())
	}
	var one Spread
	if !math.IsNaN(one.Mean()) || !math.IsNaN(one.Deviation()) {
		t.Error("nothing has a mean")
	}
	one.Add(0.1)
	if one.Mean() != 0.1 || !math.IsNaN(one.Deviation()) {
		t.Errorf("one number has the mean %v ± %v", one.Mean(), one.Deviation())
	}
	var far Spread // where a sum of squares would have no digits left
	for _, f := range []float64{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16} {
		far.Add(f)
	}
	if far.Mean() != 1e9+10 || math.Abs(far.Deviation()-math.Sqrt(30)) > 1e-9 {
		t.Errorf("far from zero it is %v ± %v", far.Mean(), far.Deviation())
	}
}

func TestHistograms(t *testing.T) {
	for _, c := range []struct {
		numbers []float64
		lo, hi  float64
		want    []int
	}{
		{[]float64{0, 1, 2, 3, 4}, 0, 4, []int{1, 1, 1, 2}},
		{[]float64{5, 5}, 5, 5, []int{2, 0, 0, 0}},
		{[]float64{-math.MaxFloat64, 0, math.MaxFloat64, math.NaN(), math.Inf(1)}, -math.MaxFloat64, math.MaxFloat64, []int{1, 0, 1, 1}},
		{nil, 0, 1, []int{0, 0, 0, 0}},
	} {
		if got := Histogram(c.numbers, c.lo, c.hi, 4); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.numbers, got, c.want)
		}
	}
}
