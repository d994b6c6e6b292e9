package search

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Compare is negative if a comes before b, positive if after, and 0 only if
// they are equal in all that the order looks at, which for two different rows
// of an entity is never. It does not allocate.
func (o *Order) Compare(a, b Row) int { return o.compareFrom(0, a, b) }

// compareFrom compares by the keys from the i-th on.
func (o *Order) compareFrom(i int, a, b Row) int {
	for ; i < len(o.keys); i++ {
		k := &o.keys[i]
		if c := k.compare(k.read(a), k.read(b)); c != 0 {
			return c
		}
	}
	return 0
}

// Sort sorts rows, of which no two are the same. It is slices.SortFunc with
// Compare, but reads what matters most once for each row and not for each
// comparison.
func Sort[R Row](o *Order, rows []R) {
	type keyed struct {
		reading
		from int // its further readings are in more[from:]
		row  R
	}
	ahead := min(len(o.keys), keysReadAhead) // at least 1: every schema has a last resort
	list := make([]keyed, len(rows))
	more := make([]reading, 0, len(rows)*(ahead-1))
	for i, r := range rows {
		list[i] = keyed{o.keys[0].read(r), len(more), r}
		for k := 1; k < ahead; k++ {
			more = append(more, o.keys[k].read(r))
		}
	}
	slices.SortFunc(list, func(a, b keyed) int {
		if c := o.keys[0].compare(a.reading, b.reading); c != 0 {
			return c
		}
		for k := 1; k < ahead; k++ {
			if c := o.keys[k].compare(more[a.from+k-1], more[b.from+k-1]); c != 0 {
				return c
			}
		}
		return o.compareFrom(ahead, a.row, b.row)
	})
	for i := range list {
		rows[i] = list[i].row
	}
}

// keysReadAhead bounds the memory of Sort. An order by one thing has three
// keys, with those that decide between equals.
const keysReadAhead = 3

// class says what a row has to sort by. Classes come in this order whatever the
// direction.
type class uint8

const (
	isValue class = iota
	isText        // in natural order, what is no number
	isNaN
	isMissing
)

// reading is what a row has to sort by: a number and then a text, of which only
// one is used but for ids.
type reading struct {
	number float64
	text   string
	class  class
}

// read returns what a row has for a key.
func (k *sortKey) read(r Row) (out reading) {
	var ok bool
	switch {
	case k.points:
		out.number, ok = k.latest(r)
	case k.of != nil:
		out.number, ok = k.of.number(r)
	case k.typ.isNumber():
		out.number, ok = k.number(r)
	case k.typ >= typeNatural:
		out, ok = k.readNatural(r)
	default:
		out.text, ok = k.text(r)
	}
	switch {
	case !ok:
		return reading{class: isMissing}
	case math.IsNaN(out.number):
		return reading{class: isNaN}
	case k.typ == typeID:
		// A decimal number is greater if it has more digits.
		out.text = trimZeros(out.text)
		out.number = float64(len(out.text))
	case k.typ == typeStatus:
		out = reading{number: float64(progress(out.text))}
	}
	return out
}

// compare compares what two rows have for a key.
func (k *sortKey) compare(a, b reading) int {
	if a.class != b.class || a.class > isText {
		return cmp.Compare(a.class, b.class)
	}
	c := cmp.Compare(a.number, b.number)
	switch {
	case c != 0:
	case a.class == isText:
		c = compareNatural(a.text, b.text)
	default:
		c = strings.Compare(a.text, b.text)
	}
	if k.descending {
		return -c
	}
	return c
}

// latest returns the latest point of a logged model's metric on the dataset.
func (k *sortKey) latest(r Row) (float64, bool) {
	model, ok := r.(ModelRow)
	if !ok {
		return 0, false
	}
	var last *Point
	points := model.Points()
	for i := range points {
		p := &points[i]
		if p.Key != k.Name || !k.dataset.holds(p) {
			continue
		}
		if last == nil || cmp.Or(cmp.Compare(p.Time, last.Time), cmp.Compare(p.Step, last.Step), cmp.Compare(last.RunID, p.RunID)) > 0 {
			last = p
		}
	}
	if last == nil {
		return 0, false
	}
	return finite(last.Value), true
}

// progress is MLflow's number of a logged model's status.
func progress(status string) int {
	return slices.Index([]string{"PENDING", "READY", "FAILED"}, status)
}
