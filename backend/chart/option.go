package chart

import (
	"encoding/json"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"

	"dev.varve/backend/fault"
)

// contextColour is the colour of what is not chosen.
const contextColour = "token:c-context"

// colour is the token of a slot.
func colour(slot int) string {
	if slot == 0 {
		return contextColour
	}
	return token(slot)
}

// look is how a series is drawn: options of go-echarts, and what its types have
// no field for.
type look struct {
	name    string
	options []charts.SeriesOpts
	extra   map[string]any
}

func (l *look) put(key string, value any) {
	if l.extra == nil {
		l.extra = map[string]any{}
	}
	l.extra[key] = value
}

// lineLook is a line of a slot's colour.
func lineLook(slot int, opacity float32, z int) look {
	style := opts.LineStyle{Width: 1.6, Color: colour(slot), Opacity: opts.Float(opacity)}
	if slot == 0 {
		style.Width = 1
	}
	if slot > slots {
		style.Type = "dashed"
	}
	l := look{options: []charts.SeriesOpts{
		charts.WithSeriesAnimation(false),
		charts.WithLineChartOpts(opts.LineChart{ShowSymbol: opts.Bool(false), ConnectNulls: opts.Bool(false)}),
		charts.WithLineStyleOpts(style),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: colour(slot)}),
	}}
	l.put("z", z)
	return l
}

// stacked stands a series on the one before of the same stack, whatever their
// signs are.
func (l look) stacked(stack string) look {
	l.options = append(l.options, charts.WithSeriesOpts(func(s *charts.SingleSeries) { s.Stack = stack }))
	l.put("stackStrategy", "all")
	l.put("silent", true)
	return l
}

// filled is the area between two stacked lines.
func (l look) filled(slot int) look {
	l.options = append(l.options, charts.WithAreaStyleOpts(opts.AreaStyle{Color: colour(slot), Opacity: opts.Float(bandOpacity)}))
	return l
}

// markLook is a mark at the edge for what lies beyond it.
func markLook(slot, z int) look {
	l := look{options: []charts.SeriesOpts{
		charts.WithSeriesAnimation(false),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: colour(slot)}),
		charts.WithSeriesOpts(func(s *charts.SingleSeries) { s.Type, s.Symbol, s.SymbolSize = types.ChartScatter, "triangle", 6 }),
	}}
	l.put("z", z)
	l.put("silent", true)
	return l
}

// pointLook are points of a slot's colour.
func pointLook(slot int, size float64) look {
	z, opacity := lineLayer, float32(0.9)
	if slot == 0 {
		z, opacity = contextLayer, 0.7
	}
	l := look{options: []charts.SeriesOpts{
		charts.WithSeriesAnimation(false),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: colour(slot), Opacity: opts.Float(opacity)}),
		charts.WithSeriesOpts(func(s *charts.SingleSeries) {
			s.Type, s.Symbol = types.ChartScatter, "circle"
			if size > 0 {
				s.SymbolSize = size
			}
		}),
	}}
	l.put("z", z)
	return l
}

// globals are what all charts with two axes have in common.
func globals(x opts.XAxis, y opts.YAxis, trigger, zoom string) []charts.GlobalOpts {
	list := append(common(trigger), charts.WithXAxisOpts(x), charts.WithYAxisOpts(y))
	if zoom != "" {
		list = append(list, charts.WithDataZoomOpts(opts.DataZoom{Type: zoom, FilterMode: "none"}))
	}
	return list
}

func common(trigger string) []charts.GlobalOpts {
	return []charts.GlobalOpts{
		charts.WithAnimation(false),
		charts.WithColorsOpts(nil),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: trigger}),
	}
}

// columnX and columnY are axes for the values of a column.
func columnX(c *Column, log bool) (opts.XAxis, AxisHead) {
	head := axisHead(c, log)
	axis := xAxis(Step)
	axis.Name, axis.MinInterval, axis.AxisLabel, axis.Type = c.Label, 0, label(head.Format), axisType(head)
	if c.Type == TextColumn {
		axis.Data, axis.AxisLabel.Formatter, axis.Scale = c.Categories, "", nil
	}
	return axis, head
}

func columnY(c *Column, log bool) (opts.YAxis, AxisHead) {
	head := axisHead(c, log)
	axis := yAxis(head.Format)
	axis.Name, axis.Type = c.Label, axisType(head)
	if c.Type == TextColumn {
		axis.Data, axis.AxisLabel.Formatter, axis.Scale = c.Categories, "", nil
	}
	return axis, head
}

func axisHead(c *Column, log bool) AxisHead {
	return AxisHead{Column: c.Name, Label: c.Label, Kind: c.Type, Categories: c.Categories, Format: c.format(), Log: log && c.Type == NumberColumn}
}

func axisType(h AxisHead) string {
	switch {
	case h.Log:
		return "log"
	case h.Kind == TextColumn:
		return "category"
	case h.Kind == TimeColumn:
		return "time"
	}
	return "value"
}

// chartOf is what all of go-echarts' charts can do.
type chartOf interface {
	Validate()
	JSON() map[string]any
}

// finish makes the option of a figure: that of go-echarts, with what its types
// lack, and with the names of the dimensions of each series.
func (d *drawing) finish(c chartOf, looks []look) error {
	c.Validate()
	option, err := plain(c.JSON())
	if err != nil {
		return fault.Wrap(err, fault.Internal, "compose", "chart "+d.Title)
	}
	series, _ := option["series"].([]any)
	for i := range series {
		one, _ := series[i].(map[string]any)
		for key, value := range looks[i].extra {
			one[key] = value
		}
		one["dimensions"] = anys(d.Series[i].Dims)
	}
	d.Option = option
	return nil
}

func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// plain turns go-echarts' structs into maps and leaves out what is empty: the
// data, which the page puts in, and components that nobody set.
func plain(option map[string]any) (map[string]any, error) {
	data, err := json.Marshal(option)
	if err != nil {
		return nil, err
	}
	var clean map[string]any
	if err := json.Unmarshal(data, &clean); err != nil {
		return nil, err
	}
	prune(clean)
	return clean, nil
}

// prune removes nulls and empty objects; it reports whether nothing is left.
func prune(m map[string]any) bool {
	for key, value := range m {
		switch v := value.(type) {
		case nil:
			delete(m, key)
		case map[string]any:
			if prune(v) {
				delete(m, key)
			}
		case []any:
			for _, element := range v {
				if inner, ok := element.(map[string]any); ok {
					prune(inner)
				}
			}
		}
	}
	return len(m) == 0
}
