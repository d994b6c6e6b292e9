package search

import (
	"strings"
	"unicode/utf8"

	"dev.varve/backend/fault"
)

// Error tells where a filter or an order clause is wrong. It is the cause of
// the fault that Parse and ParseOrder return.
type Error struct {
	Text    string // the whole filter, or the one order clause
	Clause  int    // which order clause, counted from 0; 0 for a filter
	Offset  int    // first byte of the wrong part, 0 <= Offset <= len(Text)
	End     int    // byte after the wrong part, Offset <= End <= len(Text)
	Message string // what is wrong, in MLflow's words or, by ParseQuery, in one plain sentence
	Instead string // what was probably meant in place of the wrong part; empty if nobody knows
}

// Error returns the message alone.
func (e *Error) Error() string { return e.Message }

// Column is the place of the error in characters, counted from 1.
func (e *Error) Column() int { return utf8.RuneCountInString(e.Text[:e.Offset]) + 1 }

// Caret returns two lines: the line of the text in which the error lies, and
// marks below the wrong part.
func (e *Error) Caret() string {
	start := strings.LastIndexByte(e.Text[:e.Offset], '\n') + 1
	stop := len(e.Text)
	if i := strings.IndexByte(e.Text[e.Offset:], '\n'); i >= 0 {
		stop = e.Offset + i
	}
	line := e.Text[start:stop]
	// A tab stays a tab, so that the mark stands where a terminal shows the character.
	blank := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, e.Text[start:e.Offset])
	width := utf8.RuneCountInString(e.Text[e.Offset:max(e.Offset, min(e.End, stop))])
	return line + "\n" + blank + strings.Repeat("^", max(1, width))
}

// span is a range of bytes of a text.
type span struct{ from, to int }

// text is a filter or an order clause being read, and makes its errors.
type text struct {
	s      string
	clause int
}

// wrong returns the fault for a part of the text. The hint may be empty.
func (t text) wrong(at span, message, hint string) error {
	return t.wrongWord(at, message, hint, "")
}

// wrongWord is wrong for a part of the text in whose place something else was
// probably meant.
func (t text) wrongWord(at span, message, hint, instead string) error {
	return &fault.Error{
		Kind:    fault.Invalid,
		Message: message,
		Hint:    hint,
		Err:     &Error{Text: t.s, Clause: t.clause, Offset: at.from, End: at.to, Message: message, Instead: instead},
	}
}

// shorten keeps a message readable when a hostile or careless text is quoted in it.
func shorten(s string) string {
	const limit = 200
	if len(s) <= limit {
		return s
	}
	cut := limit
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
