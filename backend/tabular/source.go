package tabular

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"dev.varve/backend/content"
)

// Column is a column of a Source. No two have the same name.
type Column struct {
	Name string
	// Declared is the type that the file itself says, in its own words; text files
	// say none.
	Declared string
	// Kind is what the file says that all values are; Missing if it does not.
	Kind Kind
}

// Source is a table whose cells are values. Its rows can be read again and again.
type Source interface {
	Facts() Facts
	Columns() []Column
	// Values begins at the first row.
	Values() (Values, error)
}

// Values are the rows of a Source, one after the other.
type Values interface {
	// Next fills in a row, a value for each column. After the last one the error is
	// io.EOF. Texts stay valid after the following call.
	Next(row []Value) error
	Close() error
}

// Limits bound what is read of a table.
type Limits struct {
	Rows  int
	Cells int   // rows × columns
	Bytes int64 // of texts
}

// Usual are limits within which a table is read in a few seconds, and in less than
// 256 MiB.
var Usual = Limits{Rows: 1_000_000, Cells: 20_000_000, Bytes: 512 << 20}

// rows is how many rows of so many columns may be read.
func (l Limits) rows(columns int) int { return min(l.Rows, l.Cells/max(columns, 1)) }

// each calls fn with each row, up to limits; more says that there are further
// ones. The row is valid until fn returns, its texts are beyond that. An fn that
// returns io.EOF ends the reading.
func each(ctx context.Context, s Source, l Limits, fn func(row []Value) error) (n int, more bool, err error) {
	columns := len(s.Columns())
	rows, err := s.Values()
	if err != nil {
		return 0, false, err
	}
	defer rows.Close()
	row := make([]Value, columns)
	most, size := l.rows(columns), int64(0)
	for ; ; n++ {
		if n%1024 == 0 {
			if err := content.Cancelled(ctx); err != nil {
				return n, true, err
			}
		}
		switch err := rows.Next(row); {
		case err == io.EOF:
			return n, false, nil
		case err != nil:
			return n, true, err
		case n >= most || size > l.Bytes:
			return n, true, nil
		}
		for i := range row {
			size += int64(len(row[i].Text))
		}
		switch err := fn(row); {
		case err == io.EOF:
			return n + 1, true, nil
		case err != nil:
			return n, true, err
		}
	}
}

// typed reads the cells of a table of text as values.
type typed struct {
	Table
	columns []Column
	skip    int  // rows before the first one of values
	comma   bool // decimals follow a comma
}

// headRows are looked at to find the names of columns, and how numbers are written.
const headRows = 200

// Typed finds the names of the columns of a table, and how its numbers are written.
// A table without rows has no columns.
func Typed(t Table) (Source, error) {
	rows, err := t.Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var head [][]string
	for len(head) < headRows {
		cells, _, err := rows.Next()
		if err == io.EOF {
			break
		}
		if err != nil && len(head) == 0 {
			return nil, err
		}
		if err != nil { // whoever reads as far as there says so
			break
		}
		head = append(head, slices.Clone(cells))
	}
	s := &typed{Table: t, comma: !t.Facts().Typed && commas(head)}
	for s.skip < len(head) && blank(head[s.skip]) {
		s.skip++
	}
	if s.skip == len(head) {
		return s, nil
	}
	width := 0
	for _, cells := range head {
		width = max(width, len(cells))
	}
	var names []string
	if named(head[s.skip:]) {
		names = head[s.skip]
		s.skip++
	}
	s.columns = Name(names, width)
	return s, nil
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

// named reports whether the first row has the names of the columns: if nothing in it
// is a number, but for years that go on from column to column.
func named(head [][]string) bool {
	last := 0.0
	for _, cell := range head[0] {
		switch v := Parse(cell, false); v.Kind {
		case Number, Bool, Time:
			return false
		case Whole:
			if v.Number < 1500 || v.Number > 2200 || v.Number <= last {
				return false
			}
			last = v.Number
		}
	}
	return last == 0 || Parse(head[0][0], false).Kind == Text
}

// commas reports whether decimals follow commas: more numbers are read so.
func commas(head [][]string) bool {
	point, comma := 0, 0
	for _, cells := range head {
		for _, cell := range cells {
			if strings.Contains(cell, ",") && Parse(cell, true).Kind == Number {
				comma++
			} else if strings.Contains(cell, ".") && Parse(cell, false).Kind == Number {
				point++
			}
		}
	}
	return comma > point
}

// longName is how many bytes the name of a column has at most.
const longName = 200

// Name makes columns of the names that a file has for them, so that each has a name
// and no two have the same.
func Name(given []string, width int) []Column {
	columns := make([]Column, width)
	known := map[string]bool{}
	for i := range columns {
		name := ""
		if i < len(given) {
			name = short(strings.TrimSpace(strings.Trim(given[i], "\ufeff\x00")), longName)
		}
		if name == "" {
			name = fmt.Sprintf("column %d", i+1)
		}
		plain := name
		for n := 2; known[name]; n++ {
			name = fmt.Sprintf("%s (%d)", plain, n)
		}
		known[name] = true
		columns[i].Name = name
	}
	return columns
}

// Columns are those that the first rows have.
func (s *typed) Columns() []Column { return s.columns }

// Values begins at the first row of values.
func (s *typed) Values() (Values, error) {
	rows, err := s.Rows()
	if err != nil {
		return nil, err
	}
	for range s.skip {
		if _, _, err := rows.Next(); err != nil && err != io.EOF {
			_ = rows.Close() // it was only read
			return nil, err
		}
	}
	return &typedRows{rows, s.comma}, nil
}

type typedRows struct {
	Rows
	comma bool
}

// Next reads the next row that has something in it. What is missing at its end is
// missing; what it has more than the first ones is left out.
func (r *typedRows) Next(row []Value) error {
	for {
		cells, _, err := r.Rows.Next()
		if err != nil {
			return err
		}
		if len(row) > 1 && blank(cells) || len(cells) == 0 {
			continue
		}
		clear(row)
		for i, cell := range cells[:min(len(cells), len(row))] {
			row[i] = Parse(cell, r.comma)
		}
		return nil
	}
}
