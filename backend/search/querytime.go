package search

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// timeTest reads what a time is compared with. A date is a stretch of time: a
// day, or whatever its last part names.
func (p *queryParser) timeTest(f queryField, op queryOperator) (answerTo, error) {
	switch op.operator {
	case opLike, opILike, opMatches:
		return answerTo{}, p.wrong(op.at, shorten(f.written)+" is a time, "+op.words+" is for texts", "Write a date such as 2026-11-01, or in last 7 days.")
	case opIn:
		if p.peek().kind != tokOpen {
			m, err := p.span(f)
			return f.compared(opEqual, m), err
		}
	default:
		if p.peek().is("last") {
			return answerTo{}, p.wrong(p.peek().at, "After "+op.words+" comes a date", "Write in last 7 days instead.")
		}
	}
	return p.measures(f, op, p.date)
}

// span reads what comes after IN: "last 7 days", or a date.
func (p *queryParser) span(f queryField) (measure, error) {
	t := p.peek()
	if !t.is("last") {
		if t.isBareWord() && nearest(t.text, []string{"last"}) != "" && p.spanFollows(1) {
			return measure{}, p.wrongWord(t.at, "After IN comes a time, such as last 7 days", "Did you mean last?", "last")
		}
		return p.date(f)
	}
	p.take()
	n := int64(1)
	if number, unit, ok := lastWord(p.peek()); ok && unit != "" { // 7d
		p.take()
		return p.last(number, unit), nil
	} else if ok {
		n = number
		p.take()
	}
	unit := p.peek()
	if unit.kind != tokName || calendar(unit.text) == "" {
		return measure{}, p.wrong(unit.at, "After last comes a number with a unit, such as 7 days", "Units are minutes, hours, days, weeks, months and years.")
	}
	p.take()
	return p.last(n, calendar(unit.text)), nil
}

// spanFollows reports whether a number with a unit, or a unit alone, stands n
// tokens on.
func (p *queryParser) spanFollows(n int) bool {
	t := p.after(n)
	_, unit, ok := lastWord(t)
	if ok && unit == "" {
		t = p.after(n + 1)
		return t.kind == tokName && calendar(t.text) != ""
	}
	return ok || t.kind == tokName && calendar(t.text) != ""
}

// lastWord reads 7, or 7d.
func lastWord(t token) (n int64, unit string, ok bool) {
	if t.kind != tokName {
		return 0, "", false
	}
	k := digits(t.text)
	n, err := strconv.ParseInt(t.text[:k], 10, 32)
	if err != nil || n == 0 || n > 100_000 {
		return 0, "", false
	}
	if k < len(t.text) {
		unit = calendar(t.text[k:])
		return n, unit, unit != ""
	}
	return n, "", true
}

// calendar returns the plain word for a unit of the calendar, or nothing.
func calendar(word string) string {
	switch strings.ToLower(word) {
	case "m", "min", "minute", "minutes":
		return "minute"
	case "h", "hour", "hours":
		return "hour"
	case "d", "day", "days":
		return "day"
	case "w", "week", "weeks":
		return "week"
	case "month", "months":
		return "month"
	case "y", "year", "years":
		return "year"
	}
	return ""
}

// last is the time since n units ago. It has no end: a run may come from a
// clock that is ahead.
func (p *queryParser) last(n int64, unit string) measure {
	from, k := p.Now, int(n)
	switch unit {
	case "minute", "hour":
		from = from.Add(-time.Duration(n) * units[unit])
	case "day":
		from = from.AddDate(0, 0, -k)
	case "week":
		from = from.AddDate(0, 0, -7*k)
	case "month":
		from = from.AddDate(0, -k, 0)
	default:
		from = from.AddDate(-k, 0, 0)
	}
	return measure{float64(from.UnixMilli()), math.Inf(1)}
}

// date reads a date, or a number of ms since 1970 where MLflow's name stands.
func (p *queryParser) date(f queryField) (measure, error) {
	t := p.peek()
	if isNumber(t) && f.typ == queryTime {
		return p.number(f)
	}
	v, err := p.value(false)
	if err != nil {
		return measure{}, err
	}
	words := v.text
	if next := p.peek(); !v.quoted && next.isBareWord() && len(next.text) >= len("9:00") && digits(next.text) > 0 && strings.Contains(next.text, ":") {
		words += " " + p.take().text
		t.at.to = next.at.to
	}
	if m, ok := dateOf(words, p.Now); ok {
		return m, nil
	}
	message := shorten(words) + " is no date"
	if near := nearest(words, []string{"today", "yesterday"}); near != "" {
		return measure{}, p.wrongWord(t.at, message, "Did you mean "+near+"?", near)
	}
	return measure{}, p.wrong(t.at, message, "Write it as 2026-11-01, 2026-11-01 14:30, 2026-11, today, yesterday, or in last 7 days.")
}

// dateForms are the ways to write a date, with what the last part names.
var dateForms = []struct {
	layout string
	unit   string
}{
	{"2006", "year"}, {"2006-01", "month"}, {"2006-01-02", "day"},
	{"2006-01-02 15:04", "minute"}, {"2006-01-02 15:04:05", "second"}, {"2006-01-02 15:04:05.000", "ms"},
}

// dateOf reads a date, in the zone of now unless it names one, as the stretch
// of time that its last part names.
func dateOf(s string, now time.Time) (measure, bool) {
	switch strings.ToLower(s) {
	case "today":
		return dayOf(now), true
	case "yesterday":
		return dayOf(now.AddDate(0, 0, -1)), true
	}
	if len(s) > len("2006-01-02") && (s[10] == 'T' || s[10] == 't') {
		s = s[:10] + " " + s[11:]
	}
	for _, form := range dateForms {
		for _, zone := range [...]string{"", "Z07:00", " Z07:00"} {
			if from, err := time.ParseInLocation(form.layout+zone, s, now.Location()); err == nil {
				return stretch(from, form.unit), true
			}
		}
	}
	return measure{}, false
}

func dayOf(t time.Time) measure {
	return stretch(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location()), "day")
}

// stretch is the time from a moment until one unit later. Days and longer are
// those of the calendar, of which some have 23 or 25 hours.
func stretch(from time.Time, unit string) measure {
	to := from.Add(time.Millisecond)
	switch unit {
	case "year":
		to = from.AddDate(1, 0, 0)
	case "month":
		to = from.AddDate(0, 1, 0)
	case "day":
		to = from.AddDate(0, 0, 1)
	case "minute":
		to = from.Add(time.Minute)
	case "second":
		to = from.Add(time.Second)
	}
	return measure{float64(from.UnixMilli()), float64(to.UnixMilli())}
}
