// Package forest says what moved a number: a random forest of regression trees
// learns it from columns, and a column is as important as the forest gets worse
// when that column is shuffled.
//
// Values of a column are put into at most 63 bins (of numbers: with as many rows
// in each; of texts: the most frequent ones, and one for all others) and a bin
// for what is missing. A split sends some bins to the left and the others to the
// right: of numbers those up to a value, of texts any, which need only be looked
// at in the order of their means (Breiman et al.). Missing values go to the side
// that fits better. So texts and gaps need no rules of their own.
//
// The importance of a column is by how much the squared error on the rows that a
// tree has not seen rises when the column is shuffled among them, as the mean
// over all trees; what is below zero is noise, and counts as zero. Shares add up
// to 1. The same input and seed give the same answer.
package forest

import (
	"cmp"
	"math"
	"slices"
)

// Column is what rows have in common with the target.
type Column struct {
	Values []float64 // by row; of texts their numbers, from 0; NaN: missing
	Texts  bool
}

// Options bound the work. Zeros stand for what is usual.
type Options struct {
	Trees int    // 100; 30 at least, if there are many rows and columns
	Rows  int    // 2,000; of more, as many are drawn
	Seed  uint64 // of all chance
}

// Result is what a forest found.
type Result struct {
	Rows int // that the forest learned from
	// Explained is the share of the target's variance that the forest foretells in
	// rows that a tree has not seen (R²); at most 1, at or below 0 it has learned
	// nothing.
	Explained float64
	// Importance of each column, as shares of 1; all 0 if nothing was learned.
	Importance []float64
}

// LeastRows is how many rows a forest needs.
const LeastRows = 8

// Learn grows a forest; ok is false if fewer than LeastRows rows have a finite
// target, or if the target does not vary. Targets far beyond the others (three
// times the distance of the quartiles) count as the furthest that are not: one
// run that diverged must not decide alone.
func Learn(target []float64, columns []Column, o Options) (r Result, ok bool) {
	o.Rows = cmp.Or(o.Rows, 2000)
	chance := random(o.Seed)
	rows := chosen(target, o.Rows, &chance)
	if len(rows) < LeastRows {
		return r, false
	}
	y := make([]float64, len(rows))
	for i, row := range rows {
		y[i] = target[row]
	}
	tame(y)
	if slices.Min(y) == slices.Max(y) {
		return r, false
	}
	g := &grower{y: y, bins: make([][]uint8, len(columns)), texts: make([]bool, len(columns)), chance: &chance, leaf: min(max(2, len(y)/100), 5)}
	for i, c := range columns {
		g.bins[i], g.texts[i] = binned(c, rows), c.Texts
		if varies(g.bins[i]) {
			g.candidates = append(g.candidates, i)
		}
	}
	r = Result{Rows: len(rows), Importance: make([]float64, len(columns))}
	r.Explained = g.grow(cmp.Or(o.Trees, g.enough()), r.Importance)
	share(r.Importance)
	if r.Explained <= 0 {
		clear(r.Importance)
	}
	return r, true
}

// enough is how many trees there are time for: their work is bounded.
func (g *grower) enough() int {
	const work = 2_000_000 // rows times columns that are looked at, of all trees together
	return min(max(work/(len(g.y)*g.wanted()), 30), 100)
}

// chosen are the rows with a finite target, at most so many, drawn at random.
func chosen(target []float64, most int, chance *random) []int {
	var rows []int
	for i, v := range target {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			rows = append(rows, i)
		}
	}
	if len(rows) <= most {
		return rows
	}
	for i := range most { // Fisher and Yates, as far as needed
		j := i + chance.below(len(rows)-i)
		rows[i], rows[j] = rows[j], rows[i]
	}
	rows = rows[:most]
	slices.Sort(rows)
	return rows
}

// tame brings what is far beyond the others to the furthest that is not, and all
// to at most 1: squares must stay finite.
func tame(y []float64) {
	s := slices.Sorted(slices.Values(y))
	q1, q3 := s[len(s)/4], s[3*len(s)/4]
	if reach := 3 * (q3 - q1); reach > 0 && !math.IsInf(reach, 0) {
		low, high := q1-reach, q3+reach
		least := s[slices.IndexFunc(s, func(v float64) bool { return v >= low })]
		most := s[len(s)-1]
		for i := len(s) - 1; s[i] > high; i-- {
			most = s[i-1]
		}
		for i := range y {
			y[i] = min(max(y[i], least), most)
		}
	}
	most := 0.0
	for _, v := range y {
		most = max(most, math.Abs(v))
	}
	if most > 1e100 || most > 0 && most < 1e-100 {
		for i := range y {
			y[i] /= most
		}
	}
}

func share(importance []float64) {
	sum := 0.0
	for i, v := range importance {
		importance[i] = max(v, 0)
		sum += importance[i]
	}
	if sum > 0 {
		for i := range importance {
			importance[i] /= sum
		}
	}
}

func varies(bins []uint8) bool {
	return slices.ContainsFunc(bins, func(b uint8) bool { return b != bins[0] })
}

// random is splitmix64 (Steele, Lea, Flood): small, and good enough to shuffle.
type random uint64

func (r *random) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below is a number from 0 to n−1. The bias is below n/2⁶⁴.
func (r *random) below(n int) int { return int(r.next() % uint64(n)) }
