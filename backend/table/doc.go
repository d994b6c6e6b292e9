// Package table keeps what a search looks at, column by column: so many rows
// that reading every record would take seconds are filtered and sorted in
// milliseconds.
//
// A Table has rows, numbered from 0, and columns of numbers or texts. Columns
// come with their first value; a row that lacks a value costs nothing in blocks
// of rows where none has it, and little where few have it. Texts are kept once
// in a dictionary, so that a question about a text is asked once for each
// different text, not once for each row.
//
// Rows are read in blocks of BlockRows: whoever evaluates a condition makes a
// Bits for each block and combines those. A long scan lets writers in every few
// blocks; columns and their blocks are asked for again after that.
package table

import "math/bits"

// BlockRows is the number of rows of a block.
const BlockRows = 1024

// Bits says yes or no to each row of a block.
type Bits [BlockRows / 64]uint64

// Has reports the bit of a row of the block.
func (b *Bits) Has(i int) bool { return b[i>>6]&(1<<(i&63)) != 0 }

// Set sets the bit of a row of the block.
func (b *Bits) Set(i int) { b[i>>6] |= 1 << (i & 63) }

// Clear takes the bit of a row of the block away.
func (b *Bits) Clear(i int) { b[i>>6] &^= 1 << (i & 63) }

// And keeps what o has, too.
func (b *Bits) And(o *Bits) {
	for i := range b {
		b[i] &= o[i]
	}
}

// Or adds what o has.
func (b *Bits) Or(o *Bits) {
	for i := range b {
		b[i] |= o[i]
	}
}

// AndNot takes away what o has.
func (b *Bits) AndNot(o *Bits) {
	for i := range b {
		b[i] &^= o[i]
	}
}

// Empty reports whether no row has the bit.
func (b *Bits) Empty() bool {
	for _, w := range b {
		if w != 0 {
			return false
		}
	}
	return true
}

// Count counts the rows that have the bit.
func (b *Bits) Count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// Each calls fn with every row of the block that has the bit, in order.
func (b *Bits) Each(fn func(i int)) {
	for at, w := range b {
		for ; w != 0; w &= w - 1 {
			fn(at<<6 + bits.TrailingZeros64(w))
		}
	}
}
