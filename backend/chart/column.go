package chart

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"dev.varve/backend/search"
)

// Table is what a chart knows of the runs that it shows.
type Table struct {
	Runs     []RunName // one per row
	Columns  map[string]*Column
	Groups   []GroupName // by row; nil, if a spec does not group
	Matching int         // runs that were asked for; Runs may be the newest of them
}

// RunName is a run in a chart.
type RunName struct {
	ID, Name string
	Start    int64 // ms since 1970; 0: not known
}

// GroupName is the group of a run.
type GroupName struct {
	ID   string // the same for runs that have the same in all columns of the group
	Name string
}

// Column is one column of a table.
type Column struct {
	Name   string // as in the query language
	Label  string // for people
	Type   Type
	Values []float64 // by row; of a text its number among Categories; NaN: missing, or not a number
	// Categories are the texts, in natural order.
	Categories []string
}

// Type is what the values of a column are.
type Type string

// The types of columns.
const (
	NumberColumn   Type = "number"
	TextColumn     Type = "text"
	TimeColumn     Type = "time"     // ms since 1970
	DurationColumn Type = "duration" // ms
)

// NewColumn makes a column of what runs have in a field. It holds numbers if all
// that is there is a number, and texts otherwise.
func NewColumn(name string, f search.Field, cells []search.Entry) *Column {
	c := &Column{Name: name, Label: labelOf(f.Column), Type: typeOf(&f), Values: make([]float64, len(cells))}
	if slices.ContainsFunc(cells, isText) {
		c.Type = TextColumn
		c.fillTexts(cells)
		return c
	}
	for i, cell := range cells {
		c.Values[i] = math.NaN()
		if cell.Kind != search.NoEntry {
			c.Values[i] = cell.Number
		}
	}
	return c
}

// isText reports whether a cell is no number. What says that it is none, nan,
// counts as one.
func isText(cell search.Entry) bool {
	return cell.Kind == search.TextEntry && math.IsNaN(cell.Number) && !strings.EqualFold(cell.Text, "nan")
}

func (c *Column) fillTexts(cells []search.Entry) {
	at := map[string]float64{}
	for _, cell := range cells {
		if cell.Kind != search.NoEntry {
			at[written(cell)] = 0
		}
	}
	for text := range at {
		c.Categories = append(c.Categories, text)
	}
	slices.SortFunc(c.Categories, Natural)
	for i, text := range c.Categories {
		at[text] = float64(i)
	}
	for i, cell := range cells {
		c.Values[i] = math.NaN()
		if cell.Kind != search.NoEntry {
			c.Values[i] = at[written(cell)]
		}
	}
}

// written is a cell as a text.
func written(cell search.Entry) string {
	if cell.Kind == search.NumberEntry {
		return strconv.FormatFloat(cell.Number, 'g', -1, 64)
	}
	return strings.ToValidUTF8(cell.Text, "")
}

// labelOf is a column's name without what everybody knows.
func labelOf(of search.Column) string {
	switch of.Kind {
	case search.MetricMin:
		return "least " + of.Name
	case search.MetricMax:
		return "greatest " + of.Name
	case search.Attribute:
		if words, ok := attributeWords[of.Name]; ok {
			return words
		}
		return strings.ReplaceAll(of.Name, "_", " ")
	case search.Data:
		if of.Name == "" {
			return "data"
		}
		return of.Name + ", version"
	}
	if of.Name == "mlflow.note.content" {
		return "note"
	}
	return of.Name
}

var attributeWords = map[string]string{
	"start_time": "started", "end_time": "ended", "user_id": "person", "run_name": "name", "duration": "took", "state": "status",
}

func typeOf(f *search.Field) Type {
	switch f.Type() {
	case search.FieldTime:
		return TimeColumn
	case search.FieldDuration:
		return DurationColumn
	}
	return NumberColumn
}

// numeric reports whether the values can be calculated with.
func (c *Column) numeric() bool { return c.Type != TextColumn }

// format is the formatter of an axis of this column.
func (c *Column) format() string {
	switch c.Type {
	case TimeColumn:
		return formatTime
	case DurationColumn:
		return formatDuration
	}
	return formatMetric
}

// present is how many rows have a finite value.
func (c *Column) present() int {
	n := 0
	for _, v := range c.Values {
		if finite(v) {
			n++
		}
	}
	return n
}

// logarithmic reports whether a logarithmic axis shows the values better: all
// are above zero, there are at least three of them, and the greatest is more
// than fifty times the least.
func (c *Column) logarithmic() bool {
	if c.Type != NumberColumn {
		return false
	}
	different := map[float64]bool{}
	least, most := math.Inf(1), 0.0
	for _, v := range c.Values {
		if !finite(v) {
			continue
		}
		if v <= 0 {
			return false
		}
		least, most = min(least, v), max(most, v)
		different[v] = true
	}
	return len(different) >= 3 && most > 50*least
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
