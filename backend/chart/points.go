package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Diameters of bubbles in pixels; their area goes with the value.
const (
	leastBubble = 6
	mostBubble  = 36
)

// pointSize is the diameter of the points of a scatter chart.
const pointSize = 7

// scatter draws one point per run; bubbles have a third column for their size.
func (d *drawing) scatter() error {
	x, y := d.table.Columns[d.spec.X], d.table.Columns[d.spec.Y[0]]
	var z *Column
	columns := []*Column{x, y}
	if d.spec.Kind == Bubble {
		z = d.table.Columns[d.spec.Z]
		if !z.numeric() {
			return wrong("z", "The size of a bubble is a number; %s holds texts.", z.Label)
		}
		columns = append(columns, z)
	}
	rows := d.complete(columns...)
	xa, xHead := columnX(x, d.spec.LogX)
	ya, yHead := columnY(y, d.spec.LogY)
	rows = d.positive(rows, xHead.Log, x)
	rows = d.positive(rows, yHead.Log, y)
	d.preferBest(rows, y)
	d.Head.Axes = []AxisHead{xHead, yHead}
	dims, values := []string{"x", "y", "row"}, func(row int) []float64 { return []float64{x.Values[row], y.Values[row]} }
	size := float64(pointSize)
	if z != nil {
		d.Head.Axes = append(d.Head.Axes, axisHead(z, false))
		diameter := diameters(z, rows)
		dims, size = []string{"x", "y", "z", "diameter", "row"}, 0
		values = func(row int) []float64 {
			return []float64{x.Values[row], y.Values[row], z.Values[row], diameter(z.Values[row])}
		}
	}
	c := charts.NewScatter()
	c.SetGlobalOptions(globals(xa, ya, "item", "")...)
	c.SetXAxis(xa.Data)
	if z != nil {
		c.SetGlobalOptions(charts.WithVisualMapOpts(opts.VisualMap{Type: "continuous", Show: opts.Bool(false), InRange: &opts.VisualMapInRange{}}))
	}
	looks := d.addPoints(rows, PointsRole, dims, values, func(slot int) look { return pointLook(slot, size) })
	for _, l := range looks {
		c.AddSeries(l.name, nil, l.options...)
	}
	if err := d.finish(c, looks); err != nil {
		return err
	}
	if z != nil {
		d.Option["visualMap"] = []any{map[string]any{
			"type": "continuous", "show": false, "dimension": 3, "min": leastBubble, "max": mostBubble,
			"inRange": map[string]any{"symbolSize": []any{leastBubble, mostBubble}},
		}}
	}
	d.noteRows(len(rows))
	return nil
}

// preferBest gives the first colours to the best runs, where nobody has chosen
// and the name of the metric says which those are.
func (d *drawing) preferBest(rows []int, c *Column) {
	if d.slots.given != nil || !c.numeric() || !strings.Contains(c.Name, metricPrefix) {
		return
	}
	sense, _ := Better(c.Name)
	if sense == Either {
		return
	}
	best := slices.Clone(rows)
	slices.SortStableFunc(best, func(a, b int) int {
		order := cmp.Compare(c.Values[a], c.Values[b])
		if sense == Higher {
			order = -order
		}
		return order
	})
	for _, row := range best {
		d.slots.of(d.pointID(row))
	}
}

// diameters maps values to diameters whose squares are evenly spread.
func diameters(c *Column, rows []int) func(float64) float64 {
	least, most := math.Inf(1), math.Inf(-1)
	for _, row := range rows {
		least, most = min(least, c.Values[row]), max(most, c.Values[row])
	}
	return func(v float64) float64 {
		share := 0.5
		if most > least {
			share = (v/2 - least/2) / (most/2 - least/2)
		}
		return math.Sqrt(leastBubble*leastBubble + share*(mostBubble*mostBubble-leastBubble*leastBubble))
	}
}

// complete are the rows that have something in all columns.
func (d *drawing) complete(columns ...*Column) []int {
	var rows []int
	lacking := make([]int, len(columns))
	for row := range d.table.Runs {
		missing := -1
		for i, c := range columns {
			if !finite(c.Values[row]) {
				missing = i
				break
			}
		}
		if missing >= 0 {
			lacking[missing]++
			continue
		}
		rows = append(rows, row)
	}
	for i, n := range lacking {
		d.leave(n, "no value of "+columns[i].Label)
	}
	return rows
}

// positive are the rows whose values a logarithmic axis can show.
func (d *drawing) positive(rows []int, log bool, c *Column) []int {
	if !log {
		return rows
	}
	var kept []int
	for _, row := range rows {
		if c.Values[row] > 0 {
			kept = append(kept, row)
		}
	}
	d.leave(len(rows)-len(kept), c.Label+" is not above zero, and the axis is logarithmic")
	return kept
}

// addPoints adds a series for each run with a colour, and one for all others,
// which comes first. Each row of it ends with the index of its run.
func (d *drawing) addPoints(rows []int, role Role, dims []string, values func(row int) []float64, style func(slot int) look) []look {
	d.Rows = make([]string, len(d.table.Runs))
	for i, r := range d.table.Runs {
		d.Rows[i] = r.ID
	}
	var rest []float64
	var looks, coloured []look
	var traces []Trace
	var blocks [][]float64
	for _, row := range rows {
		slot := d.slots.of(d.pointID(row))
		if slot == 0 {
			rest = append(append(rest, values(row)...), float64(row))
			continue
		}
		run := d.table.Runs[row]
		l := style(slot)
		l.name = run.Name
		coloured = append(coloured, l)
		traces = append(traces, Trace{ID: d.pointID(row), Label: run.Name, Runs: []string{run.ID}, Role: role, Slot: slot, Dims: dims})
		blocks = append(blocks, append(values(row), float64(row)))
	}
	if len(rest) > 0 {
		l := style(0)
		l.name = "other runs"
		looks = append(looks, l)
		d.add(Trace{Label: l.name, Role: role, Dims: dims}, rest)
	}
	for i, t := range traces {
		d.add(t, blocks[i])
	}
	return append(looks, coloured...)
}

// pointID is what the colour of a run's point is kept by: the run, or its group.
func (d *drawing) pointID(row int) string {
	if d.table.Groups != nil {
		return d.table.Groups[row].ID
	}
	return d.table.Runs[row].ID
}

func (d *drawing) noteRows(n int) {
	d.Drawn = n
	d.Note = plural(n, "run")
	if n != d.Matching {
		d.Note = fmt.Sprintf("%d of %s", n, plural(d.Matching, "run"))
	}
}
