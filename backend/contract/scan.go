package contract

import (
	"encoding/json"
	"unicode/utf8"
)

// text takes a string.
func (r *reader) text() (string, error) {
	if r.Next() != '"' {
		return "", wrong("a name in quotation marks is missing")
	}
	plain := true
	for i := 1; i < len(r.Rest); i++ {
		switch c := r.Rest[i]; {
		case c == '"':
			quoted := r.Rest[:i+1]
			r.Rest = r.Rest[i+1:]
			if plain {
				return r.names.Of(quoted[1:i]), nil
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
	r.Next()
	for i, c := range r.Rest {
		switch c {
		case ' ', '\t', '\n', '\r', ',', '}', '{', '[', ']', ':', '"':
			word := r.Rest[:i]
			r.Rest = r.Rest[i:]
			return word
		}
	}
	word := r.Rest
	r.Rest = nil
	return word
}
