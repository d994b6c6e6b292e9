package search

import (
	"cmp"
	"strings"
	"unicode/utf8"
)

// compareNatural compares texts as people sort them: digits that stand together
// count as a whole number, run-9 before run-10, and case does not count unless
// nothing else differs. Different texts are never equal.
func compareNatural(a, b string) int {
	x, y := differing(a, b)
	for x != "" && y != "" {
		n, m := digits(x), digits(y)
		if n > 0 && m > 0 {
			if c := compareDigits(x[:n], y[:m]); c != 0 {
				return c
			}
			x, y = x[n:], y[m:]
			continue
		}
		r, n := utf8.DecodeRuneInString(x)
		s, m := utf8.DecodeRuneInString(y)
		if c := cmp.Compare(sortRune(r), sortRune(s)); c != 0 {
			return c
		}
		x, y = x[n:], y[m:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(a, b))
}

// differing takes what two texts begin with alike away, as far as that cannot
// change how the rest compares: not a part of a number, nor of a character.
func differing(a, b string) (x, y string) {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	for i > 0 && ('0' <= a[i-1] && a[i-1] <= '9' || a[i-1] >= utf8.RuneSelf) {
		i--
	}
	return a[i:], b[i:]
}

// sortRune is where a character stands. All digits stand in one place: which
// one begins a number says nothing about its size.
func sortRune(r rune) rune {
	if '0' <= r && r <= '9' {
		return '0'
	}
	return foldRune(r)
}

func compareDigits(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

// naturalBeginning is bytes that stand for how a text begins: of two texts for
// which they differ, the one with the lesser bytes comes first in natural order.
func naturalBeginning(text string) (key [16]byte) {
	var all [3 * len(key)]byte // what is beyond the key is left out
	room := all[:0]
	for text != "" && len(room) < len(key) {
		if n := digits(text); n > 0 {
			number := strings.TrimLeft(text[:n], "0")
			room = append(room, '0', byte(min(len(number), 255)))
			if len(number) >= 255 { // whether it is longer still, the bytes do not say
				break
			}
			room = append(room, number[:min(len(number), len(key))]...)
			text = text[n:]
			continue
		}
		r, n := utf8.DecodeRuneInString(text)
		room = utf8.AppendRune(room, sortRune(r))
		text = text[n:]
	}
	copy(key[:], room[:min(len(room), len(key))])
	return key
}
