package gitlog

import (
	"reflect"
	"strings"
	"testing"

	"dev.varve/backend/fault"
)

const logged = "\x01aa\x001614589200\x00Ada\x00first\x00\n:000000 100644 0 b1 A\x00data/a.dvc\x00:000000 120000 0 b2 A\x00link\x00" +
	"\x01bb\x001617267600\x00\xff\x00\x00\x01cc\x00-5\x00Grace\x00third \x01: \x00\n:100644 000000 b1 0 D\x00a\nb\x00"

func TestParseLog(t *testing.T) {
	type told struct {
		Commit
		Changes []Change
	}
	var got []told
	err := parseLog(strings.NewReader(logged), func(c Commit, list []Change) error {
		got = append(got, told{c, list})
		return nil
	})
	want := []told{
		{Commit{"aa", "Ada", 1614589200, "first"}, []Change{{"data/a.dvc", "", "b1"}, {"link", "", ""}}},
		{Commit{"bb", "\uFFFD", 1617267600, ""}, nil},
		{Commit{"cc", "Grace", -5, "third \x01:"}, []Change{{"a\nb", "b1", ""}}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
}

// Whatever git prints has an answer.
func FuzzParseLog(f *testing.F) {
	f.Add(logged)
	f.Add("\x01")
	f.Add(":1 2")
	f.Fuzz(func(t *testing.T, text string) {
		err := parseLog(strings.NewReader(text), func(c Commit, _ []Change) error {
			if c.ID == "" {
				t.Fatal("a commit without an id")
			}
			return nil
		})
		if err != nil && fault.KindOf(err) != fault.Unavailable {
			t.Fatal(err)
		}
	})
}
