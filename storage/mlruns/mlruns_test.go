package mlruns_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dev.varve/backend/exports"
	"dev.varve/backend/imports"
	"dev.varve/backend/imports/importstest"
	"dev.varve/storage/exportdir"
	"dev.varve/storage/mlruns"
)

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func folder(t *testing.T, dir string) *exportdir.Folder {
	t.Helper()
	f, err := exportdir.Open(dir, exportdir.Of{Kind: mlruns.Kind, Workspace: "w"}, func(string) error { return nil })
	noError(t, err)
	return f
}

// export writes what is chosen of a record to a folder.
func export(t *testing.T, rec *importstest.Record, dir string, want exports.Selection) exports.Done {
	t.Helper()
	w := mlruns.Create(folder(t, dir))
	done, err := rec.Export(t.Context(), want, w)
	noError(t, errors.Join(err, w.Close()))
	return done
}

// written makes an mlruns folder of the sample.
func written(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "mlruns")
	done := export(t, importstest.Filled(t), dir, exports.Selection{Trash: true})
	if done.Left > 0 {
		t.Errorf("left out: %+v", done.Skipped)
	}
	return dir
}

// run is the folder of the first run.
func run(t *testing.T, dir string) string { return filepath.Join(experiment(t, dir), importstest.RunA) }

// experiment is the folder that the first run is in.
func experiment(t *testing.T, dir string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*", importstest.RunA))
	if err != nil || len(found) != 1 {
		t.Fatalf("the run is at %v: %v", found, err)
	}
	return filepath.Dir(found[0])
}

func open(t *testing.T, dir string, more ...string) *mlruns.Source {
	t.Helper()
	found, err := mlruns.Find(dir)
	noError(t, err)
	s, err := mlruns.Open(found, more...)
	noError(t, err)
	t.Cleanup(func() { noError(t, s.Close()) })
	return s
}

func TestConformance(t *testing.T) {
	importstest.Conformance(t, open(t, filepath.Dir(written(t))), nil)
}

// TestNothingIsTouched compares names, sizes and times before and after.
func TestNothingIsTouched(t *testing.T) {
	dir := written(t)
	before := listing(t, dir)
	_, err := importstest.New(t).Import(t.Context(), open(t, dir), imports.Options{})
	noError(t, err)
	if after := listing(t, dir); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}

func listing(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	noError(t, filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil {
			b.WriteString(path + " " + info.Mode().String() + " " + info.ModTime().String() + "\n")
		}
		return err
	}))
	return b.String()
}

func write(t *testing.T, name, text string) {
	t.Helper()
	noError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	noError(t, os.WriteFile(name, []byte(text), 0o644))
}

// TestDamage damages a folder in one way after the other: what is said of it, and
// what is there all the same.
func TestDamage(t *testing.T) {
	long := strings.Repeat("x", 70_000)
	for _, c := range []struct {
		name   string
		damage func(dir string)
		said   string // in the list of what was left out
		has    string // in the record
	}{
		{"a cut metric", func(dir string) { write(t, filepath.Join(run(t, dir), "metrics", "cut"), "1 0.5 0\n2 0.25 1\n3 0.1") }, "/" + importstest.RunA + "/metrics/cut: line 3 is no point, or cut off", "points of cut: [{{} 0 1 0.5} {{} 1 2 0.25}]"},
		{"lines that are none", func(dir string) {
			write(t, filepath.Join(run(t, dir), "metrics", "odd one"), "1 0.5 0\nwhat\n-1 2 3\n"+long+"\n5 6\n")
		}, "3 lines are no points, line 2 first", "points of odd one: [{{} 0 1 0.5} {{} 0 5 6}]"},
		{"no meta.yaml", func(dir string) { noError(t, os.Remove(filepath.Join(run(t, dir), "meta.yaml"))) }, "meta.yaml: it is missing", `param`},
		{"foreign YAML", func(dir string) { write(t, filepath.Join(run(t, dir), "meta.yaml"), "a: [1, {b: c\n") }, "not readable as YAML", "train/loss"},
		{"no YAML", func(dir string) { write(t, filepath.Join(run(t, dir), "meta.yaml"), "\x00\x01\x02") }, "meta.yaml", "train/loss"},
		{"a bomb", func(dir string) {
			write(t, filepath.Join(run(t, dir), "meta.yaml"), "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b]\nrun_name: hidden\n")
		}, "values that stand for others", "train/loss"},
		{"brackets", func(dir string) {
			write(t, filepath.Join(run(t, dir), "meta.yaml"), "a: "+strings.Repeat("[", 100_000))
		}, "too many brackets", "train/loss"},
		{"an experiment without meta.yaml", func(dir string) { noError(t, os.Remove(filepath.Join(experiment(t, dir), "meta.yaml"))) }, "/meta.yaml: no such file", "by ann"},
		{"Latin-1", func(dir string) { write(t, filepath.Join(run(t, dir), "params", "stra\xdfe"), "gr\xfcn") }, "", `["straße"="grün"]`},
		{"a long value", func(dir string) { write(t, filepath.Join(run(t, dir), "params", "long"), long) }, `param "long": its value has 70000 bytes: it is cut`, `["long"="xxx`},
		{"a name of two lines", func(dir string) { write(t, filepath.Join(run(t, dir), "params", "two\nlines"), "x") }, `param "two\nlines": its name has characters that are no text`, "train/loss"},
		{"folders within a name", func(dir string) { write(t, filepath.Join(run(t, dir), "metrics", "a", "b", "c"), "1 2 3\n") }, "", "points of a/b/c: [{{} 3 1 2}]"},
		{"a folder where a value should be", func(dir string) { noError(t, os.MkdirAll(filepath.Join(run(t, dir), "params", "empty folder"), 0o755)) }, "", "train/loss"},
		{"an empty metric", func(dir string) { write(t, filepath.Join(run(t, dir), "metrics", "none"), "") }, "", "train/loss"},
		{"a metric of zeros", func(dir string) {
			write(t, filepath.Join(run(t, dir), "metrics", "zeros"), "1 2 3\n"+strings.Repeat("\x00", 5000))
		}, "metrics/zeros: line 2 is no point, or cut off", "points of zeros: [{{} 3 1 2}]"},
		{"a logged model without meta.yaml", func(dir string) {
			noError(t, os.Remove(filepath.Join(experiment(t, dir), "models", importstest.Model, "meta.yaml")))
		}, importstest.Model + "/meta.yaml", "train/loss"},
		{"inputs of foreign YAML", func(dir string) { write(t, filepath.Join(run(t, dir), "inputs", "x", "meta.yaml"), "- a\n- b\n") }, "inputs/x/meta.yaml: it is not readable as YAML", "read {Name:wine"},
		{"a stray file", func(dir string) { write(t, filepath.Join(dir, "notes.txt"), "") }, "mlruns/notes.txt: it is no folder of an experiment", "train/loss"},
		{"a data set that is gone", func(dir string) { noError(t, os.RemoveAll(filepath.Join(experiment(t, dir), "datasets"))) }, "datasets", "train/loss"},
		{"a version without meta.yaml", func(dir string) {
			noError(t, os.Remove(filepath.Join(dir, "models", "wine", "version-2", "meta.yaml")))
		}, "mlruns/models/wine/version-2/meta.yaml: ", "registered wine version 1"},
		{"a registered model that is none", func(dir string) { write(t, filepath.Join(dir, "models", "wine", "meta.yaml"), "[[[") }, "mlruns/models/wine/meta.yaml: it is not readable as YAML", "registered bare"},
		{"an alias to nowhere", func(dir string) { write(t, filepath.Join(dir, "models", "wine", "aliases", "champion"), "x") }, "aliases/champion: ", "version 2 [] Production"},
		{"outputs as MLflow writes them", func(dir string) {
			write(t, filepath.Join(run(t, dir), "outputs", "m-1", "meta.yaml"), "destination_id: "+importstest.RunA+"\ndestination_type: MODEL_OUTPUT\nsource_id: m-1\nsource_type: RUN_OUTPUT\nstep: 4\n")
		}, "", "made model {ID:m-1 Step:4}"},
		{"a status of tomorrow", func(dir string) {
			write(t, filepath.Join(run(t, dir), "meta.yaml"), "run_id: "+importstest.RunA+"\nstatus: 77\nname: n\nstart_time: 5\n")
		}, `its status "77" is none of MLflow's`, `FINISHED 5–0`},
		{"status in words", func(dir string) {
			write(t, filepath.Join(run(t, dir), "meta.yaml"), "run_uuid: "+importstest.RunA+"\nstatus: KILLED\nname: old\nstart_time: 5\nend_time: 6.0\n")
		}, "", "KILLED 5–6"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := written(t)
			c.damage(dir)
			rec := importstest.New(t)
			done, err := rec.Import(t.Context(), open(t, dir), imports.Options{})
			noError(t, err)
			var said strings.Builder
			for _, s := range done.Skipped {
				said.WriteString(filepath.ToSlash(s.Where) + ": " + s.Why + "\n")
			}
			if !strings.Contains(said.String(), c.said) || c.said == "" && done.Left > 0 {
				t.Errorf("it says\n%s, and not %q", said.String(), c.said)
			}
			if dump := rec.Dump(t); !strings.Contains(dump, c.has) || done.Runs != 3 {
				t.Errorf("%d runs were imported, and %q is not in\n%s", done.Runs, c.has, dump)
			}
		})
	}
}

// TestLinksAndPlacesOutside plants ways out of the folder.
func TestLinksAndPlacesOutside(t *testing.T) {
	dir := written(t)
	secret := filepath.Join(t.TempDir(), "secret")
	write(t, filepath.Join(secret, "key.txt"), "SECRET")
	artifacts := filepath.Join(run(t, dir), "artifacts")
	for name, target := range map[string]string{
		filepath.Join(artifacts, "out.txt"): filepath.Join(secret, "key.txt"), filepath.Join(artifacts, "folder"): secret,
		filepath.Join(run(t, dir), "params", "p"): filepath.Join(secret, "key.txt"), filepath.Join(run(t, dir), "tags", "up"): "../../../../secret/key.txt",
		filepath.Join(dir, "9"): secret, filepath.Join(artifacts, "inside"): "plot.png",
	} {
		if err := os.Symlink(target, name); err != nil {
			t.Skip("no links here")
		}
	}
	other := filepath.Join(experiment(t, dir), importstest.RunB)
	noError(t, os.RemoveAll(filepath.Join(other, "artifacts")))
	meta, err := os.ReadFile(filepath.Join(other, "meta.yaml"))
	noError(t, err)
	write(t, filepath.Join(other, "meta.yaml"), strings.Replace(string(meta), "artifact_uri:", "artifact_uri: \"file://"+filepath.ToSlash(secret)+"\"\nold_uri:", 1))
	rec := importstest.New(t)
	done, err := rec.Import(t.Context(), open(t, dir), imports.Options{})
	noError(t, err)
	dump := rec.Dump(t)
	if strings.Contains(dump, "SECRET") {
		t.Errorf("a file from outside of the folder was imported:\n%s", dump)
	}
	if !strings.Contains(dump, "inside 10") {
		t.Errorf("a link that stays inside was not followed:\n%s", dump)
	}
	if done.Left < 5 {
		t.Errorf("only %d things are said to be left out: %+v", done.Left, done.Skipped)
	}
	// Named by the person, the other folder may be read.
	_, err = rec.Import(t.Context(), open(t, dir, secret), imports.Options{})
	noError(t, err)
	again := importstest.New(t)
	_, err = again.Import(t.Context(), open(t, dir, secret), imports.Options{})
	noError(t, err)
	if !strings.Contains(again.Dump(t), importstest.RunB+": key.txt 6") {
		t.Errorf("a folder that was named is not read:\n%s", again.Dump(t))
	}
}

func TestOpenStaysInside(t *testing.T) {
	dir := written(t)
	s := open(t, dir)
	for _, c := range [][2]string{
		{filepath.Join(run(t, dir), "artifacts"), "../../../../../etc/passwd"}, {"/etc", "passwd"}, {filepath.Join(dir, ".."), "x"}, {"", "x"}, {dir, filepath.Base(experiment(t, dir))},
	} {
		if f, err := s.Open(t.Context(), c[0], c[1]); err == nil {
			text, _ := io.ReadAll(f)
			t.Errorf("%q in %q is read: %q", c[1], c[0], text)
		}
	}
}

func TestFindSaysWhatIsNone(t *testing.T) {
	if dir, err := mlruns.Find(t.TempDir()); err == nil {
		t.Errorf("an empty folder is one of MLflow: %s", dir)
	}
}
