package tabular_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/fault"
	"dev.varve/backend/tabular"
)

func compared(t testing.TB, before, after string, o tabular.Options) (*tabular.Difference, error) {
	t.Helper()
	if o.Limits == (tabular.Limits{}) {
		o.Limits = tabular.Usual
	}
	o.Rows = 3
	return tabular.Compare(t.Context(), source(t, before), source(t, after), o)
}

// words writes down what differs in rows.
func words(d *tabular.Difference) string {
	var b strings.Builder
	fmt.Fprintf(&b, "by %q: %d same, +%d %v, -%d %v, %d changed", d.Key, d.Same, d.AddedRows, d.ShownAdded, d.RemovedRows, d.ShownRemoved, d.ChangedRows)
	for _, r := range d.ShownChanged {
		fmt.Fprintf(&b, "; %s", r.Key)
		for _, c := range r.Cells {
			fmt.Fprintf(&b, " %s %s→%s", c.Column, c.Before, c.After)
		}
	}
	return b.String()
}

func TestRows(t *testing.T) {
	for _, c := range []struct{ before, after, want string }{
		{"id,x\n1,a\n2,b\n3,c\n", "id,x\n3,c\n2,B\n4,d\n", `by "id": 1 same, +1 [[4 d]], -1 [[1 a]], 1 changed; 2 x b→B`},
		{"id,x\n1,1.0\n2,2\n", "x,id\n1,1\n2.00,2\n", `by "id": 2 same, +0 [], -0 [], 0 changed`},
		{"id,x\n1,5\n", "id,x,y\n1,6,7\n", `by "id": 0 same, +0 [], -0 [], 1 changed; 1 x 5→6`},
		{"a,b\n1.5,2\n1.5,2\n3.5,4\n", "a,b\n3.5,4\n1.5,2\n1.5,9\n", `by "": 2 same, +1 [[1.5 9]], -1 [[1.5 2]], 0 changed`},
		{"a\nx\nx\nx\n", "a\nx\n", `by "": 1 same, +0 [], -2 [[x] [x]], 0 changed`},
		{"a,b\n1,x\n", "c,d\n2,y\n", `by "": 0 same, +1 [[2 y]], -1 [[1 x]], 0 changed`},
		// What is called a name is preferred to what stands further left, a key to both.
		{"n,name,id\n1,a,9\n2,b,8\n", "n,name,id\n1,a,9\n2,B,8\n", `by "id": 1 same, +0 [], -0 [], 1 changed; 8 name b→B`},
		// One that is missing somewhere is no key.
		{"id,n\n1,1\n,2\n", "id,n\n1,1\n,3\n", `by "n": 1 same, +1 [[ 3]], -1 [[ 2]], 0 changed`},
	} {
		d, err := compared(t, c.before, c.after, tabular.Options{})
		if err != nil || words(d) != c.want {
			t.Errorf("%q to %q: %v\n%s, not\n%s", c.before, c.after, err, words(d), c.want)
		}
	}
}

func TestKeysAreChosen(t *testing.T) {
	before, after := "id,n,x\n1,7,a\n2,8,a\n", "id,n,x\n1,8,a\n2,7,b\n"
	d, err := compared(t, before, after, tabular.Options{Key: "n"})
	if err != nil || d.Key != "n" || !d.Chosen || d.ChangedRows != 2 {
		t.Errorf("%+v, %v", d, err)
	}
	d, err = compared(t, before, after, tabular.Options{Whole: true})
	if err != nil || d.Key != "" || !d.Chosen || d.AddedRows != 2 || !slices.Equal(d.Keys, []string{"id", "n"}) {
		t.Errorf("%+v, %v", d, err)
	}
	for _, key := range []string{"x", "y"} {
		if _, err := compared(t, before, after, tabular.Options{Key: key}); !errors.Is(err, fault.Invalid) {
			t.Errorf("by %s: %v", key, err)
		}
	}
	// A column that is unique only at first is left for another one.
	long := func(last string) string {
		var b strings.Builder
		b.WriteString("id,code\n")
		for i := range 6000 {
			fmt.Fprintf(&b, "%d,c%d\n", min(i, 5500), i)
		}
		return b.String() + last
	}
	d, err = compared(t, long(""), long("9,new\n"), tabular.Options{})
	if err != nil || d.Key != "code" || d.AddedRows != 1 || d.Same != 6000 || !slices.Equal(d.Keys, []string{"code"}) {
		t.Errorf("%+v, %v", words(d), err)
	}
}

func TestDrift(t *testing.T) {
	d, err := compared(t, "id,x,grape,gone\n1,1,pinot,a\n2,2,pinot,a\n3,3,syrah,a\n4,,syrah,a\n", "grape,id,x,new\npinot,1,1.5,b\nmerlot,2,2,b\nmerlot,3,3,b\nsyrah,4,9,b\n", tabular.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Added) != 1 || d.Added[0].Name != "new" || len(d.Removed) != 1 || d.Removed[0].Name != "gone" || d.Removed[0].Rows != 4 {
		t.Errorf("columns %+v came, %+v went", d.Added, d.Removed)
	}
	var got []string
	for _, c := range d.Common {
		got = append(got, fmt.Sprintf("%s %s→%s %d %.3f %v %v", c.After.Name, c.Before.Kind, c.After.Kind, c.Cells, c.Distance, c.New, c.Gone))
	}
	want := "grape text→text 2 0.500 [merlot] []; id whole number→whole number 0 0.000 [] []; x whole number→number 2 0.333 [] []"
	if strings.Join(got, "; ") != want {
		t.Errorf("%s, not\n%s", strings.Join(got, "; "), want)
	}
	if x := d.Common[2]; x.Before.Missing != 1 || x.Before.Mean != 2 || x.After.Mean != 3.875 || x.After.Missing != 0 {
		t.Errorf("%+v", x)
	}
}

func TestLimitsOfComparisons(t *testing.T) {
	d, err := compared(t, "id\n1\n2\n3\n", "id\n1\n2\n", tabular.Options{Limits: tabular.Limits{Rows: 2, Cells: 100, Bytes: 100}})
	if err != nil || !d.Before.More || d.After.More || d.Before.Rows != 2 || d.Same != 2 {
		t.Errorf("%+v, %v", d, err)
	}
}

// TestRowsAgainstAModel compares small tables with what plain maps say.
func TestRowsAgainstAModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cell := rapid.SampledFrom([]string{"x", "y", "", "1", "2.5"})
		draw := func(name string) (text string, byKey map[string]string, rows map[string]int) {
			byKey, rows = map[string]string{}, map[string]int{}
			text = "id,a,b\n"
			for _, id := range rapid.SliceOfNDistinct(rapid.IntRange(0, 12), 1, 10, rapid.ID).Draw(rt, name) {
				cells := cell.Draw(rt, "a") + "," + cell.Draw(rt, "b")
				row := fmt.Sprintf("%d,%s", id, cells)
				byKey[fmt.Sprint(id)] = cells
				rows[row]++
				text += row + "\n"
			}
			return text, byKey, rows
		}
		before, old, oldRows := draw("before")
		after, now, nowRows := draw("after")
		same, removed, added, changed := 0, 0, 0, 0
		for key, cells := range old {
			switch there, ok := now[key]; {
			case !ok:
				removed++
			case there == cells:
				same++
			default:
				changed++
			}
		}
		added = len(now) - same - changed
		d, err := compared(t, before, after, tabular.Options{Key: "id"})
		if err != nil || d.Same != same || d.RemovedRows != removed || d.AddedRows != added || d.ChangedRows != changed || len(d.ShownAdded) != min(added, 3) || len(d.ShownRemoved) != min(removed, 3) || len(d.ShownChanged) != min(changed, 3) {
			rt.Fatalf("%q to %q: %v\n%s", before, after, err, words(d))
		}
		common := 0
		for row, n := range oldRows {
			common += min(n, nowRows[row])
		}
		d, err = compared(t, before, after, tabular.Options{Whole: true})
		if err != nil || d.Same != common || d.RemovedRows != len(old)-common || d.AddedRows != len(now)-common {
			rt.Fatalf("%q to %q: %v\n%s", before, after, err, words(d))
		}
	})
}

// TestDistances are those of textbooks.
func TestDistances(t *testing.T) {
	column := func(values string) string { return "x\n" + strings.ReplaceAll(values, " ", "\n") + "\n" }
	for _, c := range []struct {
		before, after string
		want          float64
	}{
		{"1.5 2.5 3.5", "1.5 2.5 3.5", 0}, {"1.5 2.5", "10.5 11.5", 1}, {"1.5 2.5 3.5 4.5", "3.5 4.5 5.5 6.5", .5}, {"a b", "c d", 1}, {"a a b b", "a b b b", .25}, {"a b", "1 2", -1}, {"2024-01-01", "1", -1},
	} {
		d, err := compared(t, column(c.before), column(c.after), tabular.Options{Whole: true})
		if err != nil || math.Abs(d.Common[0].Distance-c.want) > 1e-12 {
			t.Errorf("%s to %s: %+v, %v", c.before, c.after, d.Common[0].Distance, err)
		}
	}
}

// TestSamplesAreOfTheSameRows compares a long column with one that has lost a few
// rows at its begin: their distance is that of the tables, not that of two samples.
func TestSamplesAreOfTheSameRows(t *testing.T) {
	long := func(from int) string {
		var b strings.Builder
		b.WriteString("id,x\n")
		for i := from; i < 120_000; i++ {
			fmt.Fprintf(&b, "%d,%d.5\n", i, i*7919%100_003)
		}
		return b.String()
	}
	d, err := compared(t, long(0), long(20), tabular.Options{})
	if err != nil || d.Key != "id" || d.RemovedRows != 20 {
		t.Fatalf("%s, %v", words(d), err)
	}
	for _, c := range d.Common {
		if !c.Before.Sampled || c.Distance > 0.001 {
			t.Errorf("%s: %v", c.After.Name, c.Distance)
		}
	}
}
