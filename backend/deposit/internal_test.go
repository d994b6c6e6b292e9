package deposit

import (
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"testing"
)

func TestKinds(t *testing.T) {
	for cells, want := range map[string]kind{
		"1,2,-3,0": whole, "1,2.5,3": number, "1e5,.5,-0.1": number, "true,False": truth, "2026-01-02": day, "2026-01-02T03:04:05+01:00": moment,
		"1,x": text, "007": text, "+1": number, "0x1p4": text, "1_000": text, "inf": text, "NaN": text, "true,1": text, "2026-13-02": text, "1e999": text,
		"9223372036854775808": number, "2026-01-02,2026-01-02T03:04:05Z": text, "": text, "-": text, "00.5": text,
	} {
		var seen kinds
		for cell := range strings.SplitSeq(cells, ",") {
			if cell != "" {
				seen.see(cell)
			}
		}
		if got := seen.kind(); got != want {
			t.Errorf("%q is of kind %d, not %d", cells, got, want)
		}
	}
}

func TestSafe(t *testing.T) {
	for path, want := range map[string]string{
		"plain/ü.csv": "plain/ü.csv", "50%": "50=25", "a\\b": "a=5Cb", "\xff": "=FF", "a\nb": "a=0Ab", "a=5Cb": "a=3D5Cb", "a=b": "a=b", "a=": "a=", "a=5": "a=5", "\u0085": "=C2=85",
	} {
		if got := BagIt.safe(path); got != want {
			t.Errorf("%q is written %q, not %q", path, got, want)
		}
	}
	if got := Folder.safe("50% \\"); got != "50% =5C" {
		t.Errorf("in a folder it is %q", got)
	}
}

func TestLabels(t *testing.T) {
	w := &writer{subject: Subject{Name: "a", Number: 1, Message: strings.Repeat("word ", 40) + strings.Repeat("x", 100)}}
	var out bytes.Buffer
	if err := lined(w.bagInfo)(&out); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if len(line) > 102 || !strings.HasPrefix(line, " ") && !strings.Contains(line, ": ") {
			t.Errorf("a line is %q", line)
		}
	}
}

// FuzzSafe: no two paths become one, and none has anything in it that programs quarrel
// about.
func FuzzSafe(f *testing.F) {
	f.Add("a=5Cb", "a\\b")
	f.Add("50%", "50=25")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := BagIt.safe(a), BagIt.safe(b)
		if x == y && a != b {
			t.Errorf("%q and %q are both %q", a, b, x)
		}
		if strings.ContainsAny(x, "%\\\n\r\x00") || strings.Count(x, "/") != strings.Count(a, "/") {
			t.Errorf("%q becomes %q", a, x)
		}
	})
}

// FuzzTable: whatever is in a file, it goes on its way whole, and the columns are
// those that a strict reader finds.
func FuzzTable(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "\ufeffa;b\n\"x\"\"\n\";2\n", "a,a\n", "a\tb\n\xff\t1\n", "\"a\nb", "a,b\r\n1,2\r\n", "PAR1\x00\x00\x00\x00PAR1"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range []string{"x.csv", "x.tsv", "x.parquet"} {
			var out bytes.Buffer
			in := bytes.NewReader(data)
			all := &teed{in: bytes.NewReader(data), out: &out}
			got := tableOf(name, in, all)
			if err := all.drain(); err != nil || !bytes.Equal(out.Bytes(), data) {
				t.Fatalf("%s: %d of %d bytes were written, %v", name, out.Len(), len(data), err)
			}
			if got == nil || got.comma == 0 {
				continue
			}
			r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
			r.Comma = got.comma
			rows, err := r.ReadAll()
			if err != nil || len(rows) == 0 || len(rows[0]) != len(got.columns) {
				t.Errorf("%s has %d columns, and is read as %v, %v", name, len(got.columns), rows, err)
			}
		}
	})
}

// TestOneRow: a file that is one endless row is given up, not held in memory.
func TestOneRow(t *testing.T) {
	for _, begin := range []string{"a,b\n\"", "a,b\n1,"} {
		var read int64
		all := &teed{in: io.LimitReader(io.MultiReader(strings.NewReader(begin), endless{}), 64<<20), out: countingWriter{&read}}
		if got := tableOf("x.csv", nil, all); got != nil {
			t.Errorf("%q is a table", begin)
		}
		if read > 4*maxRow {
			t.Errorf("%q: %d bytes were read", begin, read)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

type countingWriter struct{ n *int64 }

func (c countingWriter) Write(p []byte) (int, error) { *c.n += int64(len(p)); return len(p), nil }
