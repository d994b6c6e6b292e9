package sheet

import (
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"dev.varve/backend/fault"
	"dev.varve/backend/tabular"
)

// Parquet is a table in a Parquet file, which is a tabular.Source.
type Parquet struct {
	name    string
	r       io.ReaderAt
	size    int64
	file    *parquet.File
	leaves  []leaf
	columns []tabular.Column
}

// OpenParquet reads what is said about a table at the end of its file. The name is
// for messages. Nothing in the file is believed: what would need more memory than a
// preview has is fault.Unsupported, what is damaged fault.Corrupt.
func OpenParquet(name string, r io.ReaderAt, size int64) (p *Parquet, err error) {
	p = &Parquet{name: name, r: r, size: size}
	defer p.guard(&err)
	if err := checkFooter(r, size); err != nil {
		return nil, p.unreadable(err)
	}
	p.file, err = parquet.OpenFile(r, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, p.unreadable(err)
	}
	paths := p.file.Schema().Columns()
	if len(paths) > tabular.MaxColumns {
		return nil, p.unreadable(fault.New(fault.Unsupported, "it has %d columns; tables of at most %d are read", len(paths), tabular.MaxColumns))
	}
	names, meanings := make([]string, len(paths)), p.meanings()
	for i, path := range paths {
		found, ok := p.file.Schema().Lookup(path...)
		if !ok || i >= len(meanings) {
			return nil, p.unreadable(errThrift)
		}
		l := leafOf(found, path, meanings[i])
		names[i] = l.name
		p.leaves = append(p.leaves, l)
	}
	p.columns = tabular.Name(names, len(names))
	for i := range p.columns {
		p.columns[i].Declared, p.columns[i].Kind = p.leaves[i].declared, p.leaves[i].kind
	}
	return p, nil
}

// meanings are what the file says of its columns beside their types.
func (p *Parquet) meanings() (list []format.LogicalTypeValue) {
	for _, e := range p.file.Metadata().Schema {
		if e.Type.Valid {
			list = append(list, e.LogicalType.Value)
		}
	}
	return list
}

// unreadable keeps the kind of errors that have one.
func (p *Parquet) unreadable(err error) error {
	kind := fault.KindOf(err)
	if kind == fault.Internal {
		kind = fault.Corrupt
	}
	if kind != fault.Corrupt && kind != fault.Unsupported { // the file was not read at all
		return err
	}
	return fault.New(kind, "%s cannot be read as a Parquet file: %v", p.name, err).
		WithHint("Open it with the program that it comes from, and save it again if that can read it.")
}

// guard makes an error of a panic: the library trusts what files say.
func (p *Parquet) guard(err *error) {
	if cause := recover(); cause != nil {
		*err = p.unreadable(fmt.Errorf("%v", cause))
	}
}

// Facts say that it is Parquet.
func (p *Parquet) Facts() tabular.Facts { return tabular.Facts{Kind: "Parquet", Typed: true} }

// Columns are the columns, those within others with their path.
func (p *Parquet) Columns() []tabular.Column { return p.columns }

// Values begins at the first row.
func (p *Parquet) Values() (tabular.Values, error) {
	check, err := newChecker(p.r, p.size)
	if err != nil {
		return nil, p.unreadable(err)
	}
	return &parquetRows{Parquet: p, check: check, buffer: make([]parquet.Row, 64)}, nil
}

// parquetRows are the rows of all parts.
type parquetRows struct {
	*Parquet
	check  *checker
	part   int // the next one
	rows   parquet.Rows
	buffer []parquet.Row
	ready  []parquet.Row
}

// Close lets go of what was opened.
func (r *parquetRows) Close() error {
	r.check.close()
	return r.end()
}

func (r *parquetRows) end() (err error) {
	defer r.guard(&err)
	if r.rows != nil {
		err = r.rows.Close()
		r.rows = nil
	}
	return err
}

// Next reads the next row.
func (r *parquetRows) Next(row []tabular.Value) (err error) {
	defer r.guard(&err)
	for len(r.ready) == 0 {
		if r.rows == nil {
			if err := r.begin(); err != nil {
				return err
			}
		}
		n, err := r.rows.ReadRows(r.buffer)
		r.ready = r.buffer[:n]
		switch {
		case err != nil && !errors.Is(err, io.EOF):
			return r.unreadable(err)
		case err != nil || n == 0:
			if err := r.end(); err != nil {
				return r.unreadable(err)
			}
		}
	}
	r.fill(row, r.ready[0])
	r.ready = r.ready[1:]
	return nil
}

// begin opens the next part, after a look at it.
func (r *parquetRows) begin() error {
	groups := r.file.RowGroups()
	if r.part == len(groups) {
		return io.EOF
	}
	if r.part == 0 {
		r.check.levels = r.levels()
	}
	if err := r.check.part(&r.file.Metadata().RowGroups[r.part]); err != nil {
		return r.unreadable(err)
	}
	r.rows = groups[r.part].Rows()
	r.part++
	return nil
}

func (p *Parquet) levels() []levels {
	of := make([]levels, len(p.leaves))
	for i, l := range p.leaves {
		of[i] = l.levels
	}
	return of
}

// fill makes values of a row of the library. What a list has is written as a text.
func (p *Parquet) fill(row []tabular.Value, from parquet.Row) {
	clear(row)
	for _, v := range from {
		i := v.Column()
		if i < 0 || i >= len(row) {
			continue
		}
		l := &p.leaves[i]
		if !l.repeated {
			if !v.IsNull() {
				row[i] = l.value(v)
			}
			continue
		}
		row[i] = l.append(row[i], v)
	}
	for i := range row {
		if row[i].Kind == tabular.Text && p.leaves[i].repeated {
			row[i].Text += "]"
		}
	}
}
