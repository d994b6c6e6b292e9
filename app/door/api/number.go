package api

import (
	"encoding/json"
	"math"
	"strconv"

	"dev.varve/backend/fault"
)

// Number is a float64 that survives JSON: NaN and the infinities, which
// science produces and JSON does not know, travel as the strings "NaN",
// "Infinity" and "-Infinity".
type Number float64

// MarshalJSON writes a number, or a string for what JSON has no number for.
func (n Number) MarshalJSON() ([]byte, error) {
	f := float64(n)
	switch {
	case math.IsNaN(f):
		return []byte(`"NaN"`), nil
	case math.IsInf(f, 1):
		return []byte(`"Infinity"`), nil
	case math.IsInf(f, -1):
		return []byte(`"-Infinity"`), nil
	}
	return strconv.AppendFloat(nil, f, 'g', -1, 64), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *Number) UnmarshalJSON(data []byte) error {
	var f float64
	if err := json.Unmarshal(data, &f); err == nil {
		*n = Number(f)
		return nil
	}
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return fault.New(fault.Invalid, "%s is not a number", data)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return fault.New(fault.Invalid, "%q is not a number", s)
	}
	*n = Number(f)
	return nil
}
