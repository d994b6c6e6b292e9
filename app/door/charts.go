package door

import (
	"context"
	"errors"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/chart"
	"dev.varve/backend/fault"
	"dev.varve/backend/search"
	"dev.varve/backend/track"
)

// describeCharts registers the charts of many runs.
func (d *Door) describeCharts(h huma.API) {
	o := post("/charts/draw", "drawChart", "charts", "A chart of many runs: its option and its data")
	// No answer is a head alone; pages want its type all the same.
	h.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[chart.Head](), true, "Head")
	o.Responses = map[string]*huma.Response{"200": {
		Description: "VARVEC1\\n, length of the head and zero as little-endian uint32, the head (ChartHead) padded with spaces to a multiple of 8 bytes, then the rows of all series as little-endian float64",
		Content:     map[string]*huma.MediaType{chartFrame: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
	}}
	add(d, h, o, d.drawChart)
	add(d, h, get("/charts/proposed", "proposedCharts", "charts", "The charts that are proposed for an experiment, or for runs beside each other"), d.proposedCharts)
	add(d, h, get("/images", "images", "charts", "The pictures of runs, by what they show and by step"), d.images)
	add(d, h, post("/charts/check", "checkCharts", "charts", "Say what is wrong with an arrangement of charts"),
		func(_ context.Context, in *struct{ Body chart.Arrangement }) (*done, error) {
			return ok(in.Body.Check())
		})
}

// chartFrame is the media type of a figure.
const chartFrame = "application/vnd.varve.chart"

// frame is an answer of bytes that are not a file.
type frame struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	Body        []byte
}

func (d *Door) drawChart(ctx context.Context, in *struct{ Body api.Draw }) (*frame, error) {
	figure, err := d.figure(ctx, in.Body, false)
	if err != nil {
		return nil, err
	}
	body, err := figure.Encode()
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "encode", "a chart")
	}
	return &frame{ContentType: chartFrame, Body: body}, nil
}

// figure draws a chart; raw leaves out no point.
func (d *Door) figure(ctx context.Context, in api.Draw, raw bool) (*chart.Figure, error) {
	seq := d.Hub.Seq()
	if err := in.Chart.Check(); err != nil {
		return nil, err
	}
	if err := d.completeSpec(in.Charted, &in.Chart); err != nil {
		return nil, err
	}
	table, err := d.chartTable(ctx, in.Charted, in.Chart.Columns(), chart.MaxRows)
	if err != nil {
		return nil, err
	}
	view := chart.View{Width: in.Width, Slots: in.Slots, Only: in.Only, Raw: raw}
	if in.From != nil && in.To != nil {
		view.From, view.To = *in.From, *in.To
	}
	figure, err := chart.Draw(ctx, in.Chart, table, curves{d.Records}, view)
	if err != nil {
		return nil, err
	}
	figure.Seq = seq
	return figure, nil
}

// nameColumns are what a chart has to know of every run.
var nameColumns = []string{"name", "start_time"}

// chartTable reads columns of the runs that a chart shows, the newest first.
func (d *Door) chartTable(ctx context.Context, which api.Charted, names []string, limit int) (*chart.Table, error) {
	names = append(append([]string{}, nameColumns...), names...)
	columns, err := search.ParseColumns(names, d.given(names...))
	if err != nil {
		return nil, inField("chart", err)
	}
	filter, err := search.ParseQuery(which.Filter, d.given(which.Filter))
	if err != nil {
		return nil, inField("filter", err)
	}
	var ids []string
	var cells [][]search.Cell // by row
	take := func(id string, r search.Row) {
		row := make([]search.Cell, len(names))
		for i := range names {
			row[i] = columns.Cell(i, r)
		}
		ids, cells = append(ids, id), append(cells, row)
	}
	matching := 0
	if len(which.Runs) > 0 {
		for _, id := range which.Runs {
			err := d.Records.Run(id, func(r *track.Run) {
				if row := d.Records.Row(r); filter.Match(row) {
					take(id, row)
				}
			})
			if err != nil && !errors.Is(err, fault.NotFound) { // one that has vanished since is left out
				return nil, err
			}
		}
		matching = len(ids)
	} else {
		found, err := d.Records.Find(ctx, track.Query{
			Experiments: which.Experiments, Filter: filter, Order: columns.Newest(), Limit: limit,
			Shows: func(gone bool) bool { return !gone },
		})
		if err != nil {
			return nil, err
		}
		for _, hit := range found.Hits {
			take(hit.ID, hit.Run)
		}
		matching = found.Matching
	}
	return tableOf(ids, cells, columns, names, matching), nil
}

// tableOf turns rows into columns.
func tableOf(ids []string, cells [][]search.Cell, columns *search.Columns, names []string, matching int) *chart.Table {
	t := &chart.Table{Runs: make([]chart.RunName, len(ids)), Columns: map[string]*chart.Column{}, Matching: matching}
	for i, id := range ids {
		t.Runs[i] = chart.RunName{ID: id, Name: cells[i][0].Text, Start: int64(cells[i][1].Number)}
	}
	for k, name := range names[len(nameColumns):] {
		k += len(nameColumns)
		column := make([]search.Cell, len(ids))
		for i := range ids {
			column[i] = cells[i][k]
		}
		t.Columns[name] = chart.NewColumn(name, columns.Column(k), column)
	}
	return t
}

// curves reads the points of charts.
type curves struct{ Records }

// Curve reads the history of a metric. A run that has vanished has none.
func (c curves) Curve(ctx context.Context, run, key string, w chart.Window) (chart.Curve, error) {
	axis := track.BySteps
	if w.Axis != chart.Step {
		axis = track.ByTime
	}
	got, err := c.Records.Curve(ctx, run, key, track.Window{Axis: axis, From: w.From, To: w.To, Budget: w.Budget})
	if errors.Is(err, fault.NotFound) {
		return chart.Curve{}, nil
	}
	return chart.Curve(got), err
}
