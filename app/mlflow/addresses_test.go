package mlflow_test

import (
	"errors"
	"testing"

	"dev.varve/backend/fault"
	"dev.varve/backend/registry"
	"dev.varve/backend/track"
)

// TestAddressesOfModels checks what the addresses mean that clients, commands and pages
// use for models.
func TestAddressesOfModels(t *testing.T) {
	r := newRig(t)
	run := r.newRun(t)
	model := at(t, r.want(t, 200, "POST", api+"logged-models", `{"experiment_id":"0","name":"net","source_run_id":"`+run+`"}`), "model.info.model_id").(string)
	r.want(t, 200, "POST", api+"registered-models/create", `{"name":"lake"}`)
	for _, body := range []string{
		`{"name":"lake","source":"runs:/` + run + `/net","run_id":"` + run + `"}`,
		`{"name":"lake","source":"models:/` + model + `","model_id":"` + model + `"}`,
		`{"name":"lake","source":"s3://bucket/net"}`,
	} {
		r.want(t, 200, "POST", api+"model-versions/create", body)
	}
	r.want(t, 200, "POST", api+"registered-models/alias", `{"name":"lake","alias":"champion","version":"1"}`)
	r.want(t, 200, "POST", api+"model-versions/transition-stage", `{"name":"lake","version":"2","stage":"Production","archive_existing_versions":false}`)
	stored := "mlflow-artifacts:/0/models/" + model + "/artifacts"
	for _, c := range []struct {
		address string
		version uint64 // 0: it names none
		want    registry.Resolved
	}{
		{"models:/lake/1", 1, registry.Resolved{Run: run, URI: "mlflow-artifacts:/0/" + run + "/artifacts/net", Owner: track.Owner{Run: run}, Path: "net"}},
		{"models:/lake@champion", 1, registry.Resolved{Run: run, URI: "mlflow-artifacts:/0/" + run + "/artifacts/net", Owner: track.Owner{Run: run}, Path: "net"}},
		{"models:/lake/production", 2, registry.Resolved{Run: run, LoggedModel: model, URI: stored, Owner: track.Owner{Model: model}}},
		{"models:/lake/latest", 3, registry.Resolved{URI: "s3://bucket/net"}},
		{"models:/" + model, 0, registry.Resolved{Run: run, LoggedModel: model, URI: stored, Owner: track.Owner{Model: model}}},
		{"runs:/" + run + "/a/b", 0, registry.Resolved{Run: run, URI: "mlflow-artifacts:/0/" + run + "/artifacts/a/b", Owner: track.Owner{Run: run}, Path: "a/b"}},
		{stored + "/MLmodel", 0, registry.Resolved{Run: run, LoggedModel: model, URI: stored + "/MLmodel", Owner: track.Owner{Model: model}, Path: "MLmodel"}},
		{"s3://bucket/x", 0, registry.Resolved{URI: "s3://bucket/x"}},
	} {
		got, err := registry.Resolve(r.tracker, c.address)
		noError(t, err)
		if v := got.Version; (v == nil) != (c.version == 0) || v != nil && (v.Number != c.version || v.Name != "lake" || v.ID == "") {
			t.Errorf("%s names the version %+v", c.address, v)
		}
		if got.Version = nil; got != c.want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", c.address, got, c.want)
		}
	}
	for address, kind := range map[string]fault.Kind{
		"models:/lake/9": fault.NotFound, "models:/nobody/1": fault.NotFound, "models:/lake@x": fault.Invalid, "models:/lake/Staging": fault.NotFound,
		"models:/lake/shelf": fault.Invalid, "models:/m-0": fault.NotFound, "runs:/0123456789abcdef0123456789abcdef/x": fault.NotFound,
		"runs:/" + run + "/../x": fault.Invalid, "lake": fault.Invalid, "mlflow-artifacts:/0/" + run + "/../x": fault.Invalid, "mlflow-artifacts:/0/x": fault.NotFound,
	} {
		if _, err := registry.Resolve(r.tracker, address); !errors.Is(err, kind) {
			t.Errorf("%s: %v, want %s", address, err, kind)
		}
	}
}
