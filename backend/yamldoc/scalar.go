package yamldoc

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// What PyYAML takes for a number (YAML 1.1, yaml/resolver.py).
var (
	yamlInt = regexp.MustCompile(`^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$`)

	yamlFloat = regexp.MustCompile(`^(?:[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$`)

	yamlTrue  = regexp.MustCompile(`^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$`)
	yamlFalse = regexp.MustCompile(`^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$`)
)

func isNull(s string) bool {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return true
	}
	return false
}

// pythonText is what MLflow passes on for an unquoted default: PyYAML reads a
// number or a truth value, and Python prints it again, so that 0.10 becomes
// 0.1, 1e-3 stays a string, 010 is eight and yes is True. A time stamp stays
// as it is written.
func pythonText(s string) string {
	switch {
	case yamlTrue.MatchString(s):
		return "True"
	case yamlFalse.MatchString(s):
		return "False"
	case yamlInt.MatchString(s):
		return pythonInt(s)
	case yamlFloat.MatchString(s):
		return pythonFloat(s)
	}
	return s
}

func pythonInt(s string) string {
	digits := strings.ReplaceAll(s, "_", "")
	sign := ""
	if digits[0] == '-' || digits[0] == '+' {
		sign, digits = strings.TrimPrefix(digits[:1], "+"), digits[1:]
	}
	n := new(big.Int)
	ok := true
	switch {
	case strings.Contains(digits, ":"):
		for part := range strings.SplitSeq(digits, ":") {
			p, good := new(big.Int).SetString(part, 10)
			if ok = ok && good; ok {
				n.Add(n.Mul(n, big.NewInt(60)), p)
			}
		}
	case strings.HasPrefix(digits, "0b"):
		n, ok = n.SetString(digits[2:], 2)
	case strings.HasPrefix(digits, "0x"):
		n, ok = n.SetString(digits[2:], 16)
	case digits[0] == '0' && len(digits) > 1:
		n, ok = n.SetString(digits, 8)
	default:
		n, ok = n.SetString(digits, 10)
	}
	if !ok { // "0b_" and the like, where PyYAML gives up
		return s
	}
	if n.Sign() == 0 {
		return "0"
	}
	return sign + n.String()
}

func pythonFloat(s string) string {
	text := strings.ToLower(strings.ReplaceAll(s, "_", ""))
	sign := 1.0
	if text[0] == '-' || text[0] == '+' {
		if text[0] == '-' {
			sign = -1
		}
		text = text[1:]
	}
	switch text {
	case ".nan":
		return "nan"
	case ".inf":
		if sign < 0 {
			return "-inf"
		}
		return "inf"
	}
	value := 0.0
	for part := range strings.SplitSeq(text, ":") {
		f, _ := strconv.ParseFloat(part, 64) // out of range is an infinity, as in Python
		value = value*60 + f
	}
	return pythonRepr(sign * value)
}

// pythonRepr prints a float as repr() does: the shortest digits that mean the
// same number, with an exponent below 1e-4 and from 1e16 on.
func pythonRepr(f float64) string {
	s := strconv.FormatFloat(f, 'e', -1, 64)
	mantissa, exponent, ok := strings.Cut(s, "e")
	if !ok { // an infinity
		return strings.TrimPrefix(strings.ToLower(s), "+")
	}
	if e, _ := strconv.Atoi(exponent); e < -4 || e >= 16 {
		return mantissa + "e" + exponent
	}
	s = strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
