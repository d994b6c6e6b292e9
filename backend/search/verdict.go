package search

import (
	"math"

	"dev.varve/backend/table"
)

// verdict is what columns tell about a condition, for the rows of a block.
type verdict struct {
	holds table.Bits // the condition is fulfilled
	known table.Bits // the row has what it asks about
	maybe table.Bits // only the whole record can tell; in neither of the others
}

// blockTest asks a condition of a block of rows. Rows that are not in mask do
// not matter: what is said of them may be wrong.
type blockTest interface {
	ask(block int, mask *table.Bits, v *verdict)
}

// interval is the numbers from lo to hi, both included. NaN lies in none.
type interval struct{ lo, hi float64 }

// intervalOf turns a test of numbers into an interval, or its complement among
// numbers and NaN. ok is false if it is neither.
func intervalOf(t *numberTest) (in interval, outside, ok bool) {
	in = interval{math.Inf(-1), math.Inf(1)}
	switch t.op {
	case opEqual, opNotEqual:
		in.lo, in.hi = t.want, t.want
	case opLess:
		in.hi = math.Nextafter(t.want, math.Inf(-1))
	case opLessEqual:
		in.hi = t.want
	case opGreater:
		in.lo = math.Nextafter(t.want, math.Inf(1))
	case opGreaterEqual:
		in.lo = t.want
	case opBetween:
		in.lo, in.hi = t.want, t.to
	case opWithin:
		in.lo, in.hi = t.want, math.Nextafter(t.to, math.Inf(-1))
		if math.IsInf(t.to, 1) {
			in.hi = t.to
		}
	default:
		return in, false, false
	}
	if t.op == opLess && math.IsInf(t.want, -1) || t.op == opGreater && math.IsInf(t.want, 1) {
		in.lo = math.NaN() // nothing is beyond infinity
	}
	return in.clamped(), t.op == opNotEqual, true
}

// clamped is the interval that holds an infinite number if the given one holds
// the greatest or the least finite one: as such infinite numbers are compared.
func (in interval) clamped() interval {
	switch {
	case in.lo > math.MaxFloat64 || in.hi < -math.MaxFloat64:
		return interval{math.NaN(), math.NaN()}
	case in.lo <= -math.MaxFloat64:
		in.lo = math.Inf(-1)
	}
	if in.hi >= math.MaxFloat64 {
		in.hi = math.Inf(1)
	}
	return in
}

// everyNumber holds all numbers but NaN.
var everyNumber = interval{math.Inf(-1), math.Inf(1)}

// of finds the rows of a block whose number lies in the interval.
func (in interval) of(b *table.NumberBlock) (out table.Bits) {
	if b.At != nil {
		for k, i := range b.At {
			if v := b.Values[k]; in.lo <= v && v <= in.hi {
				out.Set(int(i))
			}
		}
		return out
	}
	for w := 0; w*64 < len(b.Values); w++ {
		values := b.Values[w*64 : min(w*64+64, len(b.Values))]
		var bits uint64
		for i, v := range values {
			// Two conditions without a jump: half of the guesses would be wrong.
			var above, below uint64
			if in.lo <= v {
				above = 1
			}
			if v <= in.hi {
				below = 1
			}
			bits |= above & below << (i & 63)
		}
		out[w] = bits & b.Has[w]
	}
	return out
}

// present is the rows of a block that have a number.
func present(b *table.NumberBlock) (out table.Bits) {
	if b.At == nil {
		if b.Has != nil {
			out = *b.Has
		}
		return out
	}
	for _, i := range b.At {
		out.Set(int(i))
	}
	return out
}

// numberColumn tests a column of numbers.
type numberColumn struct {
	column *table.Numbers
	numberRule
}

// numberRule is a test of numbers, as an interval where it is one.
type numberRule struct {
	test    *numberTest
	in      interval
	outside bool
	simple  bool // whether it is the interval, or its outside
}

func newNumberRule(t *numberTest) numberRule {
	r := numberRule{test: t}
	r.in, r.outside, r.simple = intervalOf(t)
	return r
}

// holds finds the rows of a block that fulfil the test, among those in mask
// that have a number.
func (r *numberRule) holds(b *table.NumberBlock, mask *table.Bits) (out table.Bits) {
	if r.simple {
		out = r.in.of(b)
		if r.outside {
			all := present(b)
			all.AndNot(&out)
			out = all
		}
		return out
	}
	if b.At != nil {
		for k, i := range b.At {
			if mask.Has(int(i)) && r.test.holds(finite(b.Values[k])) {
				out.Set(int(i))
			}
		}
		return out
	}
	all := present(b)
	all.And(mask)
	all.Each(func(i int) {
		if r.test.holds(finite(b.Values[i])) {
			out.Set(i)
		}
	})
	return out
}

func (c *numberColumn) ask(block int, mask *table.Bits, v *verdict) {
	b := c.column.Block(block)
	v.holds, v.known = c.holds(&b, mask), present(&b)
}

// extremeColumn tests the least or the greatest value of a metric, which has a
// column only where it is not the latest one. A metric of which all values are
// NaN has none.
type extremeColumn struct {
	extreme, last *table.Numbers
	numberRule
}

func (c *extremeColumn) ask(block int, mask *table.Bits, v *verdict) {
	b := c.last.Block(block)
	v.holds, v.known = c.holds(&b, mask), everyNumber.of(&b)
	v.holds.And(&v.known)
	b = c.extreme.Block(block)
	has, holds := present(&b), c.holds(&b, mask)
	v.holds.AndNot(&has)
	v.holds.Or(&holds)
	v.known.Or(&has)
}

// What a text column says about a text.
const (
	textHolds uint8 = 1 << iota
	textKnown
	textMaybe
	textNothing // that it was asked
)

// textColumn tests a column of texts, each different one once.
type textColumn struct {
	column *table.Texts
	rule   func(text string, long bool) uint8
	seen   []uint8 // by code; 0: not asked yet
	maybes bool    // whether a text was seen of which the rest has to be read
}

// newTextColumn prepares the test of a column. absent is what is said of rows
// that have no text.
func newTextColumn(column *table.Texts, seen []uint8, rule func(string, bool) uint8, absent uint8) *textColumn {
	seen[0] = absent | textNothing
	return &textColumn{column: column, rule: rule, seen: seen}
}

func (c *textColumn) ask(block int, mask *table.Bits, v *verdict) {
	v.fill(c.seen[0])
	b := c.column.Block(block)
	if b.At != nil {
		for k, i := range b.At {
			if mask.Has(int(i)) {
				v.put(int(i), c.of(b.Codes[k]))
			}
		}
		return
	}
	for w := 0; w*64 < len(b.Codes); w++ {
		m := mask[w]
		if m == 0 {
			continue
		}
		codes := b.Codes[w*64 : min(w*64+64, len(b.Codes))]
		var holds, known uint64
		for i, code := range codes {
			s := c.seen[code]
			if s == 0 && m>>(i&63)&1 != 0 {
				s = c.of(code)
			}
			holds |= uint64(s&1) << (i & 63)
			known |= uint64(s>>1&1) << (i & 63)
		}
		beyond := ^uint64(0) << len(codes)
		v.holds[w] = v.holds[w]&beyond | holds
		v.known[w] = v.known[w]&beyond | known
		if c.maybes {
			for i, code := range codes {
				v.maybe[w] |= uint64(c.seen[code]>>2&1) << (i & 63)
			}
		}
	}
}

// of is what is said of the text of a code.
func (c *textColumn) of(code uint32) uint8 {
	if c.seen[code] == 0 {
		c.learn(code)
	}
	return c.seen[code]
}

// fill says the same of all rows.
func (v *verdict) fill(s uint8) {
	*v = verdict{}
	for _, part := range [...]struct {
		bits *table.Bits
		bit  uint8
	}{{&v.holds, textHolds}, {&v.known, textKnown}, {&v.maybe, textMaybe}} {
		if s&part.bit != 0 {
			*part.bits = everyRow
		}
	}
}

// put says something of one row.
func (v *verdict) put(i int, s uint8) {
	for _, part := range [...]struct {
		bits *table.Bits
		bit  uint8
	}{{&v.holds, textHolds}, {&v.known, textKnown}, {&v.maybe, textMaybe}} {
		if s&part.bit != 0 {
			part.bits.Set(i)
		} else {
			part.bits.Clear(i)
		}
	}
}

var everyRow = func() (all table.Bits) {
	for i := range all {
		all[i] = ^uint64(0)
	}
	return all
}()

func (c *textColumn) learn(code uint32) {
	text, long := c.column.Text(code)
	s := c.rule(text, long)
	c.maybes = c.maybes || s&textMaybe != 0
	c.seen[code] = s | textNothing
}
