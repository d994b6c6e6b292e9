package search

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/table"
)

var fieldNames = []string{
	"metrics.a", "metrics.b", "min(a)", "max(b)", "params.a", "params.`x y`", "tags.b", "name", "status", "started", "ended", "duration",
	"user", "experiment", "note", "parent", "children", "data", "data.a", "reason", "exit_code", "a", "id",
}

func fieldsOf(t interface{ Fatal(...any) }, names []string) []Field {
	fields := make([]Field, len(names))
	for i, name := range names {
		f, err := ParseField(name, given)
		if err != nil {
			t.Fatal(name, err)
		}
		fields[i] = f
	}
	return fields
}

// twoTables draws runs in two tables, the columns of some of which lie.
func twoTables(t *rapid.T) ([]*runRow, []Source) {
	rows := anyRuns(t, 12)
	cut := rapid.IntRange(0, len(rows)).Draw(t, "cut")
	first, second := newMemory(rows[:cut]), newMemory(rows[cut:])
	for i := range cut {
		if rapid.IntRange(0, 5).Draw(t, "wrong") == 0 {
			first.wrong[i] = true
			first.table.SetText(TableKey(Attribute, "status"), i, "RUNNING", false)
			first.table.SetText(TableKey(Param, "a"), i, "wrong", false)
			first.table.SetNumber(TableKey(Metric, "a"), i, 77)
		}
	}
	return rows, []Source{first, second}
}

// whole is a cell as a table of runs has it.
func whole(c Entry, cut bool) Entry {
	if c.Kind == TextEntry && cut && len(c.Text) > table.LongText {
		c.Text, c.Cut = c.Text[:table.LongText], true
	}
	return c
}

func TestCellsAreThoseOfTheRecords(t *testing.T) {
	fields := fieldsOf(t, fieldNames)
	rapid.Check(t, func(t *rapid.T) {
		_, sources := twoTables(t)
		children := CountChildren(sources, fields)
		for _, source := range sources {
			m := source.(*memory)
			m.Stride(func() {
				r, cells := NewReader(m, children), make([]Entry, len(fields))
				for row := range m.rows {
					r.Cells(row, fields, cells)
					for i := range fields {
						if want := whole(fields[i].cell(m.rows[row]), !m.wrong[row]); !cells[i].Same(want) || cells[i].Cut != want.Cut {
							t.Fatalf("row %d has %+v in %s, not %+v", row, cells[i], fieldNames[i], want)
						}
					}
				}
			})
		}
	})
}

// TestDescribe compares what is said of a field with all its values.
func TestDescribe(t *testing.T) {
	fields := fieldsOf(t, fieldNames)
	filter, _ := ParseQuery("", given)
	rapid.Check(t, func(t *rapid.T) {
		rows, sources := twoTables(t)
		selected, err := Select(t.Context(), sources, filter, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range fields {
			got, err := Describe(t.Context(), sources, selected, &fields[i], 4)
			if err != nil {
				t.Fatal(err)
			}
			values, numbers := map[string]bool{}, []float64{}
			filled, cut := 0, false
			for _, source := range sources {
				m := source.(*memory)
				for n, r := range m.rows {
					c := whole(fields[i].cell(r), !m.wrong[n]).withNumber()
					if c.Kind == NoEntry {
						continue
					}
					filled++
					cut = cut || c.Cut
					value := c.Text
					if c.Kind == NumberEntry {
						value = fmt.Sprint("\x00", c.Number+0)
					}
					values[value] = true
					if c.Kind == NumberEntry || fields[i].Type() == FieldText && !math.IsNaN(c.Number) {
						numbers = append(numbers, c.Number)
					}
				}
			}
			numbers = slices.DeleteFunc(numbers, func(f float64) bool { return math.IsNaN(f) || math.IsInf(f, 0) })
			in := 0
			for _, n := range got.Buckets {
				in += n
			}
			same := filled > 0 && filled == len(rows) && len(values) == 1 && !cut
			if got.Filled != filled || got.Distinct != len(values) || got.Numbers.N != len(numbers) || in != len(numbers) || got.Same != same {
				t.Fatalf("%s: %+v, not %d filled with %d different, %d numbers, the same %v", fieldNames[i], got, filled, len(values), len(numbers), same)
			}
			if len(numbers) > 0 && (got.Numbers.Min != slices.Min(numbers) || got.Numbers.Max != slices.Max(numbers)) {
				t.Fatalf("%s: from %v to %v", fieldNames[i], got.Numbers.Min, got.Numbers.Max)
			}
			quick, err := Describe(t.Context(), sources, selected, &fields[i], 0)
			if err != nil || quick.Filled != filled || quick.Same != same {
				t.Fatalf("%s: quickly %+v %v", fieldNames[i], quick, err)
			}
		}
	})
}

// TestGroupBy compares groups with those that whole records make.
func TestGroupBy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, sources := twoTables(t)
		by := fieldsOf(t, rapid.SliceOfN(rapid.SampledFrom(fieldNames), 0, 3).Draw(t, "by"))
		cells := fieldsOf(t, rapid.SliceOfN(rapid.SampledFrom(fieldNames), 0, 3).Draw(t, "cells"))
		var places []Place
		for number, source := range sources {
			for row := range source.(*memory).rows {
				places = append(places, Place{int32(number), int32(row)})
			}
		}
		if len(places) > 1 {
			places = rapid.Permutation(places).Draw(t, "order")
		}
		got, err := GroupBy(t.Context(), sources, places, by, cells, given)
		if err != nil {
			t.Fatal(err)
		}
		type wanted struct {
			key  string
			rows []uint32
		}
		var want []wanted
		record := func(i int) *runRow { return sources[places[i].Source].(*memory).rows[places[i].Row] }
		for i := range places {
			key := ""
			for k := range by {
				c := by[k].cell(record(i))
				key += fmt.Sprintf("%d %q %v|", c.Kind, c.Text, c.Number+0)
			}
			n := slices.IndexFunc(want, func(w wanted) bool { return w.key == key })
			if n < 0 {
				n = len(want)
				want = append(want, wanted{key: key})
			}
			want[n].rows = append(want[n].rows, uint32(i))
		}
		if len(got) != len(want) {
			t.Fatalf("%d groups, not %d, of %d", len(got), len(want), len(rows))
		}
		for n, group := range got {
			if !slices.Equal(group.Rows, want[n].rows) {
				t.Fatalf("group %d has rows %v, not %v", n, group.Rows, want[n].rows)
			}
			for k := range by {
				if c := by[k].cell(record(int(group.Rows[0]))); !c.Same(group.Key[k]) {
					t.Fatalf("the key is %+v, not %+v", group.Key[k], c)
				}
			}
			for k := range cells {
				checkAggregate(t, &cells[k], group.Cells[k], group.Rows, record)
			}
		}
	})
}

func checkAggregate(t *rapid.T, f *Field, got Aggregate, rows []uint32, record func(int) *runRow) {
	var all []Entry
	var numbers []float64
	for _, row := range rows {
		c := f.cell(record(int(row))).withNumber()
		if c.Kind == NoEntry {
			continue
		}
		all = append(all, c)
		if c.Kind == NumberEntry && !math.IsNaN(c.Number) && !math.IsInf(c.Number, 0) || c.Kind == TextEntry && !math.IsNaN(c.Number) {
			numbers = append(numbers, c.Number)
		}
	}
	same := len(all) > 0 && len(all) == len(rows)
	for _, c := range all {
		same = same && c.Same(all[0])
	}
	mean, squares := 0.0, 0.0
	for _, n := range numbers {
		mean += n / float64(len(numbers))
	}
	for _, n := range numbers {
		squares += (n - mean) * (n - mean) / float64(max(1, len(numbers)-1))
	}
	near := func(a, b float64) bool {
		return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b)) || math.IsInf(b, 0) || math.Abs(a-b) < 1e-12
	}
	if len(numbers) == 0 {
		mean = math.NaN()
	}
	deviation := math.Sqrt(squares)
	if len(numbers) < 2 {
		deviation = math.NaN()
	}
	if got.Filled != len(all) || got.Same != same || got.N != len(numbers) || !near(got.Mean(), mean) || !near(got.Deviation(), deviation) && mean < 1e15 && mean > -1e15 {
		t.Fatalf("%s: %+v (mean %v ± %v), not %v (%v ± %v)", f.written, got, got.Mean(), got.Deviation(), all, mean, deviation)
	}
	if len(numbers) > 0 && (got.Min != slices.Min(numbers) || got.Max != slices.Max(numbers)) {
		t.Fatalf("from %v to %v", got.Min, got.Max)
	}
}

// TestWrittenNames reads names back that were written for columns.
func TestWrittenNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.StringOfN(rapid.SampledFrom([]rune("ab1 .-/:_äß")), 1, 12, -1).Draw(t, "key")
		for _, kind := range []Kind{Metric, MetricMin, MetricMax, Param, Tag, Data} {
			c := Column{kind, key}
			name, _ := c.Written()
			f, err := ParseField(name, given)
			if err != nil || f.Column != c {
				t.Fatalf("%+v is written %s, which reads as %+v: %v", c, name, f.Column, err)
			}
			if _, err := ParseQueryOrder([]string{name + " DESC"}, given); err != nil {
				t.Fatalf("%s is no order: %v", name, err)
			}
		}
	})
}

func TestFieldsThatAreNone(t *testing.T) {
	for name, want := range map[string]string{
		"": "A name is missing", "metrics.": "", "metrics.a metrics.b": "A column is one name", "metrics.a DESC": "A column is one name",
		"loss AT 5": "Runs cannot be ordered by loss AT 5", "datasets.name": "Runs cannot be ordered by datasets.name", "(a)": "A name is missing", "'a": "",
		"params.a\xff": "Invalid filter or order: not valid UTF-8",
	} {
		if _, err := ParseField(name, given); err == nil || want != "" && err.Error() != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

// BenchmarkGroupBy groups all runs by one param, by three, and by all but one.
func BenchmarkGroupBy(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		sources := []Source{manyColumns(n)}
		filter, _ := ParseQuery("", given)
		order, _ := ParseQueryOrder([]string{"metrics.m1"}, given)
		selected, err := Select(b.Context(), sources, filter, nil)
		if err != nil {
			b.Fatal(err)
		}
		places, err := Arrange(b.Context(), sources, selected, order)
		if err != nil {
			b.Fatal(err)
		}
		cells := fieldsOf(b, []string{"metrics.m1", "metrics.m2", "params.p9"})
		for _, by := range [][]string{{"params.p1"}, {"params.p1", "params.p2", "data"}, {"params.p0", "params.p1", "params.p2", "params.p3", "params.p4"}} {
			b.Run(fmt.Sprintf("%d/%d keys", n, len(by)), func(b *testing.B) {
				for b.Loop() {
					if _, err := GroupBy(b.Context(), sources, places, fieldsOf(b, by), cells, given); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkDescribe describes a field of all runs.
func BenchmarkDescribe(b *testing.B) {
	sources := []Source{manyColumns(100_000)}
	filter, _ := ParseQuery("", given)
	selected, err := Select(b.Context(), sources, filter, nil)
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"metrics.m1", "min(metrics.m1)", "params.p1", "params.lr", "tags.t1", "duration", "status", "name"} {
		for _, buckets := range []int{0, 20} {
			b.Run(fmt.Sprint(name, "/", buckets), func(b *testing.B) {
				f := fieldsOf(b, []string{name})[0]
				for b.Loop() {
					if _, err := Describe(b.Context(), sources, selected, &f, buckets); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
