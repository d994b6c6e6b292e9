package contract

import (
	"encoding/json"
	"unicode/utf8"
)

// next returns the next byte that is not white space, without taking it; 0 at
// the end.
func (r *reader) next() byte {
	for len(r.rest) > 0 {
		switch c := r.rest[0]; c {
		case ' ', '\t', '\n', '\r':
			r.rest = r.rest[1:]
		default:
			return c
		}
	}
	return 0
}

// take takes the next byte if it is c.
func (r *reader) take(c byte) bool {
	if r.next() != c {
		return false
	}
	r.rest = r.rest[1:]
	return true
}

// text takes a string.
func (r *reader) text() (string, error) {
	if r.next() != '"' {
		return "", wrong("a name in quotation marks is missing")
	}
	plain := true
	for i := 1; i < len(r.rest); i++ {
		switch c := r.rest[i]; {
		case c == '"':
			quoted := r.rest[:i+1]
			r.rest = r.rest[i+1:]
			if plain {
				return r.shared(quoted[1:i]), nil
			}
			return unquote(quoted)
		case c == '\\':
			plain = false
			i++
		case c < ' ' || c >= utf8.RuneSelf:
			plain = false
		}
	}
	return "", wrong("a quotation mark is missing")
}

func unquote(quoted []byte) (text string, err error) {
	if !utf8.Valid(quoted) {
		return "", wrong("it is not in UTF-8")
	}
	if json.Unmarshal(quoted, &text) != nil {
		return "", wrong("%.60s is no text of JSON", quoted)
	}
	return text, nil
}

// word takes what is not in quotation marks, up to the next comma or bracket.
func (r *reader) word() []byte {
	r.next()
	for i, c := range r.rest {
		switch c {
		case ' ', '\t', '\n', '\r', ',', '}', '{', '[', ']', ':', '"':
			word := r.rest[:i]
			r.rest = r.rest[i:]
			return word
		}
	}
	word := r.rest
	r.rest = nil
	return word
}

// shared is one string for all lines that hold it.
func (r *reader) shared(text []byte) string {
	if known, ok := r.names[string(text)]; ok {
		return known
	}
	if r.names == nil || len(r.names) >= manyNames {
		r.names = map[string]string{}
	}
	known := string(text)
	r.names[known] = known
	return known
}
