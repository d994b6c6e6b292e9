package door

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"

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
	add(d, h, get("/arrays", "arrays", "charts", "The arrays of numbers that runs logged as files"), d.arrays)
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
	note, err := d.completeSpec(ctx, in.Charted, &in.Chart)
	if err != nil {
		return nil, err
	}
	table, err := d.chartTable(ctx, in.Charted, in.Chart.Columns(), in.Chart.GroupColumns(), chart.MaxRows)
	if err != nil {
		return nil, err
	}
	view := chart.View{Width: in.Width, Slots: in.Slots, Only: in.Only, Raw: raw}
	if in.From != nil && in.To != nil {
		view.From, view.To = *in.From, *in.To
	}
	figure, err := chart.Draw(ctx, in.Chart, table, curves{d}, view)
	if err != nil {
		return nil, err
	}
	figure.Seq = seq
	figure.Note += note
	return figure, nil
}

// nameFields are what a chart has to know of every run.
var nameFields = []string{"name", "started"}

// chartTable reads columns of the runs that a chart shows, the newest first, and
// puts them into groups by others.
func (d *Door) chartTable(ctx context.Context, which api.Charted, names, group []string, limit int) (*chart.Table, error) {
	all := slices.Concat(nameFields, names, group)
	given := d.given(append(all, which.Filter)...)
	fields, err := d.fields("chart", all, given)
	if err != nil {
		return nil, err
	}
	filter, err := search.ParseQuery(which.Filter, given)
	if err != nil {
		return nil, inField("filter", err)
	}
	ids, matching, err := d.charted(ctx, which, filter, limit)
	if err != nil {
		return nil, err
	}
	t := &chart.Table{Columns: map[string]*chart.Column{}}
	cells := make([][]search.Entry, len(fields)) // by field and row
	err = d.Records.Look(ctx, ids, fields, func(b track.Brief, row []search.Entry) {
		t.Runs = append(t.Runs, chart.RunName{ID: b.ID(), Name: cellText(row[0]), Start: b.Start()})
		for i, cell := range row {
			cells[i] = append(cells[i], cell.Numbered())
		}
	})
	if err != nil {
		return nil, err
	}
	t.Matching = matching - (len(ids) - len(t.Runs)) // without those that have vanished since
	for i, name := range names {
		i += len(nameFields)
		t.Columns[name] = chart.NewColumn(name, fields[i], cells[i])
	}
	if from := len(all) - len(group); len(group) > 0 {
		t.Groups = groupNames(fields[from:], group, cells[from:], len(t.Runs))
	}
	return t, nil
}

// charted are the ids of the runs that a chart shows, and how many there would
// be without the limit.
func (d *Door) charted(ctx context.Context, which api.Charted, filter *search.Filter, limit int) (ids []string, matching int, err error) {
	if len(which.Runs) == 0 {
		newest, err := search.ParseQueryOrder(nil, search.Given{})
		if err != nil {
			return nil, 0, err
		}
		found, err := d.Records.Find(ctx, track.Query{
			Experiments: experimentsOf(which.Experiments), Filter: filter, Order: newest, Limit: limit,
			Shows: func(gone bool) bool { return !gone },
		})
		if err != nil {
			return nil, 0, err
		}
		for _, hit := range found.Hits {
			ids = append(ids, hit.ID)
		}
		return ids, found.Matching, nil
	}
	for _, id := range which.Runs {
		fits := which.Filter == ""
		if !fits {
			err := d.Records.Run(id, func(r *track.Run) { fits = filter.Match(d.Records.Row(r)) })
			if err != nil && !errors.Is(err, fault.NotFound) { // one that has vanished since is left out
				return nil, 0, err
			}
		}
		if fits {
			ids = append(ids, id)
		}
	}
	return ids, len(ids), nil
}

// groupNames gives each run its group, named as in the table of runs.
func groupNames(fields []search.Field, names []string, cells [][]search.Entry, runs int) []chart.GroupName {
	groups := make([]chart.GroupName, runs)
	var differ []int
	for k := range fields {
		if slices.ContainsFunc(cells[k], func(c search.Entry) bool { return !c.Same(cells[k][0]) }) {
			differ = append(differ, k)
		}
	}
	short := shortFields(fields, differ)
	for row := range groups {
		key := search.Group{Key: make([]search.Entry, len(fields))}
		for k := range fields {
			key.Key[k] = cells[k][row]
		}
		words := make([]string, len(differ))
		for i, k := range differ {
			words[i] = keyWords(&short[i], short[i].Name, cells[k][row])
		}
		groups[row] = chart.GroupName{ID: groupID(&key, names), Name: shorten(strings.Join(words, " · "), mostName)}
		if len(words) == 0 {
			groups[row].Name = "all"
		}
	}
	return groups
}

// shortFields are fields by names that leave room for values beside a line.
func shortFields(fields []search.Field, which []int) []search.Field {
	named := make([]search.Field, len(which))
	keys := make([]string, len(which))
	for i, k := range which {
		named[i], keys[i] = fields[k], fields[k].Name
	}
	for i, name := range chart.ShortNames(keys) {
		named[i].Name = name
	}
	return named
}

// curves reads the points and arrays of charts.
type curves struct{ *Door }

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
