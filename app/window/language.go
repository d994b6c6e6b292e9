package window

import "strings"

// namesLanguage tells whether the locale of the environment names a language,
// and not only an encoding as "C.UTF-8" does, or none at all.
func namesLanguage(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := getenv(name); locale != "" {
			language, _, _ := strings.Cut(locale, ".")
			language, _, _ = strings.Cut(language, "@")
			language, _, _ = strings.Cut(language, "_")
			return len(language) == 2 || len(language) == 3
		}
	}
	return false
}
