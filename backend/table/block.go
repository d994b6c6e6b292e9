package table

import "slices"

// blockAt is the block of a row, made if it is not there.
func blockAt[B any](blocks *[]B, row int) *B {
	for row/BlockRows >= len(*blocks) {
		var none B
		*blocks = append(*blocks, none)
	}
	return &(*blocks)[row/BlockRows]
}

// reach makes a list of cells long enough for cell i: just enough in a block of
// a small table, as much as there can be in one that is filling.
func reach[T any](cells []T, i int) []T {
	if i < len(cells) {
		return cells
	}
	if i >= cap(cells) {
		size := min(max(16, 2*cap(cells), i+1), BlockRows)
		cells = append(make([]T, 0, size), cells...)
	}
	return cells[:i+1]
}

// find looks for a row among those of a sparse block.
func find(at []uint16, i int) (int, bool) { return slices.BinarySearch(at, uint16(i)) }
