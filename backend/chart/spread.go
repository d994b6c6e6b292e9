package chart

import (
	"fmt"
	"math"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"

	"dev.varve/backend/stat"
)

// histogram counts runs by the value of a column.
func (d *drawing) histogram() error {
	c := d.table.Columns[d.spec.Y[0]]
	if !c.numeric() {
		return wrong("y", "A histogram counts numbers; %s holds texts.", c.Label)
	}
	buckets := stat.BucketsOf(c.Values, d.spec.Bins)
	xa, head := columnX(c, false)
	ya := yAxis(formatCount)
	ya.Scale, ya.Name = nil, "runs"
	d.Head.Axes = []AxisHead{head, {Label: "runs", Kind: NumberColumn, Format: formatCount}}
	values := make([]float64, 0, 4*len(buckets.Counts))
	for i, n := range buckets.Counts {
		from, to := buckets.Edges[i], buckets.Edges[i+1]
		values = append(values, from+(to-from)/2, float64(n), from, to)
	}
	bar := charts.NewBar()
	bar.SetGlobalOptions(globals(xa, ya, "item", "")...)
	l := barLook(c.Label, 1, "")
	delete(l.extra, "barMaxWidth")
	l.put("barCategoryGap", "4%")
	bar.AddSeries(l.name, nil, l.options...)
	d.add(Trace{ID: c.Name, Label: c.Label, Key: c.Label, Role: BarsRole, Slot: 1, Dims: []string{"x", "n", "from", "to"}}, values)
	d.leave(len(d.table.Runs)-buckets.N, "no value of "+c.Label)
	d.noteRows(buckets.N)
	if err := d.finish(bar, []look{l}); err != nil {
		return err
	}
	if n := len(buckets.Edges); n > 0 {
		axis := d.axis("xAxis")
		axis["min"], axis["max"] = buckets.Edges[0], buckets.Edges[n-1]
	}
	return nil
}

// axis is the first axis of an option, for what go-echarts has no field for.
func (d *drawing) axis(name string) map[string]any {
	list, _ := d.Option[name].([]any)
	if len(list) == 0 {
		return map[string]any{}
	}
	axis, _ := list[0].(map[string]any)
	return axis
}

// boxes draw the quartiles of a column, of each group or of all runs.
func (d *drawing) boxes() error {
	y := d.table.Columns[d.spec.Y[0]]
	if !y.numeric() {
		return wrong("y", "A box shows numbers; %s holds texts.", y.Label)
	}
	groups := []rowGroup{{label: "all runs", rows: everyRow(d.table)}}
	if d.table.Groups != nil {
		groups = d.grouped()
		slices.SortStableFunc(groups, func(a, b rowGroup) int { return Natural(a.label, b.label) })
	}
	var names []string
	var boxes, outliers []float64
	n := 0
	for _, g := range groups {
		b, ok := stat.BoxOf(pick(y, g.rows))
		if !ok {
			continue
		}
		if len(names) == mostBars {
			d.leave(len(g.rows), fmt.Sprintf("beyond the %d boxes of one chart", mostBars))
			continue
		}
		at := float64(len(names))
		names = append(names, g.label)
		boxes = append(boxes, at, b.Low, b.Q1, b.Median, b.Q3, b.High, float64(b.N))
		n += b.N
		for _, row := range g.rows {
			if v := y.Values[row]; finite(v) && (v < b.Low || v > b.High) {
				outliers = append(outliers, at, v, float64(row))
			}
		}
	}
	return d.composeBoxes(y, names, boxes, outliers, n)
}

func (d *drawing) composeBoxes(y *Column, names []string, boxes, outliers []float64, n int) error {
	xa := xAxis(Step)
	xa.Type, xa.Data, xa.Name, xa.MinInterval, xa.Scale, xa.AxisLabel.Formatter = "category", names, "", 0, nil, ""
	ya, yHead := columnY(y, d.spec.LogY)
	d.Head.Axes = []AxisHead{{Kind: TextColumn, Categories: names}, yHead}
	d.rowIDs()
	box := charts.NewBoxPlot()
	box.SetGlobalOptions(globals(xa, ya, "item", "")...)
	looks := []look{{name: y.Label, options: []charts.SeriesOpts{
		charts.WithSeriesAnimation(false),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: "token:seq-1", BorderColor: token(1)}),
		charts.WithSeriesOpts(func(s *charts.SingleSeries) { s.Type = types.ChartBoxPlot }),
	}}}
	d.add(Trace{Label: y.Label, Key: y.Label, Role: BoxesRole, Slot: 1, Dims: []string{"x", "low", "q1", "median", "q3", "high", "n"}}, boxes)
	if len(outliers) > 0 {
		l := pointLook(1, 5)
		l.name = "outliers"
		looks = append(looks, l)
		d.add(Trace{Label: l.name, Key: y.Label, Role: PointsRole, Slot: 1, Dims: []string{"x", "y", "row"}}, outliers)
	}
	for _, l := range looks {
		box.AddSeries(l.name, nil, l.options...)
	}
	box.SetXAxis(names)
	d.leave(len(d.table.Runs)-n, "no value of "+y.Label)
	d.noteRows(n)
	d.Note += ", whiskers to 1.5 × the box"
	return d.finish(box, looks)
}

func everyRow(t *Table) []int {
	rows := make([]int, len(t.Runs))
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// rowIDs names the runs that the dimension row counts.
func (d *drawing) rowIDs() {
	d.Rows = make([]string, len(d.table.Runs))
	for i, r := range d.table.Runs {
		d.Rows[i] = r.ID
	}
}

// correlation is a matrix of the correlations of columns.
func (d *drawing) correlation() error {
	measure, word := stat.Spearman, "Spearman"
	if d.spec.Method == "pearson" {
		measure, word = stat.Pearson, "Pearson"
	}
	var columns []*Column
	texts := 0
	for _, name := range d.spec.Axes {
		if c := d.table.Columns[name]; c.numeric() {
			columns = append(columns, c)
		} else {
			texts++
		}
	}
	if len(columns) < 2 {
		return wrong("axes", "A correlation needs two columns of numbers; of these only %d is one.", len(columns))
	}
	d.leave(texts, "no correlation: texts")
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Label
	}
	var values []float64
	least := len(d.table.Runs)
	for i, a := range columns {
		for j, b := range columns {
			r, n := measure(a.Values, b.Values)
			if i == j && !math.IsNaN(r) {
				r = 1
			}
			values = append(values, float64(j), float64(i), r, float64(n))
			least = min(least, n)
		}
	}
	d.Drawn = len(d.table.Runs)
	d.Note = fmt.Sprintf("%s, n = %d", word, len(d.table.Runs))
	if least < len(d.table.Runs) {
		d.Note = fmt.Sprintf("%s, n = %d to %d", word, least, len(d.table.Runs))
	}
	xa, ya := xAxis(Step), yAxis(formatMetric)
	xa.Type, xa.Data, xa.Name, xa.MinInterval, xa.Scale, xa.AxisLabel.Formatter = "category", names, "", 0, nil, ""
	ya.Type, ya.Data, ya.Inverse, ya.Scale, ya.AxisLabel.Formatter, ya.SplitLine = "category", names, opts.Bool(true), nil, "", nil
	d.Head.Axes = []AxisHead{{Kind: TextColumn, Categories: names}, {Kind: TextColumn, Categories: names}, {Label: word, Kind: NumberColumn, Format: formatMetric}}
	return d.heatmap(xa, ya, heat{dims: []string{"x", "y", "r", "n"}, values: values, label: word, low: -1, high: 1, colours: []string{"div-neg", "div-mid", "div-pos"}})
}

// heat is a chart of cells in colour.
type heat struct {
	dims      []string
	values    []float64
	label     string
	low, high float64
	colours   []string
	steps     int      // bands of colour; 0: a continuous scale
	ends      []string // what the highest and the lowest colour mean, in words
}

// heatmap draws cells whose third dimension is their colour.
func (d *drawing) heatmap(xa opts.XAxis, ya opts.YAxis, h heat) error {
	c := charts.NewHeatMap()
	c.SetGlobalOptions(globals(xa, ya, "item", "")...)
	c.SetGlobalOptions(charts.WithVisualMapOpts(opts.VisualMap{Type: "continuous"}))
	l := look{name: h.label, options: []charts.SeriesOpts{
		charts.WithSeriesAnimation(false),
		charts.WithSeriesOpts(func(s *charts.SingleSeries) { s.Type = types.ChartHeatMap }),
	}}
	c.AddSeries(l.name, nil, l.options...)
	c.SetXAxis(xa.Data)
	d.add(Trace{Label: h.label, Role: CellsRole, Dims: h.dims}, h.values)
	if err := d.finish(c, []look{l}); err != nil {
		return err
	}
	colours := make([]any, len(h.colours))
	for i, name := range h.colours {
		colours[i] = "token:" + name
	}
	scale := map[string]any{
		"type": "continuous", "min": h.low, "max": h.high, "dimension": 2, "seriesIndex": 0,
		"inRange": map[string]any{"color": colours}, "calculable": false, "orient": "vertical", "right": 0, "top": "middle", "itemHeight": 90, "itemWidth": 10,
		"textStyle": map[string]any{"color": "token:text-3"},
	}
	scale["precision"] = max(0, 2-int(math.Floor(math.Log10(h.high/2-h.low/2))))
	if h.ends != nil {
		scale["text"] = anys(h.ends)
	}
	if h.steps > 0 {
		scale["type"], scale["splitNumber"] = "piecewise", h.steps
		scale["itemHeight"], scale["itemGap"] = 13, 2
	}
	d.Option["visualMap"] = []any{scale}
	return nil
}
