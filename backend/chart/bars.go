package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"

	"dev.varve/backend/stat"
)

// mostBars is how many bars can still be read.
const mostBars = 100

// bar is one bar: a run, or a group with the mean of its runs.
type bar struct {
	rowGroup
	values []float64 // of each column
	sd     []float64 // of groups
}

// bars draws a bar per run or group, the greatest first. Of one column each bar
// has the colour of its run; of several, each column has one.
func (d *drawing) bars() error {
	columns := make([]*Column, len(d.spec.Y))
	for i, name := range d.spec.Y {
		columns[i] = d.table.Columns[name]
		if !columns[i].numeric() {
			return wrong("y", "A bar is as long as a number; %s holds texts.", columns[i].Label)
		}
	}
	list := d.barList(columns)
	if n := len(list) - mostBars; n > 0 {
		d.leave(n, fmt.Sprintf("beyond the %d bars of one chart", mostBars))
		list = list[:mostBars]
	}
	names := make([]string, len(list))
	for i, b := range list {
		names[i] = b.label
	}
	ya := yAxis(formatMetric)
	ya.Type, ya.Data, ya.Inverse, ya.Scale, ya.AxisLabel.Formatter, ya.SplitLine = "category", names, opts.Bool(true), nil, "", nil
	xa, xHead := columnX(columns[0], d.spec.LogX)
	xa.Scale = nil // bars begin at zero: their length is the value
	xa.SplitLine = &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: "token:grid"}}
	d.Head.Axes = []AxisHead{xHead, {Label: "run", Kind: TextColumn, Categories: names}}
	c := charts.NewBar()
	c.SetGlobalOptions(globals(xa, ya, "item", "")...)
	var looks []look
	if len(columns) == 1 {
		looks = d.addBars(list)
	} else {
		looks = d.addBarSeries(list, columns)
	}
	for _, l := range looks {
		c.AddSeries(l.name, nil, l.options...)
	}
	runs := 0
	for _, b := range list {
		runs += len(b.rows)
	}
	d.noteRows(runs)
	if d.table.Groups != nil {
		d.Note = "mean of " + plural(runs, "run") + " in " + plural(len(list), "group")
	}
	return d.finish(c, looks)
}

// barList are the bars that have a value, the greatest first.
func (d *drawing) barList(columns []*Column) []bar {
	var list []bar
	without := 0
	for _, g := range d.grouped() {
		b := bar{rowGroup: g}
		any := false
		for _, c := range columns {
			mean, sd, n := stat.Mean(pick(c, g.rows))
			b.values, b.sd = append(b.values, mean), append(b.sd, sd)
			any = any || n > 0
		}
		if !any {
			without += len(g.rows)
			continue
		}
		list = append(list, b)
	}
	d.leave(without, "no value of "+columns[0].Label)
	slices.SortStableFunc(list, func(a, b bar) int {
		return cmp.Or(btoi(math.IsNaN(a.values[0]))-btoi(math.IsNaN(b.values[0])), cmp.Compare(b.values[0], a.values[0]))
	})
	return list
}

func pick(c *Column, rows []int) []float64 {
	values := make([]float64, len(rows))
	for i, row := range rows {
		values[i] = c.Values[row]
	}
	return values
}

// barDims are a value, the number of its category, and the standard deviation
// of a group.
var barDims = []string{"x", "y", "sd"}

// addBars adds a series for each bar with a colour and one for all others. They
// lie on each other, each with its bars alone.
func (d *drawing) addBars(list []bar) []look {
	var rest []float64
	var looks []look
	for i, b := range list {
		slot := d.slots.of(b.id)
		values := []float64{b.values[0], float64(i), b.sd[0]}
		if slot == 0 {
			rest = append(rest, values...)
			continue
		}
		looks = append(looks, barLook(b.label, slot, "-100%"))
		d.add(Trace{ID: b.id, Label: b.label, Runs: d.idsOf(b.rows), Key: d.keys()[0], Role: BarsRole, Slot: slot, Dims: barDims}, values)
	}
	if len(rest) > 0 {
		looks = append(looks, barLook("other runs", 0, "-100%"))
		d.add(Trace{Label: "other runs", Key: d.keys()[0], Role: BarsRole, Dims: barDims}, rest)
	}
	return looks
}

// addBarSeries adds a series for each column.
func (d *drawing) addBarSeries(list []bar, columns []*Column) []look {
	var looks []look
	for k, c := range columns {
		values := make([]float64, 0, 3*len(list))
		for i, b := range list {
			values = append(values, b.values[k], float64(i), b.sd[k])
		}
		looks = append(looks, barLook(c.Label, k+1, ""))
		d.add(Trace{ID: c.Name, Label: c.Label, Key: c.Label, Role: BarsRole, Slot: k + 1, Dims: barDims}, values)
	}
	return looks
}

func barLook(name string, slot int, gap string) look {
	l := look{name: name, options: []charts.SeriesOpts{
		charts.WithSeriesAnimation(false),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: colour(slot)}),
		charts.WithBarChartOpts(opts.BarChart{BarGap: gap}),
		charts.WithSeriesOpts(func(s *charts.SingleSeries) { s.Type = types.ChartBar }),
	}}
	l.put("barMaxWidth", 18)
	return l
}
