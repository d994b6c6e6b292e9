package search

import (
	"context"
	"math"
	"slices"

	"dev.varve/backend/table"
)

// Group is rows that have the same in some fields.
type Group struct {
	Key      []Entry        // what they have in each field
	Rows     []uint32       // their numbers in the list that was grouped, in its order
	Statuses map[string]int // how many do what, in Varve's words
	Started  int64          // when the youngest began, ms since 1970
	Took     table.Spread   // of the durations, in ms
	Cells    []Aggregate
}

// Aggregate is what the rows of a group have in a field.
type Aggregate struct {
	Filled int   // rows that have something
	Same   bool  // all rows have one and the same
	Value  Entry // of the first row that has any
	table.Spread
}

// GroupBy divides a list of rows into groups that have the same in all fields
// by, as they first appear in the list. A row without a value has that in
// common with others; texts are the same letter by letter, also long ones.
// Rows that have gone meanwhile are in no group.
func GroupBy(ctx context.Context, sources []Source, places []Place, by, cells []Field, given Given) ([]Group, error) {
	state, err := ParseField("status", given)
	if err != nil {
		return nil, err
	}
	g := &grouper{sources: sources, places: places, parts: table.NewPartition(len(places))}
	keys := make([]*vector, len(by))
	for i := range by {
		if keys[i], err = g.read(ctx, &by[i], true); err != nil {
			return nil, err
		}
		g.parts.Split(keys[i].has, len(keys[i].cells))
	}
	groups := make([]Group, g.parts.Groups)
	for i, rows := range g.parts.Rows() {
		groups[i] = Group{Rows: rows, Key: make([]Entry, len(by)), Statuses: map[string]int{}, Cells: make([]Aggregate, len(cells))}
		for k, v := range keys {
			groups[i].Key[k] = v.cells[v.has[rows[0]]]
		}
	}
	states, err := g.read(ctx, &state, true)
	if err != nil {
		return nil, err
	}
	for i := range groups {
		for _, row := range groups[i].Rows {
			if c := states.cells[states.has[row]]; c.Kind == TextEntry {
				groups[i].Statuses[c.Text]++
			}
		}
	}
	return groups, g.aggregate(ctx, groups, cells, given)
}

func (g *grouper) aggregate(ctx context.Context, groups []Group, cells []Field, given Given) error {
	for k, name := range []string{"started", "duration"} {
		f, err := ParseField(name, given)
		if err != nil {
			return err
		}
		v, err := g.read(ctx, &f, false)
		if err != nil {
			return err
		}
		for i := range groups {
			for _, row := range groups[i].Rows {
				c, ok := v.at(row)
				switch {
				case !ok:
				case k == 0:
					groups[i].Started = max(groups[i].Started, int64(c.Number))
				default:
					groups[i].Took.Add(c.Number)
				}
			}
		}
	}
	for k := range cells {
		v, err := g.read(ctx, &cells[k], false)
		if err != nil {
			return err
		}
		for i := range groups {
			groups[i].Cells[k] = v.aggregate(groups[i].Rows)
		}
	}
	return nil
}

// grouper groups rows of several sources.
type grouper struct {
	sources []Source
	places  []Place
	parts   *table.Partition
	rows    [][]uint32 // by source: the numbers of its rows in the list
}

// vector is what rows have in a field: numbers, or else the place of what they
// have in the list of cells, of which the first is nothing.
type vector struct {
	numbers []float64
	known   []bool // of numbers
	has     []uint32
	cells   []Entry
	texts   map[string]uint32
	values  map[uint64]uint32
}

func (v *vector) at(row uint32) (Entry, bool) {
	if v.numbers != nil {
		return Entry{Kind: NumberEntry, Number: v.numbers[row]}, v.known[row]
	}
	c := v.cells[v.has[row]]
	return c, c.Kind != NoEntry
}

func (v *vector) aggregate(rows []uint32) Aggregate {
	a := Aggregate{}
	differ := false
	for _, row := range rows {
		c, ok := v.at(row)
		if !ok {
			continue
		}
		if a.Filled == 0 {
			a.Value = c
		}
		a.Filled++
		differ = differ || !c.Same(a.Value)
		if c.Kind == NumberEntry || !math.IsNaN(c.Number) {
			a.Add(c.Number)
		}
	}
	a.Same = !differ && a.Filled == len(rows) && a.Filled > 0
	return a
}

// put notes what a row has.
func (v *vector) put(row uint32, c Entry) {
	if v.numbers != nil {
		v.numbers[row], v.known[row] = c.Number, c.Kind == NumberEntry
		return
	}
	v.has[row] = v.place(c)
}

// place is the place of a cell in the list, where it is added if it is new.
func (v *vector) place(c Entry) uint32 {
	next, place, ok := uint32(len(v.cells)), uint32(0), true
	switch c.Kind {
	case TextEntry:
		if place, ok = v.texts[c.Text]; !ok {
			v.texts[c.Text] = next
		}
	case NumberEntry:
		bits := table.SortNumber(c.Number, false) // all NaN are the same, and both zeros
		if place, ok = v.values[bits]; !ok {
			v.values[bits] = next
		}
	}
	if ok {
		return place
	}
	v.cells = append(v.cells, c.withNumber())
	return next
}

// read reads a field of all rows. each says that different numbers are to be
// told apart.
func (g *grouper) read(ctx context.Context, f *Field, each bool) (*vector, error) {
	v := &vector{has: make([]uint32, len(g.places)), cells: make([]Entry, 1), texts: map[string]uint32{}, values: map[uint64]uint32{}}
	if f.isNumber() && !each {
		v.numbers, v.known = make([]float64, len(g.places)), make([]bool, len(g.places))
	}
	g.list()
	children := CountChildren(g.sources, []Field{*f})
	var long []uint32
	for number, rows := range g.rows {
		for some := range slices.Chunk(rows, strideBlocks*table.BlockRows) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			g.sources[number].Stride(func() { long = g.readSome(v, f, number, some, children, long) })
		}
	}
	return v, g.readLong(ctx, v, f, long)
}

// list sorts the rows by their sources, and there as they lie in the table:
// columns are read fastest in their own order.
func (g *grouper) list() {
	if g.rows != nil {
		return
	}
	g.rows = make([][]uint32, len(g.sources))
	lie := make([]uint64, len(g.places))
	for i, p := range g.places {
		g.rows[p.Source], lie[i] = append(g.rows[p.Source], uint32(i)), uint64(p.Row)
	}
	for _, rows := range g.rows {
		table.SortStably(rows, lie)
	}
}

func (g *grouper) readSome(v *vector, f *Field, number int, rows []uint32, children map[string]int, long []uint32) []uint32 {
	r := NewReader(g.sources[number], children)
	one, cells := []Field{*f}, make([]Entry, 1)
	column := f.column(r.row.compiler)
	var seen []uint32 // by code: the place of a text in the list, and 1
	if column.cell != nil {
		seen = make([]uint32, max(1, column.texts.Codes()))
	}
	for _, i := range rows {
		row := int(g.places[i].Row)
		switch {
		case r.asks(row):
		case column.numbers != nil:
			f, ok := column.numbers(row)
			v.put(i, numberEntry(f, ok))
			continue
		case column.cell != nil:
			code := column.texts.Code(row)
			if seen[code] == 0 && !v.learn(column, code, &seen[code]) {
				long = append(long, i)
			} else {
				v.has[i] = seen[code] - 1
			}
			continue
		}
		if r.Cells(row, one, cells); cells[0].Cut {
			long = append(long, i)
		} else {
			v.put(i, cells[0])
		}
	}
	return long
}

// learn finds the place of the text of a code in the list; false of a long one.
func (v *vector) learn(column fieldColumn, code uint32, place *uint32) bool {
	c := Entry{}
	if code > 0 {
		text, long := column.texts.Text(code)
		if long {
			return false
		}
		c = column.cell(text)
	}
	*place = v.place(c) + 1
	return true
}

// readLong reads long texts from the records.
func (g *grouper) readLong(ctx context.Context, v *vector, f *Field, long []uint32) error {
	for len(long) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		source := g.sources[g.places[long[0]].Source]
		source.Stride(func() {
			for range strideRows {
				if len(long) == 0 || g.sources[g.places[long[0]].Source] != source {
					return
				}
				if record := source.Row(int(g.places[long[0]].Row)); record != nil {
					v.put(long[0], f.cell(record))
				}
				long = long[1:]
			}
		})
	}
	return nil
}
