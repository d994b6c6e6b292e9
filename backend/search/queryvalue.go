package search

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// queryValue is a value as it stands in a filter. One without quotes is
// compared without regard to case.
type queryValue struct {
	text   string
	quoted bool
	at     span
}

// value reads one value. alone refuses a second word behind one without quotes,
// which was hardly meant as a search of its own.
func (p *queryParser) value(alone bool) (queryValue, error) {
	t := p.peek()
	v := queryValue{at: t.at}
	if err := p.noValue(t); err != nil {
		return v, err
	}
	p.take()
	var whole bool
	if v.text, whole = t.isQuotedWhole(); whole {
		v.quoted = true
		return v, nil
	}
	v.text = t.text
	if !alone || isNumber(t) {
		return v, nil
	}
	next := p.peek()
	if next.isBareWord() && !next.is("AND") && !next.is("OR") && !next.is("NOT") && !p.operatorFollows(1) &&
		!p.lastFollows() && !(next.is("last") && p.spanFollows(1)) && !beginsCondition[nameOf(next).prefix] && p.after(1).kind != tokOpen {
		both := p.s[t.at.from:next.at.to]
		return v, p.wrongWord(span{t.at.from, next.at.to}, "A text of several words stands in quotes", "Write '"+shorten(both)+"', or AND between two conditions.", "'"+both+"'")
	}
	return v, nil
}

// noValue refuses a token that is no value.
func (p *queryParser) noValue(t token) error {
	before := p.tokens[p.pos-1].text
	switch {
	case t.kind == tokUnclosed:
		return p.unclosed(t)
	case t.kind == tokEnd:
		return p.wrong(t.at, "After "+shorten(before)+" a value is missing", "Write a number, or a text in quotes.")
	case t.is("NULL"):
		return p.wrong(t.at, "Nothing is equal to NULL", "Write IS NULL or IS NOT NULL.")
	case t.kind != tokName && t.kind != tokString, t.is("AND"), t.is("OR"), t.is("NOT"):
		return p.wrong(t.at, "After "+shorten(before)+" comes a value, not "+shorten(t.text), "Write a number, or a text in quotes.")
	case t.text[0] == '`':
		return p.wrong(t.at, "Back ticks are for names", "Write the value in single or double quotes.")
	}
	if _, whole := t.isQuotedWhole(); whole {
		return nil
	}
	switch {
	case !t.isBareWord():
		return p.wrong(t.at, "A value stands in quotes as a whole", "Write 'a text' or \"a text\".")
	case beginsCondition[nameOf(t).prefix]:
		return p.wrong(t.at, "Two columns cannot be compared with each other", "To compare with the text, put it in quotes.")
	}
	return nil
}

// quotedValue reads a text that must stand in quotes.
func (p *queryParser) quotedValue(op queryOperator, example string) (queryValue, error) {
	t := p.peek()
	v, err := p.value(false)
	if err == nil && !v.quoted {
		err = p.wrong(t.at, "After "+op.words+" comes a text in quotes", "Write "+op.words+" "+example+".")
	}
	return v, err
}

// number reads a number.
func (p *queryParser) number(f queryField) (measure, error) {
	t := p.peek()
	if isNumber(t) {
		p.take()
		// One that is too large becomes an infinity, as in MLflow.
		n, _ := strconv.ParseFloat(t.text, 64)
		return measure{n, n}, nil
	}
	v, err := p.value(false)
	if err != nil {
		return measure{}, err
	}
	n, ok := specialNumber(v.text)
	switch {
	case v.quoted:
		return measure{}, p.wrong(t.at, shorten(f.written)+" is compared with a number here", "Write the number without quotes.")
	case !ok, math.IsNaN(n) && f.typ != queryNumber:
		return measure{}, p.wrong(t.at, shorten(f.written)+" is compared with a number here, not with "+shorten(v.text), "Write a number such as 0.1 or 1e-3.")
	}
	return measure{n, n}, nil
}

// list reads the parentheses of IN, with item for each value. A tuple of
// Python may stand in parentheses of its own.
func (p *queryParser) list(item func() error) error {
	open := p.peek()
	if open.kind != tokOpen {
		return p.wrong(open.at, "After IN comes a list in parentheses", "Write IN (1, 2) or IN ('a', 'b').")
	}
	wanted := true // whether a value may come, rather than a comma
	for depth, n := 0, 0; ; {
		t := p.peek()
		switch {
		case t.kind == tokOpen && wanted:
			if depth++; depth > maxNesting {
				return p.wrong(t.at, "More than 100 parentheses stand within each other", "One is enough for a list.")
			}
			p.take()
		case t.kind == tokClose && n > 0:
			p.take()
			wanted = false
			if depth--; depth == 0 {
				return nil
			}
		case t.kind == tokClose:
			return p.wrong(span{open.at.from, t.at.to}, "The list is empty", "Write at least one value.")
		case t.kind == tokComma && !wanted:
			p.take()
			wanted = true
		case t.kind == tokEnd:
			return p.wrong(open.at, "This parenthesis is not closed", "Write ) where the list ends.")
		case !wanted:
			return p.wrong(t.at, "Between two values of a list stands a comma", "Write IN (1, 2) or IN ('a', 'b').")
		default:
			if err := item(); err != nil {
				return err
			}
			n++
			wanted = false
		}
	}
}

// units are the lengths of time by their names.
var units = map[string]time.Duration{
	"ms": time.Millisecond,
	"s":  time.Second, "sec": time.Second, "second": time.Second, "seconds": time.Second,
	"m": time.Minute, "min": time.Minute, "minute": time.Minute, "minutes": time.Minute,
	"h": time.Hour, "hour": time.Hour, "hours": time.Hour,
	"d": 24 * time.Hour, "day": 24 * time.Hour, "days": 24 * time.Hour,
	"w": 7 * 24 * time.Hour, "week": 7 * 24 * time.Hour, "weeks": 7 * 24 * time.Hour,
}

// durationValue reads a length of time: 90s, 1h30m, 2 hours.
func (p *queryParser) durationValue(f queryField) (measure, error) {
	t := p.peek()
	v, err := p.value(false)
	if err != nil {
		return measure{}, err
	}
	words := v.text
	if unit := p.peek(); !v.quoted && isNumber(t) && unit.kind == tokName && units[strings.ToLower(unit.text)] != 0 {
		words += p.take().text
		t.at.to = unit.at.to
	}
	ms, ok := durationOf(words)
	switch {
	case !ok && isNumber(t):
		return measure{}, p.wrong(t.at, "The unit of the duration is missing", "Write 90s, 5m, 2h or 1d.")
	case !ok:
		return measure{}, p.wrong(t.at, shorten(v.text)+" is no duration", "Write 90s, 5m, 2h, 1h30m or 1d.")
	}
	return measure{ms, ms}, nil
}

// durationOf reads numbers with units, and returns milliseconds.
func durationOf(s string) (ms float64, ok bool) {
	s = strings.ToLower(strings.Join(strings.Fields(s), ""))
	for s != "" {
		n := len(s) - len(strings.TrimLeft(s, "0123456789."))
		number, err := strconv.ParseFloat(s[:n], 64)
		if err != nil {
			return 0, false
		}
		s = s[n:]
		n = strings.IndexAny(s, "0123456789.")
		if n < 0 {
			n = len(s)
		}
		unit, known := units[s[:n]]
		if !known {
			return 0, false
		}
		ms += number * float64(unit.Milliseconds())
		s, ok = s[n:], true
	}
	return ms, ok
}
