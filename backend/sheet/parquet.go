package sheet

import (
	"io"

	"github.com/parquet-go/parquet-go"

	"dev.varve/backend/fault"
)

// rowsOfGroup is how many rows are in memory before they are written.
const rowsOfGroup = 10_000

// parquetWriter writes Parquet with compressed columns, all of which may be
// null. The columns stand in the order given, which the library's own nodes do
// not keep.
type parquetWriter struct {
	w       *parquet.GenericWriter[any]
	columns []Column
	row     parquet.Row
	rows    int
}

// ordered is a group of columns in an order.
type ordered struct {
	parquet.Group
	columns []Column
}

// Fields are the columns as they were given.
func (o ordered) Fields() []parquet.Field {
	byName := map[string]parquet.Field{}
	for _, f := range o.Group.Fields() {
		byName[f.Name()] = f
	}
	fields := make([]parquet.Field, len(o.columns))
	for i, c := range o.columns {
		fields[i] = byName[valid(c.Name)]
	}
	return fields
}

func newParquet(w io.Writer, columns []Column) (Writer, error) {
	group := parquet.Group{}
	for _, c := range columns {
		node := parquet.String()
		switch c.Type {
		case Number:
			node = parquet.Leaf(parquet.DoubleType)
		case Time:
			node = parquet.Timestamp(parquet.Millisecond)
		case Whole:
			node = parquet.Int(64)
		}
		if _, twice := group[valid(c.Name)]; twice {
			return nil, fault.New(fault.Invalid, "two columns have the name %s", c.Name)
		}
		group[valid(c.Name)] = parquet.Optional(parquet.Compressed(node, &parquet.Zstd))
	}
	schema := parquet.NewSchema("runs", ordered{group, columns})
	return &parquetWriter{w: parquet.NewGenericWriter[any](w, schema, parquet.CreatedBy("Varve", "1", "")), columns: columns, row: make(parquet.Row, len(columns))}, nil
}

func (p *parquetWriter) Row(cells []Cell) error {
	for i, cell := range cells {
		value, level := parquet.Value{}, 0
		if cell.Present {
			level = 1
			switch p.columns[i].Type {
			case Number:
				value = parquet.DoubleValue(cell.Number)
			case Time:
				value = parquet.Int64Value(int64(cell.Number))
			case Whole:
				value = parquet.Int64Value(cell.Whole)
			default:
				value = parquet.ByteArrayValue([]byte(valid(cell.Text)))
			}
		}
		p.row[i] = value.Level(0, level, i)
	}
	if _, err := p.w.WriteRows([]parquet.Row{p.row}); err != nil {
		return failed(err)
	}
	if p.rows++; p.rows%rowsOfGroup == 0 {
		return failed(p.w.Flush())
	}
	return nil
}

func (p *parquetWriter) Close() error { return failed(p.w.Close()) }
