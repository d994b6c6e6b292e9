package search

import (
	"math"
	"slices"

	"dev.varve/backend/table"
)

// topmost keeps the first rows of an order: a heap of which the last one is on
// top, to be replaced by the next that comes before it.
type topmost struct {
	order *Order
	limit int
	after []reading // of the row behind which the page begins; nil: from the beginning
	heap  []kept
}

// kept is a row that is among the first so far. Its hit is filled in at the end
// of the stride in which it was found: many come and go before.
type kept struct {
	readings []reading
	hit      Hit
}

func newTopmost(o *Order, after Row, limit int) *topmost {
	t := &topmost{order: o, limit: limit}
	if after != nil {
		for i := range o.keys {
			t.after = append(t.after, o.keys[i].read(after))
		}
	}
	return t
}

// candidate is a row that may be among the first. Its readings are taken one
// by one: the first nearly always decides.
type candidate struct {
	row      Row
	readings []reading
	read     int
}

func (t *topmost) reading(c *candidate, i int) *reading {
	for ; c.read <= i; c.read++ {
		c.readings[c.read] = t.order.keys[c.read].read(c.row)
	}
	return &c.readings[i]
}

// compare compares a candidate with readings, of which all are taken.
func (t *topmost) compare(c *candidate, with []reading) int {
	for i := range t.order.keys {
		if d := t.order.keys[i].compare(*t.reading(c, i), with[i]); d != 0 {
			return d
		}
	}
	return 0
}

// wants reports whether a candidate belongs among the first so far.
func (t *topmost) wants(c *candidate) bool {
	return t.limit > 0 && (t.after == nil || t.compare(c, t.after) > 0) &&
		(len(t.heap) < t.limit || t.compare(c, t.heap[0].readings) < 0)
}

// put takes a candidate that is wanted.
func (t *topmost) put(c *candidate, hit Hit) {
	t.reading(c, len(t.order.keys)-1)
	if len(t.heap) < t.limit {
		t.heap = append(t.heap, kept{readings: slices.Clone(c.readings), hit: hit})
		t.up(len(t.heap) - 1)
		return
	}
	last := &t.heap[0] // whose room is used again
	copy(last.readings, c.readings)
	last.hit = hit
	t.down(0)
}

// behind reports whether the i-th row kept comes behind the j-th.
func (t *topmost) behind(i, j int) bool {
	return t.compareKept(&t.heap[i], &t.heap[j]) > 0
}

func (t *topmost) compareKept(a, b *kept) int {
	for i := range t.order.keys {
		if d := t.order.keys[i].compare(a.readings[i], b.readings[i]); d != 0 {
			return d
		}
	}
	return 0
}

func (t *topmost) up(i int) {
	for i > 0 && t.behind(i, (i-1)/2) {
		t.heap[i], t.heap[(i-1)/2] = t.heap[(i-1)/2], t.heap[i]
		i = (i - 1) / 2
	}
}

func (t *topmost) down(i int) {
	for {
		last := i
		for _, kid := range [...]int{2*i + 1, 2*i + 2} {
			if kid < len(t.heap) && t.behind(kid, last) {
				last = kid
			}
		}
		if last == i {
			return
		}
		t.heap[i], t.heap[last] = t.heap[last], t.heap[i]
		i = last
	}
}

// hits returns the rows in order.
func (t *topmost) hits() []Hit {
	slices.SortFunc(t.heap, func(a, b kept) int { return t.compareKept(&a, &b) })
	out := make([]Hit, len(t.heap))
	for i := range t.heap {
		out[i] = t.heap[i].hit
	}
	return out
}

// sieve takes rows away that cannot be among the first, by the most significant
// key alone, before they are looked at one by one. It is made for one stride.
type sieve struct {
	*topmost
	numbers *table.Numbers                // the column of the key, if it is one of numbers
	texts   *table.Texts                  // the same for texts
	out     []uint8                       // by code: 1 if rows with the text have no chance
	value   func(row int) (float64, bool) // the same for what is computed
}

func (c *compiler) sieve(t *topmost) *sieve {
	s := &sieve{topmost: t}
	k := &t.order.keys[0]
	switch of := k.of.(type) {
	case duration:
		s.value = c.durations(of)
		return s
	}
	switch {
	case k.Kind == MetricMin, k.Kind == MetricMax:
		s.value = (&tableExtreme{c.numbers(k.Kind, k.Name), c.numbers(Metric, k.Name)}).get
	case k.Kind == Metric, k.Kind == Attribute && k.typ == typeNumber && k.Name != "children":
		s.numbers = c.numbers(k.Kind, k.Name)
	case k.Kind == Param, k.Kind == Tag, k.Kind == Attribute && k.typ != typeState && !derived[k.Name]:
		if s.texts = c.texts(k.Kind, k.Name); s.texts != nil {
			s.out = c.remember(s.texts)
		}
	}
	return s
}

// derived are the texts that no column holds.
var derived = map[string]bool{"run_id": true, "artifact_uri": true, "experiment": true, "children": true}

// full reports whether only rows before the last one kept have a chance.
func (s *sieve) full() bool { return len(s.heap) == s.limit }

// pass takes away the rows of a block that have no chance.
func (s *sieve) pass(block int, rows *table.Bits) {
	switch {
	case s.limit == 0:
		*rows = table.Bits{}
	case s.numbers != nil:
		s.passNumbers(block, rows)
	case s.texts != nil:
		s.passTexts(block, rows)
	case s.value != nil:
		s.passValues(block, rows)
	}
}

// bounds is where the numbers lie that have a chance. only is whether rows
// without a number have none.
func (s *sieve) bounds() (in interval, only bool) {
	in = everyNumber
	descending := s.order.keys[0].descending
	bound := func(r reading, behind bool) {
		if r.class != isValue {
			return
		}
		if behind != descending {
			in.lo = max(in.lo, r.number)
		} else {
			in.hi = min(in.hi, r.number)
		}
	}
	if s.after != nil {
		bound(s.after[0], true)
	}
	if s.full() {
		bound(s.heap[0].readings[0], false)
		only = s.heap[0].readings[0].class == isValue
	}
	return in.clamped(), only
}

func (s *sieve) passNumbers(block int, rows *table.Bits) {
	in, only := s.bounds()
	if !only && in == everyNumber {
		return
	}
	b := s.numbers.Block(block)
	chance := in.of(&b)
	if only {
		rows.And(&chance)
		return
	}
	none := everyNumber.of(&b)
	none.AndNot(&chance)
	rows.AndNot(&none)
}

// passValues does the same with numbers that are computed for each row.
func (s *sieve) passValues(block int, rows *table.Bits) {
	in, only := s.bounds()
	if !only && in == everyNumber {
		return
	}
	rows.Each(func(i int) {
		f, ok := s.value(block*table.BlockRows + i)
		if ok && (f < in.lo || in.hi < f) || !ok && only || math.IsNaN(f) && only {
			rows.Clear(i)
		}
	})
}

// passTexts remembers the texts that have no chance: what is kept only gets
// better.
func (s *sieve) passTexts(block int, rows *table.Bits) {
	if !s.full() && s.after == nil {
		return
	}
	k := &s.order.keys[0]
	rows.Each(func(i int) {
		code := s.texts.Code(block*table.BlockRows + i)
		if code == 0 {
			return
		}
		if s.out[code] == 0 {
			text, long := s.texts.Text(code)
			if long {
				return
			}
			r := k.readingOf(text)
			if s.after != nil && k.compare(r, s.after[0]) < 0 || s.full() && k.compare(r, s.heap[0].readings[0]) > 0 {
				s.out[code] = 1
			}
		}
		if s.out[code] == 1 {
			rows.Clear(i)
		}
	})
}

// readingOf is what a text of a param, a tag or an attribute sorts by.
func (k *sortKey) readingOf(text string) reading {
	r := reading{text: text}
	if k.typ == typeNatural {
		r = naturalReading(text)
	}
	if math.IsNaN(r.number) {
		return reading{class: isNaN}
	}
	return r
}
