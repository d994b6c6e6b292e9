// Package sheet writes tables for other programs: as CSV, TSV, JSON or Parquet,
// row by row, so that a table may be larger than memory.
//
// What the formats make of a cell:
//
//	            CSV, TSV                     JSON                  Parquet
//	absent      nothing                      the key is absent     null
//	number      all its digits, NaN,         number, "NaN",        DOUBLE
//	            Infinity, -Infinity          "Infinity", "-Inf…"
//	whole       all its digits               number                INT64
//	time        2026-11-21T10:08:32.123Z     the same as text      TIMESTAMP(ms, UTC)
//	text        as it is, see Guarded        as it is              UTF8
//
// An empty text looks like nothing in CSV. Bytes that are no UTF-8 become the
// replacement character.
package sheet

import (
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"dev.varve/backend/fault"
)

// Type is what a column holds.
type Type uint8

// The types of columns.
const (
	Text Type = iota
	Number
	Time  // Cell.Number is in ms since 1970
	Whole // Cell.Whole
)

// Column is a column of a sheet. No two have the same name.
type Column struct {
	Name string
	Type Type
}

// Cell is what stands in a place. The zero Cell is absent.
type Cell struct {
	Present bool
	Text    string
	Number  float64
	Whole   int64
}

// OfText makes a cell of a text.
func OfText(s string) Cell { return Cell{Present: true, Text: s} }

// OfNumber makes a cell of a number, or of a time in ms since 1970.
func OfNumber(f float64) Cell { return Cell{Present: true, Number: f} }

// OfWhole makes a cell of a whole number.
func OfWhole(n int64) Cell { return Cell{Present: true, Whole: n} }

// Writer writes rows. Nothing is whole until Close has returned.
type Writer interface {
	// Row writes as many cells as there are columns.
	Row(cells []Cell) error
	Close() error
}

// Format is a form of a sheet.
type Format struct {
	Name, MediaType string
	open            func(io.Writer, []Column) (Writer, error)
}

// Formats are all forms, by the ends of the names of their files.
var Formats = []Format{
	{"csv", "text/csv; charset=utf-8", func(w io.Writer, c []Column) (Writer, error) { return newSeparated(w, c, ',') }},
	{"tsv", "text/tab-separated-values; charset=utf-8", func(w io.Writer, c []Column) (Writer, error) { return newSeparated(w, c, '\t') }},
	{"json", "application/json", newObjects},
	{"parquet", "application/vnd.apache.parquet", newParquet},
}

// FormatNamed finds a form.
func FormatNamed(name string) (Format, error) {
	i := slices.IndexFunc(Formats, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, fault.New(fault.Invalid, "a table is written as csv, tsv, json or parquet, not as %q", name)
	}
	return Formats[i], nil
}

// Open begins a sheet.
func (f Format) Open(w io.Writer, columns []Column) (Writer, error) { return f.open(w, columns) }

// Words writes a number with all digits that it needs to be read back as it was.
func Words(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// Moment writes a time in ms since 1970 as every program reads it.
func Moment(ms float64) string {
	return time.UnixMilli(int64(ms)).UTC().Format("2006-01-02T15:04:05.000Z")
}

// Guarded puts an apostrophe before a text that a spreadsheet would take for a
// formula: one that begins with = + - @, a tab or a line end, and is no number.
// A run's param may come from anybody, and a formula can read other cells and
// send them away.
func Guarded(text string) string {
	if text == "" || !strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return text
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return text
	}
	return "'" + text
}

func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }
