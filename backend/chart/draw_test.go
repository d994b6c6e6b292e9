package chart_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/chart"
	"dev.varve/backend/event"
)

// goldens are one chart of each kind, and what differs within a kind.
var goldens = map[string]chart.Spec{
	"line":          {Kind: chart.Line, Y: []string{"metrics.loss"}},
	"line-smooth":   {Kind: chart.Line, Y: []string{"metrics.loss"}, X: "relative", Smooth: 0.6, LogY: true, Limit: 2},
	"line-band":     {Kind: chart.Line, Y: []string{"metrics.loss"}, Group: []string{"params.lr"}, Band: chart.RangeBand},
	"line-clip":     {Kind: chart.Line, Y: []string{"metrics.loss"}, X: "time", Clip: true},
	"line-metric":   {Kind: chart.Line, Y: []string{"metrics.loss"}, X: "metrics.seen", LogX: true},
	"bar":           {Kind: chart.Bar, Y: []string{"metrics.loss"}, Limit: 2},
	"bar-group":     {Kind: chart.Bar, Y: []string{"metrics.loss", "duration"}, Group: []string{"params.opt"}},
	"scatter":       {Kind: chart.Scatter, Y: []string{"metrics.loss"}, X: "params.lr", LogX: true, Limit: 3},
	"scatter-texts": {Kind: chart.Scatter, Y: []string{"metrics.loss"}, X: "params.opt"},
	"bubble":        {Kind: chart.Bubble, Y: []string{"metrics.loss"}, X: "params.depth", Z: "duration"},
	"contour":       {Kind: chart.Contour, X: "params.lr", Y: []string{"params.depth"}, Z: "duration", LogX: true},
	"box":           {Kind: chart.Boxes, Y: []string{"metrics.loss"}, X: "params.lr"},
	"box-all":       {Kind: chart.Boxes, Y: []string{"metrics.loss"}},
	"correlation":   {Kind: chart.Correlation, Axes: []string{"params.lr", "metrics.loss", "duration", "params.opt"}},
	"pearson":       {Kind: chart.Correlation, Axes: []string{"params.lr", "duration"}, Method: "pearson"},
	"importance":    {Kind: chart.Importance, Y: []string{"duration"}, Axes: []string{"params.lr", "params.depth", "params.opt"}},
	"histogram":     {Kind: chart.Histogram, Y: []string{"metrics.loss"}, Bins: 4},
	"arrays":        {Kind: chart.Arrays, Y: []string{"one.npy"}, Bins: 8},
	"arrays-runs":   {Kind: chart.Arrays, Y: []string{"two.npy"}, Limit: 2},
	"parallel":      {Kind: chart.Parallel, Axes: []string{"params.lr", "params.opt", "metrics.loss"}, Limit: 2},
}

// golden is what a golden file holds: what a page is sent, to the number.
type golden struct {
	chart.Head
	Values [][]any `json:"values"` // of each series; texts for what JSON has no number for
}

func goldenOf(f *chart.Figure) golden {
	g := golden{Head: f.Head, Values: [][]any{}}
	for i := range f.Series {
		row := []any{}
		for _, v := range f.Values(i) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				row = append(row, fmt.Sprint(v))
				continue
			}
			// The last digits of means depend on how a processor adds.
			row = append(row, json.Number(fmt.Sprintf("%.13g", v)))
		}
		g.Values = append(g.Values, row)
	}
	return g
}

// TestKinds pins what each kind of chart sends. That ECharts draws it is tested
// with the same files by the pages (src/chart/goldens.test.ts).
func TestKinds(t *testing.T) {
	seen := map[chart.Kind]bool{chart.Images: true} // images have no option
	for name, spec := range goldens {
		seen[spec.Kind] = true
		t.Run(name, func(t *testing.T) {
			f := mustDraw(t, newLab(), spec, chart.View{})
			if _, err := f.Encode(); err != nil {
				t.Fatal(err)
			}
			got, err := json.MarshalIndent(goldenOf(f), "", " ")
			if err != nil {
				t.Fatal(err)
			}
			compareGolden(t, filepath.Join("testdata", "kinds", name+".json"), append(got, '\n'))
		})
	}
	for _, kind := range drawn() {
		if !seen[kind] {
			t.Errorf("the kind %s has no golden file", kind)
		}
	}
}

func compareGolden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("what is sent differs from %s; if it is meant to, run the test with -update:\n%s", file, got)
	}
}

// TestFrame reads the binary form as a page does.
func TestFrame(t *testing.T) {
	f := mustDraw(t, newLab(), goldens["line"], chart.View{})
	data, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	n := binary.LittleEndian.Uint32(data[8:])
	if string(data[:8]) != "VARVEC1\n" || n%8 != 0 || binary.LittleEndian.Uint32(data[12:]) != 0 {
		t.Fatalf("the frame begins with %q", data[:16])
	}
	var head chart.Head
	if err := json.Unmarshal(data[16:16+n], &head); err != nil {
		t.Fatal(err)
	}
	block := data[16+n:]
	at := func(i int) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(block[8*i:])) }
	used := 0
	for i, s := range head.Series {
		values := f.Values(i)
		if s.Offset != used || s.Rows*len(s.Dims) != len(values) {
			t.Fatalf("series %d lies at %d with %d rows of %v; %d values, %d used", i, s.Offset, s.Rows, s.Dims, len(values), used)
		}
		for k, want := range values {
			if got := at(s.Offset + k); math.Float64bits(got) != math.Float64bits(want) {
				t.Fatalf("value %d of series %d is %v, want %v", k, i, got, want)
			}
		}
		used += len(values)
	}
	if len(block) != 8*used {
		t.Errorf("%d bytes follow the head, want %d", len(block), 8*used)
	}
}

// TestSlots wants the colours that a page holds, and grey for everything else.
func TestSlots(t *testing.T) {
	slots := func(f *chart.Figure) string {
		var words []string
		for _, s := range f.Series {
			words = append(words, fmt.Sprintf("%s:%d", s.ID, s.Slot))
		}
		return strings.Join(words, " ")
	}
	for _, c := range []struct {
		name string
		spec chart.Spec
		view chart.View
		want string
	}{
		{"the first ones", chart.Spec{Kind: chart.Line, Y: []string{"metrics.loss"}, Limit: 2}, chart.View{}, "run0:1 run1:2 run2:0 run3:0 run4:0 run5:0 run6:0"},
		{"those that are held", chart.Spec{Kind: chart.Line, Y: []string{"metrics.loss"}}, chart.View{Slots: map[string]int{"run2": 7}}, "run0:0 run1:0 run2:7 run3:0 run4:0 run5:0 run6:0"},
		{"points", chart.Spec{Kind: chart.Scatter, X: "params.lr", Y: []string{"metrics.loss"}}, chart.View{Slots: map[string]int{"run2": 7}}, ":0 run2:7"},
		{"groups", chart.Spec{Kind: chart.Line, Y: []string{"metrics.loss"}, Group: []string{"params.lr"}}, chart.View{}, "lr 0.001:1 lr 0.1:2"},
		{"only one", chart.Spec{Kind: chart.Line, Y: []string{"metrics.loss"}}, chart.View{Only: []string{"run3"}}, "run3:4"},
	} {
		if got := slots(mustDraw(t, newLab(), c.spec, c.view)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestZoom goes down to the points themselves, and keeps a neighbour on either
// side.
func TestZoom(t *testing.T) {
	l := &lab{points: map[string][]event.Point{}, table: chart.Table{Runs: []chart.RunName{{ID: "a", Name: "a"}}, Matching: 1}}
	for i := range 100_000 {
		l.points["a/m"] = append(l.points["a/m"], event.Point{Step: int64(i), Time: int64(i), Value: math.Sin(float64(i))})
	}
	spec := chart.Spec{Kind: chart.Line, Y: []string{"metrics.m"}}
	f := mustDraw(t, l, spec, chart.View{Width: 500})
	if s := f.Series[0]; !s.Sampled || s.Rows > 1000 || s.Rows < 500 || s.Total != 100_000 {
		t.Errorf("the whole is %+v", s)
	}
	f = mustDraw(t, l, spec, chart.View{Width: 500, From: 50_000, To: 50_100})
	s, values := f.Series[0], f.Values(0)
	if s.Sampled || s.Rows != 103 || values[0] != 49_999 || values[2*102] != 50_101 {
		t.Errorf("the part is %+v, from %v to %v", s, values[0], values[len(values)-2])
	}
	if w := l.asked[len(l.asked)-1]; w.From > 49_900 || w.To < 50_200 || w.From < 0 {
		t.Errorf("the part was read as %+v", w)
	}
}

// TestMean says what a group's line is, where runs logged at the same steps and
// where they did not.
func TestMean(t *testing.T) {
	l := &lab{points: map[string][]event.Point{}}
	log := func(run string, values ...float64) {
		l.table.Runs = append(l.table.Runs, chart.RunName{ID: run, Name: run})
		for i := 0; i < len(values); i += 2 {
			l.points[run+"/m"] = append(l.points[run+"/m"], event.Point{Step: int64(values[i]), Value: values[i+1]})
		}
	}
	log("a", 0, 1, 1, 2, 2, math.NaN())
	log("b", 0, 3, 1, 4, 2, math.NaN())
	l.column("params.p", 1, 1)
	l.table.Matching = 2
	spec := chart.Spec{Kind: chart.Line, Y: []string{"metrics.m"}, Group: []string{"params.p"}, Band: chart.RangeBand}
	f := mustDraw(t, l, spec, chart.View{})
	if got := fmt.Sprint(f.Values(0), f.Values(1), f.Values(2)); got != "[0 1 1 2] [0 2 1 2] [0 2 1 3 2 NaN]" {
		t.Errorf("low, height, mean: %s", got)
	}
	spec.Band = chart.SDBand
	f = mustDraw(t, l, spec, chart.View{})
	if got := f.Values(0); math.Abs(got[1]-(2-math.Sqrt2)) > 1e-12 {
		t.Errorf("below the mean: %v", got)
	}
	log("c", 0.0, 5, 9, 5)
	l.column("params.p", 1, 1, 1)
	f = mustDraw(t, l, chart.Spec{Kind: chart.Line, Y: []string{"metrics.m"}, Group: []string{"params.p"}}, chart.View{})
	if got := fmt.Sprint(f.Values(0)); got != "[1.5 3.3333333333333335 7.5 5]" {
		t.Errorf("stretches: %s", got)
	}
}

// TestAlongAnotherMetric joins by steps.
func TestAlongAnotherMetric(t *testing.T) {
	l := &lab{points: map[string][]event.Point{
		"a/loss": {{Step: 1, Value: 10}, {Step: 2, Value: 20}, {Step: 4, Value: 40}, {Step: 2, Time: 5, Value: 21}},
		"a/seen": {{Step: 1, Value: 100}, {Step: 2, Value: 50}, {Step: 3, Value: 7}},
	}, table: chart.Table{Runs: []chart.RunName{{ID: "a"}}, Matching: 1}}
	f := mustDraw(t, l, chart.Spec{Kind: chart.Line, Y: []string{"metrics.loss"}, X: "metrics.seen"}, chart.View{})
	if got := fmt.Sprint(f.Values(0)); got != "[100 10 50 21]" {
		t.Errorf("joined: %s", got)
	}
}

// TestWhateverIsThere draws any table, and sends no number that a page cannot
// read and no option that JSON cannot hold.
func TestWhateverIsThere(t *testing.T) {
	any_ := rapid.OneOf(
		rapid.Just[any](nil),
		rapid.Map(rapid.Float64(), func(f float64) any { return f }),
		rapid.Map(rapid.IntRange(-3, 3), func(i int) any { return i }),
		rapid.Map(rapid.SampledFrom([]string{"", "a", "b", "NaN", "x\ny"}), func(s string) any { return s }),
	)
	rapid.Check(t, func(r *rapid.T) {
		l := &lab{points: map[string][]event.Point{}, arrays: map[string][]chart.Array{}}
		n := rapid.IntRange(0, 12).Draw(r, "runs")
		for i := range n {
			id := fmt.Sprint("run", i)
			l.table.Runs = append(l.table.Runs, chart.RunName{ID: id, Name: id, Start: rapid.Int64Range(0, 1e13).Draw(r, "start")})
			for step := range rapid.Int64Range(0, 2).Draw(r, "arrays") {
				l.arrays[id+"/metrics.m"] = append(l.arrays[id+"/metrics.m"], chart.Array{Step: step, Values: rapid.SliceOfN(rapid.Float64(), 0, 6).Draw(r, "array")})
			}
			for range rapid.IntRange(0, 6).Draw(r, "points") {
				l.points[id+"/m"] = append(l.points[id+"/m"], event.Point{Step: rapid.Int64().Draw(r, "step"), Time: rapid.Int64Range(0, 1e13).Draw(r, "time"), Value: rapid.Float64().Draw(r, "value")})
			}
			slices.SortFunc(l.points[id+"/m"], func(a, b event.Point) int { return int(max(-1, min(1, a.Step/2-b.Step/2))) })
		}
		l.table.Matching = n
		for _, name := range []string{"params.a", "params.b", "metrics.m"} {
			l.column(name, rapid.SliceOfN(any_, n, n).Draw(r, name)...)
		}
		column := rapid.SampledFrom([]string{"params.a", "params.b", "metrics.m"})
		spec := chart.Spec{
			Kind: rapid.SampledFrom(drawn()).Draw(r, "kind"), Y: []string{"metrics.m"}, X: column.Draw(r, "x"), Z: column.Draw(r, "z"),
			Axes: []string{"params.a", "params.b", "metrics.m"}, LogX: rapid.Bool().Draw(r, "logX"), LogY: rapid.Bool().Draw(r, "logY"), Clip: rapid.Bool().Draw(r, "clip"),
			Smooth: rapid.SampledFrom([]float64{0, 0.5}).Draw(r, "smooth"), Band: rapid.SampledFrom([]chart.Band{"", "range", "sd"}).Draw(r, "band"),
		}
		if spec.Kind == chart.Line {
			spec.X = rapid.SampledFrom([]string{"", "step", "time", "relative", "metrics.m"}).Draw(r, "axis")
		}
		if rapid.Bool().Draw(r, "group") {
			spec.Group = []string{"params.a"}
		}
		l.group(spec)
		view := chart.View{Width: rapid.IntRange(0, 2000).Draw(r, "width"), From: rapid.Float64Range(-10, 10).Draw(r, "from"), To: rapid.Float64Range(-10, 10).Draw(r, "to")}
		f, err := chart.Draw(context.Background(), spec, &l.table, l, view)
		if err != nil {
			if !strings.Contains(err.Error(), "text") && !strings.Contains(err.Error(), "needs") && !strings.Contains(err.Error(), "No run here") {
				r.Fatal(err)
			}
			return
		}
		if _, err := f.Encode(); err != nil {
			r.Fatal(err)
		}
		series, _ := f.Option["series"].([]any)
		if len(series) != len(f.Series) && f.Option != nil {
			r.Fatalf("%d series and %d options", len(f.Series), len(series))
		}
		data, err := json.Marshal(f.Option)
		if err != nil || bytes.Contains(data, []byte("__f__")) {
			r.Fatalf("the option is %s: %v", data, err)
		}
	})
}

// drawn are the kinds that have an option.
func drawn() []chart.Kind {
	return slices.DeleteFunc(slices.Clone(chart.Kinds), func(k chart.Kind) bool { return k == chart.Images })
}
