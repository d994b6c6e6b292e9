package project

import "strings"

// Quote makes one word of a POSIX shell out of any text, as Python's
// shlex.quote does: plain text stays as it is, everything else goes between
// single quotation marks.
func Quote(s string) string {
	if s == "" {
		return "''"
	}
	if isPlain(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'"'"'`) + "'"
}

// isPlain tells whether a text means itself in a shell, whatever stands around
// it: Python's [\w@%+=:,./-] in ASCII.
func isPlain(s string) bool {
	for i := range len(s) {
		b := s[i]
		switch {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9':
		case strings.IndexByte("_@%+=:,./-", b) >= 0:
		default:
			return false
		}
	}
	return true
}
