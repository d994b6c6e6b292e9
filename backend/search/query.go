package search

import (
	"strings"
	"time"
)

// Given is what a query depends on besides its text.
type Given struct {
	// Now is the moment that "last 7 days" counts from, and until which a running
	// run has lasted. Dates are meant in its zone.
	Now time.Time
	// VersionNumber returns the number of a version of a data set, both given by
	// their ids, or 0. It may be called by many goroutines, with locks held. Nil:
	// no version has a number.
	VersionNumber func(dataset, version string) int64
}

// ParseQuery reads a filter of runs in Varve's grammar, which holds MLflow's: a
// text that Parse accepts has the meaning that Parse gives it, and any other is
// read by Varve's own rules (docs/search.md), in which every MLflow condition
// keeps its meaning. An error is a fault.Invalid whose cause is an *Error with
// the place in the text.
func ParseQuery(query string, given Given) (*Filter, error) {
	if f, err := Parse(Runs, query); err == nil {
		return f, nil
	}
	src := text{s: query}
	if err := src.readable(); err != nil {
		return nil, err
	}
	p := queryParser{resolver: resolver{src, given}, tokens: queryTokens(query)}
	node, err := p.whole()
	if err != nil {
		return nil, err
	}
	return &Filter{node: node, root: node.expr(false)}, nil
}

// nodeKind is the sort of a queryNode.
type nodeKind uint8

const (
	nodeLeaf nodeKind = iota
	nodeAnd
	nodeOr
	nodeNot
)

// queryNode is a part of a filter in Varve's own grammar, as it was written.
type queryNode struct {
	kind     nodeKind
	kids     []*queryNode
	answerTo        // of a leaf
	text     string // of a leaf, in its plainest form
}

// answerTo is what a leaf asks: that one of several conditions is fulfilled, or
// the opposite.
type answerTo struct {
	conditions []condition
	not        bool
}

// expr makes the tree that is evaluated. not is whether the opposite is asked for.
func (n *queryNode) expr(not bool) expr {
	switch n.kind {
	case nodeNot:
		return n.kids[0].expr(!not)
	case nodeAnd, nodeOr:
		kids := make([]expr, len(n.kids))
		for i, kid := range n.kids {
			kids[i] = kid.expr(not)
		}
		return joined(kids, (n.kind == nodeAnd) != not)
	}
	not = not != n.not
	if len(n.conditions) == 1 {
		return &leaf{n.conditions[0], not}
	}
	parts := make([]expr, len(n.conditions))
	for i, c := range n.conditions {
		parts[i] = &leaf{c, not}
	}
	return joined(parts, not)
}

func joined(parts []expr, all bool) expr {
	if all {
		return allOf(parts)
	}
	return anyOf(parts)
}

// String writes the node in its plainest form.
func (n *queryNode) String() string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n *queryNode) write(b *strings.Builder) {
	switch n.kind {
	case nodeLeaf:
		b.WriteString(n.text)
	case nodeNot:
		b.WriteString("NOT ")
		n.kids[0].enclosed(b)
	default:
		between := " AND "
		if n.kind == nodeOr {
			between = " OR "
		}
		for i, kid := range n.kids {
			if i > 0 {
				b.WriteString(between)
			}
			kid.enclosed(b)
		}
	}
}

// enclosed writes a node in parentheses if it is made of several.
func (n *queryNode) enclosed(b *strings.Builder) {
	if n.kind != nodeAnd && n.kind != nodeOr {
		n.write(b)
		return
	}
	b.WriteByte('(')
	n.write(b)
	b.WriteByte(')')
}
