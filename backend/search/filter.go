package search

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Filter is a checked filter. It is immutable and may be used by many
// goroutines at once.
type Filter struct {
	tree       *conjunction
	conditions []condition
}

// Parse reads a filter. The empty filter matches every row. An error is a
// fault.Invalid whose cause is an *Error with the place in the text.
func Parse(s *Schema, filter string) (*Filter, error) {
	return parse(s, filter, nil)
}

// ParseModels reads a filter for logged models that counts only points of
// metrics that belong to one of the datasets. A filter without a condition on a
// metric then matches models that have any point on one of them. With no
// datasets it is Parse.
func ParseModels(filter string, datasets []DatasetRef) (*Filter, error) {
	return parse(LoggedModels, filter, datasets)
}

func parse(s *Schema, filter string, datasets []DatasetRef) (*Filter, error) {
	src := text{s: filter}
	if err := src.readable(); err != nil {
		return nil, err
	}
	f := &Filter{tree: &conjunction{}}
	if filter != "" {
		toks := tokens(filter)
		if len(toks) == 1 {
			return nil, src.wrong(span{0, len(filter)}, "Invalid filter '"+shorten(filter)+"'. Could not be parsed.", "")
		}
		p := parser{text: src, words: &s.words, tokens: toks}
		var err error
		if f.tree, err = p.filter(); err != nil {
			return nil, err
		}
		k := checker{text: src, Schema: s, datasets: slices.Clone(datasets)}
		if f.conditions, err = k.conditions(f.tree); err != nil {
			return nil, err
		}
	}
	if len(datasets) > 0 && !slices.ContainsFunc(f.conditions, isPointIs) {
		f.conditions = append(f.conditions, &pointIs{datasets: slices.Clone(datasets)})
	}
	if s.prompts {
		f.hidePrompts()
	}
	return f, nil
}

func isPointIs(c condition) bool {
	_, ok := c.(*pointIs)
	return ok
}

// hidePrompts lets prompts through only if the first condition on their tag
// asks for them. Otherwise no condition on it counts: models lack the tag, and
// would match none.
func (f *Filter) hidePrompts() {
	onTag := func(c condition) bool { return c.column() == Column{Tag, promptTag} }
	if i := slices.IndexFunc(f.conditions, onTag); i >= 0 {
		c, ok := f.conditions[i].(*textIs)
		if ok && (c.op == opEqual && strings.EqualFold(c.want, "true") || c.op == opNotEqual && strings.EqualFold(c.want, "false")) {
			return
		}
	}
	f.conditions = append(slices.DeleteFunc(f.conditions, onTag), notPrompt{})
}

// readable refuses a text that is too long or not UTF-8.
func (t text) readable() error {
	if len(t.s) > maxText {
		return t.wrong(span{maxText, len(t.s)}, "Invalid filter or order: longer than 1 MiB", "Split the search into several.")
	}
	for i, r := range t.s {
		if r == utf8.RuneError && !strings.HasPrefix(t.s[i:], "\uFFFD") {
			return t.wrong(span{i, i + 1}, "Invalid filter or order: not valid UTF-8", "")
		}
	}
	return nil
}

// Match reports whether a row fulfils the filter. It does not allocate.
func (f *Filter) Match(r Row) bool {
	for _, c := range f.conditions {
		if !c.match(r) {
			return false
		}
	}
	return true
}

// Columns returns what the filter reads of a row, each column once. A
// condition on the datasets of a logged model alone reads all metrics: it is a
// Metric without a name.
func (f *Filter) Columns() []Column {
	var out []Column
	for _, c := range f.conditions {
		if !slices.Contains(out, c.column()) {
			out = append(out, c.column())
		}
	}
	return out
}

// String returns the filter in its plainest form: one AND between two
// conditions, operators in capitals, single spaces. It reads as an equal filter.
func (f *Filter) String() string {
	var b strings.Builder
	for i, term := range f.tree.terms {
		if i > 0 {
			b.WriteString(" AND ")
		}
		c, _ := term.(*clause)
		b.WriteString(c.left.text + " " + c.words)
		if c.right.kind != operandNone {
			b.WriteString(" " + c.right.text)
		}
	}
	return b.String()
}
