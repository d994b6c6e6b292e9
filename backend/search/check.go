package search

import (
	"math"
	"strconv"
	"strings"
)

// checker gives the clauses of a filter their meaning.
type checker struct {
	text
	*Schema
	datasets []DatasetRef
}

// conditions checks the tree. A wider grammar has more sorts of nodes to tell
// apart here.
func (k *checker) conditions(all *conjunction) ([]condition, error) {
	var out []condition
	for _, term := range all.terms {
		c, err := k.condition(term.(*clause))
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// condition checks one comparison.
func (k *checker) condition(c *clause) (condition, error) {
	f, err := k.field(c.left)
	if err != nil {
		return nil, err
	}
	badOperator := func() error {
		return k.wrong(c.opAt, k.words.badOperator(f.brief(), shorten(c.words)), "Possible here: "+f.ops.String())
	}
	if c.op == opIsNull || c.op == opIsNotNull {
		if !f.ops.has(c.op) {
			return nil, k.wrong(c.place(), k.words.noNull(f.brief()), "")
		}
		return &exists{f.Column, c.op == opIsNotNull}, nil
	}
	if k.words.operator1st && !f.ops.has(c.op) {
		return nil, badOperator()
	}
	if f.typ.isNumber() {
		want, err := k.number(f, c.right)
		if err != nil {
			return nil, err
		}
		if !f.ops.has(c.op) {
			return nil, badOperator()
		}
		test := numberTest{op: c.op, want: want}
		if f.Kind == Metric && k.Schema == LoggedModels {
			return &pointIs{f.Name, test, k.datasets}, nil
		}
		return &numberIs{f.Column, test}, nil
	}
	test, err := k.textTest(f, c)
	if err != nil {
		return nil, err
	}
	if !f.ops.has(c.op) {
		return nil, badOperator()
	}
	if f.Kind == DatasetInput {
		return &datasetIs{f.Column, test}, nil
	}
	return &textIs{f.Column, test, f.typ == typeID}, nil
}

// field finds what a name means. A name without a dot is an attribute.
func (k *checker) field(name operand) (field, error) {
	words, quotes := parts(name.text)
	kind, key := Attribute, words[0]
	if len(words) > 1 {
		var ok bool
		if kind, ok = k.prefixes[words[0]]; !ok || quotes[0] == '"' {
			prefix, _, _ := strings.Cut(name.text, ".")
			return field{}, k.wrong(name.at, k.words.badPrefix(shorten(prefix)), "")
		}
		key = strings.Join(words[1:], ".")
	}
	known := k.attributes
	switch kind {
	case Attribute:
	case DatasetInput:
		known = k.Schema.datasets
	default:
		f := k.keyed[kind]
		f.Column = Column{kind, key}
		return f, nil
	}
	f, ok := known[key]
	if !ok {
		missing := field{Column: Column{kind, shorten(key)}}
		return field{}, k.wrong(name.at, k.words.badKey(missing, names(known)), "")
	}
	return f, nil
}

// number reads the right side of a comparison with a number.
func (k *checker) number(f field, o operand) (float64, error) {
	digits := o.text
	switch {
	case o.kind == operandNumber:
	case f.typ == typeVersion && o.kind == operandList:
		return 0, k.wrong(o.at, k.words.noList, "")
	case f.typ == typeVersion && isQuotedText(o):
		// MLflow turns a quoted version into a number.
		digits = strings.TrimSpace(o.text[1 : len(o.text)-1])
		if !isInteger(digits) {
			return 0, k.wrong(o.at, k.words.notInteger(f, quote(digits)), "")
		}
	case f.typ == typeVersion && o.kind == operandName:
		return 0, k.unquoted(o)
	case k.bareValues && (strings.EqualFold(o.text, "inf") || strings.EqualFold(o.text, "infinity")):
		return math.Inf(1), nil
	default:
		hint := ""
		if isQuotedText(o) {
			hint = "Write the number without quotes."
		}
		return 0, k.wrong(o.at, k.words.notNumber(f, shorten(o.text)), hint)
	}
	if f.typ != typeNumber && !isInteger(digits) {
		return 0, k.wrong(o.at, k.words.notInteger(f, shorten(digits)), "Write a whole number.")
	}
	// A number that is too large becomes an infinity, as in MLflow; the lexer
	// has seen to it that there is no other error.
	want, _ := strconv.ParseFloat(digits, 64)
	return want, nil
}

// textTest reads the right side of a comparison with a text.
func (k *checker) textTest(f field, c *clause) (textTest, error) {
	test := textTest{op: c.op}
	if c.right.kind == operandList {
		return k.listTest(f, c)
	}
	want, err := k.textValue(f, c.right)
	if err != nil {
		return test, err
	}
	test.want = want
	switch {
	case c.op == opLike || c.op == opILike:
		var ok bool
		if test.like, ok = newLike(want, c.op == opILike); !ok {
			return test, k.wrong(c.right.at, "Invalid pattern for "+c.words+": more than 1024 characters between two %", "")
		}
	case f.typ == typeID:
		test.want, err = k.id(want, c.right.at)
	}
	return test, err
}

// textValue takes the quotes off a value.
func (k *checker) textValue(f field, o operand) (string, error) {
	switch {
	case isQuotedText(o):
		return o.text[1 : len(o.text)-1], nil
	case k.bareValues && o.kind != operandList && o.text[0] != '`' && o.text[0] != '"':
		return o.text, nil
	case o.kind == operandName:
		return "", k.unquoted(o)
	}
	return "", k.wrong(o.at, k.words.notText(f, shorten(o.text)), "Write the value in quotes.")
}

func (k *checker) unquoted(o operand) error {
	return k.wrong(o.at, "Parameter value is either not quoted or unidentified quote types used for string value "+
		shorten(o.text)+". Use either single or double quotes.", "Write '"+shorten(strings.Trim(o.text, "`"))+"'.")
}

// isQuotedText reports whether an operand is a text in single or double quotes.
func isQuotedText(o operand) bool {
	return o.kind == operandString ||
		o.kind == operandName && len(o.text) > 1 && o.text[0] == '"' && o.text[len(o.text)-1] == '"'
}

// listTest reads the list of IN or NOT IN.
func (k *checker) listTest(f field, c *clause) (textTest, error) {
	test := textTest{op: c.op}
	if f.Kind == Param || f.Kind == Tag {
		if !f.ops.has(opIn) {
			return test, k.wrong(c.right.at, k.words.notText(f, shorten(c.right.text)), "")
		}
	} else if !f.ops.has(opIn) {
		return test, k.wrong(c.right.at, k.words.noList, "")
	}
	list, err := k.list(c.right)
	if err != nil {
		return test, err
	}
	if c.op != opIn && c.op != opNotIn {
		return test, k.wrong(c.right.at, k.words.notText(f, shorten(c.right.text)), "A list goes with IN or NOT IN.")
	}
	test.set = make(map[string]struct{}, len(list))
	for _, want := range list {
		if f.typ == typeID {
			if want, err = k.id(want, c.right.at); err != nil {
				return test, err
			}
		}
		test.set[want] = struct{}{}
	}
	return test, nil
}

// id reads a decimal number that may be too long for an integer of Go.
func (k *checker) id(s string, at span) (string, error) {
	digits := strings.TrimPrefix(strings.TrimSpace(s), "+")
	if !isInteger(digits) {
		return "", k.wrong(at, "Invalid experiment ID '"+shorten(s)+"'. Experiment ID must be a valid integer.", "")
	}
	return trimZeros(digits), nil
}

func isInteger(s string) bool {
	s = strings.TrimPrefix(s, "-")
	return s != "" && digits(s) == len(s)
}
