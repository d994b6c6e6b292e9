package search

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Filter is a checked filter. It is immutable and may be used by many
// goroutines at once.
type Filter struct {
	tree *conjunction // as it was written in MLflow's grammar
	node *queryNode   // else as it was written in Varve's own
	root expr
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
	var conditions []condition
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
		if conditions, err = k.conditions(f.tree); err != nil {
			return nil, err
		}
	}
	if len(datasets) > 0 && !slices.ContainsFunc(conditions, isPointIs) {
		conditions = append(conditions, &pointIs{datasets: slices.Clone(datasets)})
	}
	if s.prompts {
		conditions = hidePrompts(conditions)
	}
	f.root = conjunctionOf(conditions)
	return f, nil
}

func isPointIs(c condition) bool {
	_, ok := c.(*pointIs)
	return ok
}

// hidePrompts lets prompts through only if the first condition on their tag
// asks for them. Otherwise no condition on it counts: models lack the tag, and
// would match none.
func hidePrompts(conditions []condition) []condition {
	onTag := func(c condition) bool { return c.column() == Column{Tag, promptTag} }
	if i := slices.IndexFunc(conditions, onTag); i >= 0 {
		c, ok := conditions[i].(*textIs)
		if ok && (c.op == opEqual && strings.EqualFold(c.want, "true") || c.op == opNotEqual && strings.EqualFold(c.want, "false")) {
			return conditions
		}
	}
	return append(slices.DeleteFunc(conditions, onTag), notPrompt{})
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

// Match reports whether a row fulfils the filter. Of a filter in MLflow's
// grammar it does not allocate.
func (f *Filter) Match(r Row) bool { return f.root.match(r) }

// Columns returns what the filter reads of a row, each column once. A
// condition on the datasets of a logged model alone reads all metrics: it is a
// Metric without a name.
func (f *Filter) Columns() []Column {
	var out []Column
	seen := map[Column]bool{}
	f.root.each(func(l *leaf) {
		if c := l.column(); !seen[c] {
			seen[c] = true
			out = append(out, c)
		}
	})
	return out
}

// String returns the filter in its plainest form: one AND between two
// conditions, operators in capitals, single spaces. It reads as an equal filter.
func (f *Filter) String() string {
	if f.node != nil {
		return f.node.String()
	}
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
