package search

import (
	"math"

	"dev.varve/backend/table"
)

// tableRow shows a row of a table as a Row. long says that a text was asked for
// of which the table has only the beginning.
type tableRow struct {
	*compiler
	row  int
	long bool
}

var _ RunRow = &tableRow{}

func (r *tableRow) number(kind Kind, name string) (float64, bool) {
	return r.numbers(kind, name).Get(r.row)
}

func (r *tableRow) text(kind Kind, name string) (string, bool) {
	text, long, ok := r.texts(kind, name).Get(r.row)
	r.long = r.long || long
	return text, ok
}

func (r *tableRow) Metric(key string) (float64, bool) { return r.number(Metric, key) }
func (r *tableRow) Param(key string) (string, bool)   { return r.text(Param, key) }
func (r *tableRow) Tag(key string) (string, bool)     { return r.text(Tag, key) }
func (r *tableRow) Min(key string) (float64, bool)    { return r.extreme(MetricMin, key) }
func (r *tableRow) Max(key string) (float64, bool)    { return r.extreme(MetricMax, key) }

func (r *tableRow) extreme(kind Kind, key string) (float64, bool) {
	return (&tableExtreme{r.numbers(kind, key), r.numbers(Metric, key)}).get(r.row)
}

// tableExtreme is the least or the greatest value of a metric.
type tableExtreme struct{ extreme, last *table.Numbers }

func (e *tableExtreme) get(row int) (float64, bool) {
	if f, ok := e.extreme.Get(row); ok {
		return f, true
	}
	f, ok := e.last.Get(row)
	return f, ok && !math.IsNaN(f)
}

// At is not known to a table; orders do not ask.
func (r *tableRow) At(string, int64) (float64, bool) { return 0, false }

func (r *tableRow) Params(yield func(key, value string) bool) { r.all(Param, yield) }
func (r *tableRow) Tags(yield func(key, value string) bool)   { r.all(Tag, yield) }

func (r *tableRow) all(kind Kind, yield func(key, value string) bool) {
	for _, name := range r.table.Keys(table.Kind(kind)) {
		if text, ok := r.text(kind, name); ok && !yield(name, text) {
			return
		}
	}
}

func (r *tableRow) Attribute(name string) (Value, bool) {
	switch name {
	case "run_id":
		return Text(r.source.ID(r.row)), true
	case "artifact_uri", "experiment":
		text, ok := r.source.Derived(name, r.row)
		return Text(text), ok
	case "start_time", "end_time", "exit_code":
		f, ok := r.number(Attribute, name)
		return Number(f), ok
	case "children":
		f, ok := r.childrenOf(r.row)
		return Number(f), ok
	case stateAttribute:
		return Value{}, false // it is that of the status: lost runs are asked for themselves
	}
	text, ok := r.text(Attribute, name)
	return Text(text), ok || neverAbsent[name]
}

func (r *tableRow) Datasets() []Dataset {
	packed, ok := r.text(DatasetInput, "")
	if !ok {
		return nil
	}
	return UnpackDatasets(packed)
}

// Freeze copies of a run what an order looks at, so that it can be compared
// when the run has changed or its lock is gone. A change of Now is not seen.
func Freeze(o *Order, r Row) RunRow {
	f := &frozen{}
	for i := range o.keys {
		f.copy(&o.keys[i], r)
	}
	return f
}

// frozen is what an order looks at.
type frozen struct {
	cells    []frozenCell
	datasets []Dataset
}

type frozenCell struct {
	Column
	value Value
}

func (f *frozen) copy(k *sortKey, r Row) {
	switch k.Kind {
	case Metric, MetricMin, MetricMax:
		f.addNumber(k.Column, r)
	case Param, Tag:
		f.addText(k.Column, r)
	case Loose:
		f.addNumber(Column{Metric, k.Name}, r)
		f.addText(Column{Param, k.Name}, r)
		f.addText(Column{Tag, k.Name}, r)
	case Data:
		f.datasets = r.Datasets()
	case Attribute:
		names := []string{k.Name}
		switch k.Name {
		case "duration":
			names = []string{"start_time", "end_time", stateAttribute, "status"}
		case stateAttribute:
			names = append(names, "status")
		}
		for _, name := range names {
			if v, ok := r.Attribute(name); ok {
				f.cells = append(f.cells, frozenCell{Column{Attribute, name}, v})
			}
		}
	}
}

func (f *frozen) addNumber(c Column, r Row) {
	if v, ok := c.number(r); ok {
		f.cells = append(f.cells, frozenCell{c, Number(v)})
	}
}

func (f *frozen) addText(c Column, r Row) {
	if s, ok := c.text(r); ok {
		f.cells = append(f.cells, frozenCell{c, Text(s)})
	}
}

func (f *frozen) cell(kind Kind, name string) (Value, bool) {
	for i := range f.cells {
		if f.cells[i].Column == (Column{kind, name}) {
			return f.cells[i].value, true
		}
	}
	return Value{}, false
}

func (f *frozen) number(kind Kind, key string) (float64, bool) {
	v, ok := f.cell(kind, key)
	return v.number, ok
}

func (f *frozen) text(kind Kind, key string) (string, bool) {
	v, ok := f.cell(kind, key)
	return v.text, ok
}

func (f *frozen) Metric(key string) (float64, bool)   { return f.number(Metric, key) }
func (f *frozen) Min(key string) (float64, bool)      { return f.number(MetricMin, key) }
func (f *frozen) Max(key string) (float64, bool)      { return f.number(MetricMax, key) }
func (f *frozen) Param(key string) (string, bool)     { return f.text(Param, key) }
func (f *frozen) Tag(key string) (string, bool)       { return f.text(Tag, key) }
func (f *frozen) Attribute(name string) (Value, bool) { return f.cell(Attribute, name) }
func (f *frozen) Datasets() []Dataset                 { return f.datasets }
func (f *frozen) At(string, int64) (float64, bool)    { return 0, false }
func (f *frozen) Params(func(key, value string) bool) {}
func (f *frozen) Tags(func(key, value string) bool)   {}
