package chart

import (
	"math"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// absent is the category of runs that have nothing in a column of texts: a line
// that ends there would look like one that goes on.
const absent = "–"

// mostCategories is how many texts an axis has room for.
const mostCategories = 200

// parallel draws a line through all axes for each run. A run without a number
// has a gap at that axis.
func (d *drawing) parallel() error {
	axes := make([]opts.ParallelAxis, len(d.spec.Axes))
	columns := make([]*Column, len(axes))
	dims := make([]string, 0, len(axes)+1)
	for i, name := range d.spec.Axes {
		c := d.table.Columns[name]
		if len(c.Categories) > mostCategories {
			return wrong("axes", "%s has %d different texts, too many for an axis.", c.Label, len(c.Categories)).WithHint("Leave it out.")
		}
		columns[i] = withAbsent(c)
		head := axisHead(columns[i], columns[i].logarithmic())
		d.Head.Axes = append(d.Head.Axes, head)
		axes[i] = opts.ParallelAxis{Dim: i, Name: c.Label, Type: axisType(head)}
		if c.Type == TextColumn {
			axes[i].Data = columns[i].Categories
		}
		dims = append(dims, name)
	}
	dims = append(dims, "row")
	rows := make([]int, len(d.table.Runs))
	for i := range rows {
		rows[i] = i
	}
	c := charts.NewParallel()
	c.SetGlobalOptions(append(common("item"), charts.WithParallelAxisList(axes))...)
	looks := d.addPoints(rows, LinesRole, dims, func(row int) []float64 {
		values := make([]float64, len(columns), len(dims))
		for i, c := range columns {
			values[i] = drawableOn(d.Head.Axes[i].Log, c.Values[row])
		}
		return values
	}, parallelLook)
	for _, l := range looks {
		c.AddSeries(l.name, nil, l.options...)
	}
	if err := d.finish(c, looks); err != nil {
		return err
	}
	d.styleAxes()
	d.noteRows(len(rows))
	return nil
}

func drawableOn(log bool, v float64) float64 {
	if !finite(v) || log && v <= 0 {
		return math.NaN()
	}
	return v
}

// withAbsent is a column of texts in which nothing is a text, too.
func withAbsent(c *Column) *Column {
	if c.Type != TextColumn || !slices.ContainsFunc(c.Values, math.IsNaN) {
		return c
	}
	filled := *c
	filled.Categories = append(slices.Clone(c.Categories), absent)
	filled.Values = slices.Clone(c.Values)
	for i, v := range filled.Values {
		if math.IsNaN(v) {
			filled.Values[i] = float64(len(c.Categories))
		}
	}
	return &filled
}

func parallelLook(slot int) look {
	width, opacity, z := float32(2), float32(1), lineLayer
	if slot == 0 {
		width, opacity, z = 1, 0.35, contextLayer
	}
	l := look{options: []charts.SeriesOpts{
		charts.WithSeriesAnimation(false),
		charts.WithLineStyleOpts(opts.LineStyle{Width: width, Color: colour(slot), Opacity: opts.Float(opacity)}),
		charts.WithSeriesOpts(func(s *charts.SingleSeries) { s.Type = types.ChartParallel }),
	}}
	l.put("z", z)
	return l
}

// styleAxes gives parallel axes labels and lines, for which go-echarts' type has
// no fields.
func (d *drawing) styleAxes() {
	list, _ := d.Option["parallelAxis"].([]any)
	for i, one := range list {
		axis, _ := one.(map[string]any)
		axis["dim"] = i
		axis["axisLine"] = map[string]any{"lineStyle": map[string]any{"color": "token:axis"}}
		axis["nameTextStyle"] = map[string]any{"color": "token:text"}
		label := map[string]any{"color": "token:text-3", "hideOverlap": true}
		if h := d.Head.Axes[i]; h.Kind != TextColumn {
			axis["scale"] = true
			label["formatter"] = h.Format
		}
		axis["axisLabel"] = label
	}
}
