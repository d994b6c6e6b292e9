package table

import (
	"cmp"
	"maps"
	"slices"
)

// Kind is what a column is about; a table does not care what the kinds mean.
type Kind uint8

// Key names a column.
type Key struct {
	Kind Kind
	Name string
}

// Table is rows and columns. It has no lock: its owner lets several read, or
// one change it.
type Table struct {
	present []Bits // by block: the rows that are there
	rows    int    // rows ever added
	gone    int    // of these, rows that were removed
	numbers map[Key]*Numbers
	texts   map[Key]*Texts
}

// New returns an empty table.
func New() *Table {
	return &Table{numbers: map[Key]*Numbers{}, texts: map[Key]*Texts{}}
}

// Len is the number of rows that are there.
func (t *Table) Len() int { return t.rows - t.gone }

// Add adds an empty row and returns its number.
func (t *Table) Add() int {
	row := t.rows
	t.rows++
	if row/BlockRows == len(t.present) {
		t.present = append(t.present, Bits{})
	}
	t.present[row/BlockRows].Set(row % BlockRows)
	return row
}

// Remove takes a row away. Its number is not used again.
func (t *Table) Remove(row int) {
	if !t.present[row/BlockRows].Has(row % BlockRows) {
		return
	}
	for _, c := range t.numbers {
		c.clear(row)
	}
	for _, c := range t.texts {
		c.clear(row)
	}
	t.present[row/BlockRows].Clear(row % BlockRows)
	t.gone++
}

// Tidy forgets texts and columns that no row has any more.
func (t *Table) Tidy() {
	maps.DeleteFunc(t.numbers, func(_ Key, c *Numbers) bool { return c.Len() == 0 })
	maps.DeleteFunc(t.texts, func(_ Key, c *Texts) bool { return c.Len() == 0 })
	for _, c := range t.texts {
		if c.unused > 0 {
			c.shrink()
		}
	}
}

// SetNumber sets a number of a row.
func (t *Table) SetNumber(key Key, row int, value float64) {
	c, ok := t.numbers[key]
	if !ok {
		c = &Numbers{}
		t.numbers[key] = c
	}
	c.set(row, value)
}

// ClearNumber takes a number of a row away.
func (t *Table) ClearNumber(key Key, row int) {
	if c, ok := t.numbers[key]; ok {
		c.clear(row)
	}
}

// SetText sets a text of a row. Of one longer than LongText only the beginning
// is kept, and Long says so. whole keeps all of it.
func (t *Table) SetText(key Key, row int, value string, whole bool) {
	c, ok := t.texts[key]
	if !ok {
		c = newTexts()
		t.texts[key] = c
	}
	c.set(row, value, whole)
}

// ClearText takes a text of a row away.
func (t *Table) ClearText(key Key, row int) {
	if c, ok := t.texts[key]; ok {
		c.clear(row)
	}
}

// Rows is one more than the highest number of a row.
func (t *Table) Rows() int { return t.rows }

// Blocks is the number of blocks; the last one may have fewer rows.
func (t *Table) Blocks() int { return len(t.present) }

// Present are the rows of a block that are there.
func (t *Table) Present(block int) Bits { return t.present[block] }

// Has reports whether a row is there.
func (t *Table) Has(row int) bool {
	return row < t.rows && t.present[row/BlockRows].Has(row%BlockRows)
}

// Numbers is a column of numbers, nil if no row ever had one.
func (t *Table) Numbers(key Key) *Numbers { return t.numbers[key] }

// Texts is a column of texts, nil if no row ever had one.
func (t *Table) Texts(key Key) *Texts { return t.texts[key] }

// Keys lists the columns of a kind in which a row has a value, sorted by name.
func (t *Table) Keys(kind Kind) []string {
	var names []string
	for key, c := range t.numbers {
		if key.Kind == kind && c.count > 0 {
			names = append(names, key.Name)
		}
	}
	for key, c := range t.texts {
		if key.Kind == kind && c.count > 0 {
			names = append(names, key.Name)
		}
	}
	slices.SortFunc(names, cmp.Compare[string])
	return slices.Compact(names)
}
