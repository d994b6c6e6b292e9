package forest

import (
	"cmp"
	"math/bits"
	"slices"
)

// grower grows trees over rows whose columns are bins.
type grower struct {
	y          []float64
	bins       [][]uint8 // by column
	texts      []bool
	candidates []int // columns that vary
	chance     *random
	leaf       int // rows of a leaf, at least

	nodes []node
	tried []int
}

// node is a split, or a leaf if it has no column.
type node struct {
	left    uint64 // bins that go to the left
	column  int    // −1: a leaf
	yes, no int    // nodes
	value   float64
}

// deepest is how many splits lie above a leaf at most.
const deepest = 30

// grow grows so many trees, adds to the importance of columns, and returns the
// share of variance that is explained in rows that a tree has not seen.
func (g *grower) grow(trees int, importance []float64) float64 {
	n := len(g.y)
	sums, votes := make([]float64, n), make([]int, n)
	drawn := make([]int, n)
	seen := make([]bool, n)
	for range trees {
		clear(seen)
		for i := range drawn {
			drawn[i] = g.chance.below(n)
			seen[drawn[i]] = true
		}
		var unseen []int
		for i, s := range seen {
			if !s {
				unseen = append(unseen, i)
			}
		}
		g.nodes = g.nodes[:0]
		g.split(slices.Clone(drawn), 0)
		for _, i := range unseen {
			sums[i] += g.predict(i, -1, 0)
			votes[i]++
		}
		g.shuffle(unseen, importance, 1/float64(trees))
	}
	return g.explained(sums, votes)
}

func (g *grower) explained(sums []float64, votes []int) float64 {
	var mean float64
	n := 0
	for i, v := range votes {
		if v > 0 {
			n++
			mean += (g.y[i] - mean) / float64(n)
		}
	}
	var wrong, all float64
	for i, v := range votes {
		if v > 0 {
			d := g.y[i] - sums[i]/float64(v)
			wrong += d * d
			all += (g.y[i] - mean) * (g.y[i] - mean)
		}
	}
	if all == 0 {
		return 0
	}
	return 1 - wrong/all
}

// shuffle adds to each column's importance by how much the error rises when the
// column is shuffled among rows.
func (g *grower) shuffle(rows []int, importance []float64, weight float64) {
	if len(rows) < 2 {
		return
	}
	var used uint64s
	for i := range g.nodes {
		if c := g.nodes[i].column; c >= 0 {
			used.set(c, len(g.bins))
		}
	}
	base := 0.0
	for _, i := range rows {
		d := g.y[i] - g.predict(i, -1, 0)
		base += d * d
	}
	order := slices.Clone(rows)
	used.each(func(column int) {
		for i := len(order) - 1; i > 0; i-- {
			j := g.chance.below(i + 1)
			order[i], order[j] = order[j], order[i]
		}
		wrong := 0.0
		for k, i := range rows {
			d := g.y[i] - g.predict(i, column, g.bins[column][order[k]])
			wrong += d * d
		}
		importance[column] += weight * (wrong - base) / float64(len(rows))
	})
}

// uint64s is a set of small numbers.
type uint64s []uint64

func (s *uint64s) set(i, of int) {
	if *s == nil {
		*s = make(uint64s, of/64+1)
	}
	(*s)[i/64] |= 1 << (i % 64)
}

func (s uint64s) each(fn func(int)) {
	for w, word := range s {
		for ; word != 0; word &= word - 1 {
			fn(w*64 + bits.TrailingZeros64(word))
		}
	}
}

// predict follows a row down the tree; of column it has bin instead of its own.
func (g *grower) predict(row, column int, bin uint8) float64 {
	at := 0
	for {
		n := &g.nodes[at]
		if n.column < 0 {
			return n.value
		}
		b := g.bins[n.column][row]
		if n.column == column {
			b = bin
		}
		if n.left>>b&1 == 1 {
			at = n.yes
		} else {
			at = n.no
		}
	}
}

// split makes the node of rows, and those below it.
func (g *grower) split(rows []int, depth int) int {
	sum := 0.0
	for _, i := range rows {
		sum += g.y[i]
	}
	at := len(g.nodes)
	g.nodes = append(g.nodes, node{column: -1, value: sum / float64(len(rows))})
	if len(rows) < 2*g.leaf || depth == deepest || g.level(rows) {
		return at
	}
	best := g.best(rows, sum)
	if best.left == 0 {
		return at
	}
	// Those to the left come first.
	bins := g.bins[best.column]
	cut := 0
	for i, row := range rows {
		if best.left>>bins[row]&1 == 1 {
			rows[i], rows[cut] = rows[cut], rows[i]
			cut++
		}
	}
	yes := g.split(rows[:cut], depth+1)
	no := g.split(rows[cut:], depth+1)
	n := &g.nodes[at]
	n.column, n.left, n.yes, n.no = best.column, best.left, yes, no
	return at
}

func (g *grower) level(rows []int) bool {
	for _, i := range rows {
		if g.y[i] != g.y[rows[0]] {
			return false
		}
	}
	return true
}

// choice is a way to split rows.
type choice struct {
	column int
	left   uint64
	gain   float64
}

// wanted is how many columns a split looks at: a third, at least four.
func (g *grower) wanted() int { return max(4, (len(g.candidates)+2)/3) }

// best looks at some columns, chosen at random, and at others only if none of
// those splits.
func (g *grower) best(rows []int, sum float64) choice {
	g.tried = append(g.tried[:0], g.candidates...)
	wanted := g.wanted()
	var best choice
	for i := range g.tried {
		if i >= wanted && best.left != 0 {
			break
		}
		j := i + g.chance.below(len(g.tried)-i)
		g.tried[i], g.tried[j] = g.tried[j], g.tried[i]
		if c := g.try(g.tried[i], rows, sum); c.left != 0 && (best.left == 0 || c.gain > best.gain) {
			best = c
		}
	}
	return best
}

// tally is what lies in a bin.
type tally struct {
	bin   uint8
	count int
	sum   float64
}

// try finds the best split by one column: what it gains is how much the squared
// error falls.
func (g *grower) try(column int, rows []int, sum float64) choice {
	var all [mostBin + 1]tally
	var present uint64
	bins := g.bins[column]
	for _, i := range rows {
		b := bins[i]
		present |= 1 << b
		all[b].count++
		all[b].sum += g.y[i]
	}
	if present&(present-1) == 0 {
		return choice{}
	}
	list := make([]tally, 0, mostBin+1)
	for ; present != 0; present &= present - 1 {
		b := bits.TrailingZeros64(present)
		all[b].bin = uint8(b)
		list = append(list, all[b])
	}
	best := choice{column: column}
	if g.texts[column] {
		slices.SortFunc(list, func(a, b tally) int {
			return cmp.Or(cmp.Compare(a.sum/float64(a.count), b.sum/float64(b.count)), cmp.Compare(a.bin, b.bin))
		})
	} else if list[0].bin == missing {
		best.scan(append(slices.Clone(list[1:]), list[0]), len(rows), g.leaf, sum)
	}
	best.scan(list, len(rows), g.leaf, sum)
	return best
}

// scan looks at every cut of bins that stand in an order.
func (c *choice) scan(list []tally, n, leaf int, sum float64) {
	var left uint64
	count, part := 0, 0.0
	for _, t := range list[:len(list)-1] {
		left |= 1 << t.bin
		count += t.count
		part += t.sum
		if count < leaf || n-count < leaf {
			continue
		}
		rest := sum - part
		gain := part*part/float64(count) + rest*rest/float64(n-count) - sum*sum/float64(n)
		if gain > c.gain && gain > 0 {
			c.gain, c.left = gain, left
		}
	}
}
