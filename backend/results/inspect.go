package results

import (
	"context"
	"fmt"
	"hash/maphash"
	"io"
	"slices"
	"strings"
	"unicode"

	"dev.varve/backend/fault"
	"dev.varve/backend/tabular"
)

// Survey is what a table has.
type Survey struct {
	tabular.Facts
	Header bool // the columns have names
	Before int  // rows with something in them, before the names of the columns
	Rows   int  // that have something in them
	// Columns that have a name or a value.
	Columns []Column

	reading Reading
	comma   bool       // decimals follow a comma
	first   [][]string // rows, a cell for each of Columns
	start   int        // how many rows are read before the first one of data
	header  []string   // as it stands there
}

const (
	maxDistinct = 1000
	previewRows = 8
	headRows    = 50
)

// Inspect reads a table once, and proposes what its columns become.
func Inspect(ctx context.Context, t tabular.Table, as Reading) (*Survey, error) {
	if err := as.Check(); err != nil {
		return nil, err
	}
	s := &Survey{Facts: t.Facts(), reading: as}
	if err := s.begin(t); err != nil {
		return nil, err
	}
	seed := maphash.MakeSeed()
	err := s.each(ctx, t, func(cells []string, _ int) error {
		if s.again(cells) {
			return nil
		}
		if s.Rows++; s.Rows > MaxRows {
			return fault.New(fault.Unsupported, "it has more than %d rows", MaxRows).WithHint("Each row becomes a run. Cut the table into parts, or keep it as data.")
		}
		for i := range s.Columns {
			s.Columns[i].count(at(cells, s.Columns[i].At), seed)
		}
		if len(s.first) < previewRows {
			s.first = append(s.first, s.pick(cells))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if s.Rows == 0 {
		return nil, fault.New(fault.NotFound, "there are no rows in the table%s", onSheet(s.Facts)).WithHint("The first row has the names of the columns, each further one becomes a run.")
	}
	s.conclude()
	return s, nil
}

// again reports whether a row has the names of the columns once more, as in tables
// that were put one below the other.
func (s *Survey) again(cells []string) bool { return s.Header && slices.Equal(cells, s.header) }

func onSheet(f tabular.Facts) string {
	if len(f.Sheets) < 2 {
		return ""
	}
	return fmt.Sprintf(" on sheet %q; there are %s", f.Sheet, strings.Join(f.Sheets, ", "))
}

// at is a cell, without white space around it.
func at(cells []string, i int) string {
	if i >= len(cells) {
		return ""
	}
	return strings.TrimFunc(cells[i], func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == 0 })
}

func (s *Survey) pick(cells []string) []string {
	row := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		row[i] = at(cells, c.At)
	}
	return row
}

func short(text string) string {
	if r := []rune(text); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return text
}

func filled(cells []string) (n int) {
	for i := range cells {
		if at(cells, i) != "" {
			n++
		}
	}
	return n
}

// begin finds the row with the names of the columns: the first one of those that
// are about as wide as most are.
func (s *Survey) begin(t tabular.Table) error {
	rows, err := t.Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	var head [][]string
	var widths []int
	for len(head) < headRows {
		cells, _, err := rows.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		head = append(head, slices.Clone(cells))
		if n := filled(cells); n > 0 {
			widths = append(widths, n)
		}
	}
	if len(widths) == 0 {
		return fault.New(fault.NotFound, "there is nothing in the table%s", onSheet(s.Facts)).WithHint("The first row has the names of the columns, each further one becomes a run.")
	}
	slices.Sort(widths)
	usual := widths[len(widths)/2]
	width := 0
	for i, cells := range head {
		n := filled(cells)
		if len(s.header) == 0 && n > 0 && n*2 < usual {
			s.Before++
		} else if len(s.header) == 0 && n > 0 {
			s.header, s.start = cells, i+1
		}
		width = max(width, len(cells))
	}
	s.Header = !allNumbers(s.header)
	if !s.Header {
		s.start--
	}
	s.name(width)
	return nil
}

func allNumbers(cells []string) bool {
	for i := range cells {
		text := at(cells, i)
		_, _, point := Number(text, false)
		_, _, comma := Number(text, true)
		if text != "" && !point && !comma {
			return false
		}
	}
	return true
}

// name names the columns.
func (s *Survey) name(width int) {
	known := map[string]bool{}
	for i := range width {
		c := Column{At: i, seen: map[uint64]struct{}{}}
		if s.Header {
			c.Name = at(s.header, i)
		}
		if c.Name == "" {
			c.Name, c.Unnamed = fmt.Sprintf("column %d", i+1), true
		}
		plain := c.Name
		for n := 2; known[c.Name]; n++ {
			c.Name, c.Doubled = fmt.Sprintf("%s (%d)", plain, n), true
		}
		known[c.Name] = true
		s.Columns = append(s.Columns, c)
	}
}

// each calls fn with each row of data that has something in it.
func (s *Survey) each(ctx context.Context, t tabular.Table, fn func(cells []string, number int) error) error {
	rows, err := t.Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for n := 0; ; n++ {
		if n%1024 == 0 {
			if err := context.Cause(ctx); err != nil {
				return err
			}
		}
		cells, number, err := rows.Next()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case n < s.start || filled(cells) == 0:
			continue
		}
		if err := fn(cells, number); err != nil {
			return err
		}
	}
}

// conclude decides what counts in the whole table, and drops columns without
// name and values.
func (s *Survey) conclude() {
	points, commas := 0, 0
	for i := range s.Columns {
		points += s.Columns[i].points[1]
		commas += s.Columns[i].commas[1]
	}
	s.comma = commas > points || commas == points && s.Separator == "semicolon"
	if s.reading.Decimal != "" {
		s.comma = s.reading.Decimal == DecimalComma
	}
	kept := s.Columns[:0]
	var at []int
	for i, c := range s.Columns {
		if c.Unnamed && c.Filled == 0 {
			continue
		}
		switch c.Numbers, c.whole = c.points[0], c.wholes[0]; {
		case s.comma && s.Typed:
			c.Numbers += c.commas[1]
		case s.comma:
			c.Numbers, c.whole = c.commas[0], c.wholes[1]
		}
		c.Distinct, c.seen = len(c.seen), nil
		c.Key = keyOf(c.Name)
		kept, at = append(kept, c), append(at, i)
	}
	s.Columns = kept
	for i, row := range s.first {
		some := make([]string, len(at))
		for j, k := range at {
			some[j] = row[k]
		}
		s.first[i] = some
	}
	s.propose()
}
