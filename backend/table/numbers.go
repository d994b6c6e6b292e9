package table

import (
	"iter"
	"slices"
)

// Numbers is a column of numbers. NaN is a number like others.
type Numbers struct {
	blocks []numberBlock
	count  int // rows that have one
}

// NumberBlock is the part of a column that belongs to a block of rows. In a
// dense one Values holds a number for each row of the block up to the last that
// has one, and Has says which of them count. In a sparse one, where At is not
// nil, Values holds numbers of the rows At, ascending, and Has is nil.
type NumberBlock struct {
	Values []float64
	Has    *Bits
	At     []uint16
}

// fewRows is how many rows of a block may have a value before it is kept
// densely.
const fewRows = BlockRows / 8

type numberBlock struct {
	values []float64
	has    *Bits    // nil while sparse
	at     []uint16 // nil when dense
}

// Block is the part that belongs to a block of rows; it is empty, dense and
// without Has where no row has a number.
func (c *Numbers) Block(block int) NumberBlock {
	if c == nil || block >= len(c.blocks) {
		return NumberBlock{}
	}
	b := &c.blocks[block]
	return NumberBlock{b.values, b.has, b.at}
}

// Get is the number of a row.
func (c *Numbers) Get(row int) (float64, bool) {
	if c == nil || row/BlockRows >= len(c.blocks) {
		return 0, false
	}
	b, i := &c.blocks[row/BlockRows], row%BlockRows
	if b.has == nil {
		if at, ok := find(b.at, i); ok {
			return b.values[at], true
		}
		return 0, false
	}
	if !b.has.Has(i) {
		return 0, false
	}
	return b.values[i], true
}

// Len is the number of rows that have a number.
func (c *Numbers) Len() int {
	if c == nil {
		return 0
	}
	return c.count
}

func (c *Numbers) set(row int, value float64) {
	b, i := blockAt(&c.blocks, row), row%BlockRows
	if b.has == nil {
		k, ok := find(b.at, i)
		switch {
		case ok:
			b.values[k] = value
			return
		case len(b.at) < fewRows:
			b.at, b.values = slices.Insert(b.at, k, uint16(i)), slices.Insert(b.values, k, value)
			c.count++
			return
		}
		b.spread()
	}
	if !b.has.Has(i) {
		c.count++
	}
	b.values = reach(b.values, i)
	b.values[i] = value
	b.has.Set(i)
}

// spread makes a sparse block dense.
func (b *numberBlock) spread() {
	dense := numberBlock{has: &Bits{}}
	for k, i := range b.at {
		dense.values = reach(dense.values, int(i))
		dense.values[i] = b.values[k]
		dense.has.Set(int(i))
	}
	*b = dense
}

func (c *Numbers) clear(row int) {
	if row/BlockRows >= len(c.blocks) {
		return
	}
	b, i := &c.blocks[row/BlockRows], row%BlockRows
	if b.has == nil {
		if k, ok := find(b.at, i); ok {
			b.at, b.values = slices.Delete(b.at, k, k+1), slices.Delete(b.values, k, k+1)
			c.count--
		}
		return
	}
	if b.has.Has(i) {
		b.has.Clear(i)
		c.count--
	}
}

// Rows yields the rows that have a number, in order.
func (c *Numbers) Rows() iter.Seq[int] {
	return func(yield func(int) bool) {
		if c == nil {
			return
		}
		for b := range c.blocks {
			for i := range BlockRows {
				row := b*BlockRows + i
				if _, ok := c.Get(row); ok && !yield(row) {
					return
				}
			}
		}
	}
}

// Bits are the rows of a block that have a number.
func (c *Numbers) Bits(block int) (b Bits) {
	part := c.Block(block)
	if part.Has != nil {
		return *part.Has
	}
	for _, i := range part.At {
		b.Set(int(i))
	}
	return b
}
