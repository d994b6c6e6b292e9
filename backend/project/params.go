package project

import (
	"math/big"
	"path"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"dev.varve/backend/fault"
)

// The types of parameters that mean something. Any other word in a file is
// taken as a string, as MLflow does.
const (
	String = "string"
	Float  = "float"
	Int    = "int"
	Path   = "path"
	URI    = "uri"
)

// Param is a parameter's name with its value.
type Param struct {
	Name  string
	Value string
}

// maxName is MLflow's limit for names of parameters.
const maxName = 250

// checkName takes what MLflow takes as a parameter's name: letters, digits,
// _ - . : / and spaces. Anything else would have to be refused after the run
// had started, and might mean something to a shell.
func checkName(name string) error {
	if name == "" {
		return fault.New(fault.Invalid, "a parameter has no name")
	}
	if utf8.RuneCountInString(name) > maxName {
		return fault.New(fault.Invalid, "a parameter's name has more than %d characters: %s…", maxName, firstRunes(name, 30))
	}
	for _, r := range name {
		if r == utf8.RuneError || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-.:/ ", r) {
			return fault.New(fault.Invalid, "%s cannot be a parameter's name", show(name)).
				WithHint("Names consist of letters, digits, spaces and _ - . : /")
		}
	}
	// So does MLflow: a name may become a file's.
	if strings.HasPrefix(name, "/") || strings.HasPrefix(name, "..") || name == "." || path.Clean(name) != name {
		return fault.New(fault.Invalid, "%s cannot be a parameter's name: as a path, it would lead elsewhere", show(name))
	}
	return nil
}

// checkText refuses what no program can receive as an argument, and what no
// record can keep as text.
func checkText(p Param) error {
	if strings.ContainsRune(p.Value, 0) {
		return fault.New(fault.Invalid, "%s must not contain a NUL byte", p.Name).WithField(p.Name)
	}
	if !utf8.ValidString(p.Value) {
		return fault.New(fault.Invalid, "%s is not text: it has bytes that are not UTF-8", p.Name).WithField(p.Name)
	}
	return nil
}

// checkType checks numbers and URIs. Paths need a disk.
func checkType(kind string, p Param) error {
	switch kind {
	case Float:
		if !isFloat(p.Value) {
			return fault.New(fault.Invalid, "%s must be a number, not %s", p.Name, show(p.Value)).WithField(p.Name)
		}
	case Int:
		if !isInt(p.Value) {
			return fault.New(fault.Invalid, "%s must be a whole number, not %s", p.Name, show(p.Value)).WithField(p.Name)
		}
	case URI:
		if scheme(p.Value) == "" {
			return fault.New(fault.Invalid, "%s must be a URI, not %s", p.Name, show(p.Value)).WithField(p.Name).
				WithHint("A URI begins with a scheme, as s3://bucket/name or file:///folder/name do.")
		}
	}
	return nil
}

// isFloat takes decimal numbers, nan and inf, as all languages write them: no
// hexadecimal, no underscores, no spaces. One that is too large is an infinity.
func isFloat(s string) bool {
	if strings.ContainsAny(s, "xXpP_") {
		return false
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil || err.(*strconv.NumError).Err == strconv.ErrRange
}

func isInt(s string) bool {
	if strings.Contains(s, "_") {
		return false
	}
	_, ok := new(big.Int).SetString(s, 10)
	return ok
}

// scheme returns the scheme of a URI as Python's urlparse finds it, or "".
func scheme(s string) string {
	name, _, found := strings.Cut(s, ":")
	if !found || name == "" {
		return ""
	}
	for i := range len(name) {
		b := name[i] | 0x20
		letter := 'a' <= b && b <= 'z' && name[i] < 0x80
		if !letter && (i == 0 || !strings.ContainsRune("0123456789+-.", rune(name[i]))) {
			return ""
		}
	}
	return strings.ToLower(name)
}

// show puts a value between quotation marks for a sentence, with control
// characters made visible and only its beginning if it is long.
func show(s string) string {
	short := firstRunes(s, 60)
	var b strings.Builder
	for _, r := range short {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	if len(short) < len(s) {
		b.WriteString("…")
	}
	return "'" + b.String() + "'"
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}
