package tabular

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// What is kept of all columns of a table together.
const (
	mostSamples    = 1_000_000
	mostCategories = 200_000
)

// What is kept of one.
const (
	longCategory = 100 // bytes of a text by which it is told from others
	mostBins     = 24
	mostCommon   = 12
)

// gatherer gathers the values of a column.
type gatherer struct {
	Column
	most int // of the sample
	many int // different values that are counted

	counts        [kinds]int
	infinite      int
	numbers       int
	min, max      float64
	mean, squares float64 // as in Welford's method
	sum, rest     float64 // the sum, and what was lost by rounding it (Neumaier)
	sample        []sampled
	limit         uint64 // the largest chance of what is in the sample
	categories    map[string]int
	tooMany       bool
}

func gatherers(columns []Column) []*gatherer {
	n := max(len(columns), 1)
	list := make([]*gatherer, len(columns))
	for i, c := range columns {
		list[i] = &gatherer{
			Column: c, most: clamp(mostSamples/n, 500, 50_000), many: clamp(mostCategories/n, 100, 1000),
			min: math.Inf(1), max: math.Inf(-1), limit: math.MaxUint64, categories: map[string]int{},
		}
	}
	return list
}

// sampled is a number of a sample.
type sampled struct {
	value  float64
	chance uint64
}

func clamp(n, low, high int) int { return min(max(n, low), high) }

// add takes a value. By chance, any number that is as good as random for each row, it
// is chosen for the sample: rows with the same chances in two tables are in the
// samples of both, so that samples differ where the tables do.
func (g *gatherer) add(v Value, chance uint64) {
	g.counts[v.Kind]++
	switch v.Kind {
	case Missing:
		return
	case Whole, Number, Time:
		g.number(v.Number, chance)
	}
	if !g.tooMany {
		g.category(v)
	}
}

func (g *gatherer) number(f float64, chance uint64) {
	if math.IsInf(f, 0) {
		g.infinite++
		return
	}
	g.numbers++
	g.min, g.max = min(g.min, f), max(g.max, f)
	off := f - g.mean
	g.mean += off / float64(g.numbers)
	g.squares += off * (f - g.mean)
	total := g.sum + f
	if math.Abs(g.sum) >= math.Abs(f) {
		g.rest += g.sum - total + f
	} else {
		g.rest += f - total + g.sum
	}
	g.sum = total
	if chance > g.limit {
		return
	}
	g.sample = append(g.sample, sampled{f, chance})
	for len(g.sample) > g.most && g.limit > 0 {
		g.limit /= 2
		g.sample = slices.DeleteFunc(g.sample, func(s sampled) bool { return s.chance > g.limit })
	}
}

// category counts how often each value comes, until there are too many.
func (g *gatherer) category(v Value) {
	text := short(v.Written(), longCategory)
	n, known := g.categories[text]
	if g.tooMany = !known && len(g.categories) >= g.many; !g.tooMany {
		g.categories[strings.Clone(text)] = n + 1
	}
}

// kind is what all values are: whole numbers are numbers too, and anything is
// text.
func (g *gatherer) kind() Kind {
	if g.Kind != Missing {
		return g.Kind
	}
	found := Missing
	for k := Bool; k < kinds; k++ {
		switch {
		case g.counts[k] == 0:
		case found == Missing || found == Whole && k == Number:
			found = k
		default:
			return Text
		}
	}
	return found
}

func (g *gatherer) summary(rows int) Summary {
	s := Summary{
		Column: g.Column, Kind: g.kind(), Rows: rows, Missing: g.counts[Missing],
		Distinct: len(g.categories), Many: g.tooMany, categories: g.categories,
	}
	switch s.Kind {
	case Whole, Number, Time:
		g.numerical(&s)
	case Bool, Text:
		if !g.tooMany {
			s.Common = common(g.categories)
		}
	}
	return s
}

// Shares of numbers below which the quantiles lie.
var shares = [5]float64{.05, .25, .5, .75, .95}

func (g *gatherer) numerical(s *Summary) {
	s.Infinite, s.Numbers = g.infinite, g.numbers
	if g.numbers == 0 {
		return
	}
	s.Min, s.Max, s.Mean = g.min, g.max, (g.sum+g.rest)/float64(g.numbers)
	if math.IsInf(s.Mean, 0) || math.IsNaN(s.Mean) { // of numbers whose sum is too large
		s.Mean = g.mean
	}
	if g.numbers > 1 {
		s.Std = math.Sqrt(g.squares / float64(g.numbers-1))
	}
	s.Sampled = g.numbers > len(g.sample)
	for _, one := range g.sample {
		s.sample = append(s.sample, one.value)
	}
	if len(s.sample) == 0 { // by very bad luck
		return
	}
	slices.Sort(s.sample)
	for i, share := range shares {
		s.Quantiles[i] = quantile(s.sample, share)
	}
	s.Bins = bins(s)
}

// quantile lies between the two numbers that are next to its place, as in NumPy.
func quantile(sorted []float64, share float64) float64 {
	at := share * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	part := at - float64(low)
	return sorted[low]*(1-part) + sorted[high]*part
}

// bins counts numbers between the smallest and the largest one. Whole numbers that
// are few have a bin each.
func bins(s *Summary) []int {
	n := min(mostBins, max(int(math.Sqrt(float64(len(s.sample)))), 1))
	width := s.Max - s.Min
	if s.Kind == Whole && width < mostBins {
		n = int(width) + 1
	}
	if width == 0 || math.IsInf(width, 0) {
		n = 1
	}
	counts := make([]int, n)
	for _, f := range s.sample {
		at := 0
		if n > 1 {
			at = int((f - s.Min) / width * float64(n))
			if s.Kind == Whole && width < mostBins {
				at = int(f - s.Min)
			}
		}
		counts[clamp(at, 0, n-1)]++
	}
	return counts
}

// common are the most frequent categories.
func common(counts map[string]int) []Category {
	list := make([]Category, 0, len(counts))
	for text, n := range counts {
		list = append(list, Category{text, n})
	}
	slices.SortFunc(list, func(a, b Category) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text, b.Text)) })
	return slices.Clone(list[:min(len(list), mostCommon)])
}
