package project

import (
	"strings"

	"dev.varve/backend/fault"
)

// piece is a part of a command: text as it is, or a parameter's name.
type piece struct {
	text  string
	field bool
}

// parseFormat reads Python's format strings as far as MLproject commands need
// them: {name}, {{ and }}. Positions, attributes, indices, conversions and
// format specifications are refused: MLflow would evaluate them on a string
// that is quoted already.
func parseFormat(s string) ([]piece, error) {
	var pieces []piece
	var text strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c != '{' && c != '}':
			text.WriteByte(c)
		case i+1 < len(s) && s[i+1] == c:
			text.WriteByte(c)
			i++
		case c == '}':
			return nil, braceFault("a closing brace } has no opening one")
		default:
			end := strings.IndexAny(s[i+1:], "{}")
			if end < 0 || s[i+1+end] == '{' {
				return nil, braceFault("an opening brace { has no closing one")
			}
			name := s[i+1 : i+1+end]
			if err := checkField(name); err != nil {
				return nil, err
			}
			if text.Len() > 0 {
				pieces = append(pieces, piece{text: text.String()})
				text.Reset()
			}
			pieces = append(pieces, piece{text: name, field: true})
			i += 1 + end
		}
	}
	if text.Len() > 0 {
		pieces = append(pieces, piece{text: text.String()})
	}
	return pieces, nil
}

func braceFault(what string) *fault.Error {
	return fault.New(fault.Invalid, "%s in its command", what).
		WithHint("Write {name} for a parameter, and {{ or }} for a brace that the shell should see.")
}

func checkField(name string) error {
	switch {
	case name == "":
		return braceFault("{} names no parameter")
	case strings.ContainsAny(name, ".[!:"):
		return braceFault("{" + name + "} is more than a parameter's name, and Varve does not evaluate it,")
	case strings.Trim(name, "0123456789") == "":
		return braceFault("{" + name + "} is a position and not a parameter's name")
	}
	return nil
}
