package mlruns

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"

	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
)

// maxMeta is how large a meta.yaml may be: that of a data set has its schema and
// profile in it.
const maxMeta = 4 << 20 // bytes

// meta is what a meta.yaml says.
type meta map[string]any

// parseMeta reads a meta.yaml. Nearly all lines of nearly all such files are a
// name and a plain word or number, which need no parser of YAML; everything else
// gets one.
func parseMeta(data []byte) (m meta, err error) {
	if len(data) > maxMeta {
		return nil, fault.New(fault.Invalid, "it has %d bytes, more than the %d that such a file may have", len(data), maxMeta)
	}
	if m, ok := plainMeta(data); ok {
		return m, nil
	}
	text := imports.Text(data)
	if err := harmless(text); err != nil {
		return nil, err
	}
	defer func() {
		// The library promises no answer to garbage; a defect of it is the file's
		// error here, not the program's end.
		if r := recover(); r != nil {
			m, err = nil, fault.New(fault.Invalid, "it is not readable as YAML")
		}
	}()
	if err := yaml.Unmarshal([]byte(text), &m); err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return nil, fault.New(fault.Invalid, "it is not readable as YAML: %s", first)
	}
	if len(m) == 0 {
		return nil, fault.New(fault.Invalid, "it is empty")
	}
	return m, nil
}

// harmless refuses what can cost memory or stack beyond the size of the file:
// values that stand for others, and brackets within brackets. MLflow writes
// neither.
func harmless(text string) error {
	open, deepest := 0, 0
	for _, c := range text {
		switch c {
		case '[', '{':
			open++
			deepest = max(deepest, open)
		case ']', '}':
			open--
		}
	}
	if deepest > 1000 {
		return fault.New(fault.Invalid, "too many brackets inside each other")
	}
	if !strings.ContainsAny(text, "&*") {
		return nil
	}
	for _, t := range lexer.Tokenize(text) {
		if t.Type == token.AnchorType || t.Type == token.AliasType {
			return fault.New(fault.Invalid, "line %d: it has values that stand for others, which MLflow never writes", t.Position.Line)
		}
	}
	return nil
}

// plainMeta reads a file of which every line is plain; ok is false for others.
func plainMeta(data []byte) (m meta, ok bool) {
	m = meta{}
	for line := range bytes.Lines(data) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			continue
		}
		key, value, found := bytes.Cut(line, []byte(": "))
		if !found || !plainKey(key) {
			return nil, false
		}
		v, plain := plainValue(string(value))
		if !plain {
			return nil, false
		}
		m[string(key)] = v
	}
	return m, len(m) > 0
}

func plainKey(key []byte) bool {
	for _, c := range key {
		if c != '_' && (c < 'a' || c > 'z') {
			return false
		}
	}
	return len(key) > 0
}

// plainValue reads a value that is a word, a number, null, an empty list or text
// in simple quotation marks.
func plainValue(s string) (any, bool) {
	switch s {
	case "null":
		return nil, true
	case "[]", "{}", "''":
		return "", true
	}
	quoted := len(s) >= 2 && s[0] == '\'' && s[len(s)-1] == '\''
	text := s
	if quoted {
		text = s[1 : len(s)-1]
	}
	letters := false
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c == '/':
			letters = true
		case '0' <= c && c <= '9':
		case c == '.', c == '-', c == ':' && i+1 < len(text) && text[i+1] == '/':
			if i == 0 {
				return nil, false
			}
		default:
			return nil, false
		}
	}
	switch {
	case text == "" && !quoted:
		return nil, false
	case quoted:
		return text, true
	case !letters && len(text) > 1 && text[0] == '0':
		return nil, false // octal, or a date
	case !letters:
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err == nil
	}
	switch strings.ToLower(text) {
	case "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf":
		return nil, false
	}
	if '0' <= text[0] && text[0] <= '9' && !isID(text) {
		return nil, false // may be a number in another notation
	}
	return text, true
}

// isID reports whether a word is an id of 32 digits, which PyYAML leaves without
// quotation marks if it is no number.
func isID(s string) bool {
	if len(s) != 32 {
		return false
	}
	e := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == 'e':
			e++
		case '0' <= c && c <= '9':
		case 'a' <= c && c <= 'f':
			e = 99
		default:
			return false
		}
	}
	return e > 1 // 12e34 is a number
}

func (m meta) text(keys ...string) string {
	for _, k := range keys {
		switch v := m[k].(type) {
		case nil, map[string]any, []any:
		case string:
			if v != "" {
				return v
			}
		default:
			return fmt.Sprint(v)
		}
	}
	return ""
}

// number is a whole number; ok is false if there is none.
func (m meta) number(key string) (n int64, ok bool) {
	switch v := m[key].(type) {
	case int64:
		return v, true
	case uint64:
		return int64(min(v, 1<<63-1)), true
	case int:
		return int64(v), true
	case float64:
		return int64(v), v == v && v > -9e18 && v < 9e18
	case string:
		n, err := strconv.ParseInt(v, 10, 64)
		return n, err == nil
	}
	return 0, false
}

func (m meta) time(key string) int64 {
	n, _ := m.number(key)
	return max(n, 0)
}

// texts is a table of texts.
func (m meta) texts(key string) map[string]string {
	table, _ := m[key].(map[string]any)
	texts := make(map[string]string, len(table))
	for k := range table {
		texts[k] = meta(table).text(k)
	}
	return texts
}
