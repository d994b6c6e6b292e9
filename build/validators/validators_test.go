//go:build clients && unix

package validators

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dev.varve/build/rig"
)

// python is the interpreter that `make setup` makes.
const python = "../cache/validators/validators/bin/python"

// unknowable is what RO-Crate recommends and Varve cannot know: what each file is, who
// publishes, and the entries of organisations in registries. All that it requires, and
// all else that it recommends, has to be right.
var unknowable = regexp.MustCompile(`^RECOMMENDED: \S+ (Data Entities SHOULD have a .description.|The Root Data Entity SHOULD have a .publisher.|` +
	`An Organization|The organization SHOULD have a URL|A Person entity SHOULD have an ORCID|The author SHOULD have)`)

// TestValidators writes one version in each form, as folder and as zip file.
func TestValidators(t *testing.T) {
	if _, err := os.Stat(python); err != nil {
		t.Fatalf("%v: run `make setup` first", err)
	}
	h := rig.NewHome(abs(t, "../bin/varve"), t.TempDir())
	t.Cleanup(func() { rig.EndOwners(h.Dir) })
	madeByRun(t, h)
	run(t, h, "data", "add", "wine", wines(t))
	run(t, h, "data", "describe", "wine", "--title", "White wines", "--description", "Measured, and marked by tasters.", "--licence", "CC-BY-4.0",
		"--creator", "Ada Lovelace; 0000-0002-1825-0097; Institute of Wine", "--creator", "李明", "--keywords", "wine, ph", "--language", "en",
		"--funding", "Deutsche Forschungsgemeinschaft; 123; Wines", "--contact", "Ada Lovelace", "--email", "ada@example.org", "--label", "1.10",
		"--related", "IsSupplementTo 10.1016/j.dss.2009.05.016", "--related", "IsDerivedFrom https://archive.ics.uci.edu/dataset/186/wine+quality",
		"--related", "IsIdenticalTo 10.5281/zenodo.1234567", "--related", "IsPartOf https://example.org/a")
	for _, c := range []struct {
		form, name string
		read       []string // tables, and how many rows they have
	}{
		{"ro-crate", "crate", nil},
		{"ro-crate", "crate.zip", nil},
		{"croissant", "croissant", []string{"wine=4898", "times=2", "quotes=2", "measures=3"}},
		{"frictionless", "package", []string{"wine=4898", "times=2", "quotes=2", "german=2", "measures=3"}},
		{"frictionless", "package.zip", []string{"wine=4898", "german=2"}},
		{"datacite", "datacite", nil},
		{"bagit", "bag", nil},
		{"bagit", "bag.zip", nil},
	} {
		dest := filepath.Join(h.Dir, c.name)
		run(t, h, "data", "export", "wine", dest, "--as", c.form)
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			validate(t, c.form, dest, c.read)
		})
	}
	crate, err := os.ReadFile(filepath.Join(h.Dir, "crate", "ro-crate-metadata.json"))
	noError(t, err)
	for _, want := range []string{`"CreateAction"`, `"#input-raw-`, `"@id": "data/deep/made.csv"`} {
		if !strings.Contains(string(crate), want) {
			t.Errorf("the crate does not say which run made its files: %s is missing", want)
		}
	}
}

func validate(t *testing.T, form, path string, read []string) {
	cmd := exec.CommandContext(t.Context(), python, append([]string{"validate.py", form, path}, read...)...)
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1", "PYTHONWARNINGS=ignore")
	out, err := cmd.CombinedOutput()
	var wrong []string
	for line := range strings.Lines(string(out)) {
		if form != "ro-crate" || !unknowable.MatchString(line) {
			wrong = append(wrong, line)
		}
	}
	switch {
	case form == "ro-crate" && len(out) > 0 && (len(wrong) == 0 || len(wrong) == 1 && wrong[0] == "ro-crate is valid\n"):
	case err != nil || !strings.HasSuffix(string(out), form+" is valid\n"):
		t.Errorf("%v\n%s", err, strings.Join(wrong, ""))
	}
}

// madeByRun lets a run read data and make a file, of which a version is made then.
func madeByRun(t *testing.T, h *rig.Home) {
	t.Helper()
	raw := files(t, map[string]string{"raw.txt": "as it came from the laboratory\n"})
	run(t, h, "data", "add", "raw", raw)
	project := files(t, map[string]string{
		"MLproject": "name: cleaning\nentry_points:\n  main:\n    parameters:\n      raw: path\n    command: \"bash main.sh {raw}\"\n",
		"main.sh":   "mkdir -p \"$VARVE_ARTIFACTS\"\nprintf 'id,mark\\n1,6\\n2,7\\n' > \"$VARVE_ARTIFACTS/made.csv\"\n",
	})
	run(t, h, "run", project, "-P", "raw="+raw)
}

// wines is a folder with all that a package may meet.
func wines(t *testing.T) string {
	t.Helper()
	table, err := os.ReadFile("../../examples/wine/data/wine-quality.csv")
	noError(t, err)
	dir := files(t, map[string]string{
		"wine.csv":                     string(table),
		"german.csv":                   "a;b\n1,5;x y\n2;\n",
		"times.tsv":                    "when\tgood\tn\tday\n2026-01-02T03:04:05+01:00\ttrue\t1.5\t2026-01-01\n2026-01-02T03:04:05Z\tfalse\t\t2026-02-01\n",
		"quotes.csv":                   "id,name\n1,\"q \"\"x\"\", y\"\n2,\n",
		"deep/made.csv":                "id,mark\n1,6\n2,7\n",
		"deep/50% ü #1?.txt":           "x",
		"deep/a=25b & <c>.txt":         "y",
		"deep/" + "latin1 \xe9" + ".x": "z",
		"empty.dat":                    "",
	})
	noError(t, os.Mkdir(filepath.Join(dir, "nothing"), 0o755))
	noError(t, os.Symlink("wine.csv", filepath.Join(dir, "link.csv")))
	cmd := exec.CommandContext(t.Context(), python, "-c", "import pandas, sys; pandas.DataFrame({'a': [1, 2, 3], 'b': ['x', 'y', None], 'c': [0.5, None, 1]}).to_parquet(sys.argv[1])", filepath.Join(dir, "measures.parquet"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return dir
}

func files(t *testing.T, texts map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range texts {
		path := filepath.Join(dir, name)
		noError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		noError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return dir
}

func run(t *testing.T, h *rig.Home, args ...string) {
	t.Helper()
	if _, err := h.Run(args...); err != nil {
		t.Fatal(fmt.Errorf("varve %s: %w", strings.Join(args[:2], " "), err))
	}
}

func abs(t *testing.T, path string) string {
	t.Helper()
	out, err := filepath.Abs(path)
	noError(t, err)
	return out
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
