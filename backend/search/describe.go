package search

import (
	"context"

	"dev.varve/backend/table"
)

// Description is what the rows of a selection have in a field.
type Description struct {
	Filled   int   // rows that have something
	Distinct int   // different values, MostDistinct at most
	Many     bool  // there are more
	Same     bool  // all rows of the selection have one and the same
	Value    Entry // of the first row that has any
	Numbers  table.Spread
	Buckets  []int // how many of the finite numbers lie in each part from Min to Max; nil: there are none
}

// MostDistinct is how many different values are counted.
const MostDistinct = 1000

// Describe says what the rows of a selection have in a field. Of a long text
// the beginning counts. Without buckets only Filled, Same and Value are found
// out, and how many different values there are is left open.
func Describe(ctx context.Context, sources []Source, selected *Selection, f *Field, buckets int) (*Description, error) {
	d := describer{field: f, counts: buckets > 0, rows: selected.Matching, values: map[float64]struct{}{}, texts: map[string]struct{}{}}
	d.children = CountChildren(sources, []Field{*f})
	if err := selected.walk(ctx, sources, &d); err != nil {
		return nil, err
	}
	return d.finish(buckets), nil
}

// describer looks at the values of a field.
type describer struct {
	Description
	field    *Field
	rows     int
	children map[string]int
	counts   bool // whether more than Filled and Same is asked for
	glance   bool // whether rows that have something need not be looked at
	differ   bool

	values  map[float64]struct{}
	texts   map[string]struct{}
	nans    bool
	numbers []float64 // for the buckets

	reader *Reader
	column fieldColumn
	codes  []int // how many rows have each text of the column
	ask    func(block int) table.Bits
}

func (d *describer) begin(_ int, source Source) {
	d.reader, d.ask = NewReader(source, d.children), source.Ask
	d.column = d.field.column(d.reader.row.compiler)
	d.glance = !d.counts && d.column.has != nil
	if d.column.cell != nil && !d.glance {
		d.codes = make([]int, max(1, d.column.texts.Codes()))
	}
}

// take looks at rows of a block.
func (d *describer) take(block int, rows *table.Bits) {
	first, ask := block*table.BlockRows, d.ask(block)
	ask.And(rows)
	rows.AndNot(&ask)
	ask.Each(func(i int) { d.addCell(first + i) })
	switch {
	case d.glance:
		d.count(block, rows)
	case d.column.numbers != nil:
		rows.Each(func(i int) {
			if f, ok := d.column.numbers(first + i); ok {
				d.addNumber(f, 1)
			}
		})
	case d.codes != nil:
		rows.Each(func(i int) { d.codes[d.column.texts.Code(first+i)]++ })
	default:
		rows.Each(func(i int) { d.addCell(first + i) })
	}
}

// count finds out how many of some rows have something. Once two have been seen
// that differ, nobody asks which.
func (d *describer) count(block int, rows *table.Bits) {
	has := d.column.has(block)
	has.And(rows)
	if d.differ {
		d.Filled += has.Count()
		return
	}
	first, last := block*table.BlockRows, uint32(0)
	has.Each(func(i int) {
		switch {
		case d.differ:
			d.Filled++
		case d.column.cell != nil:
			if code := d.column.texts.Code(first + i); code != last {
				last = code
				d.addCode(code, 1)
			} else {
				d.Filled++
			}
		case d.column.numbers != nil:
			f, _ := d.column.numbers(first + i)
			d.addNumber(f, 1)
		default:
			d.addCell(first + i)
		}
	})
}

// addCode takes in a text of the column that n rows have.
func (d *describer) addCode(code uint32, n int) {
	text, long := d.column.texts.Text(code)
	c := d.column.cell(text)
	c.Cut = long
	d.add(c, n)
}

func (d *describer) addCell(row int) {
	var cells [1]Entry
	d.reader.Cells(row, []Field{*d.field}, cells[:])
	d.add(cells[0], 1)
}

func (d *describer) add(c Entry, n int) {
	switch c.Kind {
	case NumberEntry:
		d.addNumber(c.Number, n)
	case TextEntry:
		d.addText(c, n)
	}
}

// end takes in the texts of a column that were counted by their codes.
func (d *describer) end() {
	for code, n := range d.codes {
		if code > 0 && n > 0 {
			d.addCode(uint32(code), n)
		}
	}
	d.codes = nil
}

func (d *describer) addText(c Entry, n int) {
	if d.Filled == 0 {
		d.Value = c
	}
	d.differ = d.differ || !c.Same(d.Value) || c.Cut
	d.Filled += n
	if !d.counts {
		return
	}
	if _, known := d.texts[c.Text]; !known {
		if len(d.texts) == MostDistinct {
			d.Many = true
		} else {
			d.texts[c.Text] = struct{}{}
		}
	}
	if d.field.Type() != FieldText {
		return
	}
	if f, ok := numberOf(c.Text); ok && !c.Cut {
		d.spread(f, n)
	}
}

func (d *describer) addNumber(f float64, n int) {
	c := Entry{Kind: NumberEntry, Number: f}
	if d.Filled == 0 {
		d.Value = c
	}
	d.differ = d.differ || !c.Same(d.Value)
	d.Filled += n
	if !d.counts {
		return
	}
	switch {
	case d.Many:
	case f != f:
		d.nans = true
	case len(d.values) == MostDistinct:
		_, known := d.values[f]
		d.Many = !known
	default:
		d.values[f] = struct{}{}
	}
	d.spread(f, n)
}

func (d *describer) spread(f float64, n int) {
	for range n {
		d.Numbers.Add(f)
		d.numbers = append(d.numbers, f)
	}
}

func (d *describer) finish(buckets int) *Description {
	d.Same = d.Filled > 0 && d.Filled == d.rows && !d.differ
	d.Distinct = len(d.values) + len(d.texts)
	if d.nans {
		d.Distinct++
	}
	if d.Numbers.N > 0 {
		d.Buckets = table.Histogram(d.numbers, d.Numbers.Min, d.Numbers.Max, buckets)
	}
	return &d.Description
}
