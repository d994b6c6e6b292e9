package tabular

import (
	"context"
	"errors"
	"unicode/utf8"

	"dev.varve/backend/fault"
)

// Description is what is in a table.
type Description struct {
	Facts   Facts
	Rows    int  // that were read
	More    bool // there are further ones
	Columns []Summary
	First   [][]string // the first rows
	// Broken says why the rest cannot be read; then these are the rows before.
	Broken error
}

// Summary is what the values of a column are.
type Summary struct {
	Column
	Kind     Kind // what all values are
	Rows     int
	Missing  int
	Distinct int  // different values, as they are written; at least so many, if Many is set
	Many     bool // more different ones than are counted

	// Of numbers and times. What is infinite counts for nothing but Infinite.
	Numbers, Infinite   int
	Min, Max, Mean, Std float64
	Quantiles           [5]float64 // at 5, 25, 50, 75 and 95 %
	Sampled             bool       // Quantiles and Bins are those of a sample
	Bins                []int      // of equal width, from Min to Max
	// Common are the most frequent values of what is no number.
	Common []Category

	sample     []float64      // sorted
	categories map[string]int // all, unless there are Many
}

// Category is a value of a column, and how often it comes.
type Category struct {
	Text  string
	Count int
}

// Describe reads a table once, up to limits, and the texts of so many first rows.
// It fails if not even one row can be read.
func Describe(ctx context.Context, s Source, l Limits, first int) (*Description, error) {
	d := &Description{Facts: s.Facts()}
	columns := gatherers(s.Columns())
	at := uint64(0)
	rows, more, err := each(ctx, s, l, func(row []Value) error {
		at++
		for i := range row {
			columns[i].add(row[i], mix(at))
		}
		if len(d.First) < first {
			d.First = append(d.First, texts(row))
		}
		return nil
	})
	if err != nil && (rows == 0 || errors.Is(err, fault.Cancelled)) {
		return nil, err
	}
	d.Rows, d.More, d.Broken = rows, more, err
	d.Columns = make([]Summary, len(columns))
	for i, c := range columns {
		d.Columns[i] = c.summary(rows)
	}
	return d, nil
}

// texts are the values of a row as they are shown.
func texts(row []Value) []string {
	cells := make([]string, len(row))
	for i, v := range row {
		cells[i] = short(v.Written(), longText)
	}
	return cells
}

// longText is how many bytes of a cell are shown.
const longText = 200

// short is a text, cut off after so many bytes.
func short(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}
