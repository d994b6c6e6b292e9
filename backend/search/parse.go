package search

// node is a part of a filter as it was written, before anybody asks what its
// names mean. MLflow's grammar has two sorts: a conjunction of clauses.
type node interface{ place() span }

// conjunction is clauses joined by AND.
type conjunction struct {
	terms []node
	at    span
}

// clause is one comparison. right.kind is operandNone for IS NULL and IS NOT NULL.
type clause struct {
	left  operand
	op    operator
	words string // the operator as it was written, its words in capitals
	opAt  span
	right operand
}

func (c *conjunction) place() span { return c.at }

func (c *clause) place() span {
	if c.right.kind == operandNone {
		return span{c.left.at.from, c.opAt.to}
	}
	return span{c.left.at.from, c.right.at.to}
}

// operandKind is the form of one side of a comparison.
type operandKind uint8

const (
	operandNone operandKind = iota
	operandName
	operandString
	operandNumber
	operandNull
	operandList
)

// operand is one side of a comparison, unread: what it must be depends on the
// other side.
type operand struct {
	kind  operandKind
	text  string
	at    span
	items []token // what is between the parentheses of a list
}

// operator is a comparison. opUnknown is one that looks like an operator and is none.
type operator uint8

const (
	opUnknown operator = iota
	opEqual
	opNotEqual
	opLess
	opLessEqual
	opGreater
	opGreaterEqual
	opLike
	opILike
	opIn
	opNotIn
	opIsNull
	opIsNotNull
	// Only in Varve's own grammar:
	opMatches
	opBetween // from the first to the last
	opWithin  // from the first to before the last: a span of time
	opIsNaN
)

var operators = map[string]operator{
	"=": opEqual, "!=": opNotEqual, "<": opLess, "<=": opLessEqual, ">": opGreater, ">=": opGreaterEqual,
	"LIKE": opLike, "ILIKE": opILike,
}

// parser makes a tree of tokens. It takes AND for a separator and no more, as
// MLflow does: "a = 1 b = 2" is two clauses, and a leading, trailing or doubled
// AND says nothing.
type parser struct {
	text
	words  *wording
	tokens []token
	pos    int
}

func (p *parser) peek() token { return p.tokens[p.pos] }

func (p *parser) take() token {
	t := p.tokens[p.pos]
	if t.kind != tokEnd {
		p.pos++
	}
	return t
}

// badClause is MLflow's answer to whatever does not fit its grammar.
func (p *parser) badClause(at span, hint string) error {
	return p.wrong(at, p.words.syntax(p.s, shorten(p.s[at.from:at.to])), hint)
}

// filter reads the whole text.
func (p *parser) filter() (*conjunction, error) {
	all := &conjunction{at: span{0, len(p.s)}}
	joined := true // whether nothing or an AND stands before the next clause
	for {
		t := p.peek()
		if t.is("AND") {
			p.take()
			joined = true
			continue
		}
		if t.kind == tokEnd {
			return all, nil
		}
		if len(all.terms) == maxClauses {
			return nil, p.wrong(t.at, "Invalid filter string: more than 1000 conditions", "Split the search into several, or use IN.")
		}
		c, err := p.clause()
		if err != nil {
			return nil, err
		}
		// Without an AND, MLflow takes the value before for a part of this
		// clause's name when the operator is made of words.
		if !joined && c.op >= opIn && !endsInWord(all.terms) {
			return nil, p.badClause(c.left.at, "Write AND between two conditions.")
		}
		all.terms = append(all.terms, c)
		joined = false
	}
}

// endsInWord reports whether the last clause has no value.
func endsInWord(terms []node) bool {
	c, ok := terms[len(terms)-1].(*clause)
	return ok && c.right.kind == operandNone
}

// clause reads one comparison.
func (p *parser) clause() (*clause, error) {
	before := p.pos
	left, ok := p.operand()
	if !ok || left.kind == operandList || left.kind == operandNull {
		return nil, p.misplaced(before)
	}
	c := &clause{left: left}
	if err := p.operator(c); err != nil {
		return nil, err
	}
	if left.kind != operandName {
		return nil, p.wrong(left.at, "Invalid comparison clause. Expected 'Identifier' found '"+shorten(left.text)+"'",
			"Write the name first, then the operator, then the value.")
	}
	if c.op == opIsNull || c.op == opIsNotNull {
		return c, nil
	}
	before = p.pos
	if c.right, ok = p.operand(); !ok {
		return nil, p.misplaced(before)
	}
	if list := c.right.kind == operandList; !list && (c.op == opIn || c.op == opNotIn) {
		return nil, p.badClause(c.place(), "After IN comes a list in parentheses: IN ('a', 'b').")
	}
	return c, nil
}

// operator reads the operator of a clause.
func (p *parser) operator(c *clause) error {
	first := p.take()
	c.opAt = first.at
	if first.kind == tokComparison {
		c.words, c.op = first.text, operators[first.text]
		return nil
	}
	words := upper(first)
	if words == "NOT" || words == "IS" {
		for range 2 {
			next := upper(p.peek())
			if next != "NOT" && next != "NULL" && next != "IN" && likeWord(next) == "" {
				break
			}
			words += " " + next
			c.opAt.to = p.take().at.to
			if next != "NOT" {
				break
			}
		}
	}
	c.words = words
	switch words {
	case "IN":
		c.op = opIn
	case "NOT IN":
		c.op = opNotIn
	case "IS NULL":
		c.op = opIsNull
	case "IS NOT NULL":
		c.op = opIsNotNull
	default:
		c.op = operators[words]
		if likeWord(words) == "" {
			at := c.opAt
			if first.kind == tokEnd {
				at = c.left.at
			}
			return p.badClause(at, "An operator belongs after a name: = != < <= > >= LIKE ILIKE IN IS NULL.")
		}
	}
	return nil
}

// upper returns the word that a token is, in capitals, or nothing.
func upper(t token) string {
	for _, w := range [...]string{"AND", "OR", "IN", "IS", "NOT", "NULL", "LIKE", "ILIKE", "RLIKE", "REGEXP"} {
		if t.is(w) {
			return w
		}
	}
	return ""
}

// likeWord returns the words if they are an operator of patterns in SQL, even
// one that no schema knows.
func likeWord(words string) string {
	switch words {
	case "LIKE", "ILIKE", "RLIKE", "REGEXP", "NOT LIKE", "NOT ILIKE", "NOT RLIKE", "NOT REGEXP":
		return words
	}
	return ""
}

// operand reads one side of a comparison.
func (p *parser) operand() (operand, bool) {
	t := p.take()
	o := operand{text: t.text, at: t.at}
	switch t.kind {
	case tokName:
		o.kind = operandName
		switch upper(t) {
		case "":
		case "NULL":
			o.kind = operandNull
		default:
			return o, false
		}
	case tokString:
		o.kind = operandString
	case tokNumber:
		o.kind = operandNumber
	case tokOpen:
		return p.list(t)
	default:
		return o, false
	}
	return o, true
}

// list reads up to the parenthesis that closes the one just read.
func (p *parser) list(open token) (operand, bool) {
	first, depth := p.pos, 1
	for {
		switch t := p.take(); t.kind {
		case tokEnd, tokUnclosed:
			return operand{}, false
		case tokOpen:
			depth++
		case tokClose:
			if depth--; depth == 0 {
				at := span{open.at.from, t.at.to}
				return operand{kind: operandList, text: p.s[at.from:at.to], at: at, items: p.tokens[first : p.pos-1]}, true
			}
		}
	}
}

// misplaced explains a token that fits nowhere. from is where it stands.
func (p *parser) misplaced(from int) error {
	t := p.tokens[from]
	hint := "Conditions have the form name operator value, joined by AND."
	for _, u := range p.tokens[from:] {
		if u.kind == tokUnclosed {
			t = u
		}
	}
	switch {
	case t.kind == tokUnclosed:
		hint = "This quote is not closed."
	case t.text == ";" && p.tokens[from+1].kind != tokEnd:
		return p.wrong(t.at, "Search filter contained multiple expression "+quote(p.s)+". Provide AND-ed expression list.", "")
	case t.kind == tokEnd:
		hint = "Something is missing at the end."
	case t.is("OR"), t.is("NOT"), t.kind == tokOpen:
		hint = "Only AND can join conditions; OR, NOT and parentheses are not understood here."
	}
	return p.badClause(t.at, hint)
}
