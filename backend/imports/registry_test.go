package imports_test

import (
	"strings"
	"testing"

	"dev.varve/backend/imports"
	"dev.varve/backend/imports/importstest"
	"dev.varve/backend/track"
)

// only keeps one registered model of the sample.
func only(name string) *importstest.Fixed {
	source := importstest.Sample()
	for _, m := range source.Names {
		if m.Name == name {
			source.Names = []track.PastRegistered{m}
		}
	}
	return source
}

// TestRegisteredModelsThatAreHere imports into a record that has something of the
// name already.
func TestRegisteredModelsThatAreHere(t *testing.T) {
	for name, c := range map[string]struct {
		before          func(t *testing.T, rec *importstest.Record, source *importstest.Fixed)
		models, vs      int
		left, has, hide string
	}{
		"none":   {nil, 1, 3, "", "version 2 [champion] Production", ""},
		"a name": {func(t *testing.T, rec *importstest.Record, _ *importstest.Fixed) { create(t, rec, "wine", nil) }, 0, 3, "", "version 2 [champion]", "of the *lab*"},
		"other versions": {func(t *testing.T, rec *importstest.Record, _ *importstest.Fixed) {
			create(t, rec, "wine", nil)
			version(t, rec, 0)
			version(t, rec, 0)
		}, 0, 0, "has other versions of the same numbers: 1, 2", "version 1 []", "champion"},
		"versions between": {func(t *testing.T, rec *importstest.Record, _ *importstest.Fixed) {
			create(t, rec, "wine", nil)
			version(t, rec, 3)
		}, 0, 3, "", "version 3 []", ""},
		"in the trash": {func(t *testing.T, rec *importstest.Record, _ *importstest.Fixed) {
			create(t, rec, "wine", nil)
			noError(t, rec.DeleteRegisteredModel(t.Context(), "wine"))
		}, 0, 0, "lies in the trash here", "registered wine trashed=true", "version"},
		"a prompt": {func(t *testing.T, rec *importstest.Record, _ *importstest.Fixed) {
			create(t, rec, "wine", map[string]string{"mlflow.prompt.is_prompt": "true"})
		}, 0, 0, "is a prompt", "is_prompt", "version"},
		"imported before, and decided on": {func(t *testing.T, rec *importstest.Record, source *importstest.Fixed) {
			all := source.Names[0].Versions
			source.Names[0].Versions = all[:2:2]
			_, err := rec.Import(t.Context(), source, imports.Options{})
			noError(t, err)
			noError(t, rec.SetAlias(t.Context(), "wine", "champion", 1, ""))
			noError(t, rec.DeleteModelVersion(t.Context(), "wine", 2))
			source.Names[0].Versions = all
		}, 0, 1, "", "version 1 [champion] Archived", "version 2 [] Production trashed=false"},
	} {
		t.Run(name, func(t *testing.T) {
			rec, source := importstest.New(t), only("wine")
			if c.before != nil {
				c.before(t, rec, source)
			}
			plan, err := rec.Look(t.Context(), source, imports.Options{})
			noError(t, err)
			done, err := rec.Import(t.Context(), source, imports.Options{})
			noError(t, err)
			said := ""
			for _, s := range done.Skipped {
				said += s.Where + ": " + s.Why + "; "
			}
			if done.Registered != c.models || done.Versions != c.vs || !strings.Contains(said, c.left) || c.left == "" && name != "imported before, and decided on" && said != "" {
				t.Errorf("%d models, %d versions; %s", done.Registered, done.Versions, said)
			}
			if p := plan.Registered[0]; p.Fresh != c.vs || !strings.Contains(p.Reason, c.left) {
				t.Errorf("the plan says %+v", p)
			}
			dump := rec.Dump(t)
			if !strings.Contains(dump, c.has) || c.hide != "" && strings.Contains(registeredIn(dump), c.hide) {
				t.Errorf("it has not %q, or %q:\n%s", c.has, c.hide, registeredIn(dump))
			}
			again, err := rec.Import(t.Context(), source, imports.Options{})
			noError(t, err)
			if again.Registered+again.Versions != 0 || rec.Dump(t) != dump {
				t.Errorf("importing again does something: %+v", again)
			}
		})
	}
}

// TestRegisteredModelsThatCannotBe leaves out what the registry here cannot have.
func TestRegisteredModelsThatCannotBe(t *testing.T) {
	source := only("wine")
	m := &source.Names[0]
	m.Tags["../up"] = "x"
	m.Aliases["latest"], m.Aliases["lost"] = 1, 77
	m.Versions[0].Stage, m.Versions[0].Source = "Tomorrow", "s3://elsewhere/model"
	m.Versions = append(m.Versions, track.PastVersion{}, track.PastVersion{Stage: "Deleted_Internal", NewModelVersion: track.NewModelVersion{Number: 9}})
	source.Names = append(source.Names, track.PastRegistered{NewRegisteredModel: track.NewRegisteredModel{Name: "a/b"}})
	rec := importstest.New(t)
	done, err := rec.Import(t.Context(), source, imports.Options{})
	noError(t, err)
	if done.Registered != 1 || done.Versions != 3 || done.Left != 7 {
		t.Errorf("%+v", done)
	}
	if dump := registeredIn(rec.Dump(t)); !strings.Contains(dump, "version 1 [] None") || !strings.Contains(dump, "s3://elsewhere/model") {
		t.Error(dump)
	}
	some, err := importstest.New(t).Import(t.Context(), source, imports.Options{Only: []string{"lab/wine"}})
	noError(t, err)
	if some.Runs != 2 || some.Registered+some.Left != 0 {
		t.Errorf("with a single experiment: %+v", some)
	}
}

func create(t *testing.T, rec *importstest.Record, name string, tags map[string]string) {
	t.Helper()
	_, err := rec.CreateRegisteredModel(t.Context(), track.NewRegisteredModel{Name: name, Tags: tags})
	noError(t, err)
}

func version(t *testing.T, rec *importstest.Record, number uint64) {
	t.Helper()
	_, _, err := rec.CreateModelVersion(t.Context(), track.NewModelVersion{Model: "wine", Number: number, Source: "s3://b/x"})
	noError(t, err)
}

// registeredIn are the lines of a dump that are about registered models.
func registeredIn(dump string) string {
	var lines []string
	for line := range strings.Lines(dump) {
		if strings.HasPrefix(line, "registered ") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}
