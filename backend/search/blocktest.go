package search

import (
	"dev.varve/backend/table"
)

// firstOf asks each row by the first test that knows it.
type firstOf []blockTest

func (f firstOf) ask(block int, mask *table.Bits, v *verdict) {
	rest := *mask
	*v = verdict{}
	for _, test := range f {
		if rest.Empty() {
			return
		}
		var one verdict
		test.ask(block, &rest, &one)
		one.known.And(&rest)
		one.maybe.And(&rest)
		one.holds.And(&one.known)
		v.holds.Or(&one.holds)
		v.known.Or(&one.known)
		v.maybe.Or(&one.maybe)
		rest.AndNot(&one.known)
		rest.AndNot(&one.maybe)
	}
}

// anyTest holds where one of its tests does; every row knows all of them.
type anyTest []blockTest

func (a anyTest) ask(block int, mask *table.Bits, v *verdict) {
	rest := *mask
	*v = verdict{known: everyRow}
	askInTurn(a, block, &rest, v)
}

// askInTurn asks tests about the rows that are left until none is, and adds to v
// those that fulfil one of them.
func askInTurn[T blockTest](tests []T, block int, rest *table.Bits, v *verdict) {
	for _, test := range tests {
		if rest.Empty() {
			break
		}
		var one verdict
		test.ask(block, rest, &one)
		one.holds.And(rest)
		v.holds.Or(&one.holds)
		one.maybe.And(rest)
		v.maybe.Or(&one.maybe)
		rest.AndNot(&one.holds)
	}
	v.maybe.AndNot(&v.holds)
}

// existence makes of a test whether rows have what it asks about: they do where
// they know it.
type existence struct{ blockTest }

func (e existence) ask(block int, mask *table.Bits, v *verdict) {
	e.blockTest.ask(block, mask, v)
	v.holds, v.known = v.known, everyRow
}

// always is known of every row.
type always struct{}

func (always) ask(_ int, _ *table.Bits, v *verdict) { v.known = everyRow }

// historyTest leaves to the record what the history of a metric says.
type historyTest struct{ metric *table.Numbers }

func (t historyTest) ask(block int, _ *table.Bits, v *verdict) {
	b := t.metric.Block(block)
	v.maybe = present(&b)
}

// computedTest tests a number that is computed for each row.
type computedTest struct {
	numberRule
	value     func(row int) (float64, bool)
	existence bool // whether rows have it is all that is asked
}

func (t *computedTest) ask(block int, mask *table.Bits, v *verdict) {
	mask.Each(func(i int) {
		f, ok := t.value(block*table.BlockRows + i)
		if ok {
			v.known.Set(i)
		}
		if ok && (t.existence || t.test.holds(f)) {
			v.holds.Set(i)
		}
	})
	if t.existence {
		v.known = everyRow
	}
}

// durations computes how long runs took.
func (c *compiler) durations(d duration) func(row int) (float64, bool) {
	starts, ends := c.numbers(Attribute, "start_time"), c.numbers(Attribute, "end_time")
	status := c.texts(Attribute, "status")
	return func(row int) (float64, bool) {
		start, ok := starts.Get(row)
		if !ok {
			return 0, false
		}
		end, ok := ends.Get(row)
		if !ok {
			if text, _, _ := status.Get(row); text != "RUNNING" {
				return 0, false
			}
			end = d.now
		}
		return max(0, end-start), true
	}
}

// childrenOf is how many runs are nested in a run.
func (c *compiler) childrenOf(row int) (float64, bool) {
	return float64(c.children[c.source.ID(row)]), true
}

// derivedTest tests a text that the source makes for each row; without a test,
// whether there is one. Rows beside each other often have the same.
type derivedTest struct {
	source    Source
	attribute string
	test      *textTest
	last      string
	answer    bool
	asked     bool
}

func (t *derivedTest) ask(block int, mask *table.Bits, v *verdict) {
	mask.Each(func(i int) {
		text, ok := t.source.Derived(t.attribute, block*table.BlockRows+i)
		if t.test == nil {
			if ok && text != "" {
				v.holds.Set(i)
			}
			return
		}
		if !ok {
			return
		}
		v.known.Set(i)
		if !t.asked || text != t.last {
			t.last, t.asked, t.answer = text, true, t.test.holds(text)
		}
		if t.answer {
			v.holds.Set(i)
		}
	})
	if t.test == nil {
		v.known = everyRow
	}
}

// idTest tests the ids of runs. A source that can find a run by its id is asked
// for those wanted.
type idTest struct {
	source Source
	test   *textTest
}

// Finder is a Source that finds the row of a run by its id; ok is false if the
// run is not in its table.
type Finder interface {
	RowOf(id string) (row int, ok bool)
}

func (c *compiler) idTest(cond *textIs) blockTest {
	finder, ok := c.source.(Finder)
	if !ok || cond.fold || len(cond.folded) > 0 {
		return &idTest{c.source, &cond.textTest}
	}
	wanted := cond.set
	switch cond.op {
	case opIn, opNotIn:
	case opEqual, opNotEqual:
		wanted = map[string]struct{}{cond.want: {}}
	default:
		return &idTest{c.source, &cond.textTest}
	}
	rows := rowTest{rows: map[int]struct{}{}, outside: cond.op == opNotEqual || cond.op == opNotIn}
	for id := range wanted {
		if row, ok := finder.RowOf(id); ok {
			rows.rows[row] = struct{}{}
		}
	}
	return rows
}

func (t *idTest) ask(block int, mask *table.Bits, v *verdict) {
	v.known = everyRow
	mask.Each(func(i int) {
		if t.test.holds(t.source.ID(block*table.BlockRows + i)) {
			v.holds.Set(i)
		}
	})
}

// rowTest holds for some rows, or for all others.
type rowTest struct {
	rows    map[int]struct{}
	outside bool
}

func (t rowTest) ask(block int, mask *table.Bits, v *verdict) {
	v.known = everyRow
	if len(t.rows) > 0 {
		mask.Each(func(i int) {
			if _, ok := t.rows[block*table.BlockRows+i]; ok {
				v.holds.Set(i)
			}
		})
	}
	if t.outside {
		all := everyRow
		all.AndNot(&v.holds)
		v.holds = all
	}
}

// wordTest looks for free text in all columns of texts that are searched.
type wordTest struct {
	word    *wordIs
	source  Source
	columns []*textColumn
}

// fewTexts is how many different texts a column has of which all are looked at
// beforehand: where none has the word, the rows need not be.
const fewTexts = 4096

func (c *compiler) wordTest(w *wordIs) blockTest {
	rule := func(text string, long bool) uint8 {
		switch {
		case w.within(text):
			return textHolds | textKnown
		case long:
			return textMaybe | textKnown
		}
		return textKnown
	}
	t := &wordTest{word: w, source: c.source}
	add := func(kind Kind, name string) {
		column := c.texts(kind, name)
		if column.Len() == 0 {
			return
		}
		test := newTextColumn(column, c.remember(column), rule, 0)
		if column.Codes() <= fewTexts && !test.anywhere() {
			c.used-- // its room is free again
			return
		}
		t.columns = append(t.columns, test)
	}
	add(Attribute, "run_name")
	for _, name := range c.table.Keys(table.Kind(Param)) {
		add(Param, name)
	}
	for _, name := range c.table.Keys(table.Kind(Tag)) {
		if Searched(name) {
			add(Tag, name)
		}
	}
	return t
}

// anywhere reports whether a text of the column may fulfil the test.
func (c *textColumn) anywhere() bool {
	for code := 1; code < c.column.Codes(); code++ {
		if c.column.Rows(uint32(code)) > 0 && c.of(uint32(code))&(textHolds|textMaybe) != 0 {
			return true
		}
	}
	return false
}

func (t *wordTest) ask(block int, mask *table.Bits, v *verdict) {
	rest := *mask
	*v = verdict{known: everyRow}
	if len(t.word.want) == 0 {
		v.holds = everyRow
		return
	}
	if t.word.id {
		rest.Each(func(i int) {
			if t.word.begins(t.source.ID(block*table.BlockRows + i)) {
				v.holds.Set(i)
			}
		})
		rest.AndNot(&v.holds)
	}
	askInTurn(t.columns, block, &rest, v)
}
