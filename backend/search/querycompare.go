package search

import (
	"math"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// Limits of regular expressions. A text is read once for each instruction of
// the compiled expression at worst, never more.
const (
	maxExpression   = 1000 // bytes as written
	maxInstructions = 250  // as compiled: \d{200} has 200
)

// test reads the operator and the value of a condition.
func (p *queryParser) test(f queryField) (answerTo, queryOperator, error) {
	if p.peek().is("last") && p.spanFollows(1) {
		op := queryOperator{operator: opIn, words: "IN", at: p.peek().at}
		a, err := p.timeTest(f, op)
		return a, op, err
	}
	if !p.operatorFollows(0) {
		return answerTo{}, queryOperator{}, p.wrong(f.at, "After "+shorten(f.written)+" an operator is missing", "Write = != < <= > >= IN or IS NULL.")
	}
	op, err := p.operator()
	if err != nil {
		return answerTo{}, op, err
	}
	if op.operator == opIsNull || op.operator == opIsNotNull {
		return answerTo{[]condition{&exists{f.thing(), op.operator == opIsNotNull}}, false}, op, nil
	}
	a, err := p.compare(f, op)
	if op.not {
		a.not = !a.not
	}
	return a, op, err
}

// compare reads the value of a condition that compares.
func (p *queryParser) compare(f queryField, op queryOperator) (answerTo, error) {
	switch f.typ {
	case queryNumber, queryDuration:
		return p.numberTest(f, op)
	case queryTime, queryDate:
		return p.timeTest(f, op)
	case queryState:
		return p.stateTest(f, op)
	case queryMixed, queryVersion:
		if p.numberWanted(op) {
			return p.numberTest(f, op)
		}
	}
	return p.textTest(f, op)
}

// numberWanted reports whether a value that may be a number or a text must be,
// or is, a number. A list is one of numbers if nothing else is in it.
func (p *queryParser) numberWanted(op queryOperator) bool {
	switch op.operator {
	case opLess, opLessEqual, opGreater, opGreaterEqual, opBetween:
		return true
	case opEqual, opNotEqual:
		return isNumber(p.peek())
	case opIn:
		for i, depth := 0, 0; ; i++ {
			switch t := p.after(i); {
			case t.kind == tokOpen:
				depth++
			case t.kind == tokClose:
				if depth--; depth == 0 {
					return true
				}
			case t.kind != tokComma && !isNumber(t):
				return false
			}
		}
	}
	return false
}

func isNumber(t token) bool { return t.kind == tokName && numberLength(t.text) == len(t.text) }

// measure is a value on a line: a point, or a stretch of it.
type measure struct {
	from, to float64 // to is the first beyond a stretch, and from of a point
}

func (m measure) point() bool { return m.to == m.from }

// numberTest reads what a number is compared with.
func (p *queryParser) numberTest(f queryField, op queryOperator) (answerTo, error) {
	switch op.operator {
	case opLike, opILike, opMatches:
		return answerTo{}, p.wrong(op.at, shorten(f.written)+" is a number, "+op.words+" is for texts", "Possible are = != < <= > >= BETWEEN IN and IS NULL.")
	}
	read := p.number
	if f.typ == queryDuration {
		read = p.durationValue
	}
	return p.measures(f, op, read)
}

// measures reads the values of a comparison of numbers or times.
func (p *queryParser) measures(f queryField, op queryOperator, read func(queryField) (measure, error)) (answerTo, error) {
	ordered := func() (measure, error) {
		t := p.peek()
		m, err := read(f)
		if err == nil && math.IsNaN(m.from) {
			err = p.wrong(t.at, "NaN has no place among numbers", "Ask for it by = nan.")
		}
		return m, err
	}
	switch op.operator {
	case opIn:
		var list []measure
		err := p.list(func() error {
			m, err := ordered()
			list = append(list, m)
			return err
		})
		return f.oneOf(list), err
	case opBetween:
		return p.between(f, ordered)
	}
	m, err := read(f)
	if err != nil {
		return answerTo{}, err
	}
	if math.IsNaN(m.from) {
		if op.operator != opEqual && op.operator != opNotEqual {
			return answerTo{}, p.wrong(op.at, "NaN is neither less nor greater than anything", "Write = nan or != nan.")
		}
		return answerTo{[]condition{f.numberIs(numberTest{op: opIsNaN})}, op.operator == opNotEqual}, nil
	}
	return f.compared(op.operator, m), nil
}

// between reads the two values of BETWEEN.
func (p *queryParser) between(f queryField, read func() (measure, error)) (answerTo, error) {
	from, err := read()
	if err != nil {
		return answerTo{}, err
	}
	if !p.takeWord("AND") {
		return answerTo{}, p.wrong(p.peek().at, "After BETWEEN come two values with AND between them", "Write BETWEEN 1 AND 2.")
	}
	to, err := read()
	test := numberTest{op: opBetween, want: from.from, to: to.from}
	if !to.point() {
		test.op, test.to = opWithin, to.to
	}
	return answerTo{conditions: []condition{f.numberIs(test)}}, err
}

// compared makes the condition of one comparison. A stretch is less than what
// begins where it ends, and equal to all that lies in it.
func (f *queryField) compared(op operator, m measure) answerTo {
	test := numberTest{op: op, want: m.from}
	not := false
	if !m.point() {
		switch op {
		case opEqual, opNotEqual:
			test.op, test.to, not = opWithin, m.to, op == opNotEqual
		case opLessEqual:
			test.op, test.want = opLess, m.to
		case opGreater:
			test.op, test.want = opGreaterEqual, m.to
		}
	} else if op == opNotEqual && f.typ == queryVersion {
		test.op, not = opEqual, true // of several inputs, none
	}
	return answerTo{[]condition{f.numberIs(test)}, not}
}

// oneOf makes the condition of IN.
func (f *queryField) oneOf(list []measure) answerTo {
	var a answerTo
	points := numberTest{op: opIn}
	for _, m := range list {
		if m.point() {
			points.list = append(points.list, m.from)
		} else {
			a.conditions = append(a.conditions, f.numberIs(numberTest{op: opWithin, want: m.from, to: m.to}))
		}
	}
	if len(points.list) > 0 {
		slices.Sort(points.list)
		a.conditions = append(a.conditions, f.numberIs(points))
	}
	return a
}

func (f *queryField) numberIs(test numberTest) condition {
	if f.typ == queryVersion {
		return &inputIs{dataInputs: f.inputs(), numbers: f.numbers, number: &test}
	}
	return &numberIs{f.quantity(), test}
}

func (f *queryField) textIs(test textTest) condition {
	switch f.typ {
	case queryData, queryVersion:
		return &inputIs{dataInputs: f.inputs(), numbers: f.numbers, text: &test}
	case queryInput:
		return &datasetIs{f.Column, test}
	}
	return &textIs{Column: f.Column, textTest: test}
}

// inputs are those that a condition on data is about.
func (f *queryField) inputs() dataInputs {
	if f.Kind == DatasetInput { // datasets.version
		return dataInputs{all: true}
	}
	return dataInputs{name: f.Name, all: f.typ == queryData}
}

// textTest reads what a text is compared with.
func (p *queryParser) textTest(f queryField, op queryOperator) (answerTo, error) {
	test := textTest{op: op.operator}
	var err error
	switch op.operator {
	case opLess, opLessEqual, opGreater, opGreaterEqual, opBetween:
		return answerTo{}, p.wrong(op.at, shorten(f.written)+" is a text, "+op.words+" is for numbers", "Possible are = != LIKE ILIKE MATCHES IN and IS NULL.")
	case opLike, opILike:
		err = p.pattern(&test, op)
	case opMatches:
		err = p.expression(&test, op)
	case opIn:
		if err = p.textList(f, &test); err == nil && op.not && f.typ == queryInput {
			test.op = opNotIn // as in MLflow: any other input
			return answerTo{[]condition{f.textIs(test)}, true}, nil
		}
	default:
		var v queryValue
		if v, err = p.value(f.typ != queryState); err == nil {
			test.want, test.fold = v.text, !v.quoted
		}
	}
	if err != nil {
		return answerTo{}, err
	}
	if op.operator == opNotEqual && (f.typ == queryData || f.typ == queryVersion) {
		test.op = opEqual // of several inputs, none
		return answerTo{[]condition{f.textIs(test)}, true}, nil
	}
	return answerTo{conditions: []condition{f.textIs(test)}}, nil
}

// pattern reads the pattern of LIKE or ILIKE.
func (p *queryParser) pattern(test *textTest, op queryOperator) error {
	v, err := p.quotedValue(op, "'%good%'")
	if err != nil {
		return err
	}
	var ok bool
	if test.like, ok = newLike(v.text, op.operator == opILike); !ok {
		return p.wrong(v.at, "The pattern has more than 1024 characters between two %", "Shorten it.")
	}
	return nil
}

// expression reads a regular expression, of the syntax of RE2.
func (p *queryParser) expression(test *textTest, op queryOperator) error {
	v, err := p.quotedValue(op, "'^run-[0-9]+$'")
	if err != nil {
		return err
	}
	if len(v.text) > maxExpression {
		return p.wrong(v.at, "The regular expression is longer than 1000 bytes", "Shorten it.")
	}
	tree, err := syntax.Parse(v.text, syntax.Perl)
	if err != nil {
		return p.wrong(v.at, "The regular expression cannot be read: "+shorten(strings.TrimPrefix(err.Error(), "error parsing regexp: ")),
			"It is written in the syntax of RE2, which has neither look-around nor references.")
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil || len(prog.Inst) > maxInstructions {
		return p.wrong(v.at, "The regular expression is too large", "Repeat less in it: {100} stands for a hundred copies.")
	}
	test.size = len(prog.Inst)
	if test.re, err = regexp.Compile(v.text); err != nil { // cannot be: it was read above
		return p.wrong(v.at, "The regular expression cannot be read", "")
	}
	return nil
}

// textList reads the list of IN. A number in it finds a param that is it.
func (p *queryParser) textList(f queryField, test *textTest) error {
	test.set, test.folded, test.numbers = map[string]struct{}{}, map[string]struct{}{}, map[float64]struct{}{}
	mixed := f.typ == queryMixed
	return p.list(func() error {
		t := p.peek()
		v, err := p.value(false)
		switch {
		case err != nil:
			return err
		case mixed && isNumber(t) && f.Kind == Loose:
			return p.wrong(t.at, "Numbers and texts are mixed in this list", "Write params. or tags. before the name, or put the number in quotes.")
		case mixed && isNumber(t):
			number, _ := numberOf(v.text)
			test.numbers[number] = struct{}{}
		case v.quoted:
			test.set[v.text] = struct{}{}
		default:
			test.folded[foldText(v.text)] = struct{}{}
		}
		return nil
	})
}

// stateTest reads what the status of a run is compared with: Varve's words as
// they are, MLflow's in quotes.
func (p *queryParser) stateTest(f queryField, op queryOperator) (answerTo, error) {
	status := f
	status.Column = Column{Attribute, "status"}
	switch op.operator {
	case opEqual, opNotEqual:
		if _, quoted := p.peek().isQuotedWhole(); quoted {
			return p.textTest(status, op)
		}
		state, err := p.state()
		return answerTo{conditions: []condition{&textIs{Column: f.Column, textTest: textTest{op: op.operator, want: state}}}}, err
	case opIn:
		return p.stateList(f, status)
	}
	return p.textTest(status, op)
}

// stateList reads a list of words for statuses.
func (p *queryParser) stateList(f, status queryField) (answerTo, error) {
	ours, mlflow := map[string]struct{}{}, map[string]struct{}{}
	err := p.list(func() error {
		t := p.peek()
		word, quoted := t.isQuotedWhole()
		if quoted && states[word] != "" {
			mlflow[word] = struct{}{}
			p.take()
			return nil
		}
		if quoted {
			return p.wrong(t.at, "In quotes stand MLflow's words: 'RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'", "Without quotes: "+strings.Join(stateWords, ", ")+".")
		}
		state, err := p.state()
		ours[state] = struct{}{}
		return err
	})
	var a answerTo
	for _, part := range []struct {
		Column
		set map[string]struct{}
	}{{f.Column, ours}, {status.Column, mlflow}} {
		if len(part.set) > 0 {
			a.conditions = append(a.conditions, &textIs{Column: part.Column, textTest: textTest{op: opIn, set: part.set}})
		}
	}
	return a, err
}

// stateWords are Varve's words for what a run does.
var stateWords = []string{"waiting", "running", "finished", "failed", "stopped", "lost"}

// state reads a word for a status, without quotes.
func (p *queryParser) state() (string, error) {
	t := p.peek()
	v, err := p.value(false)
	if err != nil {
		return "", err
	}
	word := strings.ToLower(v.text)
	if state, ok := states[strings.ToUpper(word)]; ok {
		return state, nil
	}
	if slices.Contains(stateWords, word) {
		return word, nil
	}
	message := shorten(v.text) + " is no status"
	if near := nearest(word, stateWords); near != "" {
		return "", p.wrongWord(t.at, message, "Did you mean "+near+"?", near)
	}
	return "", p.wrong(t.at, message, "There are: "+strings.Join(stateWords, ", ")+".")
}
