// Package results makes runs of the tables that people keep their results in:
// one of each row. It finds out how a text file is written, what the columns
// mean, and which run a row is, so that a table can be read again after it grew.
//
// A tabular.Table gives rows of text. Inspect reads it once and proposes a Kind for each
// column; a Source, which is an imports.Source, reads it again as runs. Nothing
// here holds a table in memory.
package results

// MaxRows is how many rows a table of results has at most.
const MaxRows = 1_000_000

// maxRow is how many bytes of a row become one run.
const maxRow = 4 << 20
