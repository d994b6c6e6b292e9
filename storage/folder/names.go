package folder

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// unfit says in words why a name of a tree cannot be that of a file on a
// system, or is empty. content.CheckName holds already.
func unfit(goos, name string) string {
	switch goos {
	case "windows":
		return unfitForWindows(name)
	case "darwin":
		if !utf8.ValidString(name) {
			return "macOS takes only names in UTF-8"
		}
	}
	return ""
}

// reserved names mean devices on Windows, whatever follows a dot.
var reserved = []string{"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}

func unfitForWindows(name string) string {
	// Some versions take the superscripts 1, 2, 3 for digits here.
	base, _, _ := strings.Cut(strings.ToUpper(name), ".")
	base = strings.TrimRight(base, " ")
	port, isPort := strings.CutPrefix(base, "COM")
	if !isPort {
		port, isPort = strings.CutPrefix(base, "LPT")
	}
	switch {
	case strings.ContainsAny(name, `\/:*?"<>|`):
		return `Windows does not take \ / : * ? " < > | in names`
	case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }):
		return "Windows does not take control characters in names"
	case strings.HasSuffix(name, ".") || strings.HasSuffix(name, " "):
		return "Windows drops dots and spaces at the end of names"
	case slices.Contains(reserved, base) || isPort && utf8.RuneCountInString(port) == 1 && strings.Contains("0123456789¹²³", port):
		return "Windows keeps this name for a device"
	case !utf8.ValidString(name):
		return "Windows takes only names in Unicode"
	}
	return ""
}
