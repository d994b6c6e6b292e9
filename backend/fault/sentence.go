package fault

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentence makes a sentence of a message, for windows and pages that show it as
// it is. A message that begins with a name or a path keeps its first letter.
func Sentence(message string) string {
	message = strings.TrimSpace(message)
	if message == "" {
		return "Something went wrong."
	}
	word, _, _ := strings.Cut(message, " ")
	if !strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLower(r) && !strings.ContainsRune(",;:'’!?", r) }) {
		first, n := utf8.DecodeRuneInString(message)
		message = string(unicode.ToUpper(first)) + message[n:]
	}
	if last, _ := utf8.DecodeLastRuneInString(message); !strings.ContainsRune(".!?…", last) {
		message += "."
	}
	return message
}
