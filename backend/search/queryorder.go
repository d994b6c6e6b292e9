package search

import (
	"slices"
	"strings"
)

// ParseQueryOrder reads the order of a search for runs in Varve's own form.
// Beside what ParseOrder takes it takes min(metrics.loss) and max(…), duration,
// data and whatever else a query can ask for, and names without a prefix. Texts
// are in the order in which people put them (natural order), params and tags
// that are numbers by their value and before those that are none. An error is a
// fault.Invalid whose cause is an *Error with the number of the clause.
func ParseQueryOrder(clauses []string, given Given) (*Order, error) {
	b := orderBuilder{Schema: Runs}
	for i, clause := range clauses {
		b.text = text{s: clause, clause: i}
		if err := b.check(); err != nil {
			return nil, err
		}
		p := queryParser{resolver: resolver{b.text, given}, tokens: queryTokens(clause)}
		key, err := p.sortKey()
		if err != nil {
			return nil, err
		}
		if b.has(key.Column) {
			return nil, b.wrong(b.whole(), "The order names "+shorten(clause)+" twice", "Name each thing once.")
		}
		b.keys = append(b.keys, key)
	}
	return b.finish(), nil
}

// sortField reads the name of something that runs can be ordered by.
func (p *queryParser) sortField() (key sortKey, f queryField, err error) {
	t := p.peek()
	switch t.kind {
	case tokUnclosed:
		return key, f, p.unclosed(t)
	case tokName:
	default:
		return key, f, p.wrong(t.at, "A name is missing", "Write what to order by, such as metrics.loss DESC.")
	}
	aggregate := aggregates[strings.ToLower(t.text)] != 0 && p.after(1).kind == tokOpen
	if f, err = p.field(aggregate); err != nil {
		return key, f, err
	}
	key, ok := f.sortKey()
	if !ok {
		return key, f, p.wrong(f.at, "Runs cannot be ordered by "+shorten(f.written), "Order by a metric, min() or max() of one, a param, a tag, data, or a property of the run.")
	}
	return key, f, nil
}

// sortKey reads one clause of an order: a name, and ASC or DESC.
func (p *queryParser) sortKey() (sortKey, error) {
	key, _, err := p.sortField()
	if err != nil {
		return key, err
	}
	key.descending = p.takeWord("DESC")
	if !key.descending {
		p.takeWord("ASC")
	}
	if t := p.peek(); t.kind != tokEnd {
		return key, p.wrong(t.at, "After the name comes ASC or DESC", "Write ASC or DESC. A name with spaces stands in back ticks.")
	}
	return key, nil
}

// sortKey is the key that orders by a field; ok is false if none does.
func (f *queryField) sortKey() (key sortKey, ok bool) {
	key = sortKey{Column: f.Column, numbers: f.numbers}
	switch f.typ {
	case queryInput:
		return key, false
	case queryVersion:
		key.typ = typeInputVersion
		return key, f.Kind == Data
	case queryNumber:
		key.typ = typeNumber
		return key, f.of == nil // at a step: each run's history would have to be read
	case queryDuration:
		key.typ, key.of = typeNumber, f.of
		key.Column = f.of.column()
	case queryTime, queryDate:
		key.typ = typeNumber
	case queryState:
		key.typ = typeState
	case queryData:
		key.typ = typeInput
	default:
		key.typ = typeNatural
		if f.Column == (Column{Attribute, "run_id"}) {
			key.typ = typeText // 0e1 and 0e2 are no numbers, and no two ids are equal
		}
	}
	return key, true
}

// attention is the order of statuses: what is alive, what is broken, and what
// is quiet.
var attention = []string{"running", "waiting", "lost", "failed", "stopped", "finished"}

// readNatural returns what a row has for a key of natural order.
func (k *sortKey) readNatural(r Row) (reading, bool) {
	switch k.typ {
	case typeState:
		state, ok := stateOf(r)
		return reading{number: float64(slices.Index(attention, state))}, ok
	case typeInput:
		return firstInput(r.Datasets(), k.numbers)
	case typeInputVersion:
		return latestVersion(r.Datasets(), k.Name, k.numbers)
	}
	if k.Kind == Loose {
		if f, ok := r.Metric(k.Name); ok {
			return reading{number: finite(f)}, true
		}
	}
	s, ok := k.text(r)
	return naturalReading(s), ok
}

// naturalReading is what a text sorts by: its value if it is a number.
func naturalReading(s string) reading {
	if f, ok := numberOf(s); ok {
		return reading{number: f}
	}
	return reading{text: s, class: isText}
}

// firstInput is what the first data set of a run sorts by.
func firstInput(inputs []Dataset, numbers versionNumbers) (reading, bool) {
	if len(inputs) == 0 {
		return reading{}, false
	}
	d := &inputs[0]
	name := d.Name
	if n := numbers.of(d); n > 0 {
		name = versionName(d, n)
	}
	return reading{text: name, class: isText}, true
}

// latestVersion is the greatest number of a version of a data set.
func latestVersion(inputs []Dataset, name string, numbers versionNumbers) (reading, bool) {
	var most int64
	for i := range inputs {
		if inputs[i].Name == name {
			most = max(most, numbers.of(&inputs[i]))
		}
	}
	return reading{number: float64(most)}, most > 0
}
