package table

import "math"

// Partition divides a list of rows into groups: rows of one group are equal in
// everything that the list was split by. Groups are numbered from 0 on, as they
// first appear.
type Partition struct {
	Of     []uint32 // the group of each row
	Groups int
}

// NewPartition puts all rows into one group.
func NewPartition(rows int) *Partition {
	return &Partition{Of: make([]uint32, rows), Groups: min(rows, 1)}
}

// fewPairs is how many pairs of a group and a value are looked up in a list
// and not in a map.
const fewPairs = 1 << 20

// Split divides the groups further by what each row has, numbered below n.
func (p *Partition) Split(has []uint32, n int) {
	if n < 2 {
		return
	}
	groups := uint32(0)
	if pairs := uint64(p.Groups) * uint64(n); pairs <= fewPairs {
		seen := make([]uint32, pairs) // the new group and 1
		for i, group := range p.Of {
			pair := &seen[int(group)*n+int(has[i])]
			if *pair == 0 {
				groups++
				*pair = groups
			}
			p.Of[i] = *pair - 1
		}
	} else {
		seen := map[uint64]uint32{}
		for i, group := range p.Of {
			pair := uint64(group)<<32 | uint64(has[i])
			to, ok := seen[pair]
			if !ok {
				to = groups
				seen[pair] = to
				groups++
			}
			p.Of[i] = to
		}
	}
	p.Groups = int(groups)
}

// Rows lists the rows of each group, in their order.
func (p *Partition) Rows() [][]uint32 {
	counts := make([]int, p.Groups)
	for _, group := range p.Of {
		counts[group]++
	}
	all, rows := make([]uint32, len(p.Of)), make([][]uint32, p.Groups)
	from := 0
	for group, n := range counts {
		rows[group] = all[from : from : from+n]
		from += n
	}
	for i, group := range p.Of {
		rows[group] = append(rows[group], uint32(i))
	}
	return rows
}

// Spread says how numbers lie. NaN and infinite numbers are counted and have no
// part in the rest.
type Spread struct {
	N             int // finite numbers
	NaN, Infinite int
	Min, Max      float64 // of the finite numbers
	mean, squares float64 // by Welford's method, which does not lose digits
}

// Add takes one number.
func (s *Spread) Add(f float64) {
	switch {
	case f != f:
		s.NaN++
		return
	case math.IsInf(f, 0):
		s.Infinite++
		return
	}
	s.N++
	if s.N == 1 || f < s.Min {
		s.Min = f
	}
	if s.N == 1 || f > s.Max {
		s.Max = f
	}
	// Differences of two huge numbers are beyond all numbers, their halves are not.
	delta := f/2 - s.mean/2
	s.mean += delta / float64(s.N) * 2
	s.squares += delta * (f/2 - s.mean/2) * 4
}

// Mean is the average of the finite numbers; NaN without any.
func (s *Spread) Mean() float64 {
	if s.N == 0 {
		return math.NaN()
	}
	return min(max(s.mean, s.Min), s.Max)
}

// Deviation is the standard deviation of a sample; NaN of less than two.
func (s *Spread) Deviation() float64 {
	if s.N < 2 {
		return math.NaN()
	}
	return math.Sqrt(s.squares / float64(s.N-1))
}

// Histogram counts numbers in buckets of equal width from lo to hi, which
// belongs to the last one. Numbers beyond are left out.
func Histogram(numbers []float64, lo, hi float64, buckets int) []int {
	counts := make([]int, buckets)
	width := hi/float64(buckets) - lo/float64(buckets)
	for _, f := range numbers {
		if !(lo <= f && f <= hi) {
			continue
		}
		i := 0
		if width > 0 { // halves, as above
			i = min(int((f/2-lo/2)/(width/2)), buckets-1)
		}
		counts[i]++
	}
	return counts
}
