package search

import (
	"cmp"
	"math"
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

// Compare is negative if a comes before b, positive if after, and 0 only if
// they are equal in all that the order looks at, which for two different rows
// of an entity is never. It does not allocate.
func (o *Order) Compare(a, b Row) int {
	for i := range o.keys {
		if c := o.keys[i].compare(a, b); c != 0 {
			return c
		}
	}
	return 0
}

// The classes of a value, in the order in which they come in both directions.
const (
	isValue = iota
	isNaN
	isMissing
)

func (k *sortKey) compare(a, b Row) int {
	var c int
	if k.typ.isNumber() {
		x, xClass := k.rank(a)
		y, yClass := k.rank(b)
		if xClass != yClass || xClass != isValue {
			return cmp.Compare(xClass, yClass)
		}
		c = cmp.Compare(x, y)
	} else {
		x, xOK := k.text(a)
		y, yOK := k.text(b)
		switch {
		case !xOK || !yOK:
			return cmp.Compare(btoi(!xOK), btoi(!yOK))
		case k.typ == typeID:
			x, y = trimZeros(x), trimZeros(y)
			c = cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y))
		case k.typ == typeStatus:
			c = cmp.Compare(progress(x), progress(y))
		default:
			c = strings.Compare(x, y)
		}
	}
	if k.descending {
		return -c
	}
	return c
}

// rank returns the number of a row and its class.
func (k *sortKey) rank(r Row) (float64, int) {
	var f float64
	var ok bool
	if k.points {
		f, ok = k.latest(r)
	} else {
		f, ok = k.number(r)
	}
	switch {
	case !ok:
		return 0, isMissing
	case math.IsNaN(f):
		return 0, isNaN
	}
	return f, isValue
}

// latest returns the latest point of a logged model's metric on the dataset.
func (k *sortKey) latest(r Row) (float64, bool) {
	model, ok := r.(ModelRow)
	if !ok {
		return 0, false
	}
	var last *Point
	points := model.Points()
	for i := range points {
		p := &points[i]
		if p.Key != k.Name || !k.dataset.holds(p) {
			continue
		}
		if last == nil || cmp.Or(cmp.Compare(p.Time, last.Time), cmp.Compare(p.Step, last.Step), cmp.Compare(last.RunID, p.RunID)) > 0 {
			last = p
		}
	}
	if last == nil {
		return 0, false
	}
	return finite(last.Value), true
}

// progress is MLflow's number of a logged model's status.
func progress(status string) int {
	return slices.Index([]string{"PENDING", "READY", "FAILED"}, status)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
