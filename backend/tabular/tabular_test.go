package tabular_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"dev.varve/backend/fault"
	"dev.varve/backend/tabular"
)

func source(t testing.TB, text string) tabular.Source {
	t.Helper()
	table, err := tabular.NewSeparated(func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil })
	if err != nil {
		t.Fatal(err)
	}
	s, err := tabular.Typed(table)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestValues(t *testing.T) {
	for text, want := range map[string]string{
		"": "empty 0", " NaN ": "empty 0", "n/a": "empty 0", "None": "empty 0", "7": "whole number 7", "-7": "whole number -7", "+0": "whole number 0", "007": "text 0",
		"1.50": "number 1.5", ".5": "number 0.5", "1e3": "number 1000", "-inf": "number -Inf", "Inf": "number +Inf", "1e999": "number +Inf", "--1": "text 0", "1_000": "text 0", "0x1p4": "text 0", "1.2.3": "text 0",
		"True": "true or false 1", "false": "true or false 0", "truth": "text 0", "2024-02-29": "time 1.7091648e+12", "2024-02-29T12:00:00Z": "time 1.709208e+12", "2024-02-30": "text 0",
		"12345678901234567890": "whole number 1.2345678901234567e+19", "-": "text 0", "Namibia": "text 0", "2024-02-29 12:00": "time 1.709208e+12", "2024-02-29 12:00:00.5": "time 1.7092080005e+12", "2024-02-29T12:00:00.5+01:00": "time 1.7092044005e+12", "2024-02-29 12:00:00+0100": "time 1.7092044e+12", "2024-02-29x": "text 0", "2024-02-29 ": "time 1.7091648e+12", "0.5": "number 0.5", "0e1": "number 0", "1,5": "text 0",
	} {
		v := tabular.Parse(text, false)
		if got := fmt.Sprintf("%s %v", v.Kind, v.Number); got != want {
			t.Errorf("%q is %s, not %s", text, got, want)
		}
	}
	if v := tabular.Parse("-1,5", true); v.Kind != tabular.Number || v.Number != -1.5 {
		t.Errorf("-1,5 is %v", v)
	}
	if v := tabular.Parse("1.000,5", true); v.Kind != tabular.Text {
		t.Errorf("1.000,5 is %v", v)
	}
}

func described(t *testing.T, text string, l tabular.Limits) *tabular.Description {
	t.Helper()
	d, err := tabular.Describe(t.Context(), source(t, text), l, 2)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestHeads(t *testing.T) {
	for text, want := range map[string]string{
		"a,b\n1,2\n":                          "a whole number, b whole number; 1 rows",
		"\n\na;b\n1,5;2\n":                    "a number, b whole number; 1 rows",
		"5.1,3.5,setosa\n4.9,3.0,setosa\n":    "column 1 number, column 2 number, column 3 text; 2 rows",
		"country,2015,2016\nDE,80,81\n":       "country text, 2015 whole number, 2016 whole number; 1 rows",
		"1,2\n3,4\n":                          "column 1 whole number, column 2 whole number; 2 rows",
		"a,,a\n1,2\n3,4,5,6\n":                "a whole number, column 2 whole number, a (2) whole number, column 4 whole number; 2 rows",
		"a,b\n":                               "a empty, b empty; 0 rows",
		"a\n\"x\ny\"\n":                       "a text; 1 rows",
		"when,ok\n2024-01-02,true\n,\nNA,x\n": "when time, ok text; 2 rows",
	} {
		d := described(t, text, tabular.Usual)
		var columns []string
		for _, c := range d.Columns {
			columns = append(columns, c.Name+" "+c.Kind.String())
		}
		if got := fmt.Sprintf("%s; %d rows", strings.Join(columns, ", "), d.Rows); got != want {
			t.Errorf("%q: %s, not %s", text, got, want)
		}
	}
}

func TestDescribe(t *testing.T) {
	var b strings.Builder
	b.WriteString("n,x,grape,all\n")
	for i := range 1000 {
		fmt.Fprintf(&b, "%d,%g,%s,%d\n", i%4, float64(i)/10, []string{"pinot", "riesling", "riesling", ""}[i%4], 3000-i)
	}
	d := described(t, b.String(), tabular.Usual)
	n, x, grape, all := d.Columns[0], d.Columns[1], d.Columns[2], d.Columns[3]
	if n.Distinct != 4 || n.Many || fmt.Sprint(n.Bins) != "[250 250 250 250]" || n.Min != 0 || n.Max != 3 || n.Mean != 1.5 {
		t.Errorf("%v %v", n.Mean, n.Bins)
	}
	near := func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }
	if !near(x.Mean, 49.95) || !near(x.Std, 28.881943609574938) || !near(x.Quantiles[0], 4.995) || !near(x.Quantiles[2], 49.95) || x.Sampled || len(x.Bins) != 24 {
		t.Errorf("%v %v %v", x.Mean, x.Std, x.Quantiles)
	}
	if grape.Kind != tabular.Text || grape.Missing != 250 || fmt.Sprint(grape.Common) != "[{riesling 500} {pinot 250}]" {
		t.Errorf("%+v", grape)
	}
	if all.Distinct != 1000 || all.Many || d.More || len(d.First) != 2 || strings.Join(d.First[1], "|") != "1|0.1|riesling|2999" {
		t.Errorf("%+v, %v", all.Distinct, d.First)
	}

	for _, l := range []tabular.Limits{{Rows: 10, Cells: 1 << 30, Bytes: 1 << 30}, {Rows: 1 << 30, Cells: 40, Bytes: 1 << 30}} {
		if d := described(t, b.String(), l); d.Rows != 10 || !d.More {
			t.Errorf("%d rows within %+v, more: %v", d.Rows, l, d.More)
		}
	}
	if d := described(t, b.String(), tabular.Limits{Rows: 1 << 30, Cells: 1 << 30, Bytes: 100}); d.Rows == 0 || d.Rows > 20 || !d.More {
		t.Errorf("%d rows, more: %v", d.Rows, d.More)
	}
	if d := described(t, b.String()+"\"open\n", tabular.Usual); d.Rows != 1000 || d.Broken == nil {
		t.Errorf("%d rows, %v", d.Rows, d.Broken)
	}
}

// TestASampleIsLikeTheWhole has more numbers than are kept.
func TestASampleIsLikeTheWhole(t *testing.T) {
	var b strings.Builder
	b.WriteString("x\n")
	for i := range 300_000 {
		fmt.Fprintf(&b, "%d.5\n", i)
	}
	x := described(t, b.String(), tabular.Usual).Columns[0]
	if !x.Sampled || x.Numbers != 300_000 || x.Min != 0.5 || x.Max != 299_999.5 || x.Mean != 150_000 {
		t.Errorf("%+v", x.Quantiles)
	}
	for i, share := range []float64{.05, .25, .5, .75, .95} {
		if math.Abs(x.Quantiles[i]/300_000-share) > 0.01 {
			t.Errorf("at %v lies %v", share, x.Quantiles[i])
		}
	}
}

func FuzzDescribe(f *testing.F) {
	for _, text := range []string{"a,b\n1,2\n", "x;y\n1,5;2024-01-01\n", "\"\n", "a\tb\n1e999\t-inf\n", "\xff\xfea\x00\n\x00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		table, err := tabular.NewSeparated(func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil })
		if err != nil {
			return
		}
		s, err := tabular.Typed(table)
		if err != nil {
			return
		}
		d, err := tabular.Describe(t.Context(), s, tabular.Usual, 5)
		if err != nil {
			return
		}
		for _, c := range d.Columns {
			bins := 0
			for _, n := range c.Bins {
				bins += n
			}
			if c.Missing > d.Rows || c.Numbers > 0 && (bins != c.Numbers || c.Min > c.Max || c.Quantiles[0] > c.Quantiles[4]) {
				t.Fatalf("%+v of %d rows", c, d.Rows)
			}
		}
		other, err := tabular.Compare(t.Context(), s, s, tabular.Options{Limits: tabular.Usual, Rows: 3})
		if err == nil && (other.Same != d.Rows || other.AddedRows+other.RemovedRows+other.ChangedRows > 0) {
			t.Fatalf("a table differs from itself: %+v", other)
		}
	})
}

// TestReadingEnds stops when nobody waits any more.
func TestReadingEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := source(t, "a\n1\n2\n")
	if _, err := tabular.Describe(ctx, s, tabular.Usual, 1); !errors.Is(err, fault.Cancelled) {
		t.Errorf("%v", err)
	}
	if _, err := tabular.Compare(ctx, s, s, tabular.Options{Limits: tabular.Usual}); !errors.Is(err, fault.Cancelled) {
		t.Errorf("%v", err)
	}
}
