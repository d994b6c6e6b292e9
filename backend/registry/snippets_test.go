package registry_test

import (
	"strings"
	"testing"

	"dev.varve/backend/registry"
)

func TestSnippets(t *testing.T) {
	m, err := registry.ParseModelFile([]byte(wine))
	if err != nil {
		t.Fatal(err)
	}
	said := func(address string, m registry.ModelFile) string {
		var out []string
		for _, s := range registry.Snippets(address, m) {
			out = append(out, s.Title+": "+s.Text)
		}
		return strings.Join(out, "\n")
	}
	want := `Python: import mlflow
model = mlflow.pyfunc.load_model("models:/wine@champion")
result = model.predict(data)    # alcohol double, quality long
Command line: varve artifacts get models:/wine@champion model
mlflow models serve -m models:/wine@champion --env-manager local
R: library(reticulate)
mlflow <- import("mlflow")
model <- mlflow$pyfunc$load_model("models:/wine@champion")
result <- model$predict(data)
curl: curl -f -H "Authorization: Bearer $MLFLOW_TRACKING_TOKEN" \
  "$MLFLOW_TRACKING_URI/api/varve/v1/artifacts/file?address=models%3A%2Fwine%40champion&path=MLmodel"`
	if got := said("models:/wine@champion", m); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	// A name does not end the text that it stands in.
	hostile := said("models:/a\"'; rm -rf $(x) `y`\n/1", registry.ModelFile{})
	for _, want := range []string{
		`load_model("models:/a\"'; rm -rf $(x) ` + "`y`" + `\n/1")`,
		`varve artifacts get 'models:/a"'"'"'; rm -rf $(x) ` + "`y`\n/1' model",
		`address=models%3A%2Fa%22%27%3B+rm+-rf+%24%28x%29+%60y%60%0A%2F1&`,
	} {
		if !strings.Contains(hostile, want) {
			t.Errorf("%s lacks %s", hostile, want)
		}
	}
	for flavor, want := range map[string]string{
		"sklearn": `mlflow.sklearn.load_model("a")`, "mleap": `download_artifacts("a")`, "crate": "mlflow_load_model",
	} {
		if got := said("a", registry.ModelFile{Flavors: []registry.Flavor{{Name: flavor}}}); !strings.Contains(got, want) {
			t.Errorf("%s: %s", flavor, got)
		}
	}
}
