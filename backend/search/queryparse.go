package search

import (
	"strings"
)

// queryParser reads a filter in Varve's own grammar.
type queryParser struct {
	resolver
	tokens     []token
	pos        int
	conditions int
	depth      int
}

func (p *queryParser) peek() token { return p.tokens[p.pos] }

// after is the token n places behind the next one.
func (p *queryParser) after(n int) token { return p.tokens[min(p.pos+n, len(p.tokens)-1)] }

func (p *queryParser) take() token {
	t := p.tokens[p.pos]
	if t.kind != tokEnd {
		p.pos++
	}
	return t
}

// takeWord takes the next token if it is a keyword.
func (p *queryParser) takeWord(keyword string) bool {
	if !p.peek().is(keyword) {
		return false
	}
	p.pos++
	return true
}

// whole reads the whole text. An empty one is a conjunction of nothing.
func (p *queryParser) whole() (*queryNode, error) {
	if p.peek().kind == tokEnd {
		return &queryNode{kind: nodeAnd}, nil
	}
	node, err := p.or()
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != tokEnd {
		return nil, p.wrong(t.at, "This parenthesis closes nothing", "Take it away, or open one before.")
	}
	return node, nil
}

func (p *queryParser) or() (*queryNode, error) {
	return p.chain(nodeOr, (*queryParser).and, func() bool { return p.takeWord("OR") })
}

// and reads parts that must all be fulfilled; the AND between them may be missing.
func (p *queryParser) and() (*queryNode, error) {
	return p.chain(nodeAnd, (*queryParser).not, func() bool {
		t := p.peek()
		return p.takeWord("AND") || t.kind != tokEnd && t.kind != tokClose && !t.is("OR")
	})
}

// chain reads one part and, while more says so, further ones.
func (p *queryParser) chain(kind nodeKind, part func(*queryParser) (*queryNode, error), more func() bool) (*queryNode, error) {
	node, err := part(p)
	if err != nil {
		return nil, err
	}
	kids := []*queryNode{node}
	for more() {
		if node, err = part(p); err != nil {
			return nil, err
		}
		kids = append(kids, node)
	}
	if len(kids) == 1 {
		return kids[0], nil
	}
	return &queryNode{kind: kind, kids: kids}, nil
}

// not reads a condition, or several in parentheses, before which NOT may stand.
func (p *queryParser) not() (*queryNode, error) {
	t := p.peek()
	if !t.is("NOT") && t.kind != tokOpen {
		return p.primary()
	}
	if p.depth == maxNesting {
		return nil, p.wrong(t.at, "More than 100 parentheses and NOTs stand within each other", "Write the filter with fewer.")
	}
	p.depth++
	defer func() { p.depth-- }()
	p.take()
	if t.kind == tokName {
		node, err := p.not()
		if err != nil {
			return nil, err
		}
		return &queryNode{kind: nodeNot, kids: []*queryNode{node}}, nil
	}
	node, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.take().kind != tokClose {
		return nil, p.wrong(t.at, "This parenthesis is not closed", "Write ) where it ends.")
	}
	return node, nil
}

// primary reads one condition, or one word of free text.
func (p *queryParser) primary() (*queryNode, error) {
	t := p.peek()
	if err := p.misplaced(t); err != nil {
		return nil, err
	}
	if p.conditions++; p.conditions > maxClauses {
		return nil, p.wrong(t.at, "The filter has more than 1000 conditions", "Split the search into several, or use IN.")
	}
	if t.is("last") && p.spanFollows(1) {
		return p.condition(queryField{Column: Column{Attribute, "start_time"}, typ: queryDate, at: t.at})
	}
	aggregate := t.kind == tokName && aggregates[strings.ToLower(t.text)] != 0 && p.after(1).kind == tokOpen
	if !aggregate && !p.operatorFollows(1) && !p.lastFollows() {
		return p.word()
	}
	if t.kind == tokString {
		return nil, p.wrong(t.at, "Before "+p.after(1).text+" stands a name, such as metrics.loss", "Write the name first, then the operator, then the value.")
	}
	f, err := p.field(aggregate)
	if err != nil {
		return nil, err
	}
	return p.condition(f)
}

// misplaced refuses a token with which nothing can begin.
func (p *queryParser) misplaced(t token) error {
	switch {
	case t.kind == tokEnd && p.pos == 0:
		return p.wrong(t.at, "The filter is empty", "")
	case t.kind == tokEnd:
		return p.wrong(t.at, "After "+p.tokens[p.pos-1].text+" a condition is missing", "Write a condition such as metrics.loss < 0.1, or a word to look for.")
	case t.kind == tokClose:
		return p.wrong(t.at, "Before ) a condition is missing", "Write a condition, or take the parenthesis away.")
	case t.kind == tokComma:
		return p.wrong(t.at, "A comma belongs into a list", "Write a list so: IN (1, 2). Conditions are joined by AND or OR.")
	case t.kind == tokComparison:
		return p.wrong(t.at, "Before "+shorten(t.text)+" a name is missing", "Write a name first, such as metrics.loss.")
	case t.kind == tokUnclosed:
		return p.unclosed(t)
	case t.is("AND"), t.is("OR"):
		return p.wrong(t.at, "Before "+strings.ToUpper(t.text)+" a condition is missing", "Write a condition. To look for the word, put it in quotes.")
	}
	return nil
}

func (p *queryParser) unclosed(t token) error {
	at := t.at
	if i := strings.IndexAny(t.text, "'\"`"); i > 0 {
		at.from += i
	}
	return p.wrong(at, "This quote is not closed", "Write the same quote where the text ends. A text that holds one kind of quote stands in the other.")
}

// word reads free text.
func (p *queryParser) word() (*queryNode, error) {
	t := p.take()
	want, quoted := t.isQuotedWhole()
	if !quoted {
		n := nameOf(t)
		if n.dotted && beginsCondition[n.prefix] {
			return nil, p.wrong(t.at, "After "+shorten(t.text)+" an operator is missing", "Write = != < <= > >= LIKE IN or IS NULL. To look for the text, put it in quotes.")
		}
		want = unquoteParts(t.text)
	}
	w, ok := newWord(want)
	if !ok {
		return nil, p.wrong(t.at, "The text to look for has more than 1024 characters", "Shorten it.")
	}
	return &queryNode{answerTo: answerTo{conditions: []condition{w}}, text: t.text}, nil
}

// operatorFollows reports whether the token n places on begins an operator.
func (p *queryParser) operatorFollows(n int) bool {
	t := p.after(n)
	switch {
	case t.kind == tokComparison, t.is("LIKE"), t.is("ILIKE"), t.is("MATCHES"), t.is("IN"), t.is("BETWEEN"), t.is("IS"):
		return true
	case t.is("AT"):
		_, ok := wholeNumber(p.after(n + 1))
		return ok
	case t.is("NOT"):
		u := p.after(n + 1)
		return u.is("LIKE") || u.is("ILIKE") || u.is("MATCHES") || u.is("IN") || u.is("BETWEEN")
	}
	return false
}

// lastFollows reports whether "last 7 days" follows a name of a time.
func (p *queryParser) lastFollows() bool {
	t := p.peek()
	if !t.isBareWord() || !p.after(1).is("last") || !p.spanFollows(2) {
		return false
	}
	f, err := p.resolve(t)
	return err == nil && (f.typ == queryTime || f.typ == queryDate)
}

// condition reads what follows the name of a condition.
func (p *queryParser) condition(f queryField) (*queryNode, error) {
	from := p.pos
	answer, op, err := p.test(f)
	if err != nil {
		return nil, err
	}
	if f.written == "" { // "last 7 days" alone
		return &queryNode{answerTo: answer, text: plainest(p.tokens[from:p.pos])}, nil
	}
	rest := plainest(p.tokens[from+op.tokens : p.pos])
	return &queryNode{answerTo: answer, text: strings.TrimSuffix(f.written+" "+op.words+" "+rest, " ")}, nil
}

// queryOperator is an operator as it was read.
type queryOperator struct {
	operator
	not    bool
	words  string // as it is written plainly
	at     span
	tokens int
}

// comparisons are the operators that are no words. Some that programmers are
// used to are understood, too.
var comparisons = map[string]queryOperator{
	"=": {operator: opEqual}, "==": {operator: opEqual, words: "="}, "!=": {operator: opNotEqual}, "<>": {operator: opNotEqual, words: "!="},
	"<": {operator: opLess}, "<=": {operator: opLessEqual}, ">": {operator: opGreater}, ">=": {operator: opGreaterEqual},
	"=~": {operator: opMatches, words: "MATCHES"}, "!~": {operator: opMatches, not: true, words: "NOT MATCHES"},
}

// operator reads an operator. It is called where one follows.
func (p *queryParser) operator() (queryOperator, error) {
	first := p.take()
	if first.kind == tokComparison {
		op, ok := comparisons[first.text]
		if !ok {
			return op, p.wrong(first.at, shorten(first.text)+" is no operator", "Possible are = != < <= > >= and =~ for regular expressions.")
		}
		if op.words == "" {
			op.words = first.text
		}
		op.at, op.tokens = first.at, 1
		return op, nil
	}
	op := queryOperator{words: strings.ToUpper(first.text), at: first.at, tokens: 1}
	second := func() token {
		t := p.take()
		op.words += " " + strings.ToUpper(t.text)
		op.at.to, op.tokens = t.at.to, op.tokens+1
		return t
	}
	if first.is("IS") {
		op.operator = opIsNull
		if p.peek().is("NOT") {
			second()
			op.operator = opIsNotNull
		}
		if !p.peek().is("NULL") {
			return op, p.wrong(p.peek().at, "After "+op.words+" comes NULL", "Write IS NULL or IS NOT NULL; to compare, write =. To look for the words, put them in quotes.")
		}
		second()
		return op, nil
	}
	if first.is("NOT") {
		op.not = true
		first = second()
	}
	op.operator = map[string]operator{
		"LIKE": opLike, "ILIKE": opILike, "MATCHES": opMatches, "IN": opIn, "BETWEEN": opBetween,
	}[strings.ToUpper(first.text)]
	return op, nil
}
