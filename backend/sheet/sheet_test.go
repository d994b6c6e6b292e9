package sheet_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"

	"dev.varve/backend/sheet"
)

var columns = []sheet.Column{{Name: "z last", Type: sheet.Text}, {Name: "metrics.rmse", Type: sheet.Number}, {Name: "started", Type: sheet.Time}}

// written writes rows of columns in a format.
func written(t interface{ Fatal(...any) }, format string, rows ...[]sheet.Cell) []byte {
	f, err := sheet.FormatNamed(format)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := f.Open(&out, columns)
	for _, row := range rows {
		err = errors.Join(err, w.Row(row))
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var someRows = [][]sheet.Cell{
	{sheet.OfText("a,\"b\"\nc"), sheet.OfNumber(0.1), sheet.OfNumber(1_795_256_912_123)},
	{sheet.OfText("=HYPERLINK(1)"), sheet.OfNumber(math.NaN()), {}},
	{sheet.OfText("-0.5"), sheet.OfNumber(math.Inf(-1)), sheet.OfNumber(0)},
	{{}, sheet.OfNumber(1.0 / 3), {}},
	{sheet.OfText("\xff\t"), {}, {}},
}

func TestTexts(t *testing.T) {
	for format, want := range map[string]string{
		"csv": "z last,metrics.rmse,started\n\"a,\"\"b\"\"\nc\",0.1,2026-11-21T10:28:32.123Z\n'=HYPERLINK(1),NaN,\n-0.5,-Infinity,1970-01-01T00:00:00.000Z\n,0.3333333333333333,\n\uFFFD\t,,\n",
		"tsv": "z last\tmetrics.rmse\tstarted\n\"a,\"\"b\"\"\nc\"\t0.1\t2026-11-21T10:28:32.123Z\n'=HYPERLINK(1)\tNaN\t\n-0.5\t-Infinity\t1970-01-01T00:00:00.000Z\n\t0.3333333333333333\t\n\"\uFFFD\t\"\t\t\n",
		"json": `[
{"z last":"a,\"b\"\nc","metrics.rmse":0.1,"started":"2026-11-21T10:28:32.123Z"},
{"z last":"=HYPERLINK(1)","metrics.rmse":"NaN"},
{"z last":"-0.5","metrics.rmse":"-Infinity","started":"1970-01-01T00:00:00.000Z"},
{"metrics.rmse":0.3333333333333333},
{"z last":"` + "\uFFFD" + `\t"}
]
`,
	} {
		if got := string(written(t, format, someRows...)); got != want {
			t.Errorf("%s is\n%s\nwant\n%s", format, got, want)
		}
	}
	if got := string(written(t, "json")); got != "[]\n" {
		t.Errorf("no rows are %q", got)
	}
	if _, err := sheet.FormatNamed("pdf"); err == nil {
		t.Error("there is pdf")
	}
}

// TestParquetIsReadBack reads what was written with the library's reader.
func TestParquetIsReadBack(t *testing.T) {
	data := written(t, "parquet", someRows...)
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range f.Schema().Columns() {
		names = append(names, strings.Join(c, "."))
	}
	if got := strings.Join(names, ", "); got != "z last, metrics.rmse, started" {
		t.Errorf("columns are %s", got)
	}
	rows := readRows(t, data)
	if got, want := fmt.Sprint(rows), "[[a,\"b\"\nc 0.1 1795256912123] [=HYPERLINK(1) NaN <nil>] [-0.5 -Inf 0] [<nil> 0.3333333333333333 <nil>] [\uFFFD\t <nil> <nil>]]"; got != want {
		t.Errorf("rows are %s, want %s", got, want)
	}
}

func readRows(t interface{ Fatal(...any) }, data []byte) (rows [][]any) {
	r := parquet.NewReader(bytes.NewReader(data))
	defer r.Close()
	buf := make([]parquet.Row, 10)
	for {
		n, err := r.ReadRows(buf)
		for _, row := range buf[:n] {
			var line []any
			for _, v := range row {
				switch {
				case v.IsNull():
					line = append(line, nil)
				case v.Kind() == parquet.Double:
					line = append(line, v.Double())
				case v.Kind() == parquet.Int64:
					line = append(line, v.Int64())
				default:
					line = append(line, string(v.ByteArray()))
				}
			}
			rows = append(rows, line)
		}
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestNothingIsLost writes anything and reads it back.
func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number, text := rapid.Float64().Draw(t, "number"), rapid.String().Draw(t, "text")
		row := []sheet.Cell{sheet.OfText(text), sheet.OfNumber(number), {}}
		lines, err := csv.NewReader(bytes.NewReader(written(t, "csv", row))).ReadAll()
		if err != nil || len(lines) != 2 || lines[1][1] != sheet.Words(number) {
			t.Fatalf("CSV has %q: %v", lines, err)
		}
		// A reader of CSV takes \r\n for a line end.
		if got := strings.TrimPrefix(lines[1][0], "'"); got != strings.ReplaceAll(strings.TrimPrefix(text, "'"), "\r\n", "\n") {
			t.Fatalf("%q became %q", text, got)
		}
		if c := lines[1][0]; c != "" && strings.ContainsAny(c[:1], "=@") {
			t.Fatalf("%q is a formula", c)
		}
		var objects []map[string]any
		if err := json.Unmarshal(written(t, "json", row), &objects); err != nil || objects[0]["z last"] != text || objects[0]["metrics.rmse"] != number {
			t.Fatalf("JSON has %v: %v", objects, err)
		}
		if rows := readRows(t, written(t, "parquet", row)); rows[0][0] != text || rows[0][1] != number {
			t.Fatalf("Parquet has %v", rows)
		}
	})
}

func TestManyRowsOfParquet(t *testing.T) {
	var rows [][]sheet.Cell
	for i := range 25_000 {
		rows = append(rows, []sheet.Cell{sheet.OfText("x"), sheet.OfNumber(float64(i)), {}})
	}
	data := written(t, "parquet", rows...)
	got := readRows(t, data)
	if len(got) != len(rows) || got[24_999][1] != 24_999.0 {
		t.Errorf("%d rows are read", len(got))
	}
	if f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data))); err != nil || len(f.RowGroups()) != 3 {
		t.Errorf("%d parts: %v", len(f.RowGroups()), err)
	}
}

func TestFormulas(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "a": "a", "=1": "'=1", "@x": "'@x", "+1": "+1", "-1e-3": "-1e-3", "-x": "'-x", "+": "'+", "\t=1": "'\t=1", "-inf": "-inf", "a=1": "a=1",
	} {
		if got := sheet.Guarded(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// TestWholeNumbersKeepAllDigits writes one that no floating-point number can be.
func TestWholeNumbersKeepAllDigits(t *testing.T) {
	for format, want := range map[string]string{"csv": "n\n9007199254740993\n", "tsv": "n\n9007199254740993\n", "json": "[\n{\"n\":9007199254740993}\n]\n"} {
		if got := string(ofWhole(t, format)); got != want {
			t.Errorf("%s has %q", format, got)
		}
	}
	if rows := readRows(t, ofWhole(t, "parquet")); len(rows) != 1 || rows[0][0] != int64(1<<53+1) {
		t.Errorf("Parquet has %v", rows)
	}
}

func ofWhole(t *testing.T, format string) []byte {
	t.Helper()
	f, err := sheet.FormatNamed(format)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := f.Open(&out, []sheet.Column{{Name: "n", Type: sheet.Whole}})
	if err == nil {
		err = errors.Join(w.Row([]sheet.Cell{sheet.OfWhole(1<<53 + 1)}), w.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestTwoColumnsOfOneName(t *testing.T) {
	f, _ := sheet.FormatNamed("parquet")
	if _, err := f.Open(io.Discard, []sheet.Column{{Name: "a"}, {Name: "a"}}); err == nil {
		t.Error("two columns of one name are written")
	}
}
