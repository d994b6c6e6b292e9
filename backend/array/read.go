package array

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"dev.varve/backend/fault"
)

// MaxFile is how many bytes of a file are read: a larger one is refused.
const MaxFile = 16 << 20

// maxColumns is how many arrays of one file are told apart.
const maxColumns = 200

// Column is one array of a file. A file that holds but one has no name for it.
type Column struct {
	Name   string
	Values []float64 // NaN and infinities are among them
}

// Read reads the arrays of a file, those of a table by column, in the order of
// the file. Texts are left out. A file that is no array is fault.Invalid, one
// that is too large or of a kind that is not read fault.Unsupported.
func Read(name string, r io.Reader) ([]Column, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxFile {
		return nil, fault.New(fault.Unsupported, "it has more than %d MiB", MaxFile>>20).On("read", name)
	}
	var columns []Column
	switch strings.ToLower(path.Ext(name)) {
	case ".npy":
		columns, err = readNumPy(data)
	case ".json":
		columns, err = readJSON(data)
	case ".csv":
		columns, err = readTable(data, ',')
	case ".tsv":
		columns, err = readTable(data, '\t')
	default:
		err = fault.New(fault.Unsupported, "its name does not end in %s", strings.Join(types, ", "))
	}
	columns = slices.DeleteFunc(columns, func(c Column) bool { return len(c.Values) == 0 })
	if err == nil && len(columns) == 0 {
		err = fault.New(fault.Invalid, "there are no numbers in it")
	}
	if len(columns) > maxColumns {
		columns = columns[:maxColumns]
	}
	return columns, fault.Wrap(err, fault.Invalid, "read", name)
}

// readTable reads the columns of numbers of a table. Its first line names them,
// if not all of it is numbers.
func readTable(data []byte, comma rune) ([]Column, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = comma, -1, true, true
	var columns []Column
	var texts []bool
	for line := 0; ; line++ {
		cells, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fault.New(fault.Invalid, "it is no table: %v", err)
		}
		if line == 0 {
			cells = cells[:min(len(cells), maxColumns)]
			columns, texts = make([]Column, len(cells)), make([]bool, len(cells))
			if head(cells, columns) {
				continue
			}
		}
		for i, cell := range cells[:min(len(cells), len(columns))] {
			if cell = strings.TrimSpace(cell); cell == "" {
				continue
			}
			v, err := number(cell)
			texts[i] = texts[i] || err != nil
			columns[i].Values = append(columns[i].Values, v)
		}
	}
	kept := columns[:0]
	for i, c := range columns {
		if !texts[i] {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

// head names columns after the first line, and reports whether that is what it
// is for.
func head(cells []string, columns []Column) bool {
	names := false
	for i, cell := range cells {
		_, err := number(strings.TrimSpace(cell))
		names = names || err != nil
		columns[i].Name = strings.Clone(strings.TrimSpace(cell))
	}
	for i := range columns {
		if !names && len(columns) > 1 || names && columns[i].Name == "" {
			columns[i].Name = strconv.Itoa(i + 1)
		} else if !names {
			columns[i].Name = ""
		}
	}
	return names
}

// number reads a number as programs write it; out of range is infinite.
func number(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(v, 0) {
		return math.NaN(), err
	}
	return v, nil
}

// readJSON reads nested lists of numbers; of an object, each member that is such
// a list; and tables as pandas and MLflow write them (columns and data).
func readJSON(data []byte) ([]Column, error) {
	var value any
	if err := json.Unmarshal(withoutNaN(data), &value); err != nil {
		return nil, fault.New(fault.Invalid, "it is no JSON: %v", err)
	}
	switch v := value.(type) {
	case []any:
		return []Column{{Values: flat(v, nil)}}, nil
	case map[string]any:
		names, rows := v["columns"], v["data"]
		if names, ok := names.([]any); ok {
			if rows, ok := rows.([]any); ok {
				return split(names, rows), nil
			}
		}
		var columns []Column
		for _, name := range sorted(v) {
			if list, ok := v[name].([]any); ok {
				columns = append(columns, Column{Name: name, Values: flat(list, nil)})
			}
		}
		return columns, nil
	}
	return nil, nil
}

func sorted(m map[string]any) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// flat appends all numbers of nested lists.
func flat(list []any, to []float64) []float64 {
	for _, one := range list {
		switch v := one.(type) {
		case float64:
			to = append(to, v)
		case []any:
			to = flat(v, to)
		}
	}
	return to
}

// split takes the columns of numbers out of rows.
func split(names, rows []any) []Column {
	columns := make([]Column, min(len(names), maxColumns))
	for i := range columns {
		columns[i].Name, _ = names[i].(string)
		if columns[i].Name == "" {
			columns[i].Name = strconv.Itoa(i + 1)
		}
	}
	for _, row := range rows {
		cells, _ := row.([]any)
		for i := range columns {
			if i < len(cells) {
				columns[i].Values = flat(cells[i:i+1], columns[i].Values)
			}
		}
	}
	return columns
}

// withoutNaN makes null of the words that Python writes where JSON has none.
func withoutNaN(data []byte) []byte {
	if !bytes.Contains(data, []byte("NaN")) && !bytes.Contains(data, []byte("Infinity")) {
		return data
	}
	out, text := make([]byte, 0, len(data)), false
	for i := 0; i < len(data); i++ {
		c := data[i]
		if text && c == '\\' && i+1 < len(data) {
			out, i = append(out, c, data[i+1]), i+1
			continue
		}
		if c == '"' {
			text = !text
		}
		if !text {
			if n := nanWord(data[i:]); n > 0 {
				out, i = append(out, "null"...), i+n-1
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

func nanWord(data []byte) int {
	for _, word := range []string{"NaN", "Infinity", "-Infinity"} {
		if bytes.HasPrefix(data, []byte(word)) {
			return len(word)
		}
	}
	return 0
}
