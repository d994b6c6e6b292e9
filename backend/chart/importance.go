package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"dev.varve/backend/forest"
	"dev.varve/backend/stat"
)

// mostImportant is how many params the chart of importance shows.
const mostImportant = 20

// Mover is a column and how much of a target it moved.
type Mover struct {
	Column *Column
	Share  float64 // of 1
	// Trend is the rank correlation with the target: above 0, they rise together.
	// NaN for texts, and where fewer than three runs have both.
	Trend float64
}

// Movers are the columns that moved a target, the most important first.
type Movers struct {
	List      []Mover
	Rows      int     // runs that were learned from
	Explained float64 // R² on runs that a tree has not seen; at or below 0: nothing was learned
	Level     int     // columns that do not vary, and moved nothing
}

// seed of all forests: who looks twice sees the same.
const seed = 1

// MoversOf learns what moved a target; ok is false if there is too little to
// learn from.
func MoversOf(target *Column, columns []*Column) (m Movers, ok bool) {
	var varying []*Column
	for _, c := range columns {
		if c.varies() {
			varying = append(varying, c)
		}
	}
	m.Level = len(columns) - len(varying)
	features := make([]forest.Column, len(varying))
	for i, c := range varying {
		features[i] = forest.Column{Values: c.Values, Texts: c.Type == TextColumn}
	}
	r, ok := forest.Learn(target.Values, features, forest.Options{Seed: seed})
	if !ok || len(varying) == 0 {
		return m, false
	}
	m.Rows, m.Explained = r.Rows, r.Explained
	for i, c := range varying {
		mover := Mover{Column: c, Share: r.Importance[i], Trend: math.NaN()}
		if c.numeric() {
			mover.Trend, _ = stat.Spearman(c.Values, target.Values)
		}
		m.List = append(m.List, mover)
	}
	slices.SortStableFunc(m.List, func(a, b Mover) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), Natural(a.Column.Label, b.Column.Label))
	})
	return m, true
}

// varies reports whether rows differ in a column; that some have nothing there
// counts, too.
func (c *Column) varies() bool {
	for _, v := range c.Values {
		if v != c.Values[0] && !(math.IsNaN(v) && math.IsNaN(c.Values[0])) {
			return true
		}
	}
	return false
}

// importance draws what moved a metric.
func (d *drawing) importance() error {
	target := d.table.Columns[d.spec.Y[0]]
	if !target.numeric() {
		return wrong("y", "What is learned is a number; %s holds texts.", target.Label)
	}
	var columns []*Column
	for _, name := range d.spec.Axes {
		if c := d.table.Columns[name]; c != target {
			columns = append(columns, c)
		}
	}
	m, ok := MoversOf(target, columns)
	d.Drawn = m.Rows
	switch {
	case !ok:
		d.Note = fmt.Sprintf("too little to learn from: %d runs with a number and params that differ are needed", forest.LeastRows)
	case m.Explained <= 0:
		d.Note = fmt.Sprintf("forest, %d runs: no param explains it", m.Rows)
	default:
		d.Note = fmt.Sprintf("forest, %d runs, explains %.0f %%", m.Rows, 100*m.Explained)
	}
	d.leave(m.Level, "do not vary")
	d.leave(len(m.List)-mostImportant, "less important")
	return d.composeImportance(m.List[:min(len(m.List), mostImportant)])
}

func (d *drawing) composeImportance(list []Mover) error {
	names := make([]string, len(list))
	var values []float64
	for i, m := range list {
		names[i] = m.Column.Label
		values = append(values, m.Share, float64(i), m.Trend)
	}
	xa, ya := xAxis(Step), yAxis(formatMetric)
	xa.Name, xa.MinInterval, xa.Scale, xa.AxisLabel, xa.Show = "", 0, nil, label(formatPercent1), opts.Bool(false)
	ya.Type, ya.Data, ya.Inverse, ya.Scale, ya.AxisLabel.Formatter, ya.SplitLine = "category", names, opts.Bool(true), nil, "", nil
	d.Head.Axes = []AxisHead{{Label: "importance", Kind: NumberColumn, Format: formatPercent1}, {Label: "param", Kind: TextColumn, Categories: names}}
	c := charts.NewBar()
	c.SetGlobalOptions(globals(xa, ya, "item", "")...)
	l := barLook("importance", 1, "")
	l.options = append(l.options, charts.WithSeriesOpts(func(s *charts.SingleSeries) { s.ShowBackground = opts.Bool(true) }))
	l.put("barWidth", 4)
	l.put("backgroundStyle", map[string]any{"color": "token:grid"})
	c.AddSeries(l.name, nil, l.options...)
	d.add(Trace{Label: l.name, Role: BarsRole, Slot: 1, Dims: []string{"x", "y", "trend"}}, values)
	return d.finish(c, []look{l})
}
