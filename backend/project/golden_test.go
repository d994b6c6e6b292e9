package project

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"dev.varve/backend/fault"
)

// golden is what testdata/golden.py has written: Python's and MLflow's own
// answers.
type golden struct {
	Quote   [][2]string
	Scalar  [][2]any
	URI     [][2]any `json:"uri"`
	Compose []struct {
		Command string
		Params  [][2]string
		Result  any // a command, or an object with the name of an exception
	}
}

func readGolden(t *testing.T) golden {
	t.Helper()
	data, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	if len(g.Quote) < 1000 || len(g.Scalar) < 100 || len(g.Compose) < 100 || len(g.URI) < 20 {
		t.Fatal("the golden file is not whole")
	}
	return g
}

func TestQuoteIsPythons(t *testing.T) {
	for _, c := range readGolden(t).Quote {
		if got := Quote(c[0]); got != c[1] {
			t.Errorf("Quote(%q) = %s, Python says %s", c[0], got, c[1])
		}
	}
}

func TestDefaultsAreMLflows(t *testing.T) {
	for _, c := range readGolden(t).Scalar {
		text := c[0].(string)
		want, ok := c[1].(string)
		if !ok {
			continue // PyYAML fails
		}
		f, err := Parse([]byte("entry_points:\n  main:\n    parameters:\n      p:\n        default: " + text + "\n    command: x\n"))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if d := f.Entries[0].Params[0].Default; d == nil || *d != want {
			t.Errorf("default: %s is passed on as %v, MLflow passes %s", text, d, want)
		}
	}
}

func TestURIsArePythons(t *testing.T) {
	for _, c := range readGolden(t).URI {
		if got := scheme(c[0].(string)) != ""; got != c[1].(bool) {
			t.Errorf("%q is a URI: %v, Python says %v", c[0], got, c[1])
		}
	}
}

func TestCompositionIsMLflows(t *testing.T) {
	quarter, groß := "0.25", "groß und klein"
	e := &EntryPoint{Name: "main", Params: []Parameter{
		{Name: "alpha", Type: String}, {Name: "l1", Type: String, Default: &quarter}, {Name: "größe", Type: String, Default: &groß},
	}}
	equal := 0
	for _, c := range readGolden(t).Compose {
		e.Command = c.Command
		p := &Project{Dir: t.TempDir(), File: File{Entries: []*EntryPoint{e}}}
		var params []Param
		for _, kv := range c.Params {
			params = append(params, Param{kv[0], kv[1]})
		}
		got, err := p.Prepare(noFiles{}, Request{Params: params})
		want, ok := c.Result.(string)
		switch {
		case !ok, strings.ContainsAny(c.Command, ".[!:") && strings.Contains(c.Command, "{alpha") && !strings.Contains(c.Command, "train.py"):
			// MLflow fails, or evaluates more than a name.
			if fault.KindOf(err) != fault.Invalid || fault.HintOf(err) == "" {
				t.Errorf("%q: %v, want it refused with a hint", c.Command, err)
			}
		case err != nil:
			t.Errorf("%q %v: %v, MLflow says %q", c.Command, c.Params, err, want)
		case got.Command != want:
			t.Errorf("%q %v:\n got %q\nwant %q", c.Command, c.Params, got.Command, want)
		default:
			equal++
		}
	}
	if equal < 60 {
		t.Errorf("only %d commands were compared", equal)
	}
}
