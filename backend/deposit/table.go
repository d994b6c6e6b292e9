package deposit

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"dev.varve/backend/sheet"
	"dev.varve/backend/tabular"
)

// Limits of tables whose columns are described.
const (
	maxColumns = 2000
	maxRow     = 1 << 20 // bytes
	sniffed    = 64 << 10
)

// table is what is known of the columns of a table.
type table struct {
	comma   rune // between cells; 0: it is no text
	columns []column
}

type column struct {
	name string
	kind kind
}

// tableOf finds out the columns of a file, if it is a table that other programs read
// without being told more: with one row of names, which differ, and rows as long as
// it, in UTF-8. all is the same content as in, and whoever calls reads on where this
// has stopped.
func tableOf(name string, in io.ReaderAt, all io.Reader) *table {
	switch mediaType(name) {
	case csvType:
		return textTable(all, 0)
	case tsvType:
		return textTable(all, '\t')
	case parquetType:
		sized, ok := in.(interface{ Size() int64 })
		if !ok {
			return nil
		}
		return parquetTable(in, sized.Size())
	}
	return nil
}

// textTable reads a table of text to its end.
func textTable(all io.Reader, comma rune) *table {
	limited := &rationed{r: bufio.NewReaderSize(all, sniffed), left: maxRow}
	head, _ := limited.r.Peek(sniffed) // less than that is all there is
	if comma == 0 {
		comma = separator(head)
	}
	if bytes.HasPrefix(head, []byte("\ufeff")) {
		_, _ = limited.r.Discard(len("\ufeff")) // it was there
	}
	rows := csv.NewReader(limited)
	rows.Comma, rows.ReuseRecord = comma, true
	names, err := rows.Read()
	if err != nil || !areNames(names) {
		return nil
	}
	t := &table{comma: comma, columns: make([]column, len(names))}
	for i, name := range names {
		t.columns[i].name = strings.Clone(name)
	}
	seen := make([]kinds, len(names))
	for {
		limited.left = maxRow
		cells, err := rows.Read()
		if err == io.EOF {
			break
		}
		if err != nil || !take(cells, seen) {
			return nil
		}
	}
	for i := range t.columns {
		t.columns[i].kind = seen[i].kind()
	}
	return t
}

// take takes a row; false for one that is no text in UTF-8.
func take(cells []string, seen []kinds) bool {
	for i, cell := range cells {
		if !utf8.ValidString(cell) {
			return false
		}
		if cell == "" {
			continue // missing
		}
		seen[i].see(cell)
	}
	return true
}

// areNames reports whether a row has the names of columns.
func areNames(cells []string) bool {
	known, numbers := map[string]bool{}, 0
	for _, name := range cells {
		if strings.TrimSpace(name) != name || name == "" || known[name] || !utf8.ValidString(name) || strings.ContainsAny(name, "\r\n\x00") {
			return false
		}
		known[name] = true
		if of := kindOf(name); of == whole || of == number {
			numbers++
		}
	}
	return len(cells) <= maxColumns && numbers < len(cells)
}

// separator is what stands between the cells of a table of text: what the first line
// has most of.
func separator(head []byte) rune {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	best, most := ',', 0
	for _, sep := range ",;\t|" {
		if n := bytes.Count(line, []byte(string(sep))); n > most {
			best, most = sep, n
		}
	}
	return best
}

// rationed gives at most so much until it is given more: what is no table may be one
// row of many gigabytes.
type rationed struct {
	r    *bufio.Reader
	left int
}

func (l *rationed) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, csv.ErrFieldCount
	}
	n, err := l.r.Read(p)
	l.left -= n
	return n, err
}

// parquetTable reads the columns from the end of the file.
func parquetTable(in io.ReaderAt, size int64) *table {
	file, err := sheet.OpenParquet("", in, size)
	if err != nil {
		return nil // it has the name of such a file only
	}
	t := &table{}
	for _, c := range file.Columns() {
		// Readers find no lists, and no columns within columns, by a name alone.
		if of, ok := kindOfColumn[c.Kind]; ok && !strings.HasPrefix(c.Declared, "list of ") && !strings.Contains(c.Name, ".") {
			if c.Declared == "DATE" {
				of = day
			}
			t.columns = append(t.columns, column{name: c.Name, kind: of})
		}
	}
	return t
}

var kindOfColumn = map[tabular.Kind]kind{
	tabular.Text: text, tabular.Whole: whole, tabular.Number: number, tabular.Bool: truth, tabular.Time: moment,
}

// stem is the name of a file without its folder and its end.
func stem(name string) string { return strings.TrimSuffix(path.Base(name), path.Ext(name)) }
