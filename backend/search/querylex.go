package search

import (
	"strings"
	"unicode/utf8"
)

// queryLexer cuts a text into tokens by the rules of Varve's own grammar. They
// differ from MLflow's in words: a word holds whatever needs no quotes, so that
// val/loss, amber-mayfly-318 and 2026-11-01 are one each.
type queryLexer struct {
	s   string
	pos int
}

// queryTokens returns all tokens of s, the last of which is tokEnd. A number is
// a tokName here: what it is depends on where it stands.
func queryTokens(s string) []token {
	l := queryLexer{s: s}
	out := make([]token, 0, 16)
	for {
		for l.pos < len(l.s) {
			r, n := utf8.DecodeRuneInString(l.s[l.pos:])
			if !isSpace(r) {
				break
			}
			l.pos += n
		}
		from := l.pos
		kind := l.scan()
		out = append(out, token{kind: kind, text: s[from:l.pos], at: span{from, l.pos}})
		if kind == tokEnd {
			return out
		}
	}
}

// scan moves past one token, which begins at a character that is no space.
func (l *queryLexer) scan() tokenKind {
	if l.pos == len(l.s) {
		return tokEnd
	}
	rest := l.s[l.pos:]
	if rest[0] == '\'' {
		n := quotedLength(rest)
		if n == 0 {
			l.pos = len(l.s)
			return tokUnclosed
		}
		l.pos += n
		return tokString
	}
	if kind, n := punctuation(rest); n > 0 {
		l.pos += n
		return kind
	}
	return l.word()
}

// word moves past a word. A quote belongs to it at its beginning and after a
// dot; nothing but a dot continues it after the quote is closed.
func (l *queryLexer) word() tokenKind {
	for from := l.pos; l.pos < len(l.s); {
		if isQuote(l.s[l.pos]) {
			if l.pos > from && l.s[l.pos-1] != '.' {
				return tokName
			}
			n := quotedLength(l.s[l.pos:])
			if n == 0 {
				l.pos = len(l.s)
				return tokUnclosed
			}
			if l.pos += n; l.pos == len(l.s) || l.s[l.pos] != '.' {
				return tokName
			}
			l.pos++
			continue
		}
		r, n := utf8.DecodeRuneInString(l.s[l.pos:])
		if !isBare(r) {
			return tokName
		}
		l.pos += n
	}
	return tokName
}

// isBare reports whether a character may stand in a word without quotes.
func isBare(r rune) bool { return !isSpace(r) && !strings.ContainsRune("'\"`(),<>=!~", r) }

// isBareWord reports whether a token is a word without any quotes.
func (t token) isBareWord() bool { return t.kind == tokName && !strings.ContainsAny(t.text, "'\"`") }

// isQuotedWhole reports whether a token is one text in quotes of any kind, and
// returns what is between them.
func (t token) isQuotedWhole() (string, bool) {
	if (t.kind == tokName || t.kind == tokString) && isQuote(t.text[0]) && quotedLength(t.text) == len(t.text) {
		return t.text[1 : len(t.text)-1], true
	}
	return "", false
}

// writtenName is a name as it stands in a text: what is before its first dot,
// and the rest.
type writtenName struct {
	prefix string
	key    string
	dotted bool // whether there is a prefix
	bare   bool // whether the key stands without quotes
	quote  byte // around the prefix or, without one, around the key; 0: none
}

// nameOf splits a tokName.
func nameOf(t token) writtenName {
	s := t.text
	if isQuote(s[0]) {
		n := quotedLength(s)
		if n == len(s) {
			return writtenName{key: s[1 : n-1], quote: s[0]}
		}
		return writtenName{prefix: s[1 : n-1], key: unquoteParts(s[n+1:]), dotted: true, quote: s[0], bare: t.isBareWord()}
	}
	prefix, key, dotted := strings.Cut(s, ".")
	if !dotted {
		return writtenName{key: s, bare: true}
	}
	return writtenName{prefix: prefix, key: unquoteParts(key), dotted: true, bare: t.isBareWord()}
}

// unquoteParts takes the quotes off all parts of a key.
func unquoteParts(s string) string {
	var b strings.Builder
	for s != "" {
		n := strings.IndexAny(s, "'\"`")
		if n < 0 {
			n = len(s)
		}
		b.WriteString(s[:n])
		if s = s[n:]; s != "" {
			n = quotedLength(s)
			b.WriteString(s[1 : n-1])
			s = s[n:]
		}
	}
	return b.String()
}

// plainest writes tokens with single spaces between them.
func plainest(list []token) string {
	var b strings.Builder
	for i, t := range list {
		if i > 0 && list[i-1].kind != tokOpen && t.kind != tokClose && t.kind != tokComma {
			b.WriteByte(' ')
		}
		b.WriteString(t.text)
	}
	return b.String()
}
