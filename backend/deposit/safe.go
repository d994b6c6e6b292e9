package deposit

import (
	"strings"
	"unicode/utf8"
)

// safe is a path as it stands in a package. Bytes that are no UTF-8, control characters
// and backslashes, which some programs take for the border of a folder, become =HH; and
// so do percent signs, of which addresses and bags make something else, unless it is
// the plain folder. An equals sign that looks like one of these is written so, too, so
// that no two paths become one.
func (f Form) safe(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); {
		r, size := utf8.DecodeRuneInString(path[i:])
		if !f.odd(r, size, path[i+size:]) {
			b.WriteString(path[i : i+size])
		} else {
			for _, c := range []byte(path[i : i+size]) {
				b.WriteByte('=')
				b.WriteByte(hexDigits[c>>4])
				b.WriteByte(hexDigits[c&15])
			}
		}
		i += size
	}
	return b.String()
}

const hexDigits = "0123456789ABCDEF"

func (f Form) odd(r rune, size int, rest string) bool {
	switch {
	case r == '%':
		return f != Folder
	case r == '=':
		return len(rest) >= 2 && strings.IndexByte(hexDigits, rest[0]) >= 0 && strings.IndexByte(hexDigits, rest[1]) >= 0
	}
	return r == utf8.RuneError && size == 1 || r < ' ' || r >= 0x7f && r < 0xa0 || r == '\\'
}
