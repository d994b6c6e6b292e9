package door

import (
	"context"
	"errors"
	"io"
	"path"
	"strings"
	"sync"

	"dev.varve/backend/artifact"
	"dev.varve/backend/fault"
	"dev.varve/backend/say"
	"dev.varve/backend/sheet"
	"dev.varve/backend/tabular"
)

// Kinds of values that a file may have, by its name.
const (
	valuesTable  = "table"
	valuesArrays = "arrays"
	valuesImage  = "picture"
)

var valuesByEnd = map[string]string{
	".csv": valuesTable, ".tsv": valuesTable, ".tab": valuesTable, ".parquet": valuesTable, ".pq": valuesTable, ".xlsx": valuesTable, ".xlsm": valuesTable,
	".npy": valuesArrays, ".npz": valuesArrays,
	".png": valuesImage, ".jpg": valuesImage, ".jpeg": valuesImage, ".gif": valuesImage, ".webp": valuesImage, ".svg": valuesImage, ".bmp": valuesImage, ".ico": valuesImage,
}

// valuesOf is the kind of values that a file has; empty if nobody knows.
func valuesOf(file string) string { return valuesByEnd[strings.ToLower(path.Ext(file))] }

// maxWorkbook is how large a workbook may be, which is read into memory as a whole.
const maxWorkbook = 64 << 20

// mostReaders may look into files at the same time: each takes memory for itself.
const mostReaders = 2

// enter waits until so few look into files that one more may.
func (d *Door) enter(ctx context.Context) (leave func(), err error) {
	select {
	case d.readers <- struct{}{}:
		return func() { <-d.readers }, nil
	case <-ctx.Done():
		return nil, fault.New(fault.Cancelled, "stopped before it was done")
	}
}

// source is a table in a file that is open.
type source struct {
	tabular.Source
	file *contents
	end  func() error
}

// close lets go of what the table needs beside its file.
func (s *source) close() {
	if s.end != nil {
		_ = s.end() // it was only read
	}
}

// table opens a table.
func (d *Door) table(file artifact.Content, sheetName string) (*source, error) {
	s := &source{file: contentsOf(file)}
	err := d.openTable(s, path.Base(file.Path), sheetName)
	return s, s.file.blame(err)
}

func (d *Door) openTable(s *source, name, sheetName string) (err error) {
	var t tabular.Table
	switch strings.ToLower(path.Ext(name)) {
	case ".parquet", ".pq":
		s.Source, err = sheet.OpenParquet(name, s.file, s.file.size)
		return err
	case ".xlsx", ".xlsm":
		if s.file.size > maxWorkbook {
			return fault.New(fault.Unsupported, "%s has %s; workbooks of up to %s are read here", name, say.Bytes(s.file.size), say.Bytes(maxWorkbook)).
				WithHint("Save it as CSV or Parquet, which may be of any size.")
		}
		t, s.end, err = d.Workbook(name, sheetName, s.file.all())
	default:
		t, err = tabular.NewSeparated(func() (io.ReadCloser, error) { return io.NopCloser(s.file.all()), nil })
	}
	if err != nil {
		return err
	}
	if s.Source, err = tabular.Typed(t); err != nil {
		s.close()
	}
	return err
}

// contents is a file that can be read at any place, by one at a time. It remembers
// what went wrong: whoever reads what is in it takes that for damage of the file.
type contents struct {
	r    io.ReaderAt
	size int64

	mu  sync.Mutex
	err error
}

func contentsOf(file artifact.Content) *contents {
	r, ok := file.ReadSeekCloser.(io.ReaderAt)
	if !ok {
		r = seeking{file}
	}
	return &contents{r: r, size: file.Size}
}

func (f *contents) all() io.Reader { return io.NewSectionReader(f, 0, f.size) }

// ReadAt reads at a place.
func (f *contents) ReadAt(p []byte, off int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.r.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = err
	}
	return n, err
}

// blame says whose fault it is that a file cannot be read: what is wrong in it is
// nothing that went wrong in Varve.
func (f *contents) blame(err error) error {
	var given *fault.Error
	switch {
	case err == nil:
		return nil
	case f.err != nil:
		return f.err
	case errors.As(err, &given) && given.Kind == fault.Corrupt:
		own := *given
		own.Kind = fault.Invalid
		return &own
	}
	return err
}

// seeking reads at a place by going there.
type seeking struct{ io.ReadSeeker }

func (s seeking) ReadAt(p []byte, off int64) (int, error) {
	if _, err := s.Seek(off, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(s, p)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	return n, err
}
