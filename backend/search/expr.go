package search

// expr is a filter as it is evaluated: conditions under AND and OR. A NOT has
// been driven down to the conditions (De Morgan), so that a row's fate is one
// yes or no at every place.
type expr interface {
	match(r Row) bool
	// each calls fn with every condition, from left to right.
	each(fn func(*leaf))
}

// allOf is fulfilled if all parts are; without parts, always.
type allOf []expr

// anyOf is fulfilled if one part is.
type anyOf []expr

// leaf is one condition, or the opposite of one. A row that lacks what the
// condition asks about fulfils neither.
type leaf struct {
	condition
	not bool
}

func (a allOf) match(r Row) bool {
	for _, e := range a {
		if !e.match(r) {
			return false
		}
	}
	return true
}

func (o anyOf) match(r Row) bool {
	for _, e := range o {
		if e.match(r) {
			return true
		}
	}
	return false
}

func (l *leaf) match(r Row) bool {
	holds, known := l.ask(r)
	return known && holds != l.not
}

func (a allOf) each(fn func(*leaf)) {
	for _, e := range a {
		e.each(fn)
	}
}

func (o anyOf) each(fn func(*leaf)) {
	for _, e := range o {
		e.each(fn)
	}
}

func (l *leaf) each(fn func(*leaf)) { fn(l) }

// conjunctionOf joins conditions by AND.
func conjunctionOf(conditions []condition) expr {
	all := make(allOf, len(conditions))
	for i, c := range conditions {
		all[i] = &leaf{condition: c}
	}
	return all
}
