package results

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/tabular"
	"dev.varve/backend/track"
)

// Options say what a table is, and what a person has decided.
type Options struct {
	Place      string // path
	Experiment string
	Reading
	// Map has kinds by the names of columns; the others become what is proposed.
	Map map[string]string
	// Zone is where times are that name none.
	Zone *time.Location
	// Modified is when the file was changed last. Runs get that time if no column
	// says when they were.
	Modified time.Time
}

// Source makes a run of each row of a table. It is an imports.Source.
type Source struct {
	Options
	Survey *Survey
	table  tabular.Table
	name   int // index in Columns of the one that names runs; or -1
}

// Open reads a table once, and finds out what its columns become.
func Open(ctx context.Context, t tabular.Table, o Options) (*Source, error) {
	survey, err := Inspect(ctx, t, o.Reading)
	if err != nil {
		return nil, err
	}
	if err := survey.assign(o.Map); err != nil {
		return nil, err
	}
	s := &Source{Options: o, Survey: survey, table: t}
	s.name = slices.IndexFunc(survey.Columns, func(c Column) bool { return c.Kind == Name })
	return s, nil
}

// assign gives columns the kinds that a person has chosen.
func (s *Survey) assign(chosen map[string]string) error {
	given := map[Kind]string{}
	for name, kind := range chosen {
		k, err := KindNamed(kind)
		if err != nil {
			return err
		}
		c, err := s.column(name)
		if err != nil {
			return err
		}
		if other, twice := given[k]; twice && single[k] {
			return fault.New(fault.Invalid, "only one column can be the %s, not both %q and %q", k, min(other, c.Name), max(other, c.Name))
		}
		given[k] = c.Name
		c.Kind, c.Why = k, "you chose it"
	}
	for i := range s.Columns {
		c := &s.Columns[i]
		if other, taken := given[c.Kind]; taken && single[c.Kind] && other != c.Name {
			c.Kind, c.Why = Tag, "another column is the "+string(c.Kind)
		}
	}
	keys := map[string]string{}
	for _, c := range s.Columns {
		place := string(c.Kind) + " " + c.Key
		if other, twice := keys[place]; twice && (c.Kind == Param || c.Kind == Metric || c.Kind == Tag) {
			return fault.New(fault.Invalid, "the columns %q and %q would both become the %s %q", other, c.Name, c.Kind, c.Key).
				WithHint("Leave one of them out (skip), or make it something else.")
		}
		keys[place] = c.Name
	}
	return nil
}

// column finds a column by its name, in any case of letters if there is no other.
func (s *Survey) column(name string) (*Column, error) {
	for _, same := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		for i := range s.Columns {
			if same(s.Columns[i].Name, name) {
				return &s.Columns[i], nil
			}
		}
	}
	names := make([]string, 0, len(s.Columns))
	for _, c := range s.Columns {
		names = append(names, short(c.Name))
	}
	if len(names) > 20 {
		names = append(names[:20], "…")
	}
	return nil, fault.New(fault.NotFound, "there is no column %q in the table", short(name)).WithHint("It has %s.", strings.Join(names, ", "))
}

// About says what it is.
func (s *Source) About() imports.About {
	kind := s.Survey.Kind + " table"
	return imports.About{Kind: kind, Place: s.Place}
}

// Experiments is the one that the rows go to.
func (s *Source) Experiments(_ context.Context, r *imports.Report) ([]imports.Experiment, error) {
	if n := s.Survey.Before; n > 0 {
		r.Skip(fmt.Sprintf("the first %d rows", n), "they stand before the names of the columns")
	}
	return []imports.Experiment{{ID: s.Experiment, Name: s.Experiment}}, nil
}

// Runs calls fn with each row as a run, whole also if it is brief: a table is read
// as a whole in any case.
func (s *Source) Runs(ctx context.Context, _ string, _ bool, r *imports.Report, fn func(*imports.Run) error) error {
	known := newIdentities(s)
	n := 0
	return s.Survey.each(ctx, s.table, func(cells []string, number int) error {
		row := &row{Source: s, cells: cells, where: fmt.Sprintf("row %d", number), r: r}
		if s.Survey.again(cells) {
			r.Skip(row.where, "it has the names of the columns once more")
			return nil
		}
		n++
		size := 0
		for _, cell := range cells {
			size += len(cell)
		}
		if size > maxRow {
			r.Skip(row.where, "it has %d bytes; a run has at most %d", size, maxRow)
			return nil
		}
		row.further()
		run := row.run(s.Modified.UnixMilli() - int64(s.Survey.Rows-n))
		run.Bytes = int64(size)
		run.ID = known.id(row)
		return fn(run)
	})
}

// Models are none.
func (*Source) Models(context.Context, string, *imports.Report, func(*imports.Model) error) error {
	return nil
}

// Files are none.
func (*Source) Files(context.Context, string, *imports.Report, func(imports.File) error) error {
	return nil
}

// Open opens nothing.
func (*Source) Open(_ context.Context, _, at string) (io.ReadCloser, error) {
	return nil, fault.New(fault.NotFound, "a table has no file %q", at)
}

// Close does nothing.
func (*Source) Close() error { return nil }

// row is a row on its way to be a run.
type row struct {
	*Source
	cells []string
	where string
	r     *imports.Report
}

// further says what stands beyond the last column.
func (w *row) further() {
	last := w.Survey.width()
	if more := filled(w.cells[min(last, len(w.cells)):]); more > 0 {
		w.r.Skip(w.where, "it has %d more cells than there are columns", more)
	}
}

// width is how many cells rows are looked at.
func (s *Survey) width() int {
	if n := len(s.Columns); n > 0 {
		return max(s.Columns[n-1].At+1, len(s.header))
	}
	return len(s.header)
}

// run makes a run of it. unknown is when it was if no column says so, in ms.
func (w *row) run(unknown int64) *imports.Run {
	run := &imports.Run{Where: w.where, PastRun: track.PastRun{Row: true, Status: "FINISHED", Tags: map[string]string{}, Start: unknown, Name: w.where}}
	for i := range w.Survey.Columns {
		c := &w.Survey.Columns[i]
		text := at(w.cells, c.At)
		if text == "" || c.Kind == Skip || w.missing(c, text) {
			continue
		}
		switch c.Kind {
		case Param:
			run.Params = append(run.Params, event.Param{Key: c.Key, Value: w.shown(c, text)})
		case Tag:
			run.Tags[c.Key] = w.shown(c, text)
		case Note:
			run.Tags["mlflow.note.content"] = text
		case Name:
			run.Name = text
		case Metric:
			if value, _, ok := w.Survey.number(text); ok {
				run.Metrics = append(run.Metrics, track.PastSeries{Key: c.Key, Points: []event.Point{{Value: value}}})
			} else {
				w.r.Skip(w.where, "%s is %q, which is no number", short(c.Name), short(text))
			}
		case Start:
			if ms, ok := w.time(c, text); ok {
				run.Start = ms
			}
		case End:
			if ms, ok := w.time(c, text); ok {
				run.End = ms
			}
		}
	}
	for i := range run.Metrics {
		run.Metrics[i].Points[0].Time = run.Start
	}
	if run.End != 0 && run.End < run.Start {
		w.r.Skip(w.where, "it ends before it starts: its end is left out")
		run.End = 0
	}
	return run
}

// missing tells a cell that says that there is nothing, and one whose formula failed.
func (w *row) missing(c *Column, text string) bool {
	nothing, failed := emptied(text)
	if failed {
		w.r.Skip(w.where, "%s is %s: its formula failed", short(c.Name), text)
		return true
	}
	return nothing && (c.numeric() || c.dated() || c.Kind == Metric || c.Kind == Start || c.Kind == End)
}

// plain writes a number with a point, so that programs read it; other text stays.
func (s *Survey) plain(text string) string {
	value, exact, ok := s.number(text)
	if !ok || exact {
		return text
	}
	return strconv.FormatFloat(value, 'g', -1, 64)
}

// when reads a date, or a number of seconds or milliseconds since 1970.
func (s *Source) when(c *Column, text string) (time.Time, bool) {
	if t, ok := moment(text, s.Survey.order(c), s.Zone); ok {
		return t, true
	}
	value, _, ok := s.Survey.number(text)
	if !ok {
		return time.Time{}, false
	}
	return epoch(value)
}

func (w *row) time(c *Column, text string) (ms int64, ok bool) {
	t, ok := w.when(c, text)
	if !ok {
		w.r.Skip(w.where, "%s is %q, which is no date", short(c.Name), short(text))
		return 0, false
	}
	return t.UnixMilli(), true
}
