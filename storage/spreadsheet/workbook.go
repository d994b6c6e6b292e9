package spreadsheet

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"dev.varve/backend/fault"
	"dev.varve/backend/tabular"
	"dev.varve/storage/disk"
)

// Limits of workbooks: they are packed, and a small file can hold a lot.
const (
	maxUnpacked = 4 << 30
	// inMemory is how large a sheet may be to be unpacked in memory.
	inMemory = 16 << 20
)

// workbook is a sheet of a workbook.
//
// The sheet is read as a stream: everything that asks for a single cell would
// bring it into memory as a whole. A stream gives values without saying which
// are dates, so that the first rows are read in both ways, as they are kept and as
// they are shown, and a column is one of dates if its first values are shown so.
type workbook struct {
	path  string
	file  *excelize.File
	facts tabular.Facts
	since bool         // days are counted from 1904
	dates map[int]bool // by column
}

// OpenWorkbook opens a workbook (.xlsx) and reads all that r gives into memory. name
// is for messages. end takes away what was laid into the folder for parts.
func OpenWorkbook(name string, r io.Reader, o Options) (_ tabular.Table, end func() error, err error) {
	w := &workbook{path: name, facts: tabular.Facts{Kind: "Excel", Typed: true}, dates: map[int]bool{}}
	if o.Scratch != "" {
		if err := os.MkdirAll(o.Scratch, 0o700); err != nil {
			return nil, nil, disk.Classify(err, "make", o.Scratch)
		}
	}
	if err := w.unpack(r, o); err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			_ = w.file.Close() // it was only read
		}
	}()
	defer w.guard(&err)
	if err := w.choose(o.Sheet); err != nil {
		return nil, nil, err
	}
	if props, err := w.file.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		w.since = *props.Date1904
	}
	if err := w.findDates(); err != nil {
		return nil, nil, err
	}
	return w, func() error { return w.file.Close() }, nil
}

func (w *workbook) unpack(r io.Reader, o Options) (err error) {
	defer w.guard(&err)
	w.file, err = excelize.OpenReader(r, excelize.Options{UnzipSizeLimit: cmp.Or(o.Unpacked, maxUnpacked), UnzipXMLSizeLimit: inMemory, TmpDir: o.Scratch, RawCellValue: true})
	if err != nil {
		return unreadable(w.path, err)
	}
	return nil
}

func unreadable(path string, err error) error {
	return fault.New(fault.Corrupt, "%s cannot be read as an Excel workbook: %v", path, err).
		WithHint("Open it with a spreadsheet program and save it again as .xlsx, or as CSV.")
}

// guard makes an error of a panic: the library trusts what workbooks say.
func (w *workbook) guard(err *error) {
	if cause := recover(); cause != nil {
		*err = unreadable(w.path, fmt.Errorf("%v", cause))
	}
}

// choose finds the sheet.
func (w *workbook) choose(sheet string) error {
	w.facts.Sheets = w.file.GetSheetList()
	if len(w.facts.Sheets) == 0 {
		return unreadable(w.path, errors.New("it has no sheets"))
	}
	switch n, err := strconv.Atoi(sheet); {
	case sheet == "":
		w.facts.Sheet = w.firstFilled()
	case slices.Contains(w.facts.Sheets, sheet):
		w.facts.Sheet = sheet
	case err == nil && n >= 1 && n <= len(w.facts.Sheets):
		w.facts.Sheet = w.facts.Sheets[n-1]
	default:
		return fault.New(fault.NotFound, "there is no sheet %q in %s", sheet, w.path).WithHint("It has %s.", strings.Join(w.facts.Sheets, ", "))
	}
	return nil
}

func (w *workbook) firstFilled() string {
	for _, sheet := range w.facts.Sheets {
		w.facts.Sheet = sheet
		rows, err := w.Rows()
		if err != nil { // a sheet with nothing but a chart
			continue
		}
		cells, _, err := rows.Next()
		_ = rows.Close() // it was only read
		if err == nil && len(cells) > 0 {
			return sheet
		}
	}
	return w.facts.Sheets[0]
}

// Facts say which sheet it is.
func (w *workbook) Facts() tabular.Facts { return w.facts }

// Rows begins at the first one.
func (w *workbook) Rows() (_ tabular.Rows, err error) {
	defer w.guard(&err)
	rows, err := w.file.Rows(w.facts.Sheet)
	if err != nil {
		return nil, unreadable(w.path, err)
	}
	return &sheetRows{book: w, rows: rows, raw: true}, nil
}

// sheetRows are the rows of a sheet that have cells.
type sheetRows struct {
	book   *workbook
	rows   *excelize.Rows
	raw    bool
	number int
}

// Close ends the reading.
func (r *sheetRows) Close() error { return r.rows.Close() }

// Next reads the next row that has cells.
func (r *sheetRows) Next() (cells []string, number int, err error) {
	defer r.book.guard(&err)
	for r.rows.Next() {
		r.number++
		cells, err := r.rows.Columns(excelize.Options{RawCellValue: r.raw})
		if err != nil {
			return nil, r.number, unreadable(r.book.path, err)
		}
		if len(cells) == 0 {
			continue
		}
		if len(cells) > tabular.MaxColumns {
			return nil, r.number, tabular.TooWide(r.number, len(cells))
		}
		if r.raw {
			for i, text := range cells {
				cells[i] = r.book.value(i, text)
			}
		}
		return cells, r.number, nil
	}
	if err := r.rows.Error(); err != nil {
		return nil, r.number, unreadable(r.book.path, err)
	}
	return nil, r.number, io.EOF
}

// value writes a value as people do: days as days, and numbers without the digits
// that come from storing them in binary.
func (w *workbook) value(column int, text string) string {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	if w.dates[column] {
		if t, ok := w.day(number); ok {
			if t.Equal(t.Truncate(24 * time.Hour)) {
				return t.Format(time.DateOnly)
			}
			return t.Format("2006-01-02 15:04:05.999")
		}
	}
	if len(text) > 16 && strings.ContainsAny(text, ".eE") {
		return strconv.FormatFloat(number, 'g', -1, 64)
	}
	return text
}

func (w *workbook) day(number float64) (time.Time, bool) {
	if number < 1 || number > 2_958_466 { // from 1900 to 9999
		return time.Time{}, false
	}
	t, err := excelize.ExcelDateToTime(number, w.since)
	return t.Round(time.Millisecond), err == nil
}

// findDates looks for columns whose numbers are shown as days.
func (w *workbook) findDates() (err error) {
	const sample = 100
	kept, err := w.Rows()
	if err != nil {
		return err
	}
	defer kept.Close()
	shown, err := w.Rows()
	if err != nil {
		return err
	}
	defer shown.Close()
	shown.(*sheetRows).raw = false
	as, other := map[int]int{}, map[int]int{}
	for range sample {
		raw, _, err := kept.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		text, _, err := shown.Next()
		if err != nil && err != io.EOF {
			return err
		}
		for i := range min(len(raw), len(text)) {
			number, err := strconv.ParseFloat(raw[i], 64)
			if err != nil {
				continue
			}
			if day, ok := w.day(number); ok && shownAsDay(text[i], day) {
				as[i]++
			} else {
				other[i]++
			}
		}
	}
	for i, n := range as {
		w.dates[i] = n > other[i]
	}
	return nil
}

// shownAsDay reports whether a number is shown as the day that it may be: with its
// year, and its day or month.
func shownAsDay(text string, day time.Time) bool {
	if !strings.Contains(text, day.Format("06")) {
		return false
	}
	if strings.ContainsAny(text, ":/-") || strings.Count(text, ".") > 1 {
		return strings.Contains(text, day.Format("2")) || strings.Contains(text, day.Format("1"))
	}
	return strings.Contains(text, day.Format("Jan")) || strings.Contains(text, day.Format("2006"))
}
