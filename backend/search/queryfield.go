package search

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// queryType is what kind of thing a name means, and with that what can be
// asked about it.
type queryType uint8

const (
	queryNumber   queryType = iota
	queryMixed              // a text that may be a number: params, tags, names alone
	queryText               //
	queryState              // what a run does
	queryTime               // ms since 1970, or a date
	queryDate               // the same under a name of Varve's own: a date only
	queryDuration           //
	queryData               // all inputs of a run
	queryVersion            // inputs of one name: the number of the version, or the digest
	queryInput              // MLflow's properties of any input
)

// queryField is a name in a filter, or in an order, with its meaning.
type queryField struct {
	Column
	typ     queryType
	at      span
	written string   // in its plainest form
	of      quantity // nil: the column
	numbers versionNumbers
}

// quantity is what numbers are compared with.
func (f *queryField) quantity() quantity {
	if f.of != nil {
		return f.of
	}
	return f.Column
}

// thing is what may be absent.
func (f *queryField) thing() thing {
	switch f.typ {
	case queryData, queryVersion:
		return dataInputs{name: f.Name, all: f.typ == queryData}
	}
	return f.quantity()
}

// aggregates are what can be asked about all values of a metric.
var aggregates = map[string]Kind{"min": MetricMin, "max": MetricMax, "last": Metric}

// beginsCondition are the words before a dot after which nothing but a
// condition can be meant. The others may begin the name of a file, as in run.py.
var beginsCondition = map[string]bool{
	"metrics": true, "params": true, "parameters": true, "tags": true, "attributes": true, "datasets": true,
}

// queryAttributes are the properties of a run itself.
var queryAttributes = joinFields(
	queryAttribute("run_name", queryText, "name", "run name"),
	queryAttribute("run_id", queryText, "id"),
	queryAttribute("user_id", queryText, "user"),
	queryAttribute(stateAttribute, queryState, "status"),
	queryAttribute("artifact_uri", queryText),
	queryAttribute("experiment", queryText),
	queryAttribute("source", queryText),
	queryAttribute("reason", queryText),
	queryAttribute("exit_code", queryNumber),
	queryAttribute("children", queryNumber),
	queryAttribute("start_time", queryTime, "created"),
	queryAttribute("end_time", queryTime),
	queryAttribute("duration", queryDuration),
	map[string]queryField{
		"started": {Column: Column{Attribute, "start_time"}, typ: queryDate},
		"ended":   {Column: Column{Attribute, "end_time"}, typ: queryDate},
		"note":    {Column: Column{Tag, noteTag}, typ: queryText},
		"parent":  {Column: Column{Tag, parentTag}, typ: queryText},
		"data":    {Column: Column{Kind: Data}, typ: queryData},
	},
)

func queryAttribute(name string, typ queryType, aliases ...string) map[string]queryField {
	f := queryField{Column: Column{Attribute, name}, typ: typ}
	out := map[string]queryField{name: f}
	for _, alias := range aliases {
		out[alias] = f
	}
	return out
}

func joinFields(list ...map[string]queryField) map[string]queryField {
	out := map[string]queryField{}
	for _, fields := range list {
		maps.Copy(out, fields)
	}
	return out
}

// queryInputs are the properties of an input, by MLflow's names.
var queryInputs = map[string]queryType{"name": queryInput, "digest": queryInput, "context": queryInput, "version": queryVersion}

// resolver finds what names mean.
type resolver struct {
	text
	Given
}

// resolve finds what a name means.
func (p *resolver) resolve(t token) (queryField, error) {
	n := nameOf(t)
	f := queryField{at: t.at, written: t.text, numbers: p.VersionNumber}
	if n.key == "" {
		return f, p.wrong(t.at, "After "+shorten(t.text)+" the name is missing", "Write a name such as metrics.loss.")
	}
	if n.bare {
		if err := p.checkKey(t, n); err != nil {
			return f, err
		}
	}
	if !n.dotted {
		if a, ok := attributeNamed(n); ok {
			f.Column, f.typ = a.Column, a.typ
		} else {
			f.Column, f.typ = Column{Loose, n.key}, queryMixed
		}
		return p.timed(f), nil
	}
	prefix := strings.ToLower(n.prefix)
	if prefix == "data" {
		f.Column, f.typ = Column{Data, n.key}, queryVersion
		return f, nil
	}
	kind, ok := Runs.prefixes[prefix]
	if !ok || n.quote == '"' {
		return f, p.unknownPrefix(t, n)
	}
	f.Column = Column{kind, n.key}
	switch kind {
	case Metric:
		f.typ = queryNumber
	case Param, Tag:
		f.typ = queryMixed
	case DatasetInput:
		if f.typ, ok = queryInputs[n.key]; !ok {
			return f, p.unknownKey(t, n, slices.Sorted(maps.Keys(queryInputs)))
		}
	default:
		a, ok := attributeNamed(n)
		if !ok {
			return f, p.unknownKey(t, n, slices.Sorted(maps.Keys(queryAttributes)))
		}
		f.Column, f.typ = a.Column, a.typ
	}
	return p.timed(f), nil
}

// timed gives a duration the moment that it lasts until.
func (p *resolver) timed(f queryField) queryField {
	if f.typ == queryDuration {
		f.of = duration{float64(p.Now.UnixMilli())}
	}
	return f
}

// attributeNamed finds a property of a run. Its name has no case if it stands
// without quotes.
func attributeNamed(n writtenName) (queryField, bool) {
	f, ok := queryAttributes[n.key]
	if !ok && n.bare {
		f, ok = queryAttributes[strings.ToLower(n.key)]
	}
	if !ok && !n.bare { // MLflow's "Run Name"
		f, ok = queryAttributes[strings.ToLower(n.key)]
		ok = ok && f.Name == "run_name"
	}
	return f, ok
}

// checkKey refuses a name without quotes that nothing can have.
func (p *resolver) checkKey(t token, n writtenName) error {
	if n.dotted || numberLength(t.text) != len(t.text) {
		i := strings.IndexFunc(t.text, beyondWords)
		if i < 0 {
			return nil
		}
		r := []rune(t.text[i:])[0]
		at := span{t.at.from + i, t.at.from + i + len(string(r))}
		return p.wrong(at, "No name can hold the character "+strconv.QuoteRune(r), "Names hold letters, digits and _ . - / : only.")
	}
	return p.wrong(t.at, shorten(t.text)+" stands where a name is wanted", "Write the name first: metrics.loss < 0.1. A name that is a number stands in back ticks.")
}

// beyondWords reports whether a character makes a name need quotes.
func beyondWords(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !strings.ContainsRune("_.-/:", r)
}

func (p *resolver) unknownPrefix(t token, n writtenName) error {
	at := span{t.at.from, t.at.from + len(n.prefix)}
	if n.quote != 0 {
		at.to += 2
	}
	message := "Before the dot stands metrics, params, tags, attributes, datasets or data, not " + shorten(n.prefix)
	if near := nearest(n.prefix, []string{"metrics", "params", "tags", "attributes", "datasets", "data"}); near != "" {
		return p.wrongWord(at, message, "Did you mean "+near+"?", near)
	}
	return p.wrong(at, message, "A name alone that has a dot stands in back ticks: `"+shorten(t.text)+"`.")
}

func (p *resolver) unknownKey(t token, n writtenName, known []string) error {
	message := shorten(n.prefix) + " have no " + shorten(n.key)
	if near := nearest(n.key, known); near != "" {
		return p.wrongWord(span{t.at.to - len(n.key), t.at.to}.within(t.at), message, "Did you mean "+near+"?", near)
	}
	return p.wrong(t.at, message, "There are: "+strings.Join(known, ", ")+".")
}

// within keeps a span inside another.
func (s span) within(o span) span { return span{max(s.from, o.from), min(s.to, o.to)} }

// field reads the name of a condition: a name, an aggregate of a metric, or a
// metric at a step.
func (p *queryParser) field(aggregate bool) (queryField, error) {
	if aggregate {
		return p.aggregate()
	}
	t := p.take()
	f, err := p.resolve(t)
	if err != nil || !p.peek().is("AT") {
		return f, err
	}
	at := p.take()
	if f.Kind != Metric && f.Kind != Loose {
		return f, p.wrong(at.at, "Only metrics have steps", "Write metrics.loss AT 100 < 0.5.")
	}
	step, ok := wholeNumber(p.peek())
	if !ok {
		return f, p.wrong(at.at, "After AT comes a step", "Write metrics.loss AT 100 < 0.5.")
	}
	f.of, f.typ = metricAt{f.Name, step}, queryNumber
	f.written += " AT " + strconv.FormatInt(step, 10)
	f.at.to = p.take().at.to
	return f, nil
}

// aggregate reads min(metrics.loss). Its word and parenthesis are there.
func (p *queryParser) aggregate() (queryField, error) {
	word := p.take()
	p.take()
	t := p.peek()
	if t.kind != tokName {
		return queryField{}, p.wrong(t.at, "In the parentheses of "+word.text+" stands the name of a metric", "Write min(metrics.loss).")
	}
	f, err := p.metric(p.take(), word.text)
	if err != nil {
		return f, err
	}
	last := p.take()
	if last.kind != tokClose {
		return f, p.wrong(last.at, "After "+shorten(t.text)+" a ) is missing", "Write min(metrics.loss) < 0.1.")
	}
	f.at = span{word.at.from, last.at.to}
	return f, nil
}

// metric resolves what stands in the parentheses of an aggregate.
func (p *resolver) metric(t token, word string) (queryField, error) {
	if n := nameOf(t); !n.dotted && n.key != "" {
		f := queryField{Column: Column{Metric, n.key}}
		if n.bare {
			if err := p.checkKey(t, n); err != nil {
				return f, err
			}
		}
		return aggregateOf(f, t, word), nil
	}
	f, err := p.resolve(t)
	if err != nil {
		return f, err
	}
	if f.Kind != Metric {
		return f, p.wrong(t.at, strings.ToLower(word)+" is for metrics only", "Write min(metrics.loss).")
	}
	return aggregateOf(f, t, word), nil
}

func aggregateOf(f queryField, t token, word string) queryField {
	word = strings.ToLower(word)
	f.Kind, f.typ, f.written = aggregates[word], queryNumber, word+"("+t.text+")"
	return f
}

// wholeNumber reads a token as an integer.
func wholeNumber(t token) (int64, bool) {
	if t.kind != tokName || !isInteger(t.text) {
		return 0, false
	}
	n, err := strconv.ParseInt(t.text, 10, 64)
	return n, err == nil
}

// nearest returns the first of the words that are most like another, or nothing
// if none is much like it.
func nearest(word string, known []string) string {
	best, least := "", 3
	if len(word) < 4 {
		least = 2
	}
	if len(word) > 30 {
		return ""
	}
	for _, k := range known {
		if len(k) > 30 {
			continue
		}
		if d := distance(strings.ToLower(word), strings.ToLower(k)); d < least && d < len(k) {
			best, least = k, d
		}
	}
	return best
}

// distance is the number of letters to add, take away, change or swap with the
// next to make one word another.
func distance(a, b string) int {
	before, row := []int(nil), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
