package chart

import (
	"fmt"
	"math"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"

	"dev.varve/backend/stat"
)

// Shares of the colour: of the line behind a smoothed one, and of a band.
const (
	rawOpacity  = 0.22
	bandOpacity = 0.16
)

// Layers of a chart: what is not chosen lies below.
const (
	contextLayer = 1
	bandLayer    = 2
	rawLayer     = 3
	lineLayer    = 4
)

// composeLines makes option and series of strokes that have been read.
func (d *drawing) composeLines(strokes []stroke, x Axis, other string) error {
	line := charts.NewLine()
	xa, ya := xAxis(x), yAxis(yFormat(strokes))
	head := AxisHead{Column: d.spec.X, Label: xa.Name, Kind: NumberColumn, Format: string(xa.AxisLabel.Formatter), Log: d.spec.LogX && x == Step}
	switch {
	case other != "":
		xa.Name, xa.AxisLabel, xa.MinInterval = other, label(formatMetric), 0
		head.Column, head.Label, head.Format = d.spec.X, other, formatMetric
	case x == Time:
		head.Column, head.Kind = string(x), TimeColumn
	case x == Relative:
		head.Column, head.Kind = string(x), DurationColumn
	default:
		head.Column = string(Step)
	}
	if head.Log {
		xa.Type, xa.MinInterval = "log", 0
	}
	if d.spec.LogY {
		ya.Type, ya.Min = "log", nil
	}
	clip := d.clipRange(strokes)
	if clip != nil {
		ya.Min, ya.Max = clip.low, clip.high
	}
	line.SetGlobalOptions(globals(xa, ya, "axis", "inside")...)
	d.Head.Axes = []AxisHead{head, {Column: strings.Join(d.spec.Y, ", "), Label: strings.Join(d.keys(), ", "), Kind: NumberColumn, Format: string(ya.AxisLabel.Formatter), Log: d.spec.LogY}}
	var looks []look
	for i := range strokes {
		if s := &strokes[i]; d.wanted(s.rows) && s.total > 0 {
			looks = append(looks, d.addStroke(s, clip)...)
		}
	}
	for _, l := range looks {
		line.AddSeries(l.name, nil, l.options...)
	}
	d.noteLines(strokes, clip)
	return d.finish(line, looks)
}

// yFormat is how values of the metrics are written: as in the charts of one run.
func yFormat(strokes []stroke) string {
	format := formatMetric
	for i := range strokes {
		_, g, _ := placeMetric(Metric{Key: strokes[i].key})
		if i > 0 && g.format != format {
			return formatMetric
		}
		format = g.format
	}
	return format
}

// addStroke adds the series of one stroke.
func (d *drawing) addStroke(s *stroke, clip *clipped) []look {
	t := Trace{ID: s.id, Label: s.label, Key: s.key, Runs: d.idsOf(s.rows), Slot: s.slot, Total: s.total, Sampled: s.sampled, Dims: []string{"x", "y"}}
	var looks []look
	add := func(role Role, values []float64, l look) {
		t := t
		t.Role = role
		l.name = s.label
		d.add(t, values)
		looks = append(looks, l)
	}
	layer := func(z int) int {
		if s.slot == 0 {
			return contextLayer
		}
		return z
	}
	if len(s.bandX) > 0 {
		low, height := make([]float64, 0, 2*len(s.bandX)), make([]float64, 0, 2*len(s.bandX))
		for i, at := range s.bandX {
			low, height = append(low, at, s.low[i]), append(height, at, s.high[i]-s.low[i])
		}
		add(LowRole, low, lineLook(s.slot, 0, layer(bandLayer)).stacked(s.id))
		add(BandRole, height, lineLook(s.slot, 0, layer(bandLayer)).stacked(s.id).filled(s.slot))
	}
	if s.raw != nil {
		add(RawRole, pairs(s.raw), lineLook(s.slot, rawOpacity, layer(rawLayer)))
	}
	add(LineRole, pairs(s.points), lineLook(s.slot, 1, layer(lineLayer)))
	if clip != nil {
		if marks := clip.marks(s.points); len(marks) > 0 {
			add(ClippedRole, marks, markLook(s.slot, layer(lineLayer)))
		}
	}
	return looks
}

func (d *drawing) idsOf(rows []int) []string {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = d.table.Runs[row].ID
	}
	return ids
}

func pairs(points []Point) []float64 {
	out := make([]float64, 0, 2*len(points))
	for _, p := range points {
		out = append(out, p.X, p.Y)
	}
	return out
}

// clipped is a y axis without outliers.
type clipped struct {
	low, high float64
	n         int // values beyond
}

// clipRange finds the range of the y axis without outliers: what is further from
// the quartiles than three times their distance (Tukey's outer fence), of all
// values together, and not more than one value of fifty on each side: the
// steep beginning of a curve is no outlier. Nil, if there are none, or if the
// axis would hardly be shorter without them.
func (d *drawing) clipRange(strokes []stroke) *clipped {
	if !d.spec.Clip {
		return nil
	}
	var values []float64
	for i := range strokes {
		for _, p := range strokes[i].points {
			values = append(values, p.Y)
		}
	}
	s := stat.Sorted(values)
	if len(s) < 8 {
		return nil
	}
	low, high := stat.Fences(stat.Quantile(s, 0.25), stat.Quantile(s, 0.75), 3)
	few := max(1, len(s)/50)
	low, high = min(low, s[few]), max(high, s[len(s)-1-few])
	c := &clipped{low: math.Inf(1), high: math.Inf(-1)}
	for _, v := range s {
		if v < low || v > high {
			c.n++
			continue
		}
		c.low, c.high = min(c.low, v), max(c.high, v)
	}
	shown := c.high - c.low
	if c.n == 0 || !(shown > 0) || math.IsInf(shown, 0) || s[len(s)-1]-s[0] < 2*shown {
		return nil
	}
	margin := (c.high - c.low) * 0.04
	if c.low -= margin; d.spec.LogY {
		c.low += margin
	}
	c.high += margin
	return c
}

// mostMarks is how many clipped values of a line are marked.
const mostMarks = 200

// marks are where values lie beyond the axis, at its edge.
func (c *clipped) marks(points []Point) []float64 {
	var marks []float64
	for _, p := range points {
		switch {
		case len(marks) >= 2*mostMarks:
			return marks
		case p.Y > c.high && finite(p.Y):
			marks = append(marks, p.X, c.high)
		case p.Y < c.low && finite(p.Y):
			marks = append(marks, p.X, c.low)
		}
	}
	return marks
}

// noteLines says in words what was done.
func (d *drawing) noteLines(strokes []stroke, clip *clipped) {
	var words []string
	coloured, drawn, runs := 0, 0, map[int]bool{}
	for i := range strokes {
		s := &strokes[i]
		if s.total == 0 {
			continue
		}
		drawn++
		if s.slot > 0 {
			coloured++
		}
		for _, row := range s.rows {
			runs[row] = true
		}
	}
	d.Drawn = len(runs)
	if d.table.Groups != nil {
		words = append(words, map[Band]string{NoBand: "mean", RangeBand: "mean, range", SDBand: "mean ± s.d."}[d.spec.Band]+" of "+plural(len(runs), "run")+" in "+plural(drawn, "group"))
	}
	if coloured < drawn {
		words = append(words, fmt.Sprintf("%d of %d in colour", coloured, drawn))
	}
	if d.spec.Smooth > 0 {
		words = append(words, fmt.Sprintf("EMA %.4g", d.spec.Smooth))
	}
	if clip != nil {
		words = append(words, plural(clip.n, "outlier")+" at the edge")
	}
	d.Note = strings.Join(words, ", ")
}
