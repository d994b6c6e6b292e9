package mlflow

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// Answers are appended to a byte slice: for histories and searches that is
// twice as fast as encoding/json, and no record has to be copied first. Names
// are MLflow's and need no escaping.

// member begins a member of an object: a comma if it is not the first, and its
// name.
func member(b []byte, name string) []byte {
	b = next(b)
	b = append(b, '"')
	b = append(b, name...)
	return append(b, '"', ':')
}

// next puts a comma behind what stands in the same list or object already.
func next(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] != '{' && b[n-1] != '[' {
		b = append(b, ',')
	}
	return b
}

func memberString(b []byte, name, value string) []byte {
	return appendString(member(b, name), value)
}

// memberSet is memberString for what is left out when it is empty.
func memberSet(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return memberString(b, name, value)
}

func memberInt(b []byte, name string, value int64) []byte {
	return strconv.AppendInt(member(b, name), value, 10)
}

func memberBool(b []byte, name string, value bool) []byte {
	return strconv.AppendBool(member(b, name), value)
}

const hexDigits = "0123456789abcdef"

// appendString appends a JSON string. Bytes that are not UTF-8 become U+FFFD.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				b = append(append(b, s[start:i]...), "\uFFFD"...)
				start = i + 1
			}
			i += size
			continue
		}
		i++
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i-1]...)
		start = i
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\t':
			b = append(b, '\\', 't')
		case '\r':
			b = append(b, '\\', 'r')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(append(b, s[start:]...), '"')
}

// appendFloat appends a number as Python writes it, which is how MLflow's
// server does: 1.0, 1e-05. NaN is the string "NaN", and an infinity is the
// number nearest to it, since MLflow's database keeps it so and its clients
// expect it.
func appendFloat(b []byte, v float64) []byte {
	switch {
	case math.IsNaN(v):
		return append(b, `"NaN"`...)
	case math.IsInf(v, 0):
		v = math.Copysign(math.MaxFloat64, v)
	}
	if abs := math.Abs(v); abs != 0 && (abs < 1e-4 || abs >= 1e16) {
		return strconv.AppendFloat(b, v, 'e', -1, 64)
	}
	start := len(b)
	b = strconv.AppendFloat(b, v, 'f', -1, 64)
	for _, c := range b[start:] {
		if c == '.' {
			return b
		}
	}
	return append(b, '.', '0')
}
