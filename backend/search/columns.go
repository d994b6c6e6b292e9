package search

import (
	"math"
	"strings"
)

// Columns are named values of runs, in the words of the query language, for
// whoever shows them: a chart, a table. They are immutable.
type Columns struct{ keys []sortKey }

// ParseColumns reads names such as metrics.loss, min(metrics.loss), params.lr
// and duration. An error is a fault.Invalid whose cause is an *Error with the
// number of the name.
func ParseColumns(names []string, given Given) (*Columns, error) {
	c := &Columns{keys: make([]sortKey, len(names))}
	for i, name := range names {
		b := orderBuilder{text: text{s: name, clause: i}, Schema: Runs}
		if err := b.check(); err != nil {
			return nil, err
		}
		p := queryParser{resolver: resolver{b.text, given}, tokens: queryTokens(name)}
		key, err := p.sortKey()
		if err != nil {
			return nil, err
		}
		c.keys[i] = key
	}
	return c, nil
}

// Newest is an order by which a search brings all that the columns read: what
// was started last comes first.
func (c *Columns) Newest() *Order {
	b := orderBuilder{Schema: Runs, keys: []sortKey{by("start_time", typeNumber, true), by("run_id", typeText, false)}}
	for _, key := range c.keys {
		if !b.has(key.Column) {
			b.keys = append(b.keys, key)
		}
	}
	return &Order{b.keys}
}

// Column says what the i-th name means.
func (c *Columns) Column(i int) Column { return c.keys[i].Column }

// CellKind says what a row has in a column.
type CellKind uint8

// What a row has.
const (
	NoCell     CellKind = iota
	NumberCell          // Number; Text, if the column is of texts, says how it was written
	TextCell            // Text
)

// Cell is what a row has in a column.
type Cell struct {
	Kind   CellKind
	Number float64
	Text   string
}

// Cell reads the i-th column of a row.
func (c *Columns) Cell(i int, r Row) Cell {
	k := &c.keys[i]
	if k.typ == typeState {
		state, ok := stateOf(r)
		return textCell(state, ok)
	}
	switch got := k.read(r); got.class {
	case isMissing:
		return Cell{}
	case isNaN:
		return Cell{Kind: NumberCell, Number: math.NaN()}
	case isText:
		return Cell{Kind: TextCell, Text: got.text}
	default:
		if k.typ == typeText {
			return Cell{Kind: TextCell, Text: got.text}
		}
		cell := Cell{Kind: NumberCell, Number: got.number}
		if k.typ == typeNatural {
			cell.Text, _ = k.text(r)
		}
		return cell
	}
}

func textCell(text string, ok bool) Cell {
	if !ok {
		return Cell{}
	}
	return Cell{Kind: TextCell, Text: text}
}

// prefixes of names, by the kind of their column.
var columnPrefixes = map[Kind]string{Metric: "metrics.", MetricMin: "min(metrics.", MetricMax: "max(metrics.", Param: "params.", Tag: "tags.", Data: "data."}

// Written is the name of a param, a tag, a metric or its extreme, or a data set
// as a query takes it. ok is false if none can be written: no quotes are left
// for a key with back ticks in it.
func (c Column) Written() (name string, ok bool) {
	prefix, known := columnPrefixes[c.Kind]
	if !known {
		return c.Name, c.Kind == Attribute
	}
	key, ok := writeKey(c.Name)
	if strings.HasSuffix(prefix, "(metrics.") {
		key += ")"
	}
	return prefix + key, ok
}
