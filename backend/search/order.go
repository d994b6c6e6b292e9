package search

import (
	"slices"
	"strings"
)

// Order is a checked order. It is immutable and may be used by many
// goroutines at once.
type Order struct{ keys []sortKey }

// sortKey is one thing to sort by.
type sortKey struct {
	Column
	typ        valueType
	descending bool
	points     bool       // a metric of a logged model: look at its points
	dataset    DatasetRef // only points of this dataset
	of         quantity   // what to read; nil: the column
	numbers    versionNumbers
}

func by(attribute string, typ valueType, descending bool) sortKey {
	return sortKey{Column: Column{Attribute, attribute}, typ: typ, descending: descending}
}

// ModelOrder is one clause of an order of logged models, which MLflow's
// interface has in parts.
type ModelOrder struct {
	Field      string // "metrics.loss", or an attribute
	Descending bool
	Dataset    DatasetRef // count only points of this dataset
}

// ParseOrder reads the clauses of an order, each a name with an optional ASC or
// DESC. Without clauses it is the entity's own order. An error is a
// fault.Invalid whose cause is an *Error with the number of the clause.
func ParseOrder(s *Schema, clauses []string) (*Order, error) {
	b := orderBuilder{Schema: s}
	for i, clause := range clauses {
		b.text = text{s: clause, clause: i}
		if err := b.clause(); err != nil {
			return nil, err
		}
	}
	return b.finish(), nil
}

// ParseModelOrder reads the order of a search for logged models. A Field is
// taken as it is: what follows its first dot is the key, though back ticks or
// quotes around the key are taken off.
func ParseModelOrder(clauses []ModelOrder) (*Order, error) {
	b := orderBuilder{Schema: LoggedModels}
	for i, clause := range clauses {
		b.text = text{s: clause.Field, clause: i}
		if err := b.check(); err != nil {
			return nil, err
		}
		words := strings.SplitN(clause.Field, ".", 2)
		if key := words[len(words)-1]; key != "" && isQuote(key[0]) && quotedLength(key) == len(key) {
			words[len(words)-1] = key[1 : len(key)-1]
		}
		if err := b.add(words, clause.Field, clause.Descending, clause.Dataset); err != nil {
			return nil, err
		}
	}
	return b.finish(), nil
}

// orderBuilder collects the keys of an order.
type orderBuilder struct {
	text
	*Schema
	keys []sortKey
}

func (b *orderBuilder) whole() span { return span{0, len(b.s)} }

// check refuses what is too much or not a text.
func (b *orderBuilder) check() error {
	if len(b.keys) == maxClauses {
		return b.wrong(b.whole(), "Invalid order_by: more than 1000 clauses", "")
	}
	return b.readable()
}

// clause reads one clause: a name, and ASC or DESC.
func (b *orderBuilder) clause() error {
	if err := b.check(); err != nil {
		return err
	}
	toks := tokens(b.s)
	name := toks[0]
	// MLflow's parser keeps the spaces around a clause and then stumbles over them.
	if name.kind != tokName || name.at.from != 0 || len(toks) > 3 || toks[len(toks)-2].kind != tokName || toks[len(toks)-2].at.to != len(b.s) {
		return b.wrong(b.whole(), "Invalid order_by clause '"+shorten(b.s)+"'. Could not be parsed.",
			"Write a name and then ASC or DESC; a name with spaces, dashes or slashes in back ticks.")
	}
	descending := toks[1].is("DESC")
	if len(toks) == 3 && !descending && !toks[1].is("ASC") {
		return b.wrong(toks[1].at, "Invalid ordering key in order_by clause '"+shorten(b.s)+"'.", "Write ASC or DESC after the name.")
	}
	return b.add(b.split(name), name.text, descending, DatasetRef{})
}

// add checks a name, given in parts and as it was written, and appends it to
// the order.
func (b *orderBuilder) add(words []string, name string, descending bool, dataset DatasetRef) error {
	key, err := b.key(words, name)
	if err != nil {
		return err
	}
	key.descending, key.dataset = descending, dataset
	key.points = key.Kind == Metric && b.Schema == LoggedModels
	if !b.repeats && b.has(key.Column) {
		return b.wrong(b.whole(), "`order_by` contains duplicate fields: "+shorten(name), "Name each field once.")
	}
	b.keys = append(b.keys, key)
	return nil
}

// split cuts the name of a text clause into its prefix, if any, and the key.
func (b *orderBuilder) split(name token) []string {
	words, _ := parts(name.text)
	if len(words) == 1 {
		// "metrics.loss" in quotes as a whole, which MLflow takes with ASC or DESC.
		return strings.SplitN(words[0], ".", 2)
	}
	return []string{words[0], strings.Join(words[1:], ".")}
}

// key finds what a name in an order means.
func (b *orderBuilder) key(words []string, name string) (sortKey, error) {
	kind, key := Attribute, words[len(words)-1]
	if len(words) > 1 {
		var ok bool
		if kind, ok = b.prefixes[words[0]]; !ok {
			return sortKey{}, b.wrong(b.whole(), b.words.badPrefix(shorten(words[0])), "")
		}
	}
	if kind == Attribute {
		f, ok := b.orderable[key]
		if !ok {
			return sortKey{}, b.wrong(b.whole(), b.words.badOrderKey(shorten(key), names(b.orderable)), "")
		}
		return sortKey{Column: f.Column, typ: f.typ}, nil
	}
	if !b.orderKinds[kind] {
		return sortKey{}, b.wrong(b.whole(), b.words.badOrder(Column{kind, key}, shorten(name)), "")
	}
	return sortKey{Column: Column{kind, key}, typ: b.keyed[kind].typ}, nil
}

func (b *orderBuilder) has(c Column) bool {
	return slices.ContainsFunc(b.keys, func(k sortKey) bool { return k.Column == c })
}

// finish appends what decides between rows that are equal so far.
func (b *orderBuilder) finish() *Order {
	if len(b.keys) == 0 && b.defaults != nil {
		return &Order{b.defaults}
	}
	for _, tie := range b.ties {
		if !b.has(tie.Column) {
			b.keys = append(b.keys, tie)
		}
	}
	return &Order{b.keys}
}

// Columns returns what the order reads of a row, the most significant first.
func (o *Order) Columns() []Column {
	var out []Column
	for _, k := range o.keys {
		if !slices.Contains(out, k.Column) {
			out = append(out, k.Column)
		}
	}
	return out
}
