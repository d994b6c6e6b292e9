package search

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestLike(t *testing.T) {
	for _, c := range []struct {
		pattern, value string
		fold, want     bool
	}{
		{"", "", false, true},
		{"", "a", false, false},
		{"%", "", false, true},
		{"_", "", false, false},
		{"_", "é", false, true},
		{"__", "é", false, false},
		{"a%b", "ab", false, true},
		{"a%a", "a", false, false},
		{"%a_c%", "xxabcyy", false, true},
		{"%a_c%", "xxabbcyy", false, false},
		{"%aab%", "aaab", false, true},
		{"%ab%ab%", "abab", false, true},
		{"%ab%ab%", "aba", false, false},
		{"a%", "Ab", false, false},
		{"a%", "Ab", true, true},
		{"%STRASSE%", "die strasse", true, true},
		{"%éTÉ%", "un ÉtÉ", true, true},
		{"k", "\u212a", true, true}, // the sign for kelvin
		{"σ%", "ΣΑΣ", true, true},
		{"%ς", "ΣΑΣ", true, true},
		{`100\%`, `100\x`, false, true}, // a backslash is a backslash
		{"%.%", "ab", false, false},
		{"line%", "line\nbreak", false, true},
	} {
		p, ok := newLike(c.pattern, c.fold)
		if !ok || p.match(c.value) != c.want {
			t.Errorf("%q LIKE %q, fold %v: not %v", c.value, c.pattern, c.fold, c.want)
		}
	}
}

// TestLikeIsRegexp compares with a regular expression of the same meaning.
func TestLikeIsRegexp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := []rune{'a', 'b', 'A', 'é', 'É', '%', '_', '.', '\n', 'ſ', 's'}
		pattern := rapid.StringOfN(rapid.SampledFrom(letters), 0, 12, -1).Draw(t, "pattern")
		value := rapid.StringOfN(rapid.SampledFrom(letters), 0, 30, -1).Draw(t, "value")
		fold := rapid.Bool().Draw(t, "fold")
		e := strings.NewReplacer("%", ".*", "_", ".").Replace(regexp.QuoteMeta(pattern))
		flags := "(?s)"
		if fold {
			flags = "(?si)"
		}
		want := regexp.MustCompile(flags + "^" + e + "$").MatchString(value)
		p, ok := newLike(pattern, fold)
		if !ok || p.match(value) != want {
			t.Fatalf("%q LIKE %q, fold %v: not %v", value, pattern, fold, want)
		}
	})
}

// TestLikeLong searches with long segments, whose state fills several words.
func TestLikeLong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		needle := []rune(rapid.StringOfN(rapid.SampledFrom([]rune{'a', 'b', 'Ω'}), 1, 300, -1).Draw(t, "needle"))
		before := rapid.StringOfN(rapid.SampledFrom([]rune{'a', 'b', 'Ω'}), 0, 100, -1).Draw(t, "before")
		pattern := append([]rune(nil), needle...)
		pattern[rapid.IntRange(0, len(needle)-1).Draw(t, "wild")] = '_'
		p, ok := newLike("%"+string(pattern)+"%", true)
		if !ok || !p.match(before+strings.ToUpper(string(needle))+"b") {
			t.Fatalf("%q is not found after %q", string(pattern), before)
		}
		if p.match(string(needle[1:])) {
			t.Fatalf("%q is found in a shorter text", string(pattern))
		}
	})
}

func TestLikeLimits(t *testing.T) {
	if _, ok := newLike("%"+strings.Repeat("_", maxFloating+1)+"%", false); ok {
		t.Error("a floating segment above the limit was accepted")
	}
	if _, ok := newLike("%"+strings.Repeat("é", maxFloating)+"%", true); !ok {
		t.Error("a floating segment at the limit was refused")
	}
	if p, ok := newLike(strings.Repeat("_", 9000)+"%", true); !ok || !p.match(strings.Repeat("x", 9000)) {
		t.Error("an anchored segment has no limit")
	}
}

// TestLikeIsLinear runs patterns that are slow in matchers that go back. It
// cannot fail by being slow on a slow machine, only by not ending: each of the
// cases would take hours.
func TestLikeIsLinear(t *testing.T) {
	value := strings.Repeat("a", 100_000)
	for _, pattern := range []string{
		strings.Repeat("%a", 2000) + "b",
		"%" + strings.Repeat("a_", 500) + "b%",
		"%" + strings.Repeat("a", 50_000) + "b%",
		strings.Repeat("%a_", 300) + "%b",
	} {
		for _, fold := range []bool{false, true} {
			p, ok := newLike(pattern, fold)
			if !ok {
				continue // refused by the limit
			}
			start := time.Now()
			if p.match(value) {
				t.Errorf("%.20q… matches", pattern)
			}
			t.Logf("%.20q… fold %v: %v", pattern, fold, time.Since(start))
		}
	}
}
