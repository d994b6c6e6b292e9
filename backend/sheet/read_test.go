package sheet_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dev.varve/backend/fault"
	"dev.varve/backend/sheet"
	"dev.varve/backend/tabular"
)

// shown opens a Parquet file and writes it down, a row a line.
func shown(data []byte) (string, error) {
	p, err := sheet.OpenParquet("a.parquet", bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, c := range p.Columns() {
		b.WriteString(c.Name + " " + c.Kind.String() + "|")
	}
	rows, err := p.Values()
	if err != nil {
		return "", err
	}
	defer rows.Close()
	row := make([]tabular.Value, len(p.Columns()))
	for range 10_000 {
		if err := rows.Next(row); err != nil {
			return b.String(), ended(err)
		}
		b.WriteString("\n")
		for _, v := range row {
			if v.Kind == tabular.Missing {
				b.WriteString("-")
			}
			b.WriteString(v.Written() + "|")
		}
	}
	return b.String(), nil
}

func ended(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

const kinds = `id whole number|large whole number|unsigned whole number|small whole number|x number|single number|half number|ok true or false|name text|grape text|raw text|day time|ms time|ns time|price number|list text|place.lat number|place.lon number|nothing empty|
1|9007199254740993|18446744073709551615|-1|0.5|0.25|1.5|true|Åse|riesling|ff00|2024-02-29|2024-02-29 12:30:00.25|2024-02-29 12:30:00.25|-1.25|[1, 2]|1|2|-|
2|-9223372036854775808|0|-|-|-|-2|false||pinot|ab|-|-|-|3|-|-|-|-|
3|-|-|127|+Inf|-1.5|-|-|-|riesling|-|1969-12-31|2024-02-29 12:30:00.25|1960-01-01|-|-|-|3|-|`

// TestOtherProgramsWriteParquet reads what PyArrow wrote in several ways.
func TestOtherProgramsWriteParquet(t *testing.T) {
	for _, name := range []string{"snappy", "zstd", "gzip", "none"} {
		data, err := os.ReadFile(filepath.Join("testdata", name+".parquet"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := shown(data); err != nil || got != kinds {
			t.Errorf("%s: %v\n%s\nnot\n%s", name, err, got, kinds)
		}
	}
	for _, name := range []string{"brotli", "delta"} {
		data, err := os.ReadFile(filepath.Join("testdata", name+".parquet"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := shown(data); !errors.Is(err, fault.Unsupported) || !strings.Contains(err.Error(), "not read here") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestADamagedParquetFile changes each byte of a small one.
func TestADamagedParquetFile(t *testing.T) {
	whole, err := os.ReadFile(filepath.Join("testdata", "delta.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	for n := range whole {
		if _, err := shown(whole[:n]); err == nil {
			t.Errorf("the first %d bytes of %d are read", n, len(whole))
		}
		damaged := bytes.Clone(whole)
		damaged[n] ^= 0x55
		if _, err := shown(damaged); err != nil && fault.KindOf(err) == fault.Internal {
			t.Errorf("byte %d: %v", n, err)
		}
	}
}

// FuzzParquet reads anything: what it needs of memory is bounded by the checks of
// footers and pages.
func FuzzParquet(f *testing.F) {
	files, err := filepath.Glob("testdata/*.parquet")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := shown(data); err != nil && fault.KindOf(err) == fault.Internal {
			t.Fatal(err)
		}
	})
}
