package search

import "math"

// Row is one run, experiment, model or model version as a search sees it.
// The second result of a method is false if the row lacks the thing, which is
// not the same as having an empty one. Strings are valid UTF-8. Methods are
// called often: they should neither allocate nor read a disk.
type Row interface {
	// Metric returns the latest value of a metric, which may be NaN or infinite.
	Metric(key string) (float64, bool)
	// Param returns a parameter as it was logged.
	Param(key string) (string, bool)
	// Tag returns a tag.
	Tag(key string) (string, bool)
	// Attribute returns a property that every row of the entity has a place
	// for. The Schema documents the names.
	Attribute(name string) (Value, bool)
	// Datasets returns the inputs of a run; nil for other entities.
	Datasets() []Dataset
}

// RunRow is a Row of Runs that answers what only Varve's own grammar asks
// (ParseQuery). Of a Row that is none, such a question is answered as of a run
// that lacks the thing. Varve's grammar also reads the attributes state
// (waiting, running, finished, failed, stopped, lost), experiment, reason and
// source (texts), exit_code and children (numbers).
type RunRow interface {
	Row
	// Min and Max return the least and the greatest value that a metric ever had,
	// NaN left out. ok is false if it never had another.
	Min(key string) (value float64, ok bool)
	Max(key string) (value float64, ok bool)
	// At returns the value of a metric at exactly this step.
	At(key string, step int64) (value float64, ok bool)
	// Params and Tags call yield with all of them, in any order, until it is false.
	Params(yield func(key, value string) bool)
	Tags(yield func(key, value string) bool)
}

// ModelRow is a Row of LoggedModels. A logged model has no latest value of a
// metric: a filter looks at all of its points, an order at the latest of those
// that belong to a dataset.
type ModelRow interface {
	Row
	// Points returns all points of all metrics of the model, in any order.
	Points() []Point
}

// Value is an attribute: a text or a number. Times are numbers of
// milliseconds since 1970.
type Value struct {
	text   string
	number float64
	isText bool
}

// Text makes a Value of a string.
func Text(s string) Value { return Value{text: s, isText: true} }

// Number makes a Value of a number. Integers are exact up to 2^53, which for
// milliseconds since 1970 is the year 287396.
func Number(f float64) Value { return Value{number: f} }

// AsText returns the text; ok is false if the value is a number.
func (v Value) AsText() (text string, ok bool) { return v.text, v.isText }

// AsNumber returns the number; ok is false if the value is a text.
func (v Value) AsNumber() (number float64, ok bool) { return v.number, !v.isText }

// Dataset is one input of a run.
type Dataset struct {
	Name, Digest string
	// Context is the input's tag mlflow.data.context ("training", ...), and
	// HasContext whether there is one.
	Context    string
	HasContext bool
	// ID and Version are those of a version that is kept here, else empty.
	ID, Version string
}

// Point is one value of a metric of a logged model.
type Point struct {
	Key                        string
	Value                      float64
	Time                       int64 // milliseconds since 1970
	Step                       int64
	RunID                      string
	DatasetName, DatasetDigest string // empty if the point belongs to none
}

// DatasetRef names a dataset, or with an empty Digest all datasets of a name.
type DatasetRef struct{ Name, Digest string }

func (d DatasetRef) holds(p *Point) bool {
	return (d.Name == "" || d.Name == p.DatasetName) && (d.Digest == "" || d.Digest == p.DatasetDigest)
}

// Kind is a family of named values of a row.
type Kind uint8

// The kinds of columns that filters and orders read.
const (
	Metric Kind = iota + 1
	Param
	Tag
	Attribute
	DatasetInput // Column.Name is name, digest or context
)

// The kinds that only filters and orders in Varve's own grammar read.
const (
	MetricMin Kind = 100 + iota // the least value of a metric
	MetricMax                   // the greatest value of a metric
	MetricAt                    // Column.Name is key AT step
	Loose                       // a name alone: a metric or, without one, a param or, without one, a tag
	Data                        // Column.Name is the name of a data set, empty: all of them
	FreeText                    // all texts of a run
)

// Tags and attributes that Varve's own grammar has other names for.
const (
	noteTag        = "mlflow.note.content"
	parentTag      = "mlflow.parentRunId"
	stateAttribute = "state"
)

// String returns MLflow's word for the kind.
func (k Kind) String() string {
	switch k {
	case Metric:
		return "metric"
	case Param:
		return "parameter"
	case Tag:
		return "tag"
	case DatasetInput:
		return "dataset"
	}
	return "attribute"
}

// Column names one value of a row.
type Column struct {
	Kind Kind
	Name string
}

func (c Column) column() Column { return c }

// text returns the string that a row has in a column of params, tags or attributes.
func (c Column) text(r Row) (string, bool) {
	switch c.Kind {
	case Param:
		return r.Param(c.Name)
	case Tag:
		return r.Tag(c.Name)
	case Loose:
		if s, ok := r.Param(c.Name); ok {
			return s, ok
		}
		return r.Tag(c.Name)
	case Attribute:
		if c.Name == stateAttribute {
			return stateOf(r)
		}
	}
	v, ok := r.Attribute(c.Name)
	return v.text, ok && v.isText && (v.text != "" || c.Name != "reason" && c.Name != "source")
}

// number returns the number that a row has in a column. A param or a tag that
// is no number is NaN.
func (c Column) number(r Row) (float64, bool) {
	switch c.Kind {
	case Metric:
		f, ok := r.Metric(c.Name)
		return finite(f), ok
	case MetricMin, MetricMax:
		run, ok := r.(RunRow)
		if !ok {
			return 0, false
		}
		read := run.Min
		if c.Kind == MetricMax {
			read = run.Max
		}
		f, ok := read(c.Name)
		return finite(f), ok
	case Loose:
		if f, ok := r.Metric(c.Name); ok {
			return finite(f), ok
		}
		fallthrough
	case Param, Tag:
		s, ok := c.text(r)
		f, _ := numberOf(s)
		return f, ok
	}
	v, ok := r.Attribute(c.Name)
	return v.number, ok && !v.isText
}

// has reports whether a row has something in a column. A property that is an
// empty text, such as no name, is nothing.
func (c Column) has(r Row) bool {
	switch c.Kind {
	case Metric, MetricMin, MetricMax:
		_, ok := c.number(r)
		return ok
	case Loose:
		if _, ok := r.Metric(c.Name); ok {
			return true
		}
		fallthrough
	case Param, Tag:
		_, ok := c.text(r)
		return ok
	case DatasetInput:
		return len(r.Datasets()) > 0
	}
	if c.Name == stateAttribute {
		_, ok := stateOf(r)
		return ok
	}
	v, ok := r.Attribute(c.Name)
	return ok && (!v.isText || v.text != "")
}

// finite puts the greatest and least number in place of the infinities, as
// MLflow does when it stores and returns them: a client that reads such a value
// can search for it.
func finite(f float64) float64 {
	switch {
	case f > math.MaxFloat64:
		return math.MaxFloat64
	case f < -math.MaxFloat64:
		return -math.MaxFloat64
	}
	return f
}
