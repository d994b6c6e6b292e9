package mlflow

import (
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// whole is an integer. Clients write it as a number or as a string; R writes
// "1e+05". Set says whether it was there.
type whole struct {
	N   int64
	Set bool
}

// UnmarshalJSON reads a number or a string.
func (w *whole) UnmarshalJSON(b []byte) error {
	text, ok := numeral(b)
	if !ok {
		return mistyped(b, w)
	}
	if text == "" {
		return nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		*w = whole{n, true}
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) >= 1<<63 {
		return mistyped(b, w)
	}
	*w = whole{int64(f), true}
	return nil
}

// or returns the integer, or another one if it was not there.
func (w whole) or(absent int64) int64 {
	if w.Set {
		return w.N
	}
	return absent
}

// real is a number. Clients write it as one or as a string, which is the only
// way for "NaN", "Infinity" and "-Infinity".
type real struct {
	V   float64
	Set bool
}

// UnmarshalJSON reads a number or a string.
func (r *real) UnmarshalJSON(b []byte) error {
	text, ok := numeral(b)
	if !ok {
		return mistyped(b, r)
	}
	if text == "" {
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(f, 0) {
		return mistyped(b, r)
	}
	*r = real{f, true}
	return nil
}

// numeral takes a number out of its quotes, if it has some. It is empty for
// null. What only Go takes for a number is refused.
func numeral(b []byte) (text string, ok bool) {
	switch {
	case string(b) == "null":
		return "", true
	case b[0] == '"':
		if json.Unmarshal(b, &text) != nil {
			return "", false
		}
		text = strings.TrimSpace(text)
	default:
		text = string(b)
	}
	return text, text != "" && text != "true" && text != "false" && !strings.ContainsAny(text, "_xXpP")
}

// name is a value of one of MLflow's enumerations, which clients write by name
// or by number.
type name string

// UnmarshalJSON reads a string or a number.
func (n *name) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		return json.Unmarshal(b, (*string)(n))
	}
	text, ok := numeral(b)
	if !ok {
		return mistyped(b, n)
	}
	*n = name(text)
	return nil
}

// mistyped lets encoding/json say which field was wrong.
func mistyped(b []byte, into any) error {
	return &json.UnmarshalTypeError{Value: pythonType(b), Type: reflect.TypeOf(into).Elem()}
}
