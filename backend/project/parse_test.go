package project

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"dev.varve/backend/fault"
	"dev.varve/backend/yamldoc"
)

// Each of these is Invalid, and says where and what.
var brokenFiles = map[string]string{
	"[1, 2]":                        "begins with",
	"just a text":                   "begins with",
	"name: [a]":                     "line 1: name needs a text",
	"a: b\n---\nc: d":               "a second document",
	"entry_points: 3":               "needs a name",
	"entry_points:\n  main: python": "line 2: the entry point 'main' needs a command",
	"entry_points:\n  main:\n    parameters: {}":                                              "line 2: the entry point 'main' has no command",
	"entry_points:\n  main:\n    command: ' '":                                                "has no command",
	"entry_points:\n  main:\n    command: [x]":                                                "has no command",
	"entry_points:\n  main: {command: x, parameters: [a]}":                                    "parameters needs",
	"entry_points:\n  main: {command: x, parameters: {a: [b]}}":                               "needs a type",
	"entry_points:\n  main: {command: x, parameters: {a: {type: []}}}":                        "type needs a text",
	"entry_points:\n  main:\n    command: x\n    parameters:\n      a:\n        default: [1]": "line 6: the default of 'a'",
	"entry_points:\n  main:\n    command: x\n    parameters:\n      'a;b': float":             "line 5: 'a;b' cannot be",
	"entry_points:\n  main: {command: x}\n  main: {command: y}":                               "main",
	"python_env: a\nconda_env: b":                                                             "line 2: python_env and conda_env are both here",
	"python_env: {a: b}":                                                                      "needs the name of a file",
	"docker_env: x":                                                                           "needs an image",
	"docker_env: {volumes: []}":                                                               "names no image",
	"name: \"unclosed":                                                                        "",
	"a: b: c":                                                                                 "",
	"\tname: x":                                                                               "",
	"a: *nothing":                                                                             "",
	"name: \x00":                                                                              "line 1: it holds bytes that are not text",
	"x: \xff\xfe":                                                                             "not text",
	"? [a, b]\n: c":                                                                           "",
	"a: !!python/object:os.system x":                                                          "",
	"<<: 3\na: b":                                                                             "",
}

func TestBrokenFiles(t *testing.T) {
	for text, says := range brokenFiles {
		f, err := Parse([]byte(text))
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %+v, %v, want %q", text, f, err, says)
		}
	}
}

func TestWholeFile(t *testing.T) {
	const text = `
# a comment
name: "My project"   # and another
databricks_spark_job: {x: y}
unknown: [1, {2: 3}]
docker_env:
  image: img:1
  volumes: ["/a:/b"]
entry_points:
  base: &base
    parameters: &params
      a: float
      b: {type: path, default: data}
      c: {default: null}
      d:
      e: {type: string, default: "yes"}
      f: {type: string, default: !!str 010}
      'g h': {type: string, default: ""}
      i: {type: boolean, default: on}
      j:
        default: >-
          folded
          text
    command: "x {a}"
  other:
    <<: *base
    command: 'y'
  third: {command: z, parameters: *params}
`
	f, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s|%s|%s|%s\n", f.Name, f.Env, f.EnvFile, f.Docker.Image)
	for _, e := range f.Entries {
		fmt.Fprintf(&b, "%s: %s", e.Name, e.Command)
		for _, p := range e.Params {
			fmt.Fprintf(&b, " %s:%s", p.Name, p.Type)
			if p.Default != nil {
				fmt.Fprintf(&b, "=%s.", *p.Default)
			}
		}
		b.WriteString("\n")
	}
	params := " a:float b:path=data. c:string d:string e:string=yes. f:string=010. g h:string=. i:boolean=True. j:string=folded text.\n"
	want := "My project|docker_env||img:1\nbase: x {a}" + params + "other: y" + params + "third: z" + params
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestEmptyFile(t *testing.T) {
	for _, text := range []string{"", "\n", "# only a comment\n", "---\n", "{}", "\ufeffname: ''"} {
		if f, err := Parse([]byte(text)); err != nil || len(f.Entries) != 0 || f.Name != "" {
			t.Errorf("%q: %+v, %v", text, f, err)
		}
	}
}

// Files made to cost time, memory or stack are refused quickly.
func TestBombs(t *testing.T) {
	laughs := "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
	for i := 1; i < 30; i++ {
		laughs += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 10), ","))
	}
	merges := "a0: &a0 {k: v}\n"
	for i := 1; i < 30; i++ {
		merges += fmt.Sprintf("a%d: &a%d {<<: [*a%d, *a%d], k%d: *a%d}\n", i, i, i-1, i-1, i, i-1)
	}
	for name, text := range map[string]string{
		"laughs": laughs, "merges": merges,
		"cycle":    "a: &a\n  b: *a\n",
		"brackets": strings.Repeat("[", 50_000), "braces": strings.Repeat("{a: ", 30_000),
		"dashes": strings.Repeat("- ", 50_000), "questions": strings.Repeat("? ", 50_000), "colons": strings.Repeat(": ", 50_000),
		"tags": strings.Repeat("!!str ", 20_000), "anchors": strings.Repeat("&a ", 40_000),
		"steps": steps(2000), "large": strings.Repeat("a", yamldoc.MaxFile+1),
	} {
		if f, err := Parse([]byte(text)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v, %v", name, f != nil, err)
		}
	}
}

// steps indents each line by one more blank than the one before.
func steps(n int) string {
	var b strings.Builder
	for i := range n {
		if b.Len() > yamldoc.MaxFile-n-10 {
			break
		}
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func TestPythonEnvFiles(t *testing.T) {
	spec, err := ParsePythonEnv("/x/python_env.yaml", []byte("python: 3.10\nbuild_dependencies: [pip, 'setuptools>60']\ndependencies:\n  - -r requirements.txt\n  - |\n    a==1\n    # no\n    b\n"))
	got := fmt.Sprintf("%s %q %q %v", spec.Python, spec.Build, spec.Dependencies, err)
	if want := `3.10 ["pip" "setuptools>60"] ["-r requirements.txt" "a==1" "b"] <nil>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for text, says := range map[string]string{
		"python: [3]": "line 1: python needs", "python: three": "not a version", "python: '>=3.9'": "not a version", "python: 3.1.1.1": "not a version",
		"dependencies: numpy": "needs a list", "dependencies: [{pip: []}]": "one requirement", "dependancies: []": "means nothing", "- a": "begins with",
	} {
		if _, err := ParsePythonEnv("python_env.yaml", []byte(text)); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", text, err, says)
		}
	}
}

func FuzzParse(f *testing.F) {
	for text := range brokenFiles {
		f.Add([]byte(text))
	}
	f.Add([]byte(wine))
	golden, err := os.ReadFile("testdata/golden.py")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(golden)
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse(data)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%q: %v is %s", data, err, fault.KindOf(err))
			}
			return
		}
		p := &Project{Dir: "/project", File: *file}
		for _, e := range p.Entries {
			var given []Param
			for _, q := range e.Params {
				given = append(given, Param{q.Name, "a b"})
			}
			if _, err := p.Prepare(noFiles{}, Request{Entry: e.Name, Params: given}); err != nil && fault.KindOf(err) == fault.Internal {
				t.Fatalf("%q: %v", data, err)
			}
		}
		if _, err := ParsePythonEnv("python_env.yaml", data); err != nil && fault.KindOf(err) != fault.Invalid {
			t.Fatalf("%q: %v", data, err)
		}
	})
}
