package door

import (
	"context"
	"math"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/search"
	"dev.varve/backend/track"
)

func (d *Door) describeTable(h huma.API) {
	o := post("/runs/order", "runOrder", "table", "All runs that a question finds, in order: a frame with RunOrder as head, then 16 bytes for each id")
	o.Responses = bytesResponse("VARVET1 and a line end, length of the head as uint32, four zero bytes, the head, ids, parents")
	add(d, h, large(o), d.runOrder)
	add(d, h, large(post("/runs/cells", "runCells", "table", "What runs have in columns")), d.runCells)
	add(d, h, large(post("/runs/columns", "runColumns", "table", "What all runs that a question finds have in columns")), d.runColumns)
	o = post("/runs/sparklines", "runSparklines", "table", "The thinned history of a metric of many runs; extremes are kept")
	o.Responses = bytesResponse("Number of runs as uint32, for each the number of points, zeros up to a multiple of eight, and all points as pairs step, value of float64, little-endian")
	add(d, h, large(o), d.runSparklines)
	// The head of the frame is part of the interface, though no answer is one.
	h.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[api.RunOrder](), true, "")
}

// fields reads names of columns.
func (d *Door) fields(field string, names []string, given search.Given) ([]search.Field, error) {
	fields := make([]search.Field, len(names))
	for i, name := range names {
		f, err := search.ParseField(name, given)
		if err != nil {
			return nil, inField(field, err)
		}
		fields[i] = f
	}
	return fields, nil
}

func (d *Door) runCells(ctx context.Context, in *struct{ Body api.CellQuery }) (*answer[api.Cells], error) {
	ask := &in.Body
	asked := ask.Question
	if asked == nil {
		asked = &api.Question{}
	}
	given := d.given(append(asked.Texts(), ask.Columns...)...)
	fields, err := d.fields("columns", ask.Columns, given)
	if err != nil {
		return nil, err
	}
	out := api.Cells{Seq: d.Hub.Seq(), Runs: []api.RunFacts{}}
	ids := ask.Runs
	if ask.Question != nil {
		q, err := d.question(asked, given)
		if err != nil {
			return nil, err
		}
		q.Limit = ask.Limit
		found, err := d.Records.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		out.Total, out.All = found.Matching, found.All
		ids = make([]string, len(found.Hits))
		for i, hit := range found.Hits {
			ids[i] = hit.ID
		}
	}
	columns := make([]columnCells, len(fields))
	err = d.Records.Look(ctx, ids, fields, func(b track.Brief, cells []search.Entry) {
		for i := range columns {
			columns[i].add(len(out.Runs), cells[i])
		}
		out.Runs = append(out.Runs, facts(b))
	})
	if err != nil {
		return nil, err
	}
	if ask.Question == nil {
		out.Total, out.All = len(out.Runs), len(out.Runs)
	}
	rows := make([]*api.RunFacts, len(out.Runs))
	for i := range out.Runs {
		rows[i] = &out.Runs[i]
	}
	d.number(rows...)
	out.Columns = make([]api.ColumnCells, len(columns))
	for i := range columns {
		out.Columns[i] = columns[i].finish(ask.Columns[i], &fields[i], len(out.Runs))
	}
	return the(out, nil)
}

// columnCells gathers a column.
type columnCells struct {
	api.ColumnCells
	cells []search.Entry
	words bool // some are texts
}

func (c *columnCells) add(row int, cell search.Entry) {
	if cell.Kind == search.NoEntry {
		return
	}
	c.words = c.words || cell.Kind == search.TextEntry
	c.At, c.cells = append(c.At, row), append(c.cells, cell)
	if cell.Cut {
		c.Cut = append(c.Cut, row)
	}
}

// finish writes a column for some rows. Numbers among texts are texts.
func (c *columnCells) finish(name string, f *search.Field, rows int) api.ColumnCells {
	c.Name, c.Type, c.Empty = name, string(f.Type()), len(c.At) == 0
	for _, cell := range c.cells {
		if c.words {
			c.Texts = append(c.Texts, cellText(cell))
		} else {
			c.Numbers = append(c.Numbers, api.Number(cell.Number))
		}
	}
	if len(c.At) == rows {
		c.At = nil
	}
	return c.ColumnCells
}

// cellText is a cell as a text; the beginning of a long one ends with a whole
// character.
func cellText(c search.Entry) string {
	if c.Kind == search.NumberEntry {
		return digitsOf(c.Number)
	}
	if c.Cut {
		return strings.ToValidUTF8(c.Text, "")
	}
	return c.Text
}

func (d *Door) runColumns(ctx context.Context, in *struct{ Body api.ColumnQuery }) (*answer[api.RunColumns], error) {
	ask := &in.Body
	given := d.given(append(ask.Question.Texts(), ask.Columns...)...)
	q, err := d.question(&ask.Question, given)
	if err != nil {
		return nil, err
	}
	names, buckets := ask.Columns, ask.Buckets
	switch {
	case names == nil:
		names, buckets = d.tableColumns(q), 0
	case buckets == 0:
		buckets = 20
	}
	fields, err := d.fields("columns", names, given)
	if err != nil {
		return nil, err
	}
	out := api.RunColumns{Seq: d.Hub.Seq(), Columns: make([]api.RunColumn, len(fields))}
	selected, err := d.Records.Select(ctx, q)
	if err != nil {
		return nil, err
	}
	out.Total = selected.Matching()
	for i := range fields {
		found, err := selected.Describe(ctx, &fields[i], buckets)
		if err != nil {
			return nil, err
		}
		out.Columns[i] = runColumn(names[i], &fields[i], found)
	}
	return the(out, nil)
}

// attributeColumns are the properties of runs that a table can show.
var attributeColumns = []string{
	"name", "status", "started", "ended", "duration", "user", "source", "experiment", "data", "parent", "children", "note", "reason", "exit_code", "id",
}

// tableColumns are all columns that a table of runs can show.
func (d *Door) tableColumns(q track.Query) []string {
	names := append([]string{}, attributeColumns...)
	params, metrics := d.keys(q)
	for _, key := range params {
		names = append(names, written(search.Column{Kind: search.Param, Name: key}))
	}
	for _, key := range metrics {
		names = append(names, written(search.Column{Kind: search.Metric, Name: key}))
	}
	for _, key := range d.Records.TagKeys(q) {
		if !strings.HasPrefix(key, "mlflow.") {
			names = append(names, written(search.Column{Kind: search.Tag, Name: key}))
		}
	}
	return names
}

// written is the name of a param, a tag or a metric in a query. Every key that a
// run can have can be written.
func written(c search.Column) string {
	name, _ := c.Written()
	return name
}

var kindNames = map[search.Kind]string{
	search.Metric: "metric", search.MetricMin: "metric", search.MetricMax: "metric", search.Param: "param", search.Tag: "tag", search.Data: "data",
}

func runColumn(name string, f *search.Field, found *search.Description) api.RunColumn {
	c := api.RunColumn{
		Name: name, Kind: kindNames[f.Kind], Key: f.Name, Type: string(f.Type()), Filled: found.Filled, Distinct: found.Distinct, Many: found.Many,
		Same: found.Same, Numbers: found.Numbers.N, NaN: found.Numbers.NaN, Infinite: found.Numbers.Infinite, Buckets: found.Buckets,
	}
	if c.Kind == "" {
		c.Kind, c.Key = "attribute", name
	}
	if found.Same {
		c.Text = cellText(found.Value)
	}
	if c.Numbers > 0 {
		c.Min, c.Max = number64(found.Numbers.Min), number64(found.Numbers.Max)
	}
	return c
}

// number64 is a number that may be absent.
func number64(f float64) *api.Number {
	if math.IsNaN(f) {
		return nil
	}
	n := api.Number(f)
	return &n
}

// notBoth refuses two things that exclude each other.
func notBoth(field, why string) error { return inField(field, fault.New(fault.Invalid, "%s", why)) }
