package project

import "strings"

// place is where in a bash command the next character would stand.
type place int

const (
	open      place = iota // a quoted value is one word here, or a part of one
	single                 // inside '…'
	double                 // inside "…"
	escaped                // behind a backslash
	comment                // behind #, up to the end of the line
	expansion              // inside ${name}
	beyond                 // behind something that bash reads by rules of its own
)

// scanner follows a bash command just far enough to tell whether a value that
// is quoted for a shell stays one value at the present place. It errs on the
// safe side: behind a construct that evaluates text once more (arithmetic,
// here-documents, backticks, quotation marks inside quotation marks) it calls
// nothing safe up to the end. What a program does with its arguments (eval,
// bash -c, ssh) it cannot know.
type scanner struct {
	at   place
	back place  // where a backslash returns to
	word bool   // inside a word, where # begins no comment
	last byte   // the character before
	hint bool   // "<<" was just read; a third "<" makes it harmless
	why  string // what led beyond
}

// where names the present place for a person, "" where a value is safe.
func (s *scanner) where() string {
	switch s.at {
	case single, double:
		return "inside quotation marks"
	case escaped:
		return "behind a backslash"
	case comment:
		return "inside a comment"
	case expansion:
		return "inside ${…}"
	case beyond:
		return s.why
	}
	if s.last == '$' {
		return "behind a dollar sign"
	}
	return ""
}

// text goes on over a part of the command.
func (s *scanner) text(t string) {
	for i := range len(t) {
		s.next(t[i])
		s.last = t[i]
	}
}

// value goes on over a value, which is one word or a part of one.
func (s *scanner) value() {
	if s.at == escaped {
		s.at = s.back
	}
	s.word, s.last = true, 'x'
}

func (s *scanner) leave(why string) { s.at, s.why = beyond, why }

func (s *scanner) next(c byte) {
	switch s.at {
	case open:
		s.inOpen(c)
	case single:
		if c == '\'' {
			s.at = open
		}
	case double:
		s.inDouble(c)
	case escaped:
		s.at = s.back
	case comment:
		if c == '\n' {
			s.at, s.word = open, false
		}
	case expansion:
		switch {
		case c == '}':
			s.at = open
		case !isPlain(string(c)) || strings.IndexByte("@%+=:,./-", c) >= 0:
			s.leave("behind ${…} with an operator")
		}
	case beyond:
		if s.hint && c == '<' { // "<<<" takes one word and reads it like any other
			s.at = open
		}
		s.hint = false
	}
}

func (s *scanner) inDouble(c byte) {
	switch {
	case c == '\\':
		s.at, s.back = escaped, double
	case c == '"':
		s.at = open
	case c == '`', s.last == '$' && (c == '(' || c == '{' || c == '['):
		s.leave("behind a substitution inside quotation marks")
	}
}

func (s *scanner) inOpen(c byte) {
	word := s.word
	s.word = !strings.ContainsRune(" \t\n;&|()<>", rune(c))
	switch {
	case c == '\\':
		s.at, s.back = escaped, open
	case c == '\'' && s.last == '$':
		s.leave("behind $'…'")
	case c == '\'':
		s.at = single
	case c == '"':
		s.at = double
	case c == '`':
		s.leave("behind backticks")
	case c == '#' && !word:
		s.at = comment
	case c == '<' && s.last == '<':
		s.leave("behind a here-document")
		s.hint = true
	case c == '(' && s.last == '(', c == '[' && (s.last == '[' || word):
		s.leave("behind arithmetic, an index or [[ ]]")
	case c == '{' && s.last == '$':
		s.at = expansion
	}
}
