package content

import (
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for name, want := range map[string]string{
		"by year":     "by year",
		"größe\n\t":   "größe\n\t",
		`C:\data`:     `C:\data`,
		"caf\xe9":     `caf\xe9`,
		`odd\xe9`:     `odd\x5cxe9`,
		"\ufffd":      "\ufffd",
		"\\\xff\\x":   `\\xff\x5cx`,
		"a/b\xc3/c.d": `a/b\xc3/c.d`,
	} {
		if got := Text(name); got != want {
			t.Errorf("Text(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestFromTextLeavesStrangersAlone(t *testing.T) {
	for _, text := range []string{`\x`, `\xg1`, `\xA1`, `\x1`, `a\xz`} {
		if got := FromText(text); got != text {
			t.Errorf("FromText(%q) = %q", text, got)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, name := range []string{"", "a b", "\xff\xfe", `\x41`, `\\x41\x`, "\\\xff41"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		text := Text(name)
		if !utf8.ValidString(text) || !utf8.ValidString(Show(name)) {
			t.Errorf("%q is written as %q", name, text)
		}
		if got := FromText(text); got != name {
			t.Errorf("%q came back as %q, written %q", name, got, text)
		}
	})
}
