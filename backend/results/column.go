package results

import (
	"hash/maphash"
	"math"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Column is a column of a table.
type Column struct {
	At      int    // in the rows, from 0
	Name    string // no two have the same
	Unnamed bool   // the table has no name for it
	Doubled bool   // the table has another one of this name before it
	Key     string // name of the param, metric or tag
	Kind    Kind
	Why     string // why this kind is proposed, in words
	// Filled is how many rows have something there, Numbers how many of them a
	// number, Distinct how many different values there are, counted up to a bound.
	Filled, Numbers, Distinct int

	points, commas [2]int // numbers with a point, or a comma; of them: no doubt about it
	wholes         [2]int
	whole, epochs  int
	last           float64
	steps          int // numbers that are by one larger than the one before
	missing, bytes int
	dates          [3]int // by order
	seen           map[uint64]struct{}
}

// count adds a cell to what is known of a column.
func (c *Column) count(text string, seed maphash.Seed) {
	if text == "" {
		return
	}
	c.Filled++
	c.bytes += len(text)
	if len(c.seen) < maxDistinct {
		c.seen[maphash.String(seed, text)] = struct{}{}
	}
	if nothing, failed := emptied(text); nothing || failed {
		c.missing++
		return
	}
	point, _, isPoint := Number(text, false)
	comma, _, isComma := Number(text, true)
	if isPoint {
		c.points[0]++
	}
	if isComma {
		c.commas[0]++
	}
	switch {
	case isPoint && !isComma:
		c.points[1]++
	case isComma && !isPoint:
		c.commas[1]++
	}
	if c.Filled > 1 && point == c.last+1 {
		c.steps++
	}
	c.last = point
	if isPoint && math.Trunc(point) == point {
		c.wholes[0]++
	}
	if isComma && math.Trunc(comma) == comma {
		c.wholes[1]++
	}
	if _, ok := epoch(point); ok && isPoint {
		c.epochs++
	}
	if isPoint || isComma {
		return
	}
	for order := range c.dates {
		if _, ok := moment(text, dateOrder(order), time.UTC); ok {
			c.dates[order]++
		}
	}
}

// keyOf makes the name of a column fit to be the name of a param.
func keyOf(name string) string {
	for _, p := range prefixes {
		if rest := strings.TrimPrefix(name, p.prefix); rest != "" && rest != name {
			name = rest
			break
		}
	}
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if path.Clean(name) != name || strings.HasPrefix(name, "/") || name == ".." || strings.HasPrefix(name, "../") {
		name = strings.Trim(strings.NewReplacer("/", "_", "..", "_").Replace(name), " ")
	}
	if r := []rune(name); len(r) > 250 {
		name = string(r[:250])
	}
	return name
}

// nearlyAll reports whether n values are what a column is about: all but a quarter of
// them, and in a short table all but one.
func (c *Column) nearlyAll(n int) bool {
	others := c.Filled - n - c.missing
	return n > 0 && (others*4 <= c.Filled || others == 1 && n >= 2)
}

// numeric reports whether nearly all values are numbers.
func (c *Column) numeric() bool {
	return c.nearlyAll(c.Numbers)
}

// dated reports whether nearly all values are dates.
func (c *Column) dated() bool {
	n := slices.Max(c.dates[:])
	return n > c.Numbers && c.nearlyAll(n)
}
