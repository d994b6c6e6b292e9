package tabular

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
)

// Separated is a table of text: CSV, TSV and what programs call so.
type Separated struct {
	open  func() (io.ReadCloser, error)
	form  form
	facts Facts
}

// form is how a table of text is written.
type form struct {
	utf16 bool
	comma byte
	skip  int // lines before the table, that say how it is written
}

// headBytes is how much of a file is looked at to find out how it is written.
const headBytes = 64 << 10

// separators are what may stand between cells, and what they are called.
var separators = []struct {
	comma byte
	name  string
}{{',', "comma"}, {';', "semicolon"}, {'\t', "tab"}, {'|', "bar"}}

// NewSeparated finds out how a table is written. open opens it at its begin.
func NewSeparated(open func() (io.ReadCloser, error)) (*Separated, error) {
	s := &Separated{open: open, facts: Facts{Kind: "Text", Encoding: "UTF-8"}}
	head, err := s.head()
	if err != nil {
		return nil, err
	}
	if s.form.utf16 = isUTF16(head); s.form.utf16 {
		s.facts.Encoding = "UTF-16"
	}
	if head, err = io.ReadAll(io.LimitReader(s.form.decode(bytes.NewReader(head)), headBytes)); err != nil {
		return nil, fault.Wrap(err, fault.Corrupt, "read", "table")
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return nil, fault.New(fault.Unsupported, "this is no table of text: it has bytes that no text has").
			WithHint("Save it as CSV or as an Excel workbook (.xlsx).")
	}
	if !s.form.utf16 && !utf8.Valid(head[:whole(head)]) {
		s.facts.Encoding = "Windows-1252"
	}
	s.form.separator(head)
	for _, sep := range separators {
		if sep.comma == s.form.comma {
			s.facts.Separator = sep.name
		}
	}
	return s, nil
}

func (s *Separated) head() ([]byte, error) {
	r, err := s.open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	head, err := io.ReadAll(io.LimitReader(r, headBytes))
	return head, fault.Wrap(err, fault.Unavailable, "read", "table")
}

// whole is the length of text without a character that is cut at its end.
func whole(text []byte) int {
	for n := len(text); n > len(text)-utf8.UTFMax && n > 0; n-- {
		if utf8.RuneStart(text[n-1]) {
			if utf8.FullRune(text[n-1:]) {
				return len(text)
			}
			return n - 1
		}
	}
	return len(text)
}

// isUTF16 tells by the mark, or by the zeros that Western text has in it.
func isUTF16(head []byte) bool {
	if bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff}) {
		return true
	}
	zeros := [2]int{}
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	half := len(head) / 2
	return half > 1 && (zeros[0] > half*3/4 && zeros[1] == 0 || zeros[1] > half*3/4 && zeros[0] == 0)
}

// decode gives text of which every byte below 0x80 is what it is in ASCII.
func (f form) decode(r io.Reader) io.Reader {
	if !f.utf16 {
		return transform.NewReader(r, unicode.BOMOverride(transform.Nop))
	}
	b := bufio.NewReader(r)
	order := unicode.LittleEndian
	if first, err := b.Peek(2); err == nil && first[0] == 0 {
		order = unicode.BigEndian
	}
	return transform.NewReader(b, unicode.UTF16(order, unicode.UseBOM).NewDecoder())
}

// separator finds out what stands between cells: what splits the most lines into
// the same number of cells.
func (f *form) separator(head []byte) {
	if line, _, _ := bytes.Cut(head, []byte("\n")); len(line) >= 5 && strings.EqualFold(string(line[:4]), "sep=") && len(bytes.TrimRight(line[4:], "\r")) == 1 {
		f.comma, f.skip = line[4], 1
		return
	}
	f.comma = ','
	best := 0
	for _, sep := range separators {
		if n := even(head, sep.comma); n > best {
			best, f.comma = n, sep.comma
		}
	}
}

// even counts the cells of those rows that have as many as most of them have.
func even(head []byte, comma byte) int {
	rows := newCells(bytes.NewReader(head), comma)
	counts := map[int]int{}
	for n := 0; n < 200; n++ {
		cells, _, err := rows.Next()
		if err != nil {
			break
		}
		if len(cells) > 1 {
			counts[len(cells)]++
		}
	}
	best := 0
	for cells, n := range counts {
		best = max(best, n*1000+min(cells, 999))
	}
	return best
}

// Facts say how it is written.
func (s *Separated) Facts() Facts { return s.facts }

// Rows begins at the first one.
func (s *Separated) Rows() (Rows, error) {
	r, err := s.open()
	if err != nil {
		return nil, err
	}
	cells := newCells(s.form.decode(r), s.form.comma)
	for range s.form.skip {
		if _, _, err := cells.Next(); err != nil && err != io.EOF {
			r.Close()
			return nil, err
		}
	}
	return &file{cells, r}, nil
}

// file is rows with the file that they are read from.
type file struct {
	*cells
	io.Closer
}

// cells reads rows of text. It takes what spreadsheet programs write, and what
// people write: quotes within a cell, lines that end in any way, rows that are
// longer or shorter than others.
type cells struct {
	r      *bufio.Reader
	comma  byte
	number int
	row    []string
	cell   []byte
	size   int
}

func newCells(r io.Reader, comma byte) *cells {
	return &cells{r: bufio.NewReaderSize(r, 64<<10), comma: comma}
}

// Next reads a row.
func (c *cells) Next() ([]string, int, error) {
	c.number++
	c.row, c.size = c.row[:0], 0
	for {
		more, err := c.next()
		switch {
		case err == io.EOF && len(c.row) == 0 && len(c.cell) == 0:
			return nil, c.number, io.EOF
		case err != nil && err != io.EOF:
			return nil, c.number, err
		}
		if c.row = append(c.row, imports.Text(c.cell)); len(c.row) > MaxColumns {
			return nil, c.number, TooWide(c.number, len(c.row))
		}
		if !more {
			return c.row, c.number, nil
		}
	}
}

// next reads a cell. more says that the row goes on after it.
func (c *cells) next() (more bool, err error) {
	c.cell = c.cell[:0]
	quoted := false
	if err := c.plain(); err != nil {
		return false, err
	}
	for first := len(c.cell) == 0; ; first = false {
		b, err := c.r.ReadByte()
		switch {
		case err == io.EOF && quoted:
			return false, fault.New(fault.Corrupt, "in row %d a quotation mark opens a cell that nobody closes", c.number).
				WithHint("Look for a \" there that has no second one, or save the table again with the program that it comes from.")
		case err != nil:
			return false, c.failed(err)
		case quoted && b == '"':
			if next, err := c.r.Peek(1); err == nil && next[0] == '"' {
				_, _ = c.r.Discard(1) // it was there
				break
			}
			quoted = false
			continue
		case quoted:
		case b == '"' && first:
			quoted = true
			continue
		case b == c.comma:
			return true, nil
		case b == '\r':
			if next, err := c.r.Peek(1); err == nil && next[0] == '\n' {
				continue
			}
			return false, nil
		case b == '\n':
			return false, nil
		}
		if c.cell = append(c.cell, b); len(c.cell) > MaxCell {
			return false, fault.New(fault.Unsupported, "a cell in row %d has more than %d bytes", c.number, MaxCell).
				WithHint("A quotation mark that is not closed makes such cells; or it is no table.")
		}
	}
}

// plain takes over the begin of a cell up to where something happens, as far as it
// has been read from the file. Most cells are no more than that.
func (c *cells) plain() error {
	ready, _ := c.r.Peek(max(c.r.Buffered(), 1)) // the end is found again
	n := 0
	for n < len(ready) && ready[n] != c.comma && ready[n] != '\n' && ready[n] != '\r' {
		n++
	}
	if n == 0 || ready[0] == '"' {
		return nil
	}
	c.cell = append(c.cell, ready[:n]...)
	_, err := c.r.Discard(n)
	return err
}

func (c *cells) failed(err error) error {
	if err == io.EOF {
		return err
	}
	return fault.Wrap(err, fault.Corrupt, "read", "table")
}
