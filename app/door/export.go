package door

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/search"
	"dev.varve/backend/sheet"
	"dev.varve/backend/track"
)

// exportQuery is a question in an address: a page saves what it leads to.
type exportQuery struct {
	Experiment []string `query:"experiment,explode" doc:"Ids of experiments; none: all"`
	Filter     string   `query:"filter" doc:"In Varve's grammar"`
	Order      []string `query:"order,explode" doc:"Clauses such as: metrics.rmse ASC"`
	Trashed    bool     `query:"trashed" doc:"Runs in the trash instead of the others"`
	Format     string   `query:"format" default:"csv" enum:"csv,tsv,json,parquet"`
	Column     []string `query:"column,explode" doc:"Names as in an order; none: all params, tags and metrics, and what else is known of a run"`
	Limit      int      `query:"limit" minimum:"0" doc:"Rows at most; 0: all"`
	GroupBy    []string `query:"groupBy,explode" doc:"A row for each group of runs that have the same in these columns"`
	Except     []string `query:"except,explode" doc:"Instead of groupBy: all params but these; an empty one stands for none"`
}

func (d *Door) describeExport(h huma.API) {
	o := get("/runs/export", "exportRuns", "table", "Runs as a table for other programs, to be saved")
	o.Responses = bytesResponse("CSV, TSV, JSON or Parquet; docs/export.md describes them")
	add(d, h, o, func(ctx context.Context, in *exportQuery) (*stream, error) {
		e, err := d.export(ctx, in)
		if err != nil {
			return nil, err
		}
		return &stream{Body: func(c huma.Context) {
			r, w := humago.Unwrap(c)
			e.send(w, r)
		}}, nil
	})
}

// exported is a table on its way out.
type exported struct {
	*Door
	format  sheet.Format
	columns []sheet.Column
	limit   int
	rows    func(ctx context.Context, row func([]sheet.Cell) error) error
}

func (d *Door) export(ctx context.Context, in *exportQuery) (*exported, error) {
	asked := &api.Question{Experiments: in.Experiment, Filter: in.Filter, Order: in.Order, Trashed: in.Trashed}
	given := d.given(slices.Concat(asked.Texts(), in.Column, in.GroupBy, []string{"data"})...)
	q, err := d.question(asked, given)
	if err != nil {
		return nil, err
	}
	format, err := sheet.FormatNamed(in.Format)
	if err != nil {
		return nil, err
	}
	list, err := d.Records.List(ctx, q)
	if err != nil {
		return nil, err
	}
	e, names := &exported{Door: d, format: format, limit: in.Limit}, in.Column
	if len(in.GroupBy)+len(in.Except) > 0 {
		err = e.groups(ctx, list, in, names, q, given)
	} else {
		if len(names) == 0 {
			names = d.exportNames(q)
		}
		var fields []search.Field
		if fields, err = d.fields("column", names, given); err == nil {
			e.runs(list, names, fields)
		}
	}
	if err == nil {
		err = e.checkNames()
	}
	return e, err
}

// checkNames refuses two columns of one name, which not every format can have.
func (e *exported) checkNames() error {
	seen := map[string]bool{}
	for _, c := range e.columns {
		if seen[c.Name] {
			return inField("column", fault.New(fault.Invalid, "the column %s is asked for twice", c.Name))
		}
		seen[c.Name] = true
	}
	return nil
}

// exportNames are the columns of a table if none are asked for.
func (d *Door) exportNames(q track.Query) []string {
	names := []string{"id", "name", "status", "experiment", "user", "started", "ended", "data"}
	return append(names, d.tableColumns(q)[len(attributeColumns):]...)
}

// sheetColumn is a column of a table. A duration is in seconds there; the id of a
// run is called run.
func sheetColumn(name string, f *search.Field) sheet.Column {
	c := sheet.Column{Name: name}
	switch f.Type() {
	case search.FieldNumber, search.FieldDuration:
		c.Type = sheet.Number
	case search.FieldTime:
		c.Type = sheet.Time
	}
	switch f.Kind {
	case search.Metric, search.Param, search.Tag: // without the quotes that a query needs
		c.Name = kindNames[f.Kind] + "s." + f.Name
	}
	if name == "id" {
		c.Name = "run"
	}
	return c
}

func sheetCell(c search.Entry, f *search.Field, of sheet.Column) sheet.Cell {
	switch {
	case c.Kind == search.NoEntry:
		return sheet.Cell{}
	case c.Kind == search.TextEntry:
		return sheet.OfText(c.Text)
	case of.Type == sheet.Text:
		return sheet.OfText(sheet.Words(c.Number))
	case f.Type() == search.FieldDuration:
		return sheet.OfNumber(c.Number / 1000)
	}
	return sheet.OfNumber(c.Number)
}

// exportedAtOnce is how many rows are in memory.
const exportedAtOnce = 100

// runs makes a row of each run.
func (e *exported) runs(list *track.Listing, names []string, fields []search.Field) {
	for i := range fields {
		e.columns = append(e.columns, sheetColumn(names[i], &fields[i]))
	}
	e.rows = func(ctx context.Context, row func([]sheet.Cell) error) error {
		for some := range slices.Chunk(list.IDs(), exportedAtOnce) {
			var rows [][]sheet.Cell // written when the lock is gone: the other side may be slow
			err := e.Records.LookWhole(ctx, some, fields, func(_ track.Brief, entries []search.Entry) {
				cells := make([]sheet.Cell, len(fields))
				for i := range fields {
					cells[i] = sheetCell(entries[i], &fields[i], e.columns[i])
				}
				rows = append(rows, cells)
			})
			for _, cells := range rows {
				if err == nil {
					err = row(cells)
				}
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
}

// groups makes a row of each group: what it has in common, how many runs it
// has, and how the numbers lie.
func (e *exported) groups(ctx context.Context, list *track.Listing, in *exportQuery, names []string, q track.Query, given search.Given) error {
	ask := &api.Grouping{By: in.GroupBy, Columns: names}
	if len(in.Except) > 0 {
		except := slices.DeleteFunc(slices.Clone(in.Except), func(s string) bool { return s == "" })
		ask.Except = &except
	}
	by, keys, err := e.groupedBy(ask, q, given)
	if err != nil {
		return err
	}
	fields, err := e.fields("column", names, given)
	if err != nil {
		return err
	}
	groups, err := list.Groups(ctx, by, fields, given, nil)
	if err != nil {
		return err
	}
	for i := range by {
		e.columns = append(e.columns, sheetColumn(keys[i], &by[i]))
	}
	e.columns = append(e.columns, sheet.Column{Name: "runs", Type: sheet.Number})
	for i := range fields {
		e.columns = append(e.columns, groupColumns(names[i], &fields[i])...)
	}
	e.rows = func(_ context.Context, row func([]sheet.Cell) error) error {
		for i := range groups {
			var cells []sheet.Cell
			for k := range by {
				cells = append(cells, sheetCell(groups[i].Key[k], &by[k], e.columns[k]))
			}
			cells = append(cells, sheet.OfNumber(float64(len(groups[i].Rows))))
			for k := range fields {
				cells = append(cells, groupCells(&groups[i].Cells[k], &fields[k])...)
			}
			if err := row(cells); err != nil {
				return err
			}
		}
		return nil
	}
	return nil
}

// groupColumns are the columns that tell of a field of groups.
func groupColumns(name string, f *search.Field) (columns []sheet.Column) {
	if f.Type() == search.FieldText || f.Type() == search.FieldStatus || f.Type() == search.FieldData {
		columns = append(columns, sheet.Column{Name: name})
	}
	for _, of := range []string{"mean", "sd", "min", "max", "n"} {
		columns = append(columns, sheet.Column{Name: of + "(" + name + ")", Type: sheet.Number})
	}
	return columns
}

func groupCells(a *search.Aggregate, f *search.Field) (cells []sheet.Cell) {
	if f.Type() == search.FieldText || f.Type() == search.FieldStatus || f.Type() == search.FieldData {
		cells = append(cells, sheet.Cell{})
		if a.Same {
			cells[0] = sheet.OfText(cellText(a.Value))
		}
	}
	scale := 1.0
	if f.Type() == search.FieldDuration {
		scale = 1000
	}
	for least, value := range []float64{a.Mean(), a.Deviation(), a.Min, a.Max} {
		needs := 1
		if least == 1 {
			needs = 2 // of one number there is no deviation
		}
		if a.N < needs {
			cells = append(cells, sheet.Cell{})
		} else {
			cells = append(cells, sheet.OfNumber(value/scale))
		}
	}
	return append(cells, sheet.OfNumber(float64(a.N)))
}

// exportPatience is how long a part of a table may take to be written.
const exportPatience = time.Minute

// send writes the table. What goes wrong after its beginning breaks the answer
// off, so that nobody takes a part for the whole.
func (e *exported) send(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", e.format.MediaType)
	w.Header().Set("Content-Disposition", attachment("runs."+e.format.Name))
	rc, rows := http.NewResponseController(w), 0
	out, err := e.format.Open(w, e.columns)
	if err == nil {
		err = e.rows(r.Context(), func(cells []sheet.Cell) error {
			if rows%1000 == 0 {
				// The window's pages are served without a connection, hence without one.
				_ = rc.SetWriteDeadline(e.Clock.Now().Add(exportPatience))
			}
			if rows++; e.limit > 0 && rows > e.limit {
				return errEnough
			}
			return out.Row(cells)
		})
	}
	if err == nil || err == errEnough {
		err = out.Close()
	}
	if err != nil {
		e.note(r.Context(), "export runs", problemOf(err), err)
		panic(http.ErrAbortHandler)
	}
}

var errEnough = fault.New(fault.Cancelled, "there are as many rows as were asked for")
