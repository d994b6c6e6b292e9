// Package tabular reads tables in files: text, Parquet and workbooks alike. It says
// what is in their columns (Describe), and how two tables differ (Compare).
//
// A Table gives rows of text, as text files and workbooks have them; a Source gives
// rows of values, and Typed makes one of a Table. Nothing here holds a table in
// memory: rows are read once or a few times, up to Limits, and what is kept of them
// is bounded by these.
package tabular

import "dev.varve/backend/fault"

// Bounds of any table.
const (
	MaxColumns = 2000
	// MaxCell is how many bytes a cell may have.
	MaxCell = 1 << 20
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
	Kind      string   // in words: "Text", "Excel", "Parquet"
	Encoding  string   // in words; empty where there is no choice
	Separator string   // in words; empty where there is none
	Sheet     string   // the one that is read; empty where there are none
	Sheets    []string // all
	Typed     bool     // numbers are kept as numbers, whatever is shown
}

// TooWide says that a row has more columns than are read.
func TooWide(row, n int) error {
	return fault.New(fault.Unsupported, "row %d has %d columns; tables of at most %d are read", row, n, MaxColumns).
		WithHint("If rows and columns are exchanged, exchange them back.")
}
