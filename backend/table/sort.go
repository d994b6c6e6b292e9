package table

import "math"

// What a row is sorted by is a number of 64 bits: first all numbers in their
// order, then texts by the place that each has among the others, then NaN, and
// at the end rows without a value.
const (
	sortTexts  = 0xfff1 << 48
	sortNaN    = 0xfffe << 48
	sortAbsent = 0xffff << 48
)

// SortNumber is what a number is sorted by.
func SortNumber(f float64, descending bool) uint64 {
	if f != f {
		return sortNaN
	}
	if descending {
		f = -f
	}
	if f == 0 {
		f = 0 // there is a negative zero
	}
	bits := math.Float64bits(f)
	if bits>>63 == 1 {
		return ^bits
	}
	return bits | 1<<63
}

// SortText is what a text is sorted by that has a place among others.
func SortText(place uint32) uint64 { return sortTexts + uint64(place) }

// TextPlace is the place in what SortText made.
func TextPlace(key uint64) (place uint32, ok bool) {
	return uint32(key), key >= sortTexts && key < sortNaN
}

// SortAbsent is what rows without a value are sorted by.
func SortAbsent() uint64 { return sortAbsent }

// keyed is a row on its way.
type keyed struct {
	key uint64
	at  uint32
}

const (
	digitBits = 11
	digits    = (64 + digitBits - 1) / digitBits
)

// SortStably sorts a list of rows by the keys of the rows, keeping the order of
// rows whose keys are equal: so a list is sorted by several things, the least
// significant first.
func SortStably(rows []uint32, keys []uint64) {
	list := make([]keyed, len(rows))
	sorted := true
	for i, row := range rows {
		list[i] = keyed{keys[row], row}
		sorted = sorted && (i == 0 || list[i-1].key <= list[i].key)
	}
	if sorted {
		return
	}
	var counts [digits][1 << digitBits]uint32
	for _, k := range list {
		for d := range digits {
			counts[d][k.key>>(d*digitBits)&(1<<digitBits-1)]++
		}
	}
	other := make([]keyed, len(list))
	for d := range digits {
		count := &counts[d]
		if count[list[0].key>>(d*digitBits)&(1<<digitBits-1)] == uint32(len(list)) {
			continue // all have the same digit
		}
		next := uint32(0)
		for i, n := range count {
			count[i] = next
			next += n
		}
		for _, k := range list {
			place := &count[k.key>>(d*digitBits)&(1<<digitBits-1)]
			other[*place] = k
			*place++
		}
		list, other = other, list
	}
	for i, k := range list {
		rows[i] = k.at
	}
}
