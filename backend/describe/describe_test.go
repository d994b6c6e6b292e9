package describe_test

import (
	"reflect"
	"strings"
	"testing"

	"dev.varve/backend/describe"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// said lists fields and messages of what is wrong.
func said(problems []describe.Problem) (out []string) {
	for _, p := range problems {
		out = append(out, p.Field+": "+p.Message)
	}
	return out
}

func TestClean(t *testing.T) {
	got, problems := describe.Clean(event.Description{
		Title: " White wines ", Text: "a\r\nb\n", Licence: "https://creativecommons.org/licenses/by/4.0/",
		Creators: []event.Creator{{}, {Name: " Ada ", ORCID: "https://orcid.org/0000000218250097"}, {Name: "Bo", ORCID: "0000-0002-1694-233x"}},
		Keywords: []string{"wine", "", "Wine", " ph "}, Funding: []event.Funding{{}, {Funder: "DFG"}},
		Related: []event.Related{
			{Relation: "isderivedfrom", Identifier: "doi:10.1234/A b"}, {Relation: "Cites", Identifier: "https://doi.org/10.1016/j.dss%282009%29"},
			{Relation: "Cites", Identifier: "arXiv:2101.00001v2"}, {Relation: "Cites", Identifier: "http://example.org/a?b=c"}, {Relation: "Cites"},
		},
		Language: "PT-br", Email: "mailto:ada@example.org", Label: "1.0",
	})
	want := event.Description{
		Title: "White wines", Text: "a\nb", Licence: "CC-BY-4.0",
		Creators: []event.Creator{{Name: "Ada", ORCID: "0000-0002-1825-0097"}, {Name: "Bo", ORCID: "0000-0002-1694-233X"}},
		Keywords: []string{"wine", "ph"}, Funding: []event.Funding{{Funder: "DFG"}},
		Related: []event.Related{
			{Relation: "IsDerivedFrom", Identifier: "doi:10.1234/A b"}, {Relation: "Cites", Identifier: "10.1016/j.dss(2009)"},
			{Relation: "Cites", Identifier: "10.48550/arXiv.2101.00001"}, {Relation: "Cites", Identifier: "http://example.org/a?b=c"},
		},
		Language: "pt-BR", Email: "ada@example.org", Label: "1.0",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("clean is\n%+v, not\n%+v", got, want)
	}
	if s := said(problems); len(s) != 1 || s[0] != `related[0].identifier: "doi:10.1234/A b" is neither a DOI nor an address` {
		t.Errorf("problems: %q", s)
	}
}

func TestWrong(t *testing.T) {
	for _, c := range []struct {
		d    event.Description
		want string
	}{
		{event.Description{}, "title: there is nothing in the description"},
		{event.Description{Title: "a\nb"}, "title: the title has line breaks or control characters in it"},
		{event.Description{Title: strings.Repeat("x", 501)}, "title: the title has 501 characters; there is room for 500"},
		{event.Description{Title: "\xff"}, "title: the title is not text in UTF-8"},
		{event.Description{Text: "a\x00"}, "description: the description has control characters in it"},
		{event.Description{Creators: []event.Creator{{ORCID: "0000-0002-1825-0097"}}}, "creators[0].name: a creator needs a name"},
		{event.Description{Creators: []event.Creator{{}, {Name: "A", ORCID: "0000-0002-1825-0098"}}}, "creators[0].orcid: 0000-0002-1825-0098 is no ORCID: there is a digit wrong in it"},
		{event.Description{Creators: []event.Creator{{Name: "A", ORCID: "12"}}}, `creators[0].orcid: "12" is no ORCID`},
		{event.Description{Licence: "mine"}, `licence: "mine" is no licence of the SPDX list`},
		{event.Description{Funding: []event.Funding{{Award: "1"}}}, "funding[0].funder: funding needs the name of the funder"},
		{event.Description{Related: []event.Related{{Relation: "Likes", Identifier: "10.1234/a"}}}, `related[0].relation: "Likes" is no relation that repositories know`},
		{event.Description{Related: []event.Related{{Relation: "Cites", Identifier: "javascript:alert(1)"}}}, `related[0].identifier: "javascript:alert(1)" is neither a DOI nor an address`},
		{event.Description{Language: "english"}, `language: "english" is no code of a language`},
		{event.Description{Email: "ada at home"}, `email: "ada at home" is no address for e-mail`},
		{event.Description{Email: "ada@localhost"}, `email: "ada@localhost" is no address for e-mail`},
		{event.Description{Keywords: []string{"a\tb"}}, "keywords[0]: one of the keywords has line breaks or control characters in it"},
	} {
		_, problems := describe.Clean(c.d)
		if s := said(problems); len(s) != 1 || s[0] != c.want {
			t.Errorf("%+v: %q, not %q", c.d, s, c.want)
		}
	}
	many := event.Description{Title: "a"}
	for range 1001 {
		many.Creators = append(many.Creators, event.Creator{Name: "A"})
	}
	_, problems := describe.Clean(many)
	err := describe.Refusal(problems)
	if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "there are 1001 creators") || fault.HintOf(err) == "" {
		t.Errorf("too many creators: %v", err)
	}
	if describe.Refusal(nil) != nil {
		t.Error("what is right is refused")
	}
}

// TestORCID counts with numbers that exist.
func TestORCID(t *testing.T) {
	for _, id := range []string{"0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X"} {
		if _, problems := describe.Clean(event.Description{Creators: []event.Creator{{Name: "A", ORCID: id}}}); len(problems) > 0 {
			t.Errorf("%s: %v", id, problems)
		}
		for at := range len(id) - 1 { // a wrong digit, wherever it is
			if id[at] == '-' {
				continue
			}
			wrong := id[:at] + string('0'+(id[at]-'0'+1)%10) + id[at+1:]
			if _, problems := describe.Clean(event.Description{Creators: []event.Creator{{Name: "A", ORCID: wrong}}}); len(problems) != 1 {
				t.Errorf("%s is taken", wrong)
			}
		}
	}
}

func TestLists(t *testing.T) {
	for _, l := range describe.Proposed() {
		got, problems := describe.Clean(event.Description{Licence: strings.ToLower(l.ID)})
		if len(problems) > 0 || got.Licence != l.ID {
			t.Errorf("%s is proposed, and is no licence: %v", l.ID, problems)
		}
	}
	if n := len(describe.Licences()); n < 500 {
		t.Errorf("%d licences", n)
	}
	for _, r := range describe.Relations() {
		if _, problems := describe.Clean(event.Description{Related: []event.Related{{Relation: r.Name, Identifier: "10.1234/a"}}}); len(problems) > 0 {
			t.Errorf("%s: %v", r.Name, problems)
		}
	}
	if got := describe.Lacks(event.Description{Title: "a", Licence: "MIT"}); !reflect.DeepEqual(got, []string{"description", "creators"}) {
		t.Errorf("it lacks %v", got)
	}
	for id, want := range map[string]string{"10.1016/j.dss(2009)<5>": "https://doi.org/10.1016/j.dss%282009%29%3C5%3E", "https://a.example/b": "https://a.example/b"} {
		if got := describe.Address(id); got != want {
			t.Errorf("%s leads to %s", id, got)
		}
	}
}

// FuzzClean: what is clean stays as it is, and is clean again.
func FuzzClean(f *testing.F) {
	f.Add("White wines", "0000-0002-1825-0097", "CC-BY-4.0", "doi:10.1234/a", "en", "a@b.example")
	f.Add("\xff\x00", "https://orcid.org/0000-0002-1694-233x", "https://spdx.org/licenses/MIT.html", "https://doi.org/10.1234/%zz", "x-y", "@")
	f.Fuzz(func(t *testing.T, text, orcid, licence, identifier, language, email string) {
		d, problems := describe.Clean(event.Description{
			Title: text, Text: text, Creators: []event.Creator{{Name: text, ORCID: orcid}}, Licence: licence, Keywords: []string{text},
			Related: []event.Related{{Relation: "Cites", Identifier: identifier}}, Language: language, Email: email,
		})
		if len(problems) > 0 {
			return
		}
		again, problems := describe.Clean(d)
		if len(problems) > 0 || !reflect.DeepEqual(again, d) {
			t.Errorf("%+v becomes %+v, %v", d, again, problems)
		}
	})
}
