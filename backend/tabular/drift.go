package tabular

import (
	"math"
	"slices"
	"sort"
)

// describe says what the columns of both tables have.
func (c *comparison) describe(d *Difference) {
	before, after := c.sides[0], c.sides[1]
	d.Before, d.After = before.facts(), after.facts()
	for _, at := range before.own {
		d.Removed = append(d.Removed, before.summaries[at])
	}
	for _, at := range after.own {
		d.Added = append(d.Added, after.summaries[at])
	}
	order := make([]int, len(after.shared))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(i, j int) bool { return after.shared[order[i]] < after.shared[order[j]] })
	for _, i := range order {
		drift := Drift{Before: before.summaries[before.shared[i]], After: after.summaries[after.shared[i]], Cells: c.cells[i]}
		drift.measure()
		d.Common = append(d.Common, drift)
	}
}

func (s *side) facts() Side {
	return Side{Facts: s.Facts(), Columns: s.columns, Rows: s.read, More: s.more}
}

// mostNames are how many categories are named that only one table has.
const mostNames = 20

// measure says how far the values of both tables are apart.
func (d *Drift) measure() {
	a, b := &d.Before, &d.After
	d.Distance = -1
	switch {
	case a.numerical() && b.numerical() && (a.Kind == Time) == (b.Kind == Time):
		if len(a.sample) > 0 && len(b.sample) > 0 {
			d.Distance = kolmogorov(a.sample, b.sample)
		}
	case a.Kind == b.Kind && a.Kind != Missing && !a.Many && !b.Many:
		d.Distance = variation(a, b)
		d.New, d.Gone = missingIn(b.categories, a.categories), missingIn(a.categories, b.categories)
	}
}

func (s *Summary) numerical() bool { return s.Kind == Whole || s.Kind == Number || s.Kind == Time }

// kolmogorov is the largest difference of two distribution functions, that is of the
// shares of numbers up to any number.
func kolmogorov(a, b []float64) (most float64) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		at := min(a[i], b[j])
		for i < len(a) && a[i] == at {
			i++
		}
		for j < len(b) && b[j] == at {
			j++
		}
		most = max(most, math.Abs(float64(i)/float64(len(a))-float64(j)/float64(len(b))))
	}
	return most
}

// variation is half the sum of the differences of all shares.
func variation(a, b *Summary) (sum float64) {
	na, nb := float64(a.Rows-a.Missing), float64(b.Rows-b.Missing)
	if na == 0 || nb == 0 {
		return -1
	}
	for text, n := range a.categories {
		sum += math.Abs(float64(n)/na - float64(b.categories[text])/nb)
	}
	for text, n := range b.categories {
		if a.categories[text] == 0 {
			sum += float64(n) / nb
		}
	}
	return sum / 2
}

// missingIn are the categories of one table that another has not.
func missingIn(of, in map[string]int) []string {
	var list []string
	for text := range of {
		if in[text] == 0 {
			list = append(list, text)
		}
	}
	slices.Sort(list)
	return list[:min(len(list), mostNames)]
}
