package sheet

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/big"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"dev.varve/backend/array"
	"dev.varve/backend/tabular"
)

// leaf is a column of a Parquet file.
type leaf struct {
	name     string
	declared string
	kind     tabular.Kind
	value    func(parquet.Value) tabular.Value // of what is not null
	repeated bool
	levels   levels
}

func leafOf(c parquet.LeafColumn, path []string, means format.LogicalTypeValue) leaf {
	l := leaf{
		name: nameOf(path), repeated: c.MaxRepetitionLevel > 0, levels: levels{c.MaxRepetitionLevel, c.MaxDefinitionLevel},
	}
	t := c.Node.Type()
	l.declared = t.String()
	l.kind, l.value = plainly(t)
	if means == nil && t.LogicalType() != nil { // older files say it in another way
		means = t.LogicalType().Value
	}
	if kind, value := logically(t, means); value != nil {
		l.kind, l.value = kind, value
	}
	if l.repeated {
		l.declared, l.kind = "list of "+l.declared, tabular.Text
	}
	return l
}

// nameOf is a path without what only says that there is a list.
func nameOf(path []string) string {
	name := strings.Join(path, ".")
	for _, end := range []string{".list.element", ".list.item", ".bag.array_element", ".array"} {
		name = strings.TrimSuffix(name, end)
	}
	return strings.ToValidUTF8(name, "\uFFFD")
}

// plainly reads values as they are kept.
func plainly(t parquet.Type) (tabular.Kind, func(parquet.Value) tabular.Value) {
	switch t.Kind() {
	case parquet.Boolean:
		return tabular.Bool, func(v parquet.Value) tabular.Value { return tabular.BoolValue(v.Boolean()) }
	case parquet.Int32:
		return tabular.Whole, func(v parquet.Value) tabular.Value { return tabular.WholeValue(int64(v.Int32())) }
	case parquet.Int64:
		return tabular.Whole, func(v parquet.Value) tabular.Value { return tabular.WholeValue(v.Int64()) }
	case parquet.Int96: // how Spark and Impala wrote times
		return tabular.Time, func(v parquet.Value) tabular.Value {
			i := v.Int96()
			days, ns := int64(i[2])-2_440_588, int64(i[1])<<32|int64(i[0])
			return tabular.TimeValue(time.Unix(days*86_400, ns))
		}
	case parquet.Float:
		return tabular.Number, func(v parquet.Value) tabular.Value { return tabular.NumberValue(float64(v.Float())) }
	case parquet.Double:
		return tabular.Number, func(v parquet.Value) tabular.Value { return tabular.NumberValue(v.Double()) }
	}
	return tabular.Text, func(v parquet.Value) tabular.Value { return tabular.TextValue(readable(v.ByteArray())) }
}

// readable is a text, or bytes in hex.
func readable(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return hex.EncodeToString(b)
}

// logically reads values as what a file says that they mean; nil for what says no
// more than their type.
func logically(t parquet.Type, means format.LogicalTypeValue) (tabular.Kind, func(parquet.Value) tabular.Value) {
	switch m := means.(type) {
	case *format.DateType:
		return tabular.Time, func(v parquet.Value) tabular.Value {
			return tabular.TimeValue(time.Unix(int64(v.Int32())*86_400, 0))
		}
	case *format.TimestampType:
		unit := time.Millisecond
		if m.Unit.Value != nil {
			unit = m.Unit.Value.Duration()
		}
		per := int64(time.Second / unit)
		return tabular.Time, func(v parquet.Value) tabular.Value {
			n := v.Int64()
			return tabular.TimeValue(time.Unix(n/per, n%per*int64(unit)))
		}
	case *format.IntType:
		if !m.IsSigned && t.Kind() == parquet.Int64 {
			return tabular.Whole, func(v parquet.Value) tabular.Value {
				n := v.Uint64()
				if n > math.MaxInt64 {
					return tabular.Value{Kind: tabular.Whole, Number: float64(n), Text: new(big.Int).SetUint64(n).String()}
				}
				return tabular.WholeValue(int64(n))
			}
		}
		if !m.IsSigned {
			return tabular.Whole, func(v parquet.Value) tabular.Value { return tabular.WholeValue(int64(v.Uint32())) }
		}
	case *format.DecimalType:
		return tabular.Number, decimal(t.Kind(), int(m.Scale))
	case *format.Float16Type:
		return tabular.Number, func(v parquet.Value) tabular.Value {
			if b := v.ByteArray(); len(b) == 2 {
				return tabular.NumberValue(array.Half(binary.LittleEndian.Uint16(b)))
			}
			return tabular.Value{}
		}
	case *format.NullType:
		return tabular.Missing, func(parquet.Value) tabular.Value { return tabular.Value{} }
	case *format.UUIDType:
		return tabular.Text, func(v parquet.Value) tabular.Value {
			return tabular.TextValue(hex.EncodeToString(v.ByteArray()))
		}
	}
	return 0, nil
}

// decimal reads whole numbers of which so many digits follow the point.
func decimal(kind parquet.Kind, scale int) func(parquet.Value) tabular.Value {
	scale = min(max(scale, 0), 100)
	by := math.Pow10(scale)
	return func(v parquet.Value) tabular.Value {
		switch kind {
		case parquet.Int32:
			return tabular.NumberValue(float64(v.Int32()) / by)
		case parquet.Int64:
			return tabular.NumberValue(float64(v.Int64()) / by)
		}
		b := v.ByteArray()
		if len(b) == 0 || len(b) > 64 {
			return tabular.Value{}
		}
		n := new(big.Int).SetBytes(b) // of two's complement
		if b[0]&0x80 != 0 {
			n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(b))*8))
		}
		f, _ := new(big.Float).SetInt(n).Float64()
		return tabular.NumberValue(f / by)
	}
}

// longList is how many bytes of a list are read.
const longList = 64 << 10

// append adds an element to a list. A list that is null or empty has one that is
// null, and is missing.
func (l *leaf) append(list tabular.Value, v parquet.Value) tabular.Value {
	switch {
	case v.IsNull() && v.DefinitionLevel() < l.levels.definition-1 && list.Kind == tabular.Missing:
		return list
	case len(list.Text) > longList:
		return list
	case list.Kind == tabular.Missing:
		list = tabular.TextValue("[")
	default:
		list.Text += ", "
	}
	if !v.IsNull() {
		list.Text += l.value(v).Written()
	}
	return list
}
