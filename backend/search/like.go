package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// anyOne is the wildcard _ in a segment.
const anyOne rune = -1

// maxFloating is how many characters may stand between two % if they hold a _
// or the case does not count. It bounds the state of a search.
const maxFloating = 1024

// likePattern is the pattern of LIKE or ILIKE. % stands for any characters, _
// for exactly one; nothing is an escape. Matching a value of n bytes takes time
// in proportion to n, however the pattern is made.
type likePattern struct {
	fold     bool      // ILIKE: case does not count
	floating bool      // there is at least one %
	head     segment   // before the first %
	tail     segment   // after the last %
	middle   []segment // between
}

// segment is a piece of a pattern without %.
type segment struct {
	plain string // the segment as it is, if case counts and it has no _
	runes []rune // else its characters, folded if case does not count
	find  *runeFinder
}

// newLike prepares a pattern. ok is false if it is too long to be searched for.
func newLike(pattern string, fold bool) (p *likePattern, ok bool) {
	pieces := strings.Split(pattern, "%")
	last := len(pieces) - 1
	p = &likePattern{fold: fold, floating: last > 0}
	p.head = newSegment(pieces[0], fold)
	if last == 0 {
		return p, true
	}
	p.tail = newSegment(pieces[last], fold)
	for _, piece := range pieces[1:last] {
		if piece == "" {
			continue
		}
		s := newSegment(piece, fold)
		if s.plain == "" {
			if len(s.runes) > maxFloating {
				return nil, false
			}
			s.find = newRuneFinder(s.runes)
		}
		p.middle = append(p.middle, s)
	}
	return p, true
}

func newSegment(s string, fold bool) segment {
	if !fold && !strings.ContainsRune(s, '_') {
		return segment{plain: s}
	}
	var runes []rune
	for _, r := range s {
		switch {
		case r == '_':
			r = anyOne
		case fold:
			r = foldRune(r)
		}
		runes = append(runes, r)
	}
	return segment{runes: runes}
}

// match reports whether the whole of s fits the pattern.
func (p *likePattern) match(s string) bool {
	n, ok := p.head.prefix(s, p.fold)
	if !ok {
		return false
	}
	s = s[n:]
	if !p.floating {
		return s == ""
	}
	if n, ok = p.tail.suffix(s, p.fold); !ok {
		return false
	}
	s = s[:len(s)-n]
	// The leftmost place of each segment leaves the most for those that follow.
	for i := range p.middle {
		if n = p.middle[i].index(s, p.fold); n < 0 {
			return false
		}
		s = s[n:]
	}
	return true
}

// prefix returns how many bytes of the start of s the segment covers.
func (g *segment) prefix(s string, fold bool) (int, bool) {
	if len(g.runes) == 0 {
		return len(g.plain), strings.HasPrefix(s, g.plain)
	}
	i := 0
	for _, want := range g.runes {
		if i == len(s) {
			return 0, false
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if !fits(want, r, fold) {
			return 0, false
		}
		i += n
	}
	return i, true
}

// suffix returns how many bytes of the end of s the segment covers.
func (g *segment) suffix(s string, fold bool) (int, bool) {
	if len(g.runes) == 0 {
		return len(g.plain), strings.HasSuffix(s, g.plain)
	}
	i := len(s)
	for k := len(g.runes) - 1; k >= 0; k-- {
		if i == 0 {
			return 0, false
		}
		r, n := utf8.DecodeLastRuneInString(s[:i])
		if !fits(g.runes[k], r, fold) {
			return 0, false
		}
		i -= n
	}
	return len(s) - i, true
}

// index returns where in s the first occurrence of the segment ends, or -1.
func (g *segment) index(s string, fold bool) int {
	if g.find != nil {
		return g.find.end(s, fold)
	}
	if i := strings.Index(s, g.plain); i >= 0 {
		return i + len(g.plain)
	}
	return -1
}

func fits(want, r rune, fold bool) bool {
	if fold {
		r = foldRune(r)
	}
	return want == anyOne || want == r
}

// foldRune maps all characters that differ only in case to one of them. SQLite
// does so for ASCII only, PostgreSQL and MySQL for all, as we do.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	if 'A' <= least && least <= 'Z' {
		least += 'a' - 'A'
	}
	return least
}

// runeFinder finds the first occurrence of characters and wildcards in one
// pass: bit i of the state says that the last i+1 characters read fit the first
// i+1 wanted ones (the Shift-And algorithm of Baeza-Yates and Gonnet).
type runeFinder struct {
	words int        // 64 wanted characters each
	ascii [][]uint64 // for each ASCII character, the bits where it fits
	other map[rune][]uint64
	any   []uint64 // the same for a character that is not wanted anywhere
	last  uint64   // the bit of the last wanted character, in the last word
}

func newRuneFinder(want []rune) *runeFinder {
	words := (len(want) + 63) / 64
	f := &runeFinder{words: words, any: make([]uint64, words), last: 1 << ((len(want) - 1) % 64)}
	f.ascii = make([][]uint64, utf8.RuneSelf)
	f.other = map[rune][]uint64{}
	for i, r := range want {
		if r == anyOne {
			f.any[i/64] |= 1 << (i % 64)
		}
	}
	for i, r := range want {
		if r == anyOne {
			continue
		}
		if f.bits(r) == nil {
			bits := append([]uint64(nil), f.any...)
			if r < utf8.RuneSelf {
				f.ascii[r] = bits
			} else {
				f.other[r] = bits
			}
		}
		f.bits(r)[i/64] |= 1 << (i % 64)
	}
	return f
}

// bits returns where r fits, or nil if only wildcards take it.
func (f *runeFinder) bits(r rune) []uint64 {
	if r < utf8.RuneSelf {
		return f.ascii[r]
	}
	return f.other[r]
}

// end returns where in s the first occurrence ends, or -1.
func (f *runeFinder) end(s string, fold bool) int {
	var state [maxFloating / 64]uint64
	for i, n := 0, 0; i < len(s); i += n {
		var r rune
		r, n = utf8.DecodeRuneInString(s[i:])
		if fold {
			r = foldRune(r)
		}
		bits := f.bits(r)
		if bits == nil {
			bits = f.any
		}
		carry := uint64(1)
		for w := range f.words {
			shifted := state[w]<<1 | carry
			carry = state[w] >> 63
			state[w] = shifted & bits[w]
		}
		if state[f.words-1]&f.last != 0 {
			return i + n
		}
	}
	return -1
}
