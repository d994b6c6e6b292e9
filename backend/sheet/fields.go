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

// Fields reads the columns of a Parquet file from its end, and nothing else of it.
// Corrupt if it is none.
func Fields(in io.ReaderAt, size int64) (fields []Field, err error) {
	// The library panics on some files that are damaged.
	defer func() {
		if p := recover(); p != nil {
			fields, err = nil, fault.New(fault.Corrupt, "this is no Parquet file: %v", p)
		}
	}()
	if err := checkFooter(in, size); err != nil {
		return nil, fault.New(fault.Corrupt, "this is no Parquet file: %v", err)
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
