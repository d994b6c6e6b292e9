// Package chart proposes charts for a run and composes them with go-echarts'
// option types, and thins out the points of a metric for the screen.
//
// An option is a skeleton: it says how axes, lines and grid look, not where
// the points are. The page fetches those for each series and puts them in. An
// option is plain data. Colours are names of design tokens ("token:c-1"), and
// formatters are names that the page knows (metric, step, percent100…); code
// never travels.
package chart

import (
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"

	"dev.varve/backend/fault"
)

// Axis is what stands on the x axis.
type Axis string

// The x axes. Relative is the time since the run started, in ms.
const (
	Step     Axis = "step"
	Time     Axis = "time"
	Relative Axis = "relative"
)

// Chart is a chart without its points.
type Chart struct {
	Title  string
	Option map[string]any // an ECharts option
	Series []Series       // in the order of option.series
}

// Series says whose points one line shows.
type Series struct {
	Run   string
	Key   string
	Label string
	Slot  int // colour slot, from 1; after the last colour they begin again with dashes
}

// Metric is what a proposal has to know of a metric.
type Metric struct {
	Key    string
	Points int64
}

// Names of formatters that the pages have (frontend/src/chart/formats.ts).
const (
	formatMetric    = "metric"
	formatStep      = "step"
	formatTime      = "time"
	formatDuration  = "duration"
	formatPercent   = "percent100" // of numbers up to 100
	formatPercent1  = "percent"    // of numbers up to 1
	formatCount     = "count"
	formatMegabytes = "megabytes"
)

const slots = 12 // colours of the design; the next twelve are dashed

// Propose returns the charts for the metrics of a run: what belongs together
// in one chart (see group), the script's own by title, then the system's. A
// metric that was recorded once is a number, not a line: it gets no chart,
// unless another in its group has more points.
func Propose(run string, metrics []Metric, x Axis) ([]Chart, error) {
	var list []Chart
	for _, g := range groups(metrics) {
		c := Chart{Title: g.title, Series: make([]Series, len(g.members))}
		for i, m := range g.members {
			c.Series[i] = Series{Run: run, Key: m.key, Label: m.label, Slot: i + 1}
		}
		option, err := compose(c.Series, x, g.format)
		if err != nil {
			return nil, fault.Wrap(err, fault.Internal, "compose", "chart "+g.title)
		}
		c.Option = option
		list = append(list, c)
	}
	return list, nil
}

// compose makes the option of a line chart.
func compose(series []Series, x Axis, y string) (map[string]any, error) {
	line := charts.NewLine()
	line.SetGlobalOptions(
		charts.WithAnimation(false),
		charts.WithColorsOpts(nil),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "axis"}),
		charts.WithXAxisOpts(xAxis(x)),
		charts.WithYAxisOpts(yAxis(y)),
		charts.WithDataZoomOpts(opts.DataZoom{Type: "inside", FilterMode: "none"}),
	)
	for _, s := range series {
		style := opts.LineStyle{Width: 1.6, Color: token(s.Slot)}
		if s.Slot > slots {
			style.Type = "dashed"
		}
		line.AddSeries(s.Label, nil,
			charts.WithLineChartOpts(opts.LineChart{ShowSymbol: opts.Bool(false), ConnectNulls: opts.Bool(false)}),
			charts.WithLineStyleOpts(style),
			charts.WithItemStyleOpts(opts.ItemStyle{Color: token(s.Slot)}),
		)
	}
	line.Validate()
	return plain(line.JSON())
}

func token(slot int) string {
	return "token:c-" + strconv.Itoa((slot-1)%slots+1)
}

func xAxis(x Axis) opts.XAxis {
	axis := opts.XAxis{
		Type: "value", Name: "step", Scale: opts.Bool(true), MinInterval: 1,
		AxisLabel: label(formatStep),
		AxisLine:  &opts.AxisLine{Show: opts.Bool(true), OnZero: opts.Bool(false), LineStyle: &opts.LineStyle{Color: "token:axis"}},
		SplitLine: &opts.SplitLine{Show: opts.Bool(false)},
	}
	switch x {
	case Time:
		axis.Type, axis.Name, axis.AxisLabel = "time", "time", label(formatTime)
	case Relative:
		axis.Name, axis.AxisLabel = "time since the start", label(formatDuration)
	}
	return axis
}

func yAxis(format string) opts.YAxis {
	axis := opts.YAxis{
		Type: "value", Scale: opts.Bool(true), AxisLabel: label(format),
		SplitLine: &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: "token:grid"}},
	}
	if format == formatPercent || format == formatMegabytes {
		axis.Min = 0 // how much of something: half of it must look like half
	}
	return axis
}

func label(format string) *opts.AxisLabel {
	return &opts.AxisLabel{Color: "token:text-3", Formatter: types.FuncStr(format), HideOverlap: opts.Bool(true)}
}
