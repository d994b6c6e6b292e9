package compare_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/compare"
)

func written(hunks []compare.Hunk) string {
	var b strings.Builder
	for _, h := range hunks {
		fmt.Fprintf(&b, "@%d", h.Line)
		for _, l := range h.Lines {
			b.WriteString(" " + l.Op + l.Text)
		}
		b.WriteString(";")
	}
	return b.String()
}

func TestDiff(t *testing.T) {
	ten := "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n"
	for _, c := range []struct{ a, b, want string }{
		{"", "", ""}, {ten, ten, ""}, {"a\n", "a", ""}, {"a\r\nb\r\n", "a\nb\n", ""},
		{"", "a\n", "@1 +a;"}, {"a\n", "", "@1 -a;"}, {"a\n", "b\n", "@1 -a +b;"},
		{ten, strings.Replace(ten, "5\n", "five\n", 1), "@2  2  3  4 -5 +five  6  7  8;"},
		{ten, "0\n" + ten + "11\n", "@1 +0  1  2  3;@8  8  9  10 +11;"},
		{"a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n", "@1 -a -b  c +b  a  b -b  a +c;"},
	} {
		if got := written(compare.Diff(c.a, c.b)); got != c.want {
			t.Errorf("%q and %q: %s, want %s", c.a, c.b, got, c.want)
		}
	}
}

// TestDiffGoesBothWays: taking out and putting in makes the one text of the
// other.
func TestDiffGoesBothWays(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := func(name string) []string {
			return rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", ""}), 0, 40).Draw(r, name)
		}
		a, b := text("a"), text("b")
		end := func(list []string) string {
			if len(list) == 0 {
				return ""
			}
			return strings.Join(list, "\n") + "\n"
		}
		var got []string
		at := 0
		for _, h := range compare.Diff(end(a), end(b)) {
			got = append(got, a[at:h.Line-1]...)
			at = h.Line - 1
			for _, l := range h.Lines {
				if l.Op != "+" {
					if a[at] != l.Text {
						r.Fatalf("line %d is %q, not %q", at+1, a[at], l.Text)
					}
					at++
				}
				if l.Op != "-" {
					got = append(got, l.Text)
				}
			}
		}
		got = append(got, a[at:]...)
		if strings.Join(got, "\n") != strings.Join(b, "\n") || len(got) != len(b) {
			r.Fatalf("%q became %q, want %q", a, got, b)
		}
	})
}

func TestTooDifferent(t *testing.T) {
	var a, b strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&a, "a%d\n", i)
		fmt.Fprintf(&b, "b%d\n", i)
	}
	if h := compare.Diff(a.String(), b.String()); len(h) != 1 || len(h[0].Lines) != 6000 {
		t.Errorf("%d hunks", len(h))
	}
}
