package cli

import (
	"reflect"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
)

func TestParseDescription(t *testing.T) {
	got, err := parseDescription([]byte("title: Wines\nversion: 1.10\ncreators:\n- name: Ada\n  orcid: 0000-0002-1825-0097\nkeywords: [wine, 7]\nfunding:\n- funder: DFG\n  award: 007\n"))
	want := api.Description{
		Title: "Wines", Version: "1.10", Creators: []api.Creator{{Name: "Ada", ORCID: "0000-0002-1825-0097"}}, Keywords: []string{"wine", "7"},
		Funding: []api.Funding{{Funder: "DFG", Award: "007"}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	for text, words := range map[string]string{
		"titel: Wines": "titel", "title: [": "cannot be read", "creators: Ada": "cannot be read", "- a": "cannot be read", strings.Repeat("#", maxDescription+1): "at most",
	} {
		if _, err := parseDescription([]byte(text)); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), words) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
	empty, err := parseDescription(nil)
	if err != nil || !reflect.DeepEqual(empty, api.Description{}) {
		t.Errorf("nothing is %+v, %v", empty, err)
	}
	if _, err := parseDescription([]byte(strings.Replace(emptyDescription, "%s", "wine", 1))); err != nil {
		t.Errorf("the form: %v", err)
	}
}

// FuzzParseDescription: nothing panics or takes long, and what is read is written and
// read again as the same.
func FuzzParseDescription(f *testing.F) {
	f.Add([]byte("title: Wines\ndescription: |\n  a\n  b\ncreators:\n- {name: Ada}\n"))
	f.Add([]byte("a: &a [*a, *a]\ntitle: *a\n"))
	f.Add([]byte("version: !!binary x\n? - : -\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := parseDescription(text)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("%v", err)
			}
			return
		}
		written, err := yaml.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		_, err = parseDescription(written)
		if err != nil && len(written) <= maxDescription {
			t.Errorf("what was written, %q, cannot be read: %v", written, err)
		}
	})
}
