package ignore

import (
	"strings"
	"testing"
)

// TestRules: what lines mean, as gitignore(5) has it. A path with a slash at its
// end is a folder; what is not named in left is kept.
func TestRules(t *testing.T) {
	for _, c := range []struct {
		lines string
		left  string
		kept  string
	}{
		{"*.tmp", "a.tmp b/c.tmp .tmp b/x.tmp/", "a.tmpx tmp"},
		{"/a.csv", "a.csv", "b/a.csv"},
		{"b/a.csv", "b/a.csv", "a.csv c/b/a.csv"},
		{"cache/", "cache/ b/cache/", "cache b/cache"},
		{"/cache/", "cache/", "cache b/cache/"},
		{"**/logs", "logs b/logs c/d/logs", "logsx"},
		{"logs/**", "logs/a logs/b/c logs/b/", "logs logs/ b/logs/a"},
		{"a/**/z", "a/z a/b/z a/b/c/z", "z a/zz x/a/z"},
		{"a/**b", "a/b a/xb", "a/x/b"},
		{"**", "a b/c", ""},
		{"/**", "a b/c", ""},
		{"***/x", "x a/x", "y"},
		{"*.csv\n!keep.csv", "a.csv b/c.csv", "keep.csv b/keep.csv"},
		{"!keep.csv\n*.csv", "keep.csv", ""},
		{"\\!x", "!x", "x"},
		{"b.txt\r\nc.txt\r\n", "b.txt c.txt", "b.txt\r"},
		{"\ufeffbom", "bom", ""},
		{"a?c", "abc a-c", "ac abbc a/c"},
		{"[a-c]x", "ax cx", "dx -x"},
		{"[!a-c]x", "dx", "ax"},
		{"[^a]x", "bx", "ax"},
		{"[]]x", "]x", "x"},
		{"[a-]x", "ax -x", "bx"},
		{"[[:digit:][:upper:]]x", "1x Ax", "ax :x"},
		{"[[:x]y", "[y :y xy", "zy"},
		{"[\\]]x", "]x", "\\x"},
		{"*a*b*c", "abc xaxbxc aabbcc", "acb ab"},
		// Never matches anything.
		{"[a", "", "[a a"},
		{"a\\", "", "a a\\"},
		{"[[:nonsense:]]", "", "n"},
		{"/\n!\n//", "", "a /"},
		// Names are bytes, whatever they mean.
		{"caf\xe9*", "caf\xe9 caf\xe9.txt", "café cafe"},
		{"*\xff", "\xfe\xff", "\xff\xfe"},
		{"[\xe0-\xef]", "\xe9", "e"},
		{"日本/*.txt", "日本/語.txt", "日本/語.csv 本/語.txt"},
	} {
		rules := Parse(c.lines)
		check := func(paths string, want bool) {
			for path := range strings.SplitSeq(paths, " ") {
				name, folder := strings.CutSuffix(path, "/")
				if name == "" {
					continue
				}
				if got := rules.judge(strings.Split(name, "/"), folder) == leave; got != want {
					t.Errorf("%q leaves %q: %v", c.lines, path, got)
				}
			}
		}
		check(c.left, true)
		check(c.kept, false)
	}
	// With spaces.
	for _, c := range []struct {
		lines, name string
		left        bool
	}{
		{"a ", "a", true}, {"a ", "a ", false}, {"a\\ ", "a ", true}, {"a\\ ", "a", false}, {"a\\ \\  ", "a  ", true},
		{"# a comment\n\n\\#real", "# a comment", false}, {"# a comment\n\n\\#real", "#real", true}, {"a\t", "a\t", true},
	} {
		if got := Parse(c.lines).judge([]string{c.name}, false) == leave; got != c.left {
			t.Errorf("%q leaves %q: %v", c.lines, c.name, got)
		}
	}
}

// A pattern that makes naive matchers go through all ways to share a name out.
func TestManyStarsAreQuick(t *testing.T) {
	stars := strings.Repeat("*a", 2000) + "b"
	deep := strings.Repeat("**/a/", 500) + "b"
	names := strings.Split(strings.Repeat("a/", 900)+"c", "/")
	if Parse(stars).judge([]string{strings.Repeat("a", 1000)}, false) != silent || Parse(deep).judge(names, false) != silent {
		t.Error("it matches")
	}
}

// FuzzRules reads any lines and matches any path: it ends, and says the same
// again.
func FuzzRules(f *testing.F) {
	for _, lines := range []string{"*.tmp\n!a", "a/**/b/", "[!a-z[:digit:]]\\x", "**", "/\n\\", "[[:", "a\\ \r\n"} {
		f.Add(lines, "a/b.tmp", true)
	}
	f.Fuzz(func(t *testing.T, lines, path string, folder bool) {
		names := strings.Split(path, "/")
		rules := Parse(lines)
		if rules.judge(names, folder) != Parse(lines+"\n# more").judge(names, folder) {
			t.Error("a comment changes what lines mean")
		}
	})
}
