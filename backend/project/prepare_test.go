package project

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"dev.varve/backend/env"
	"dev.varve/backend/fault"
	"dev.varve/backend/yamldoc"
)

const wine = `
name: wine-quality
python_env: python_env.yaml
entry_points:
  main:
    parameters:
      data: {type: path, default: data/wine.csv}
      alpha: {type: float, default: 0.10}
      l1_ratio: float
    command: |
      python train.py {data} \
        --alpha {alpha} --l1 {l1_ratio}
  Explain it:
    command: "python explain.py"
`

func wineProject(t *testing.T) *Project {
	return load(t, map[string]string{
		"MLproject": wine, "python_env.yaml": "python: 3.10\nbuild_dependencies:\n- pip\ndependencies:\n- -r requirements.txt\n- numpy==1\n",
		"data/wine.csv": "a\n", "train.py": "", "my {odd} script.py": "", "run.sh": "", "-x.py": "", "sub/a.py": "",
	})
}

func TestPrepareWine(t *testing.T) {
	p := wineProject(t)
	got, err := p.Prepare(disk{}, Request{Params: []Param{{"seed", "it's 1"}, {"l1_ratio", "1e-3"}}, Manager: env.UV})
	if err != nil {
		t.Fatal(err)
	}
	csv := filepath.Join(p.Dir, "data", "wine.csv")
	want := &Prepared{
		Entry:   "main",
		Command: "python train.py " + Quote(csv) + " \\\n  --alpha 0.1 --l1 1e-3 --seed 'it'\"'\"'s 1'",
		Params:  []Param{{"data", csv}, {"alpha", "0.1"}, {"l1_ratio", "1e-3"}, {"seed", "it's 1"}},
		Paths:   []Param{{"data", csv}},
		Numbers: []string{"alpha", "l1_ratio"},
		Env: env.Spec{Dir: p.Dir, Manager: env.UV, Declared: true, Python: "3.10", Build: []string{"pip"},
			Dependencies: []string{"-r requirements.txt", "numpy==1"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if p.Title() != "wine-quality" {
		t.Errorf("title %q", p.Title())
	}
}

func TestPathsStartAtTheProject(t *testing.T) {
	p := wineProject(t)
	other := folder(t, map[string]string{"x y.csv": ""})
	for given, want := range map[string]string{
		"data":                          filepath.Join(p.Dir, "data"),
		"./data/../data/wine.csv":       filepath.Join(p.Dir, "data", "wine.csv"),
		other:                           other,
		filepath.Join(other, "x y.csv"): filepath.Join(other, "x y.csv"),
		"file://" + filepath.ToSlash(other) + "/x%20y.csv":          filepath.Join(other, "x y.csv"),
		"file://localhost" + filepath.ToSlash(other) + "/x%20y.csv": filepath.Join(other, "x y.csv"),
	} {
		got, err := p.Prepare(disk{}, Request{Params: []Param{{"l1_ratio", "1"}, {"data", given}}})
		if err != nil {
			t.Errorf("%s: %v", given, err)
		} else if got.Paths[0].Value != want || got.Params[0].Value != want || !strings.Contains(got.Command, Quote(want)) {
			t.Errorf("%s became %+v, want %s", given, got, want)
		}
	}
}

func TestScriptsAreEntryPoints(t *testing.T) {
	p := wineProject(t)
	for name, want := range map[string]string{
		"train.py":           "python train.py --n 1",
		"run.sh":             "bash run.sh --n 1",
		"my {odd} script.py": "python 'my {odd} script.py' --n 1",
		"-x.py":              "python ./-x.py --n 1",
		"sub/a.py":           "python sub/a.py --n 1",
		"Explain it":         "python explain.py --n 1",
	} {
		got, err := p.Prepare(disk{}, Request{Entry: name, Params: []Param{{"n", "1"}}})
		if err != nil || got.Command != want {
			t.Errorf("%s: %+v, %v; want %s", name, got, err, want)
		}
	}
}

func TestFolderWithoutMLproject(t *testing.T) {
	p := load(t, map[string]string{"train.py": ""})
	if p.Path != "" || len(p.Entries) != 0 || p.Title() != filepath.Base(p.Dir) {
		t.Errorf("%+v", p)
	}
	if got, err := p.Prepare(disk{}, Request{Entry: "train.py"}); err != nil || got.Command != "python train.py" || got.Env.Declared {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := p.Prepare(disk{}, Request{}); fault.KindOf(err) != fault.NotFound || !strings.Contains(fault.HintOf(err), "no MLproject") {
		t.Errorf("%v, hint %q", err, fault.HintOf(err))
	}
}

// refused requests: what they are, their kind, and what the sentence or the
// hint says.
func TestRefusedRequests(t *testing.T) {
	p := wineProject(t)
	l1 := Param{"l1_ratio", "1"}
	for _, c := range []struct {
		what, entry string
		params      []Param
		kind        fault.Kind
		says        string
	}{
		{"missing", "", nil, fault.Invalid, "the parameter l1_ratio has no value"},
		{"not a number", "", []Param{{"l1_ratio", "abc"}}, fault.Invalid, "l1_ratio must be a number, not 'abc'"},
		{"empty number", "", []Param{{"l1_ratio", ""}}, fault.Invalid, "l1_ratio must be a number, not ''"},
		{"hexadecimal", "", []Param{{"l1_ratio", "0x1p3"}}, fault.Invalid, "must be a number"},
		{"hostile number", "", []Param{{"l1_ratio", "1\n$(x)"}}, fault.Invalid, `not '1\n$(x)'`},
		{"very long path", "", []Param{l1, {"data", strings.Repeat("x", 5000)}}, fault.Invalid, "too long"},
		{"missing path", "", []Param{l1, {"data", "none.csv"}}, fault.NotFound, "data: there is no file or folder"},
		{"empty path", "", []Param{l1, {"data", ""}}, fault.Invalid, "data must be a path"},
		{"remote path", "", []Param{l1, {"data", "s3://bucket/x.csv"}}, fault.Unsupported, "downloaded"},
		{"foreign file URI", "", []Param{l1, {"data", "file://host/x"}}, fault.Invalid, "names no file of this machine"},
		{"bad file URI", "", []Param{l1, {"data", "file:///%zz"}}, fault.Invalid, "names no file of this machine"},
		{"NUL in a file URI", "", []Param{l1, {"data", "file:///%00"}}, fault.Invalid, "NUL"},
		{"twice", "", []Param{l1, l1}, fault.Invalid, "l1_ratio is given twice"},
		{"NUL", "", []Param{l1, {"x", "a\x00b"}}, fault.Invalid, "NUL"},
		{"not UTF-8", "", []Param{l1, {"x", "\xff"}}, fault.Invalid, "not UTF-8"},
		{"name that is code", "", []Param{l1, {"x; touch y", "1"}}, fault.Invalid, "cannot be a parameter's name"},
		{"name with newline", "", []Param{l1, {"x\ny", "1"}}, fault.Invalid, `'x\ny' cannot be`},
		{"name that leads elsewhere", "", []Param{l1, {"../x", "1"}}, fault.Invalid, "lead elsewhere"},
		{"name that is a path in another form", "", []Param{l1, {"a//x", "1"}}, fault.Invalid, "lead elsewhere"},
		{"empty name", "", []Param{l1, {"", "1"}}, fault.Invalid, "no name"},
		{"long name", "", []Param{l1, {strings.Repeat("ä", 251), "1"}}, fault.Invalid, "more than 250"},
		{"unknown entry", "trian", nil, fault.NotFound, "main, Explain it"},
		{"unknown script", "trian.py", nil, fault.NotFound, "no script 'trian.py'"},
		{"script outside", "../x.py", nil, fault.NotFound, "not inside"},
		{"absolute script", "/x.py", nil, fault.NotFound, "not inside"},
		{"NUL script", "a\x00.py", nil, fault.Invalid, "NUL"},
		{"folder as script", "data", nil, fault.NotFound, "no entry point"},
	} {
		got, err := p.Prepare(disk{}, Request{Entry: c.entry, Params: c.params})
		if fault.KindOf(err) != c.kind || !strings.Contains(err.Error()+" "+fault.HintOf(err), c.says) {
			t.Errorf("%s: %+v, %v (hint %q), want %s with %q", c.what, got, err, fault.HintOf(err), c.kind, c.says)
		}
	}
}

func TestTypes(t *testing.T) {
	for _, c := range []struct {
		kind, good, bad string
	}{
		{Float, "1 -1 +1 .5 5. 1e5 1E-5 nan NaN inf -Infinity 1e999 00.1", "|1,5|1_0|0x1|1 |abc|٣|1e|--1"},
		{Int, "0 -0 +7 007 123456789012345678901234567890", "|1.0|1e3|0x1|1_0| 1|nan|٣"},
		{URI, "s3://b/k a:b file:x", "|x|/x|1a:b|:x"},
		{"boolean", "anything", ""},
	} {
		for _, v := range strings.Fields(c.good) {
			if err := checkType(c.kind, Param{"p", v}); err != nil {
				t.Errorf("%s %q: %v", c.kind, v, err)
			}
		}
		for v := range strings.SplitSeq(c.bad, "|") {
			if err := checkType(c.kind, Param{"p", v}); c.bad != "" && fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s %q was taken", c.kind, v)
			}
		}
	}
}

func TestPlacesThatQuotingCannotProtect(t *testing.T) {
	for command, where := range map[string]string{
		`x "{p}"`: "inside quotation marks", `x '{p}'`: "inside quotation marks", `x "a\"{p}"`: "inside quotation marks",
		`x \{p}`: "backslash", "x `y {p}`": "backticks", `x # {p}`: "comment", "x <<E\n{p}\nE": "here-document",
		`(( {p} ))`: "arithmetic", `[[ {p} -eq 1 ]]`: "arithmetic", `a[{p}]=1`: "arithmetic", `echo $[{p}]`: "arithmetic",
		`x $((1+{p}))`: "arithmetic", `x ${p}`: "dollar", `x ${{a:-{p}}}`: "${…}", `x ${{{p}}}`: "inside ${…}",
		`x $'a\'{p}'`: "$'…'", `x "$(y "{p}")"`: "substitution", `x "${{a:-"{p}"}}"`: "substitution", `x $"{p}"`: "quotation",
	} {
		p := oneEntry(command, Parameter{Name: "p", Type: String})
		for _, v := range []string{"a b", "$(touch canary)", ""} {
			got, err := p.Prepare(noFiles{}, Request{Params: []Param{{"p", v}}})
			if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), where) {
				t.Errorf("%s with %q: %+v, %v, want %s", command, v, got, err, where)
			}
		}
		// A value that needs no quotation marks goes wherever MLflow puts it.
		if _, err := p.Prepare(noFiles{}, Request{Params: []Param{{"p", "0.5"}}}); err != nil {
			t.Errorf("%s with 0.5: %v", command, err)
		}
	}
}

func TestPlacesThatAreSafe(t *testing.T) {
	for _, command := range []string{
		`x {p}`, `x --p={p}`, `x "a" {p} 'b'`, `x $(y {p})`, `x \" {p}`, `x a#b {p}`, `x $# {p}`, `x ${{a}}/{p}`, `x <<<{p}`, `x <<< {p}`,
		`x <f {p}`, `[ -n {p} ]`, "x # c\ny {p}", "x \\\n {p}", `x a\ b {p}`, `x; y & z | w {p}`, `(x {p})`, `x 'it'"'"'s' {p}`, `if x; then y {p}; fi`,
	} {
		if _, err := oneEntry(command, Parameter{Name: "p", Type: String}).Prepare(noFiles{}, Request{Params: []Param{{"p", "a b"}}}); err != nil {
			t.Errorf("%s: %v", command, err)
		}
	}
}

func TestExtraParametersAtTheEnd(t *testing.T) {
	extra := []Param{{"a b", "1"}, {"n", "x y"}}
	for command, want := range map[string]string{
		"x \n\n":  "x '--a b' 1 --n 'x y'",
		"x \\\n":  "x \\\n '--a b' 1 --n 'x y'",
		"x # no":  "",
		"x 'open": "",
		"x \\":    "",
		"[[ a ]]": "",
	} {
		got, err := oneEntry(command).Prepare(noFiles{}, Request{Params: extra})
		switch {
		case want == "" && fault.KindOf(err) != fault.Invalid:
			t.Errorf("%q: %+v, %v, want it refused", command, got, err)
		case want != "" && (err != nil || got.Command != want):
			t.Errorf("%q: %+v, %v, want %q", command, got, err, want)
		}
	}
	if got, err := oneEntry("[[ a ]] && x").Prepare(noFiles{}, Request{Params: []Param{{"n", "1"}}}); err != nil || got.Command != "[[ a ]] && x --n 1" {
		t.Errorf("a plain extra parameter: %+v, %v", got, err)
	}
}

func TestEnvironmentsOfProjects(t *testing.T) {
	const entry = "\nentry_points: {main: {command: x}}\n"
	for _, c := range []struct {
		what    string
		files   map[string]string
		manager env.Manager
		kind    fault.Kind // empty: it works
		python  string
	}{
		{"named", map[string]string{"mlPROJECT": "python_env: e/p.yml" + entry, "e/p.yml": "python: '3.9'"}, env.Auto, "", "3.9"},
		{"unnamed", map[string]string{"MLproject": entry, "python_env.yaml": "python: 3.11.*"}, env.Auto, "", "3.11"},
		{"none", map[string]string{"MLproject": entry}, env.Auto, "", ""},
		{"named one is missing", map[string]string{"MLproject": "python_env: p.yml" + entry}, env.Auto, fault.NotFound, ""},
		{"missing, but as it is", map[string]string{"MLproject": "python_env: p.yml" + entry}, env.Local, "", ""},
		{"broken", map[string]string{"MLproject": entry, "python_env.yaml": "- a"}, env.Venv, fault.Invalid, ""},
		{"docker", map[string]string{"MLproject": "docker_env: {image: x}" + entry}, env.Local, fault.Unsupported, ""},
		{"conda", map[string]string{"MLproject": "conda_env: c.yaml" + entry}, env.Auto, fault.Unsupported, ""},
		{"conda, as it is", map[string]string{"MLproject": "conda_env: c.yaml" + entry}, env.Local, "", ""},
		{"unnamed conda", map[string]string{"MLproject": entry, "conda.yaml": ""}, env.Auto, fault.Unsupported, ""},
	} {
		got, err := load(t, c.files).Prepare(disk{}, Request{Manager: c.manager})
		if c.kind != "" {
			if fault.KindOf(err) != c.kind {
				t.Errorf("%s: %v, want %s", c.what, err, c.kind)
			}
			continue
		}
		if err != nil || got.Env.Python != c.python || got.Env.Manager != c.manager || got.Env.Dir == "" {
			t.Errorf("%s: %+v, %v", c.what, got, err)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	dir := folder(t, map[string]string{"file": "", "a/MLproject/x": "", "b/MLproject": strings.Repeat("#", yamldoc.MaxFile+1)})
	for name, want := range map[string]fault.Kind{"none": fault.NotFound, "file": fault.Invalid, "a": fault.Invalid, "b": fault.Invalid} {
		if _, err := Load(disk{}, filepath.Join(dir, name)); fault.KindOf(err) != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

// The example is a project like any other.
func TestExampleWine(t *testing.T) {
	dir, err := filepath.Abs(filepath.Join("..", "..", "examples", "wine"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := Load(disk{}, dir)
	if err != nil {
		t.Fatal(err)
	}
	data := Quote(filepath.Join(dir, "data", "wine-quality.csv"))
	for entry, want := range map[string]string{
		"main":     "python train.py --data " + data + " --alpha 0.5 --l1-ratio 0.1",
		"boosting": "python boosting.py --data " + data + " --learning-rate 0.1 --max-depth 3 --rounds 60 --pause 0.1",
	} {
		got, err := p.Prepare(disk{}, Request{Entry: entry})
		if err != nil {
			t.Fatal(err)
		}
		if got.Command != want || len(got.Paths) != 1 || got.Env.Python != "3.11" || !got.Env.Declared {
			t.Errorf("%+v\nwant %s", got, want)
		}
	}
}
