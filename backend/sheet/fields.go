package sheet

import (
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"dev.varve/backend/fault"
)

// Field is a column of a Parquet file that somebody else may have written.
type Field struct {
	Name string
	Kind FieldKind
}

// FieldKind is what stands in it.
type FieldKind string

// The kinds.
const (
	TextField   FieldKind = "text"
	WholeField  FieldKind = "whole number"
	NumberField FieldKind = "number"
	TruthField  FieldKind = "true or false"
	DayField    FieldKind = "day"
	MomentField FieldKind = "time"
	OtherField  FieldKind = "something else" // bytes, lists, groups
)

// maxFooter is how large the description of a Parquet file at its end may be.
const maxFooter = 64 << 20

// Fields reads the columns of a Parquet file from its end, and nothing else of it.
// Corrupt if it is none.
func Fields(in io.ReaderAt, size int64) (fields []Field, err error) {
	// The library panics on some files that are damaged.
	defer func() {
		if p := recover(); p != nil {
			fields, err = nil, fault.New(fault.Corrupt, "this is no Parquet file: %v", p)
		}
	}()
	if err := footer(in, size); err != nil {
		return nil, err
	}
	file, err := parquet.OpenFile(in, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true), parquet.ReadBufferSize(64<<10))
	if err != nil {
		return nil, fault.New(fault.Corrupt, "this is no Parquet file: %v", err)
	}
	for _, f := range file.Schema().Fields() {
		fields = append(fields, Field{Name: f.Name(), Kind: fieldKind(f)})
	}
	return fields, nil
}

// footer refuses a file whose end says that more is to be read than there can be.
func footer(in io.ReaderAt, size int64) error {
	var end [8]byte
	if size < 12 {
		return fault.New(fault.Corrupt, "this is no Parquet file: it has %d bytes", size)
	}
	if _, err := in.ReadAt(end[:], size-8); err != nil && err != io.EOF {
		return fault.Wrap(err, fault.Corrupt, "read", "Parquet file")
	}
	length := int64(end[0]) | int64(end[1])<<8 | int64(end[2])<<16 | int64(end[3])<<24
	if string(end[4:]) != "PAR1" || length > min(size-12, maxFooter) {
		return fault.New(fault.Corrupt, "this is no Parquet file: it does not end like one")
	}
	return nil
}

func fieldKind(f parquet.Field) FieldKind {
	if !f.Leaf() || f.Repeated() {
		return OtherField
	}
	if kind, ok := logicalKind(f.Type().LogicalType()); ok {
		return kind
	}
	switch f.Type().Kind() {
	case parquet.Boolean:
		return TruthField
	case parquet.Int32, parquet.Int64:
		return WholeField
	case parquet.Float, parquet.Double:
		return NumberField
	}
	return OtherField
}

func logicalKind(l *format.LogicalType) (FieldKind, bool) {
	if l == nil || l.Value == nil {
		return "", false
	}
	switch l.Value.(type) {
	case *format.StringType, *format.EnumType, *format.UUIDType:
		return TextField, true
	case *format.DateType:
		return DayField, true
	case *format.TimestampType:
		return MomentField, true
	case *format.IntType:
		return WholeField, true
	case *format.DecimalType, *format.Float16Type:
		return NumberField, true
	}
	return OtherField, true
}
