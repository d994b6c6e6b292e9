package search

import (
	"math"
	"slices"
	"strings"

	"dev.varve/backend/table"
)

// Field is a column of a table of runs, named as in a filter or an order.
type Field struct {
	queryField
	key sortKey // which reads it
}

// FieldType is what the values of a field are.
type FieldType string

// The types of fields.
const (
	FieldNumber   FieldType = "number"   // metrics, exit_code, children, the version of one data set
	FieldText     FieldType = "text"     // params and tags, of which some may be numbers, and texts
	FieldTime     FieldType = "time"     // ms since 1970
	FieldDuration FieldType = "duration" // ms
	FieldStatus   FieldType = "status"   // Varve's words
	FieldData     FieldType = "data"     // the versions that a run read, in words
)

// ParseField reads the name of a column. All names do by which runs can be
// ordered. An error is a fault.Invalid whose cause is an *Error.
func ParseField(name string, given Given) (Field, error) {
	src := text{s: name}
	if err := src.readable(); err != nil {
		return Field{}, err
	}
	p := queryParser{resolver: resolver{src, given}, tokens: queryTokens(name)}
	key, f, err := p.sortField()
	if err != nil {
		return Field{}, err
	}
	if t := p.peek(); t.kind != tokEnd {
		return Field{}, p.wrong(t.at, "A column is one name", "A name with spaces stands in back ticks.")
	}
	return Field{f, key}, nil
}

// Type is what the values are.
func (f *Field) Type() FieldType {
	switch f.typ {
	case queryNumber, queryVersion:
		return FieldNumber
	case queryTime, queryDate:
		return FieldTime
	case queryDuration:
		return FieldDuration
	case queryState:
		return FieldStatus
	case queryData:
		return FieldData
	}
	return FieldText
}

// isNumber reports whether cells hold numbers and nothing else, and columns,
// too, if they hold the field.
func (f *Field) isNumber() bool {
	switch f.typ {
	case queryNumber, queryTime, queryDate, queryDuration:
		return true
	}
	return false
}

// EntryKind says what a table shows in a place.
type EntryKind uint8

// The kinds of entries.
const (
	NoEntry EntryKind = iota
	NumberEntry
	TextEntry
)

// Entry is what a run has in a field, as a table shows it: unlike a Cell, a param
// is a text as it was logged, infinite numbers stay infinite, and of data sets
// all are there.
type Entry struct {
	Kind   EntryKind
	Number float64 // of a text that is a number, too
	Text   string
	Cut    bool // the text is only its beginning
}

// cell reads a field of a row. The number of a text is left open.
func (f *Field) cell(r Row) Entry {
	switch f.typ {
	case queryData:
		if text := f.numbers.words(r.Datasets()); text != "" {
			return Entry{Kind: TextEntry, Text: text}
		}
		return Entry{}
	case queryState:
		state, _ := stateOf(r)
		return stateEntry(state)
	case queryVersion:
		read, ok := latestVersion(r.Datasets(), f.Name, f.numbers)
		return numberEntry(read.number, ok)
	case queryNumber, queryTime, queryDate, queryDuration:
		return numberEntry(f.exactly(r))
	}
	if f.Kind == Loose {
		if n, ok := r.Metric(f.Name); ok {
			return numberEntry(n, true)
		}
	}
	text, ok := f.text(r)
	if !ok || text == "" && f.Kind == Attribute {
		return Entry{}
	}
	return Entry{Kind: TextEntry, Text: text}
}

// exactly is the number of a field, an infinite one as it is.
func (f *Field) exactly(r Row) (float64, bool) {
	if f.of == nil && f.Kind == Metric {
		return r.Metric(f.Name)
	}
	if run, ok := r.(RunRow); ok && f.of == nil {
		switch f.Kind {
		case MetricMin:
			return run.Min(f.Name)
		case MetricMax:
			return run.Max(f.Name)
		}
	}
	return f.quantity().number(r)
}

func numberEntry(f float64, ok bool) Entry {
	if !ok {
		return Entry{}
	}
	return Entry{Kind: NumberEntry, Number: f}
}

// Same reports whether two cells hold the same.
func (c Entry) Same(o Entry) bool {
	if c.Kind == NumberEntry && o.Kind == NumberEntry {
		return c.Number == o.Number || c.Number != c.Number && o.Number != o.Number
	}
	return c.Kind == o.Kind && c.Text == o.Text
}

// withNumber fills in the number of a text, NaN if it is none.
func (c Entry) withNumber() Entry {
	if c.Kind == TextEntry {
		c.Number = math.NaN()
		if !c.Cut {
			c.Number, _ = numberOf(c.Text)
		}
	}
	return c
}

// words names the data sets that a run read.
func (f versionNumbers) words(inputs []Dataset) string {
	names := make([]string, len(inputs))
	for i := range inputs {
		d := &inputs[i]
		names[i] = d.Name
		if n := f.of(d); n > 0 {
			names[i] = versionName(d, n)
		} else if d.Digest != "" {
			names[i] += "@" + d.Digest
		}
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

// fieldColumn is a field as columns of a table hold it: numbers, or texts each
// of which means a cell. Both are nil where every row has to be asked.
type fieldColumn struct {
	numbers func(row int) (float64, bool)
	texts   *table.Texts
	cell    func(text string) Entry
	has     func(block int) table.Bits // rows that have something; nil: each row has to be asked
}

func ofNumbers(c *table.Numbers) fieldColumn {
	return fieldColumn{numbers: c.Get, has: c.Bits}
}

func (c *compiler) ofTexts(kind Kind, name string) fieldColumn {
	texts := c.texts(kind, name)
	column := fieldColumn{texts: texts, has: texts.Bits, cell: func(text string) Entry { return Entry{Kind: TextEntry, Text: text} }}
	if texts.Len() == c.table.Len() {
		column.has = c.table.Present
	}
	return column
}

// column finds a field in a table. It is good for one stride.
func (f *Field) column(c *compiler) fieldColumn {
	if d, ok := f.of.(duration); ok {
		return fieldColumn{numbers: c.durations(d)}
	}
	switch f.Kind {
	case Metric:
		return ofNumbers(c.numbers(Metric, f.Name))
	case MetricMin, MetricMax:
		return fieldColumn{numbers: (&tableExtreme{c.numbers(f.Kind, f.Name), c.numbers(Metric, f.Name)}).get}
	case Param, Tag:
		return c.ofTexts(f.Kind, f.Name)
	case Data:
		return fieldColumn{texts: c.texts(DatasetInput, ""), cell: func(packed string) Entry { return f.cell(&frozen{datasets: UnpackDatasets(packed)}) }}
	case Loose:
		return fieldColumn{}
	}
	switch f.Name {
	case stateAttribute:
		return fieldColumn{texts: c.texts(Attribute, "status"), cell: func(status string) Entry { return stateEntry(states[status]) }}
	case "start_time", "end_time", "exit_code":
		return ofNumbers(c.numbers(Attribute, f.Name))
	case "children":
		return fieldColumn{numbers: c.childrenOf, has: c.table.Present}
	case "run_id":
		return fieldColumn{has: c.table.Present}
	}
	if derived[f.Name] {
		return fieldColumn{}
	}
	return c.ofTexts(Attribute, f.Name)
}

func stateEntry(state string) Entry {
	if state == "" {
		return Entry{}
	}
	return Entry{Kind: TextEntry, Text: state}
}

// Reader reads cells of rows of a source. It is good for one Stride.
type Reader struct {
	source Source
	row    tableRow
	ask    []table.Bits
	asked  []bool
}

// NewReader prepares to read fields, inside Stride. children is what
// CountChildren says, and may be nil if no field asks for children.
func NewReader(source Source, children map[string]int) *Reader {
	c := &compiler{source: source, table: source.Table(), children: children}
	return &Reader{source: source, row: tableRow{compiler: c}, ask: make([]table.Bits, c.table.Blocks()), asked: make([]bool, c.table.Blocks())}
}

// CountChildren counts the runs that are nested in each run, by its id; nil if
// none of the fields asks for it.
func CountChildren(sources []Source, fields []Field) map[string]int {
	if !slices.ContainsFunc(fields, func(f Field) bool { return f.Column == Column{Attribute, "children"} }) {
		return nil
	}
	return countChildren(sources)
}

// Cells reads fields of a row, from its record if columns do not tell the
// truth. Of long texts it gives the beginning.
func (r *Reader) Cells(row int, fields []Field, cells []Entry) {
	from := r.from(row)
	for i := range fields {
		r.row.long = false
		cells[i] = fields[i].cell(from)
		cells[i].Cut = r.row.long && cells[i].Kind == TextEntry
	}
}

// Whole is Cells with long texts as they are.
func (r *Reader) Whole(row int, fields []Field, cells []Entry) {
	r.Cells(row, fields, cells)
	var record Row
	for i := range cells {
		if !cells[i].Cut {
			continue
		}
		if record == nil {
			if record = r.source.Row(row); record == nil {
				return // it has gone: nobody knows more
			}
		}
		cells[i] = fields[i].cell(record)
	}
}

// asks reports whether columns do not tell the truth about a row.
func (r *Reader) asks(row int) bool {
	block := row / table.BlockRows
	if !r.asked[block] {
		r.asked[block], r.ask[block] = true, r.source.Ask(block)
	}
	return r.ask[block].Has(row % table.BlockRows)
}

func (r *Reader) from(row int) Row {
	if r.asks(row) {
		if record := r.source.Row(row); record != nil {
			return record
		}
	}
	r.row.row = row
	return &r.row
}
