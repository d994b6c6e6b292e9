package chart

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"dev.varve/backend/stat"
)

// Array is an array that a run logged, at a step.
type Array struct {
	Step   int64
	Values []float64
}

// LoggedArrays are what was read of an array of a run, in the order of steps.
type LoggedArrays struct {
	List    []Array
	Skipped int // steps that were not read, since there are many
	Refused int // files that could not be read as arrays
}

// arrayBins is about how many bins the values of arrays are counted in.
const arrayBins = 40

// runArrays are the arrays of a run that is drawn.
type runArrays struct {
	rowGroup
	slot int
	LoggedArrays
}

// arrays draw how the values of logged arrays lie: of one run over its steps, of
// several the last step of each.
func (d *drawing) arrays(ctx context.Context) error {
	if len(d.spec.Y) == 0 {
		return wrong("y", "None of these runs logged an array.").
			WithHint("A script logs one with mlflow.log_artifact: a .npy file, or JSON or CSV with numbers. A step in its name, as in weights_step_10.npy, gives a histogram of each step.")
	}
	name := d.spec.Y[0]
	list, err := d.readArrays(ctx, name)
	if err != nil {
		return err
	}
	low, high := math.Inf(1), math.Inf(-1)
	skipped, refused := 0, 0
	several := len(list) != 1 || len(list[0].List) < 2
	for i := range list {
		skipped, refused = skipped+list[i].Skipped, refused+list[i].Refused
		if several {
			list[i].List = list[i].List[len(list[i].List)-1:]
		}
		for _, a := range list[i].List {
			for _, v := range a.Values {
				if finite(v) {
					low, high = min(low, v), max(high, v)
				}
			}
		}
	}
	if low > high {
		return wrong("y", "No run here has an array %s with numbers.", name).
			WithHint("Choose another array.")
	}
	d.leave(refused, "files that could not be read as arrays")
	d.Drawn = len(list)
	edges := roundEdges(low, high, d.spec.Bins)
	if several {
		d.Note = fmt.Sprintf("last step of %s, share of values", plural(len(list), "run"))
		return d.outlines(name, list, edges)
	}
	d.Note = fmt.Sprintf("%s, %s, share of values", list[0].label, plural(len(list[0].List), "step"))
	if skipped > 0 {
		d.Note += fmt.Sprintf(" of %d", len(list[0].List)+skipped)
	}
	return d.overSteps(name, list[0].List, edges)
}

// mostArrayRuns is how many runs are looked at for an array.
const mostArrayRuns = 200

// readArrays reads the arrays of the runs that are in colour; if none of these
// has any, of the first ones that have.
func (d *drawing) readArrays(ctx context.Context, name string) ([]runArrays, error) {
	var coloured, others []int
	for i, run := range d.table.Runs {
		switch {
		case !d.wanted([]int{i}):
		case d.slots.of(run.ID) > 0:
			coloured = append(coloured, i)
		default:
			others = append(others, i)
		}
	}
	list, err := d.arraysOf(ctx, name, coloured)
	if err != nil || len(list) > 0 || len(others) == 0 {
		d.leave(len(others), "not in colour")
		d.leave(len(coloured)-len(list), "no array "+name)
		return list, err
	}
	looked := others[:min(len(others), mostArrayRuns)]
	if list, err = d.arraysOf(ctx, name, looked); err != nil {
		return nil, err
	}
	for i := range list {
		list[i].slot = i + 1
	}
	d.leave(len(coloured)+len(others)-len(list), "not shown, or no array "+name)
	return list, nil
}

// arraysOf reads an array of some rows, until as many have it as have a colour.
func (d *drawing) arraysOf(ctx context.Context, name string, rows []int) (list []runArrays, err error) {
	for _, row := range rows {
		if len(list) == max(d.spec.seen(), len(d.slots.given)) {
			break
		}
		run := d.table.Runs[row]
		got, err := d.source.Arrays(ctx, run.ID, name)
		if err != nil {
			return nil, err
		}
		if len(got.List) > 0 {
			list = append(list, runArrays{rowGroup{id: run.ID, label: run.Name, rows: []int{row}}, d.slots.of(run.ID), got})
		}
	}
	return list, nil
}

// roundEdges are edges of bins at round numbers: about so many, or as many as is
// usual.
func roundEdges(low, high float64, bins int) []float64 {
	if bins <= 0 {
		bins = arrayBins
	}
	if !(high > low) {
		around := max(math.Abs(low)/1000, 0.5e-9)
		return []float64{low - around, high + around}
	}
	rough := high/float64(bins) - low/float64(bins)
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	width := power
	for _, m := range []float64{1, 2, 5, 10} {
		if width = m * power; width >= rough {
			break
		}
	}
	first, last := math.Floor(low/width), math.Ceil(high/width)
	if last*width <= high { // the last bin holds its lower edge, not its upper one
		last++
	}
	n := last - first
	if !finite(first*width) || !finite(last*width) || width == 0 || !(n > 0 && n <= 4*float64(bins)) { // beyond what doubles can tell apart
		return stat.BucketsOf([]float64{low, high}, bins).Edges
	}
	edges := make([]float64, int(n)+1)
	for i := range edges {
		edges[i] = (first + float64(i)) * width
		if round, err := strconv.ParseFloat(strconv.FormatFloat(edges[i], 'g', 12, 64), 64); err == nil && width > math.Abs(edges[i])*1e-9 {
			edges[i] = round // 1.9 and not 1.9000000000000001
		}
	}
	return edges
}

// countIn counts the finite values between edges that are equally distant.
func countIn(values, edges []float64) (counts []int, n int) {
	counts = make([]int, len(edges)-1)
	low, high := edges[0], edges[len(edges)-1]
	for _, v := range values {
		if !finite(v) {
			continue
		}
		i := int((v/2 - low/2) / (high/2 - low/2) * float64(len(counts)))
		i = min(max(i, 0), len(counts)-1)
		for i > 0 && v < edges[i] {
			i--
		}
		for i < len(counts)-1 && v >= edges[i+1] {
			i++
		}
		counts[i]++
		n++
	}
	return counts, n
}

// overSteps draws a column of cells for each step.
func (d *drawing) overSteps(name string, list []Array, edges []float64) error {
	var values []float64
	steps, most := make([]string, len(list)), 0.0
	for x, a := range list {
		steps[x] = strconv.FormatInt(a.Step, 10)
		counts, n := countIn(a.Values, edges)
		for y, c := range counts {
			if c > 0 {
				share := float64(c) / float64(n)
				most = max(most, share)
				values = append(values, float64(x), float64(y), share, float64(c), edges[y], edges[y+1])
			}
		}
	}
	bins := make([]string, len(edges)-1)
	for i := range bins {
		bins[i] = fmt.Sprintf("%.6g", edges[i])
	}
	xa, ya := xAxis(Step), yAxis(formatMetric)
	xa.Type, xa.Data, xa.MinInterval, xa.Scale, xa.AxisLabel.Formatter = "category", steps, 0, nil, ""
	ya.Type, ya.Data, ya.Scale, ya.AxisLabel.Formatter, ya.SplitLine = "category", bins, nil, "", nil
	d.Head.Axes = []AxisHead{
		{Label: "step", Kind: TextColumn, Categories: steps}, {Label: name, Kind: TextColumn, Categories: bins},
		{Label: "share", Kind: NumberColumn, Format: formatPercent1}, {Label: "values", Kind: NumberColumn, Format: formatCount},
	}
	return d.heatmap(xa, ya, heat{
		dims: []string{"x", "y", "share", "n", "from", "to"}, values: values, label: name, low: 0, high: most,
		ends:    []string{strconv.FormatFloat(math.Round(most*1000)/10, 'f', -1, 64) + " %", "0"},
		colours: []string{"surface", "seq-1", "seq-2", "seq-3", "seq-4", "seq-5", "seq-6", "seq-7"},
	})
}

// outlines draw the shares of the last array of each run as steps.
func (d *drawing) outlines(name string, list []runArrays, edges []float64) error {
	xa, ya := xAxis(Step), yAxis(formatPercent1)
	xa.Name, xa.MinInterval, xa.AxisLabel, ya.Scale, ya.Min = name, 0, label(formatMetric), nil, 0
	d.Head.Axes = []AxisHead{{Label: name, Kind: NumberColumn, Format: formatMetric}, {Label: "share", Kind: NumberColumn, Format: formatPercent1}}
	line := charts.NewLine()
	line.SetGlobalOptions(globals(xa, ya, "axis", "")...)
	var looks []look
	for _, r := range list {
		counts, n := countIn(r.List[0].Values, edges)
		values := make([]float64, 0, 2*len(counts))
		for i, c := range counts {
			values = append(values, edges[i]+(edges[i+1]-edges[i])/2, float64(c)/float64(max(n, 1)))
		}
		l := lineLook(r.slot, 1, lineLayer)
		l.name = r.label
		l.options = append(l.options, charts.WithLineChartOpts(opts.LineChart{Step: "middle", ShowSymbol: opts.Bool(false), ConnectNulls: opts.Bool(false)}))
		looks = append(looks, l)
		d.add(Trace{ID: r.id, Label: r.label, Key: name, Runs: d.idsOf(r.rows), Role: LineRole, Slot: r.slot, Dims: []string{"x", "y"}, Total: int64(n)}, values)
		line.AddSeries(l.name, nil, l.options...)
	}
	if err := d.finish(line, looks); err != nil {
		return err
	}
	axis := d.axis("xAxis")
	axis["min"], axis["max"] = edges[0], edges[len(edges)-1]
	return nil
}
