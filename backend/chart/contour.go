package chart

import (
	"fmt"
	"math"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"dev.varve/backend/fault"
	"dev.varve/backend/stat"
)

// contourCells is how many cells a contour has along each axis.
const contourCells = 48

// contourLevels is how many bands of colour it has; a line lies between two.
const contourLevels = 7

// contour estimates a column over two others on a regular grid (stat.Grid says
// how) and marks the runs it was estimated from. Between the runs it is a guess;
// beyond their hull there is nothing.
func (d *drawing) contour() error {
	x, y, z := d.table.Columns[d.spec.X], d.table.Columns[d.spec.Y[0]], d.table.Columns[d.spec.Z]
	for field, c := range map[string]*Column{"x": x, "y": y, "z": z} {
		if !c.numeric() {
			return wrong(field, "A contour needs numbers; %s holds texts.", c.Label)
		}
	}
	rows := d.complete(x, y, z)
	rows = d.positive(rows, d.spec.LogX, x)
	rows = d.positive(rows, d.spec.LogY, y)
	toX, fromX := scaleOf(d.spec.LogX)
	toY, fromY := scaleOf(d.spec.LogY)
	spots := make([]stat.Spot, len(rows))
	for i, row := range rows {
		spots[i] = stat.Spot{X: toX(x.Values[row]), Y: toY(y.Values[row]), Z: z.Values[row]}
	}
	cells, ok := stat.Grid(spots, contourCells, contourCells)
	if !ok {
		return wrong("x", "A contour needs three runs or more that do not lie on one line; these are %d.", len(rows))
	}
	left, right, bottom, top := bounds(spots)
	xs, ys := centres(left, right, fromX), centres(bottom, top, fromY)
	var values []float64
	low, high := math.Inf(1), math.Inf(-1)
	for i, v := range cells {
		if math.IsNaN(v) {
			continue
		}
		low, high = min(low, v), max(high, v)
		values = append(values, float64(i%contourCells), float64(i/contourCells), v)
	}
	if low == high {
		high = low + max(math.Abs(low), 1)*1e-9
	}
	if err := d.composeContour(x, y, z, xs, ys, heat{
		dims: []string{"x", "y", "z"}, values: values, label: z.Label, low: low, high: high,
		colours: []string{"seq-1", "seq-2", "seq-3", "seq-4", "seq-5", "seq-6", "seq-7"}, steps: contourLevels,
	}); err != nil {
		return err
	}
	xRange, yRange := ends(x, rows), ends(y, rows)
	d.overlay(rows, x, y, z, xRange, yRange)
	if err := d.levels(cells, low, high, func(s stat.Spot) (float64, float64) {
		return fromX(between(left, right, s.X)), fromY(between(bottom, top, s.Y))
	}); err != nil {
		return err
	}
	d.noteRows(len(rows))
	d.Note += ", estimated between them"
	return nil
}

// composeContour makes the option of the cells, whose axes are hidden: they
// count cells.
func (d *drawing) composeContour(x, y, z *Column, xs, ys []string, h heat) error {
	d.Head.Axes = []AxisHead{axisHead(x, d.spec.LogX), axisHead(y, d.spec.LogY), axisHead(z, false)}
	d.Head.Axes[0].Categories, d.Head.Axes[1].Categories = xs, ys
	xa, ya := xAxis(Step), yAxis(formatMetric)
	xa.Type, xa.Data, xa.Name, xa.MinInterval, xa.Scale, xa.AxisLabel.Formatter = "category", xs, "", 0, nil, ""
	ya.Type, ya.Data, ya.Scale, ya.AxisLabel.Formatter, ya.SplitLine = "category", ys, nil, "", nil
	if err := d.heatmap(xa, ya, h); err != nil {
		return err
	}
	d.axis("xAxis")["show"], d.axis("yAxis")["show"] = false, false
	return nil
}

// overlay adds a second pair of axes, which people read, with a point for each
// run. They end where the cells end.
func (d *drawing) overlay(rows []int, x, y, z *Column, xRange, yRange [2]float64) {
	add := func(name string, c *Column, ends [2]float64, log bool) {
		axis := map[string]any{
			"type": axisType(axisHead(c, log)), "name": c.Label, "min": ends[0], "max": ends[1], "scale": true,
			"axisLabel": map[string]any{"color": "token:text-3", "formatter": c.format(), "hideOverlap": true},
			"axisLine":  map[string]any{"show": true, "onZero": false, "lineStyle": map[string]any{"color": "token:axis"}},
			"splitLine": map[string]any{"show": false}, "position": map[string]any{"xAxis": "bottom", "yAxis": "left"}[name],
		}
		list, _ := d.Option[name].([]any)
		d.Option[name] = append(list, axis)
	}
	add("xAxis", x, xRange, d.spec.LogX)
	add("yAxis", y, yRange, d.spec.LogY)
	d.rowIDs()
	dims := []string{"x", "y", "z", "row"}
	var values []float64
	for _, row := range rows {
		values = append(values, x.Values[row], y.Values[row], z.Values[row], float64(row))
	}
	d.add(Trace{Label: plural(len(rows), "run"), Role: PointsRole, Dims: dims}, values)
	series, _ := d.Option["series"].([]any)
	d.Option["series"] = append(series, map[string]any{
		"type": "scatter", "name": plural(len(rows), "run"), "xAxisIndex": 1, "yAxisIndex": 1, "dimensions": anys(dims), "animation": false,
		"symbol": "circle", "symbolSize": 5, "z": lineLayer,
		"itemStyle": map[string]any{"color": "token:surface", "borderColor": "token:text", "borderWidth": 1},
	})
}

// ends are the least and the greatest value of rows.
func ends(c *Column, rows []int) [2]float64 {
	values := pick(c, rows)
	return [2]float64{slices.Min(values), slices.Max(values)}
}

// scaleOf are the ways to the scale of an axis and back.
func scaleOf(log bool) (to, from func(float64) float64) {
	if log {
		return math.Log, math.Exp
	}
	same := func(v float64) float64 { return v }
	return same, same
}

func bounds(spots []stat.Spot) (left, right, bottom, top float64) {
	left, right, bottom, top = math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, s := range spots {
		left, right, bottom, top = min(left, s.X), max(right, s.X), min(bottom, s.Y), max(top, s.Y)
	}
	return left, right, bottom, top
}

// centres are the middles of the cells along an axis, for hovering.
func centres(from, to float64, back func(float64) float64) []string {
	list := make([]string, contourCells)
	for i := range list {
		list[i] = fmt.Sprintf("%.4g", back(between(from, to, float64(i))))
	}
	return list
}

// between is the middle of the i-th cell along an axis.
func between(from, to, i float64) float64 { return from + (to-from)*(i+0.5)/contourCells }

// levels adds the lines where one colour becomes the next.
func (d *drawing) levels(cells []float64, low, high float64, place func(stat.Spot) (x, y float64)) error {
	var values []float64
	for i := 1; i < contourLevels; i++ {
		for _, line := range stat.Isolines(cells, contourCells, low+(high-low)*float64(i)/contourLevels) {
			if len(values) > 0 {
				values = append(values, math.NaN(), math.NaN())
			}
			for _, s := range line {
				x, y := place(s)
				values = append(values, x, y)
			}
		}
	}
	if len(values) == 0 {
		return nil
	}
	l := lineLook(0, 0.55, rawLayer)
	l.options = append(l.options, charts.WithLineStyleOpts(opts.LineStyle{Width: 1, Color: "token:text", Opacity: opts.Float(0.55)}))
	c := charts.NewLine()
	c.AddSeries("levels", nil, l.options...)
	made, err := plain(c.JSON())
	if err != nil {
		return fault.Wrap(err, fault.Internal, "compose", "chart "+d.Title)
	}
	list, _ := made["series"].([]any)
	one, _ := list[0].(map[string]any)
	dims := []string{"x", "y"}
	for key, value := range map[string]any{"xAxisIndex": 1, "yAxisIndex": 1, "dimensions": anys(dims), "silent": true, "z": rawLayer} {
		one[key] = value
	}
	series, _ := d.Option["series"].([]any)
	d.Option["series"] = append(series, one)
	d.add(Trace{Label: "levels", Role: LevelsRole, Dims: dims}, values)
	return nil
}
