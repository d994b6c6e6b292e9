package array_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/array"
	"dev.varve/backend/fault"
)

func TestNames(t *testing.T) {
	for file, want := range map[string]string{
		"weights.npy": "weights.npy -", "weights_step_10.npy": "weights.npy 10", "weights/layer1_0010.npy": "weights/layer1.npy 10",
		"grads/epoch=3/w.npy": "grads/w.npy 3", "hist/10/w.NPY": "hist/w.NPY 10", "hist/25.npy": "hist.npy 25", "7.json": "array.json 7",
		"layer2/w-7.csv": "layer2/w.csv 7", "global_step100/w.npy": "w.npy 100", "a_step_1_step_22.json": "a_step_1.json 22",
		"conv1.npy": "conv1.npy -", "epochs.csv": "epochs.csv -", "steep_3x.tsv": "steep_3x.tsv -", "w_999999999999999999.npy": "w.npy 999999999999999999",
	} {
		n, ok := array.Parse(file)
		got := fmt.Sprintf("%s %d", n.Key, n.Step)
		if !n.Stepped {
			got = n.Key + " -"
		}
		if !ok || got != want {
			t.Errorf("%s: %s, not %s", file, got, want)
		}
	}
	if _, ok := array.Parse("model.pkl"); ok {
		t.Error("a pickle is taken for an array")
	}
	for _, c := range [][2]string{{"w.npy", ""}, {"a.csv", "x"}, {"a#b.json", "c#d"}} {
		if key, column := array.Split(array.Join(c[0], c[1])); key != c[0] || column != c[1] {
			t.Errorf("%q comes back as %q, %q", c, key, column)
		}
	}
}

// npy writes what numpy.save writes.
func npy(version byte, descr, shape string, body []byte) string {
	head := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n", descr, shape)
	size := binary.LittleEndian.AppendUint16(nil, uint16(len(head)))
	if version > 1 {
		size = binary.LittleEndian.AppendUint32(nil, uint32(len(head)))
	}
	return "\x93NUMPY" + string([]byte{version, 0}) + string(size) + head + string(body)
}

func TestRead(t *testing.T) {
	f8 := binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, math.Float64bits(1.5)), math.Float64bits(math.NaN()))
	f4 := binary.BigEndian.AppendUint32(nil, math.Float32bits(-0.5))
	for _, c := range []struct{ file, text, want string }{
		{"a.npy", npy(1, "<f8", "(2,)", f8), "[{ [1.5 NaN]}]"},
		{"a.npy", npy(2, ">f4", "(1, 1)", f4), "[{ [-0.5]}]"},
		{"a.npy", npy(3, "<f2", "(6,)", []byte{0, 0x3c, 1, 0, 0, 0xfc, 0, 0x7e, 0, 0xc5, 0xff, 0x7b}), "[{ [1 5.960464477539063e-08 -Inf NaN -5 65504]}]"},
		{"a.npy", npy(1, "<i2", "()", []byte{0xff, 0xff}), "[{ [-1]}]"},
		{"a.npy", npy(1, "|b1", "(3L,)", []byte{1, 0, 1}), "[{ [1 0 1]}]"},
		{"a.json", "[1, [2, [3]], \"x\", NaN, -Infinity]", "[{ [1 2 3]}]"},
		{"a.json", `{"b": [1, 2], "a": [[3]], "no": "x", "N\"aN": [NaN, 1]}`, "[{N\"aN [1]} {a [3]} {b [1 2]}]"},
		{"a.json", `{"columns": ["x", "name", null], "data": [[1, "a", 5], [2, "b"]]}`, "[{x [1 2]} {3 [5]}]"},
		{"a.csv", "x,name,y\n1,a,\n2,b,1e400\n", "[{x [1 2]} {y [+Inf]}]"},
		{"a.csv", "1\n2\n3\n", "[{ [1 2 3]}]"},
		{"a.tsv", "1\t2\n3\t4\n", "[{1 [1 3]} {2 [2 4]}]"},
	} {
		columns, err := array.Read(c.file, strings.NewReader(c.text))
		if got := fmt.Sprint(columns); err != nil || got != c.want {
			t.Errorf("%q: %s, %v; not %s", c.text, got, err, c.want)
		}
	}
	for _, c := range []struct {
		file, text string
		kind       fault.Kind
	}{
		{"a.npy", "", fault.Invalid}, {"a.npy", npy(1, "<f8", "(3,)", f8), fault.Invalid}, {"a.npy", npy(1, "<f8", "(99999999, 99999999)", f8), fault.Invalid},
		{"a.npy", npy(1, "<c16", "(1,)", f8), fault.Unsupported}, {"a.npy", npy(1, "|O", "(1,)", f8), fault.Unsupported},
		{"a.json", "{", fault.Invalid}, {"a.json", "7", fault.Invalid}, {"a.csv", "a,b\nx,y\n", fault.Invalid}, {"a.csv", "", fault.Invalid},
		{"a.csv", strings.Repeat("1\n", array.MaxFile/2+1), fault.Unsupported}, {"a.txt", "1", fault.Unsupported},
	} {
		if columns, err := array.Read(c.file, strings.NewReader(c.text)); !errors.Is(err, c.kind) {
			t.Errorf("%.40q: %v, %v; want %s", c.text, columns, err, c.kind)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("a.npy", npy(1, "<f8", "(1,)", make([]byte, 8)))
	f.Add("a.npy", npy(2, ">i4", "(1, 0)", nil))
	f.Add("a.json", `{"columns": ["x"], "data": [[1], [NaN]]}`)
	f.Add("a.csv", "x,y\n1,2\n")
	f.Add("a.tsv", "1\t\"2\n")
	f.Fuzz(func(t *testing.T, name, text string) {
		columns, err := array.Read(name, strings.NewReader(text))
		if (err == nil) != (len(columns) > 0) {
			t.Fatalf("%v, %v", columns, err)
		}
		for _, c := range columns {
			if len(c.Values) == 0 || len(c.Values) > len(text) {
				t.Fatalf("%d values of %d bytes", len(c.Values), len(text))
			}
		}
	})
}

func floats(values ...float64) (b []byte) {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// npz makes an archive of arrays, as numpy.savez does.
func npz(t *testing.T, arrays map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(arrays)) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(arrays[name]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSummarize(t *testing.T) {
	many := make([]float64, 10_000)
	for i := range many {
		many[i] = float64(i)
	}
	for _, c := range []struct{ file, text, want string }{
		{"a.npy", npy(1, "<f8", "(2, 3)", floats(1, 2, 3, 4, math.NaN(), math.Inf(1))), "[{ [2 3] float64 6 6 1 1 1 4 2.5 1.118033988749895}]"},
		{"a.npy", npy(1, "<f8", "(10000,)", floats(many...)), "[{ [10000] float64 10000 10000 0 0 0 9999 4999.5 2886.751331514372}]"},
		{"a.npy", npy(1, "<f8", "(0, 5)", nil), "[{ [0 5] float64 0 0 0 0 NaN NaN NaN NaN}]"},
		{"a.npy", npy(1, "<c16", "(1,)", floats(1, 2)), "[{ [1] complex128 1 0 0 0 NaN NaN NaN NaN}]"},
		{"a.npy", npy(1, "|O", "(4,)", []byte("a pickle")), "[{ [4] Python objects 4 0 0 0 NaN NaN NaN NaN}]"},
		{"a.npy", npy(1, "<U12", "()", nil), "[{ [] text of up to 12 characters 1 0 0 0 NaN NaN NaN NaN}]"},
		{"a.npz", npz(t, map[string]string{"y.npy": npy(1, "|b1", "(2,)", []byte{1, 0}), "x/y.npy": npy(1, "<i2", "(1,)", []byte{255, 255}), "other": ""}),
			"[{x/y [1] int16 1 1 0 0 -1 -1 -1 0} {y [2] bool 2 2 0 0 0 1 0.5 0.5}]"},
	} {
		got, err := array.Summarize(t.Context(), c.file, strings.NewReader(c.text), int64(len(c.text)))
		if err != nil || fmt.Sprint(got) != c.want {
			t.Errorf("%q: %v, %v; not %s", c.text[:min(90, len(c.text))], got, err, c.want)
		}
	}
	for file, text := range map[string]string{
		"a.npy": npy(1, "<f8", "(3,)", floats(1, 2)), "b.npy": npy(1, "<f8", "(99999999, 99999999, 99999999, 99999999)", nil), "c.npy": "x",
		"a.npz": "PK", "b.npz": npz(t, map[string]string{"a.txt": ""}), "c.npz": npz(t, map[string]string{"a.npy": "x"}),
	} {
		if got, err := array.Summarize(t.Context(), file, strings.NewReader(text), int64(len(text))); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, %v", file, got, err)
		}
	}
}

func TestCompare(t *testing.T) {
	a, b := npy(1, "<f8", "(2, 2)", floats(1, 2, math.NaN(), 4)), npy(1, "<f8", "(2, 2)", floats(1, 2.5, math.NaN(), 3))
	flat, whole := npy(1, "<f8", "(4,)", floats(1, 2, 3, 4)), npy(1, "<i2", "(2, 2)", []byte{1, 0, 2, 0, 3, 0, 4, 0})
	compared := func(name, before, after string) (out string) {
		pairs, err := array.Compare(t.Context(), name, strings.NewReader(before), int64(len(before)), strings.NewReader(after), int64(len(after)))
		if err != nil {
			return err.Error()
		}
		for _, p := range pairs {
			name := func(s *array.Summary) string {
				if s == nil {
					return "nothing"
				}
				return fmt.Sprintf("%s%v%s of %d", s.Name, s.Shape, s.Type, s.Read)
			}
			out += fmt.Sprintf("%s to %s: %v %d %g; ", name(p.Before), name(p.After), p.Compared, p.Changed, p.Largest)
		}
		return out
	}
	for _, c := range []struct{ name, before, after, want string }{
		{"a.npy", a, b, "[2 2]float64 of 4 to [2 2]float64 of 4: true 2 1; "},
		{"a.npy", a, a, "[2 2]float64 of 4 to [2 2]float64 of 4: true 0 0; "},
		{"a.npy", a, flat, "[2 2]float64 of 4 to [4]float64 of 4: false 0 0; "},
		{"a.npy", a, whole, "[2 2]float64 of 4 to [2 2]int16 of 4: true 1 0; "},
		{"a.npz", npz(t, map[string]string{"a.npy": a, "b.npy": a}), npz(t, map[string]string{"b.npy": b, "c.npy": flat}),
			"b[2 2]float64 of 4 to b[2 2]float64 of 4: true 2 1; nothing to c[4]float64 of 4: false 0 0; a[2 2]float64 of 4 to nothing: false 0 0; "},
	} {
		if got := compared(c.name, c.before, c.after); got != c.want {
			t.Errorf("%s, not %s", got, c.want)
		}
	}
	if got := compared("a.npy", a, a[:len(a)-1]); !strings.Contains(got, "cut off") {
		t.Error(got)
	}
}

func FuzzSummarize(f *testing.F) {
	f.Add("a.npy", npy(1, "<f8", "(1,)", make([]byte, 8)), npy(2, ">i4", "(1, 0)", nil))
	f.Add("a.npz", "PK\x05\x06", "")
	f.Fuzz(func(t *testing.T, name, before, after string) {
		list, err := array.Summarize(t.Context(), name, strings.NewReader(before), int64(len(before)))
		if err == nil && len(list) == 0 {
			t.Fatal("nothing is in it")
		}
		for _, s := range list {
			if s.Read > int64(len(before))*2000 { // as much as an archive can be packed
				t.Fatalf("%d values of %d bytes", s.Read, len(before))
			}
		}
		_, _ = array.Compare(t.Context(), name, strings.NewReader(before), int64(len(before)), strings.NewReader(after), int64(len(after)))
	})
}
