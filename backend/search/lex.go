package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind is the sort of a token.
type tokenKind uint8

const (
	tokEnd        tokenKind = iota
	tokName                 // a word, or words and quoted parts joined by dots
	tokString               // '...'
	tokNumber               // 12, -1.5, .5, 1e-3
	tokComparison           // a run of < > = ! ~
	tokOpen                 // (
	tokClose                // )
	tokComma                // ,
	tokUnclosed             // a quote without its partner
	tokOther                // anything else: one character
)

// token is a piece of a text with its place. Its text is a slice of the whole.
type token struct {
	kind tokenKind
	text string
	at   span
}

// is reports whether the token is the given keyword. Keywords have no case.
func (t token) is(keyword string) bool {
	return t.kind == tokName && strings.EqualFold(t.text, keyword)
}

// lexer cuts a text into tokens. Its rules are those of the SQL lexer that
// MLflow uses, as far as they can be seen in a filter that MLflow accepts.
type lexer struct {
	s   string
	pos int
}

// tokens returns all tokens of s, the last of which is tokEnd.
func tokens(s string) []token {
	l := lexer{s: s}
	out := make([]token, 0, 16)
	for {
		t := l.next()
		out = append(out, t)
		if t.kind == tokEnd {
			return out
		}
	}
}

func (l *lexer) next() token {
	for l.pos < len(l.s) {
		r, n := utf8.DecodeRuneInString(l.s[l.pos:])
		if !isSpace(r) {
			break
		}
		l.pos += n
	}
	from := l.pos
	kind := l.scan()
	return token{kind: kind, text: l.s[from:l.pos], at: span{from, l.pos}}
}

// scan moves past one token, which begins at a character that is no space.
func (l *lexer) scan() tokenKind {
	if l.pos == len(l.s) {
		return tokEnd
	}
	rest := l.s[l.pos:]
	if n := numberLength(rest); n > 0 {
		l.pos += n
		return tokNumber
	}
	switch c := rest[0]; c {
	case '\'':
		return l.quoted(tokString)
	case '"', '`':
		return l.name()
	}
	if kind, n := punctuation(rest); n > 0 {
		l.pos += n
		return kind
	}
	r, n := utf8.DecodeRuneInString(rest)
	if isWord(r) {
		return l.name()
	}
	l.pos += n
	return tokOther
}

// quoted moves past a single-quoted string or a quoted part of a name.
func (l *lexer) quoted(kind tokenKind) tokenKind {
	n := quotedLength(l.s[l.pos:])
	if n == 0 {
		l.pos = len(l.s)
		return tokUnclosed
	}
	l.pos += n
	return kind
}

// name moves past words and quoted parts that are joined by dots without
// space. A part after a dot may begin with a digit, or be a number.
func (l *lexer) name() tokenKind {
	for {
		if isQuote(l.s[l.pos]) {
			if l.quoted(tokName) == tokUnclosed {
				return tokUnclosed
			}
		} else {
			l.pos += wordLength(l.s[l.pos:])
		}
		if l.pos+1 >= len(l.s) || l.s[l.pos] != '.' {
			return tokName
		}
		next, _ := utf8.DecodeRuneInString(l.s[l.pos+1:])
		if !isWord(next) && !isQuote(l.s[l.pos+1]) {
			return tokName
		}
		l.pos++
	}
}

// parts splits the text of a tokName at its dots and takes the quotes off.
// quotes holds for each part its quote, or 0.
func parts(name string) (out []string, quotes []byte) {
	for {
		n := 0
		if isQuote(name[0]) {
			n = quotedLength(name)
			out, quotes = append(out, name[1:n-1]), append(quotes, name[0])
		} else {
			n = wordLength(name)
			out, quotes = append(out, name[:n]), append(quotes, 0)
		}
		if n == len(name) {
			return out, quotes
		}
		name = name[n+1:]
	}
}

// quotedLength is the length of the quoted string at the start of s, with its
// quotes, or 0 if it is not closed. As in MLflow a doubled quote does not close
// it, nor does one after a backslash (not in back ticks), unless there is no
// other quote that could; and nothing inside is ever replaced.
func quotedLength(s string) int {
	quote, last := s[0], 0
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quote != '`' && i+1 < len(s) && s[i+1] == quote:
			i++
			last = i + 1
		case s[i] != quote:
		case i+1 < len(s) && s[i+1] == quote:
			last = i + 1
			i++
		default:
			return i + 1
		}
	}
	return last
}

// numberLength is the length of the number at the start of s, or 0. A number
// that runs into a letter is none.
func numberLength(s string) int {
	i := 0
	if i < len(s) && s[i] == '-' {
		i++
	}
	whole := digits(s[i:])
	i += whole
	if i < len(s) && s[i] == '.' {
		fraction := digits(s[i+1:])
		if whole+fraction == 0 {
			return 0
		}
		i += 1 + fraction
	} else if whole == 0 {
		return 0
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		j := i + 1
		if j < len(s) && (s[j] == '-' || s[j] == '+') {
			j++
		}
		if n := digits(s[j:]); n > 0 {
			i = j + n
		}
	}
	if r, _ := utf8.DecodeRuneInString(s[i:]); i < len(s) && isWord(r) {
		return 0
	}
	return i
}

func digits(s string) int {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return i
		}
	}
	return len(s)
}

func wordLength(s string) int {
	for i, r := range s {
		if !isWord(r) {
			return i
		}
	}
	return len(s)
}

func isQuote(c byte) bool { return c == '\'' || c == '"' || c == '`' }

// isWord is Python's \w.
func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}

// isSpace is Python's \s, which knows four separators more than Unicode.
func isSpace(r rune) bool {
	return unicode.IsSpace(r) || 0x1c <= r && r <= 0x1f
}

// punctuation is what a text begins with if that is a bracket, a comma or an
// operator of signs, and how many bytes it has; 0 if it is none of these.
func punctuation(s string) (kind tokenKind, n int) {
	switch s[0] {
	case '(':
		return tokOpen, 1
	case ')':
		return tokClose, 1
	case ',':
		return tokComma, 1
	}
	return tokComparison, len(s) - len(strings.TrimLeft(s, "<>=!~"))
}
