package sheet

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"strconv"

	"dev.varve/backend/fault"
)

// separated writes CSV (RFC 4180, lines end with a line feed) or TSV.
type separated struct {
	w       *csv.Writer
	columns []Column
	line    []string
}

func newSeparated(w io.Writer, columns []Column, comma rune) (Writer, error) {
	s := &separated{csv.NewWriter(w), columns, make([]string, len(columns))}
	s.w.Comma = comma
	for i, c := range columns {
		s.line[i] = Guarded(valid(c.Name))
	}
	return s, failed(s.w.Write(s.line))
}

func failed(err error) error { return fault.Wrap(err, fault.Internal, "write", "table") }

func (s *separated) Row(cells []Cell) error {
	for i, cell := range cells {
		s.line[i] = ""
		switch {
		case !cell.Present:
		case s.columns[i].Type == Number:
			s.line[i] = Words(cell.Number)
		case s.columns[i].Type == Time:
			s.line[i] = Moment(cell.Number)
		case s.columns[i].Type == Whole:
			s.line[i] = strconv.FormatInt(cell.Whole, 10)
		default:
			s.line[i] = Guarded(valid(cell.Text))
		}
	}
	return failed(s.w.Write(s.line))
}

func (s *separated) Close() error {
	s.w.Flush()
	return failed(s.w.Error())
}

// objects writes JSON: an array with an object in each line.
type objects struct {
	w       *bufio.Writer
	columns []Column
	names   [][]byte
	rows    int
}

func newObjects(w io.Writer, columns []Column) (Writer, error) {
	o := &objects{w: bufio.NewWriter(w), columns: columns}
	for _, c := range columns {
		name, err := json.Marshal(valid(c.Name))
		if err != nil {
			return nil, failed(err)
		}
		o.names = append(o.names, append(name, ':'))
	}
	return o, nil
}

func (o *objects) Row(cells []Cell) error {
	begin := ",\n{"
	if o.rows == 0 {
		begin = "[\n{"
	}
	o.rows++
	_, err := o.w.WriteString(begin)
	between := ""
	for i, cell := range cells {
		if !cell.Present {
			continue
		}
		value, bad := o.value(i, cell)
		if bad != nil {
			return failed(bad)
		}
		for _, part := range [][]byte{[]byte(between), o.names[i], value} {
			if err == nil {
				_, err = o.w.Write(part)
			}
		}
		between = ","
	}
	if err == nil {
		err = o.w.WriteByte('}')
	}
	return failed(err)
}

func (o *objects) value(i int, cell Cell) ([]byte, error) {
	switch {
	case o.columns[i].Type == Number && (math.IsNaN(cell.Number) || math.IsInf(cell.Number, 0)):
		return json.Marshal(Words(cell.Number))
	case o.columns[i].Type == Number:
		return []byte(Words(cell.Number)), nil
	case o.columns[i].Type == Time:
		return json.Marshal(Moment(cell.Number))
	case o.columns[i].Type == Whole:
		return strconv.AppendInt(nil, cell.Whole, 10), nil
	}
	return json.Marshal(valid(cell.Text))
}

func (o *objects) Close() error {
	end := "\n]\n"
	if o.rows == 0 {
		end = "[]\n"
	}
	if _, err := o.w.WriteString(end); err != nil {
		return failed(err)
	}
	return failed(o.w.Flush())
}
