package chart_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"dev.varve/backend/chart"
	"dev.varve/backend/event"
	"dev.varve/backend/search"
)

// lab is a table of runs that tests make, with the points of their metrics.
type lab struct {
	table  chart.Table
	points map[string][]event.Point // by run and key
	arrays map[string][]chart.Array // by run and name
	asked  []chart.Window
}

func (l *lab) Curve(_ context.Context, run, key string, w chart.Window) (chart.Curve, error) {
	l.asked = append(l.asked, w)
	all := l.points[run+"/"+key]
	c := chart.Curve{Logged: int64(len(all))}
	for _, p := range all {
		at := p.Step
		if w.Axis != chart.Step {
			at = p.Time
		}
		if at >= w.From && at <= w.To {
			c.Points = append(c.Points, p)
		}
	}
	return c, nil
}

func (l *lab) Arrays(_ context.Context, run, name string) (chart.LoggedArrays, error) {
	return chart.LoggedArrays{List: l.arrays[run+"/"+name]}, nil
}

// column adds a column to the table: numbers, texts, or nil for nothing.
func (l *lab) column(name string, values ...any) {
	f, err := search.ParseField(name, search.Given{})
	if err != nil {
		panic(err)
	}
	cells := make([]search.Entry, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case string:
			cells[i] = search.Entry{Kind: search.TextEntry, Text: v, Number: math.NaN()}
		case float64:
			cells[i] = search.Entry{Kind: search.NumberEntry, Number: v}
		case int:
			cells[i] = search.Entry{Kind: search.TextEntry, Number: float64(v), Text: fmt.Sprint(v)}
		}
	}
	if l.table.Columns == nil {
		l.table.Columns = map[string]*chart.Column{}
	}
	l.table.Columns[name] = chart.NewColumn(name, f, cells)
}

// group puts runs together, as the one who asks for a chart does.
func (l *lab) group(s chart.Spec) {
	l.table.Groups = nil
	for row := range l.table.Runs {
		for i, name := range s.GroupColumns() {
			if i == 0 {
				l.table.Groups = append(l.table.Groups, chart.GroupName{})
			}
			c := l.table.Columns[name]
			text := fmt.Sprintf(" %s %v", c.Label, c.Values[row])
			if c.Type == chart.TextColumn && !math.IsNaN(c.Values[row]) {
				text = fmt.Sprintf(" %s %s", c.Label, c.Categories[int(c.Values[row])])
			}
			g := &l.table.Groups[row]
			g.ID, g.Name = strings.TrimSpace(g.ID+text), strings.TrimSpace(g.Name+text)
		}
	}
}

// newLab is a small experiment: two learning rates, three seeds, one run whose
// loss is NaN, one that never logged anything.
func newLab() *lab {
	l := &lab{points: map[string][]event.Point{}}
	var lr, depth, loss, optimiser, took []any
	for i := range 8 {
		id := fmt.Sprintf("run%d", i)
		l.table.Runs = append(l.table.Runs, chart.RunName{ID: id, Name: fmt.Sprintf("calm-sill-%d", i), Start: 1_700_000_000_000})
		rate := []float64{0.001, 0.1}[i%2]
		lr, depth, took = append(lr, rate), append(depth, 2+i%3), append(took, 1000*(1+i%3)+i)
		optimiser = append(optimiser, []any{"adam", "sgd", nil}[i%3])
		if i == 7 {
			loss = append(loss, nil)
			continue
		}
		final := 0.5 + rate + float64(i)/100
		for step := range 20 {
			v := final + 1/float64(step+1) + math.Sin(float64(step*(i+1)))/50
			if i == 6 && step > 10 {
				v = math.NaN()
			}
			if i == 1 && step == 3 {
				v = 1e6 // a spike
			}
			l.points[id+"/loss"] = append(l.points[id+"/loss"], event.Point{Step: int64(step), Time: 1_700_000_000_000 + int64(step)*1000, Value: v})
			l.points[id+"/seen"] = append(l.points[id+"/seen"], event.Point{Step: int64(step), Time: 1_700_000_000_000 + int64(step)*1000, Value: float64(step * 64)})
		}
		if i == 6 {
			loss = append(loss, math.NaN())
		} else {
			loss = append(loss, final)
		}
	}
	l.arrays = map[string][]chart.Array{}
	for i := range 3 {
		for step := range int64(4) {
			a := chart.Array{Step: step * 10}
			for k := range 60 {
				a.Values = append(a.Values, math.Sin(float64(k*k))*(1+float64(step)/4)+float64(i)/8)
			}
			a.Values[0] = math.NaN()
			l.arrays[fmt.Sprintf("run%d/two.npy", i)] = append(l.arrays[fmt.Sprintf("run%d/two.npy", i)], a)
		}
	}
	l.arrays["run1/one.npy"] = l.arrays["run1/two.npy"]
	l.column("params.lr", lr...)
	l.column("params.depth", depth...)
	l.column("params.opt", optimiser...)
	l.column("metrics.loss", loss...)
	l.column("duration", took...)
	l.table.Matching = len(l.table.Runs)
	return l
}

func mustDraw(t testing.TB, l *lab, s chart.Spec, v chart.View) *chart.Figure {
	t.Helper()
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	l.group(s)
	f, err := chart.Draw(context.Background(), s, &l.table, l, v)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
