package content

import (
	"strings"
	"unicode/utf8"
)

// Text writes a name or a path for where only valid UTF-8 can go, such as
// JSON: a byte that is not UTF-8 becomes \xHH, and so does the backslash of a
// name that has \x in it already. Almost every name stays as it is. FromText
// is the way back.
func Text(name string) string {
	if utf8.ValidString(name) && !strings.Contains(name, `\x`) {
		return name
	}
	return escape(name, func(r rune, size int, rest string) bool {
		return r == utf8.RuneError && size == 1 || r == '\\' && strings.HasPrefix(rest, "x")
	})
}

// FromText takes back what Text did; it leaves alone what Text did not write.
func FromText(text string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, `\x`)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if c, ok := hexByte(after); ok {
			b.WriteByte(c)
			after = after[2:]
		} else {
			b.WriteString(`\x`)
		}
		text = after
	}
}

// Show quotes a name for a message: what cannot be printed is escaped.
func Show(name string) string {
	return "“" + escape(name, func(r rune, _ int, _ string) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }) + "”"
}

const digits = "0123456789abcdef"

// escape replaces the bytes of some characters by \xHH; which is told their
// size in bytes and what comes after them.
func escape(name string, which func(r rune, size int, rest string) bool) string {
	var b strings.Builder
	for len(name) > 0 {
		r, size := utf8.DecodeRuneInString(name)
		char := name[:size]
		name = name[size:]
		if !which(r, size, name) {
			b.WriteString(char)
			continue
		}
		for _, c := range []byte(char) {
			b.WriteString(`\x`)
			b.WriteByte(digits[c>>4])
			b.WriteByte(digits[c&15])
		}
	}
	return b.String()
}

// hexByte reads the two lower-case hex digits that a text begins with.
func hexByte(text string) (byte, bool) {
	if len(text) < 2 {
		return 0, false
	}
	high, low := strings.IndexByte(digits, text[0]), strings.IndexByte(digits, text[1])
	return byte(high<<4 | low), high >= 0 && low >= 0
}
