// Package results makes runs of the tables that people keep their results in:
// one of each row. It finds out how a text file is written, what the columns
// mean, and which run a row is, so that a table can be read again after it grew.
//
// A Table gives rows of text. Inspect reads it once and proposes a Kind for each
// column; a Source, which is an imports.Source, reads it again as runs. Nothing
// here holds a table in memory.
package results

import (
	"dev.varve/backend/fault"
)

// Limits of what is read as a table.
const (
	MaxColumns = 2000
	MaxRows    = 1_000_000
	// MaxCell is how many bytes a cell may have. What a run keeps of it is less.
	MaxCell = 1 << 20
	// maxRow is how many bytes of a row become one run.
	maxRow = 4 << 20
)

// Table is a table in a file. Its rows can be read again and again.
type Table interface {
	Facts() Facts
	// Rows begins at the first one.
	Rows() (Rows, error)
}

// Rows are the rows of a table, one after the other.
type Rows interface {
	// Next returns the cells of a row, until the following call, and its number
	// in the file, from 1. Rows that have no cells may be left out. After the last
	// one the error is io.EOF.
	Next() (cells []string, number int, err error)
	Close() error
}

// Facts say how a table is written.
type Facts struct {
	Kind      string   // in words: "CSV", "Excel"
	Encoding  string   // in words; empty where there is no choice
	Separator string   // in words; empty where there is none
	Sheet     string   // the one that is read; empty where there are none
	Sheets    []string // all
	Typed     bool     // numbers are kept as numbers, whatever is shown
}

// TooWide says that a row has more columns than a table of results.
func TooWide(row, n int) error {
	return fault.New(fault.Unsupported, "row %d has %d columns; a table of results has at most %d", row, n, MaxColumns).
		WithHint("If rows and columns are exchanged, exchange them back. Or it is no table of results: keep it as data.")
}
