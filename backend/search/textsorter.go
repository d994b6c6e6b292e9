package search

import (
	"encoding/binary"
	"slices"
	"strings"

	"dev.varve/backend/table"
)

// textSorter sorts different texts in natural order, or plainly by their bytes:
// by the beginnings of what follows that they all begin with, and those that are
// still alike in the same way among themselves.
type textSorter struct {
	list          []string
	compare       func(a, b string) int
	begin         func(text string) [16]byte
	few           int      // so many are compared one with another
	first, second []uint64 // the halves of the beginnings, by text
}

func newTextSorter(list []string, plain bool) *textSorter {
	s := &textSorter{list: list, compare: compareNatural, begin: naturalBeginning, few: 512}
	if plain {
		s.compare, s.begin = strings.Compare, plainBeginning
	}
	return s
}

// all lists the numbers of all texts.
func (s *textSorter) all() []uint32 {
	order := make([]uint32, len(s.list))
	for i := range order {
		order[i] = uint32(i)
	}
	s.first, s.second = make([]uint64, len(order)), make([]uint64, len(order))
	s.sort(order)
	return order
}

func (s *textSorter) sort(order []uint32) {
	if len(order) <= s.few {
		s.compareAll(order)
		return
	}
	same := s.same(order)
	for _, i := range order {
		key := s.begin(s.list[i][same:])
		s.first[i], s.second[i] = binary.BigEndian.Uint64(key[:8]), binary.BigEndian.Uint64(key[8:])
	}
	table.SortStably(order, s.second)
	table.SortStably(order, s.first)
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && s.first[order[from]] == s.first[order[to]] && s.second[order[from]] == s.second[order[to]] {
			to++
		}
		switch alike := order[from:to]; {
		case len(alike) == len(order): // nothing told any of them apart
			s.compareAll(alike)
		case len(alike) > 1:
			s.sort(alike)
		}
		from = to
	}
}

func (s *textSorter) compareAll(order []uint32) {
	slices.SortFunc(order, func(i, j uint32) int { return s.compare(s.list[i], s.list[j]) })
}

// same is how many bytes texts begin with alike.
func (s *textSorter) same(order []uint32) int {
	first := s.list[order[0]]
	n := len(first)
	for _, i := range order {
		x, _ := differing(first[:n], s.list[i])
		n -= len(x)
	}
	return n
}

func plainBeginning(text string) (key [16]byte) {
	copy(key[:], text)
	return key
}
