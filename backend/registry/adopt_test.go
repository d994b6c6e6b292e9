package registry_test

import (
	"testing"

	"dev.varve/backend/imports"
	"dev.varve/backend/imports/importstest"
	"dev.varve/backend/registry"
	"dev.varve/backend/track"
)

// TestAdopt points from where files lay elsewhere to where they lie here; an empty
// answer is that they do not.
func TestAdopt(t *testing.T) {
	rec := importstest.New(t)
	if _, err := rec.Import(t.Context(), importstest.Sample(), imports.Options{}); err != nil {
		t.Fatal(err)
	}
	const run, model = importstest.RunA, importstest.Model
	for _, c := range []struct{ source, location, want string }{
		{"file:///old/mlruns/7/" + run + "/artifacts/net", "", "runs:/" + run + "/net"},
		{"/old/mlruns/7/" + run + "/artifacts/", "", "runs:/" + run},
		{`C:\old\mlruns\7\` + run + `\artifacts\a b\net`, "", "runs:/" + run + "/a b/net"},
		{"s3://bucket/7/" + run + "/artifacts/net", "", "runs:/" + run + "/net"},
		{"mlflow-artifacts:/7/" + run + "/artifacts/a%20b", "", "runs:/" + run + "/a b"},
		{"runs:/" + run + "/net", "file:///gone", "runs:/" + run + "/net"},
		{"models:/" + model, "file:///gone", "models:/" + model},
		{"/old/mlruns/7/models/" + model + "/artifacts", "", "models:/" + model},
		{"dbfs:/tmp/x", "s3://b/7/" + run + "/artifacts/net", "runs:/" + run + "/net"},
		{"models:/wine/1", "", "models:/wine/1"},
		{"file:///old/" + run + "/artifacts/../../etc", "", ""},
		{"file:///old/" + run + "/artifacts/%252e%252e/etc", "", ""},
		{"file:///old/" + run, "", ""},
		{"runs:/00000000000000000000000000000009/net", "", ""},
		{"models:/m-00000000000000000000000000000009", "", ""},
		{"s3://bucket/net", "", ""},
		{"artifacts", "", ""},
		{"", "", ""},
	} {
		n := track.NewModelVersion{Source: c.source, Location: c.location}
		here, err := registry.Adopt(rec.Tracker, &n)
		if err != nil || here != (c.want != "") || here && n.Source != c.want || !here && n.Source != c.source {
			t.Errorf("%s, %s: %v, %+v, %v", c.source, c.location, here, n, err)
			continue
		}
		if !here || n.Source == "models:/wine/1" {
			continue
		}
		at, err := registry.Resolve(rec.Tracker, n.Source)
		if err != nil || at.Owner == (track.Owner{}) {
			t.Errorf("%s leads to %+v, %v", n.Source, at, err)
		}
	}
}
