package search

// listReader reads the items of a list: texts in quotes, with commas between
// and perhaps one at the end. MLflow reads it as Python would, so that a tuple
// pasted into a filter, ('a', 'b') or ('a',), may stand in parentheses of its
// own.
type listReader struct {
	*checker
	whole string // as it was written
	items []token
	pos   int
}

// list returns the texts of a list, without their quotes.
func (k *checker) list(o operand) ([]string, error) {
	l := listReader{checker: k, whole: o.text, items: append(o.items[:len(o.items):len(o.items)], token{kind: tokEnd, at: span{o.at.to - 1, o.at.to}})}
	values, tuple, err := l.sequence(0)
	switch {
	case err != nil:
		return nil, err
	case tuple && len(values) == 0:
		return nil, k.wrong(o.at, "While parsing a list in the query, expected a non-empty list of string values, but got empty list", "")
	}
	return values, nil
}

// sequence reads up to the closing parenthesis. tuple is whether it is more
// than one value in parentheses.
func (l *listReader) sequence(depth int) (values []string, tuple bool, err error) {
	tuple = true
	for {
		t := l.items[l.pos]
		if t.kind == tokEnd || t.kind == tokClose {
			return values, tuple, nil
		}
		value, inner, err := l.item(t, depth)
		if err != nil {
			return nil, false, err
		}
		first := len(values) == 0
		values = append(values, value...)
		next := l.items[l.pos]
		comma := next.kind == tokComma
		if inner && (comma || !first) {
			return nil, false, l.wrongType(t)
		}
		if first {
			tuple = comma || inner
		}
		if comma {
			l.pos++
		} else if next.kind != tokEnd && next.kind != tokClose {
			return nil, false, l.illFormed(next)
		}
	}
}

// item reads one value, or a list in parentheses of its own.
func (l *listReader) item(t token, depth int) (values []string, tuple bool, err error) {
	l.pos++
	o := operand{text: t.text, at: t.at}
	switch t.kind {
	case tokName:
		o.kind = operandName
	case tokNumber:
		o.kind = operandNumber
	}
	switch {
	case t.kind == tokString || isQuotedText(o):
		return []string{t.text[1 : len(t.text)-1]}, false, nil
	case t.kind == tokNumber && l.bareValues:
		return []string{t.text}, false, nil
	case t.kind == tokNumber:
		return nil, false, l.wrongType(t)
	case t.kind == tokOpen && depth < maxNesting:
		if values, tuple, err = l.sequence(depth + 1); err != nil {
			return nil, false, err
		}
		if l.items[l.pos].kind != tokClose {
			return nil, false, l.illFormed(l.items[l.pos])
		}
		l.pos++
		return values, tuple, nil
	}
	return nil, false, l.illFormed(t)
}

func (l *listReader) wrongType(t token) error {
	return l.wrong(t.at, "While parsing a list in the query, expected string value, punctuation, or whitespace, "+
		"but got different type in list: "+shorten(l.whole), "Write each value in quotes.")
}

func (l *listReader) illFormed(t token) error {
	return l.wrong(t.at, "While parsing a list in the query, expected a non-empty list of string values, but got ill-formed list.",
		"Write a list so: ('a', 'b').")
}
