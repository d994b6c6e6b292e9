package tabular

import (
	"hash/maphash"
	"math"
	"strconv"
	"strings"
	"time"
)

// Kind is what a value is, or what all values of a column are.
type Kind uint8

// The kinds of values. A column without any value has the kind Missing.
const (
	Missing Kind = iota
	Bool
	Whole
	Number
	Time
	Text
	kinds
)

// String is the kind as people call it.
func (k Kind) String() string {
	return [...]string{"empty", "true or false", "whole number", "number", "time", "text"}[k]
}

// Value is one cell. The zero Value is missing.
type Value struct {
	Kind Kind
	// Number of what is a number; of times ms since 1970, and 1 for true.
	Number float64
	// Text as it is written; of what a program keeps as a number only where it has
	// more digits than a float64.
	Text string
}

// exact is the first whole number after which a float64 leaves some out.
const exact = 1 << 53

// WholeValue makes a value of a whole number.
func WholeValue(n int64) Value {
	v := Value{Kind: Whole, Number: float64(n)}
	if n >= exact || n <= -exact {
		v.Text = strconv.FormatInt(n, 10)
	}
	return v
}

// NumberValue makes a value of a number; NaN is a missing one.
func NumberValue(f float64) Value {
	if math.IsNaN(f) {
		return Value{}
	}
	return Value{Kind: Number, Number: f}
}

// BoolValue makes a value of a truth.
func BoolValue(b bool) Value {
	if b {
		return Value{Kind: Bool, Number: 1}
	}
	return Value{Kind: Bool}
}

// TimeValue makes a value of a time.
func TimeValue(t time.Time) Value {
	ms := float64(t.Unix())*1000 + float64(t.Nanosecond())/1e6
	return Value{Kind: Time, Number: ms}
}

// TextValue makes a value of a text.
func TextValue(s string) Value { return Value{Kind: Text, Text: s} }

// Written is the value as it is shown.
func (v Value) Written() string {
	switch {
	case v.Text != "":
		return v.Text
	case v.Kind == Missing || v.Kind == Text:
		return ""
	case v.Kind == Bool:
		return strconv.FormatBool(v.Number == 1)
	case v.Kind == Time:
		return Moment(v.Number)
	case v.Kind == Whole || math.Abs(v.Number) < 1e15 && v.Number == math.Trunc(v.Number):
		return strconv.FormatFloat(v.Number, 'f', -1, 64)
	}
	return strconv.FormatFloat(v.Number, 'g', -1, 64)
}

// Moment writes a time in ms since 1970: as a day, if it is the begin of one.
func Moment(ms float64) string {
	t := time.UnixMilli(int64(math.Floor(ms))).UTC()
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04:05.999")
}

// hash is equal for values that are equal: 1 and 1.0 are, true and 1 are not.
func (v Value) hash(seed maphash.Seed) uint64 {
	switch v.Kind {
	case Missing:
		return 0x9e3779b97f4a7c15
	case Text:
		return maphash.String(seed, v.Text)
	case Whole, Number:
		if math.Abs(v.Number) >= exact && v.Text != "" {
			return maphash.String(seed, v.Text)
		}
		return mix(math.Float64bits(v.Number+0) + uint64(Number)) // + 0: −0 is 0
	}
	return mix(math.Float64bits(v.Number) + uint64(v.Kind)*0xd6e8feb86659fd93)
}

// mix spreads the bits of a number (the last step of splitmix64).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// longMissing is the length of the longest word for a missing value.
const longMissing = 4

// absent are the words for a missing value, in lower case.
var absent = map[string]bool{"": true, "na": true, "n/a": true, "#n/a": true, "#na": true, "<na>": true, "nan": true, "-nan": true, "null": true, "none": true}

// Parse reads a cell of text. Decimals follow a point, or a comma if comma is set.
// What begins with a zero that no number needs, such as 007, is a name and stays
// text.
func Parse(cell string, comma bool) Value {
	text := strings.TrimSpace(cell)
	if len(text) <= longMissing && absent[strings.ToLower(text)] {
		return Value{}
	}
	switch c := text[0]; {
	case c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.':
		if v, ok := parseNumber(text, comma); ok {
			return v
		}
		if v, ok := parseTime(text); ok {
			return v
		}
	case c == 't' || c == 'T' || c == 'f' || c == 'F':
		if yes := strings.EqualFold(text, "true"); yes || strings.EqualFold(text, "false") {
			v := BoolValue(yes)
			v.Text = text
			return v
		}
	case c == 'i' || c == 'I':
		if strings.EqualFold(text, "inf") || strings.EqualFold(text, "infinity") {
			return Value{Kind: Number, Number: math.Inf(1), Text: text}
		}
	}
	return TextValue(cell)
}

// longNumber is how many bytes a number has at most.
const longNumber = 60

func parseNumber(text string, comma bool) (Value, bool) {
	if len(text) > longNumber {
		return Value{}, false
	}
	digits := text
	if text[0] == '-' || text[0] == '+' {
		digits = text[1:]
	}
	if len(digits) > 1 && digits[0] == '0' && digits[1] != '.' && digits[1] != ',' && digits[1]|0x20 != 'e' {
		return Value{}, false // 007, 0x1F
	}
	if n, ok := wholeOf(digits); ok {
		if text[0] == '-' {
			n = -n
		}
		return Value{Kind: Whole, Number: float64(n), Text: text}, true
	}
	plain := text
	if comma {
		if strings.Contains(text, ".") {
			return Value{}, false
		}
		plain = strings.Replace(text, ",", ".", 1)
	}
	f, err := strconv.ParseFloat(plain, 64)
	if err != nil && !math.IsInf(f, 0) || strings.IndexByte(plain, '_') >= 0 {
		return Value{}, false
	}
	if len(digits) > longest && strings.Trim(digits, "0123456789") == "" {
		return Value{Kind: Whole, Number: f, Text: text}, true
	}
	return Value{Kind: Number, Number: f, Text: text}, true
}

// longest is how many digits always fit into 64 bits.
const longest = 18

// wholeOf reads digits that fit.
func wholeOf(digits string) (n int64, ok bool) {
	if digits == "" || len(digits) > longest {
		return 0, false
	}
	for i := range len(digits) {
		d := digits[i] - '0'
		if d > 9 {
			return 0, false
		}
		n = n*10 + int64(d)
	}
	return n, true
}

// parseTime reads a time in a form that nobody reads otherwise: with the year first.
func parseTime(text string) (Value, bool) {
	if len(text) < len(time.DateOnly) || len(text) > 40 || text[4] != '-' || text[7] != '-' {
		return Value{}, false
	}
	t, err := time.Parse(layoutOf(text), text)
	if err != nil {
		return Value{}, false
	}
	v := TimeValue(t)
	v.Text = text
	return v, true
}

func layoutOf(text string) string {
	if len(text) == len(time.DateOnly) {
		return time.DateOnly
	}
	layout := []byte("2006-01-02T15:04:05Z07:00") // fractions of a second may follow it
	layout[10] = text[10]
	switch {
	case text[10] != ' ' && text[10] != 'T':
		return time.DateOnly
	case len(text) <= len("2006-01-02T15:04"):
		return string(layout[:16])
	case strings.IndexByte("Z+-", text[len(text)-1]) < 0 && strings.LastIndexAny(text, "+-") < 11:
		return string(layout[:19])
	case text[len(text)-1] != 'Z' && text[len(text)-3] != ':':
		return string(layout[:19]) + "Z0700"
	}
	return string(layout)
}
