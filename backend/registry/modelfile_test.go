package registry_test

import (
	"fmt"
	"strings"
	"testing"

	"dev.varve/backend/fault"
	"dev.varve/backend/registry"
)

// wine is what MLflow 2.22 writes for a model of scikit-learn.
const wine = `artifact_path: model
flavors:
  python_function:
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.sklearn
    model_path: model.pkl
    predict_fn: predict
    python_version: 3.11.2
  sklearn:
    code: null
    pickled_model: model.pkl
    serialization_format: cloudpickle
    sklearn_version: 1.5.2
mlflow_version: 2.22.0
model_size_bytes: 745
model_uuid: 5ed4dbbf0a3f4e5a8d0b4f1e3a4b2c1d
run_id: 1f0a
saved_input_example_info:
  artifact_path: input_example.json
  pandas_orient: split
  serving_input_path: serving_input_example.json
  type: dataframe
signature:
  inputs: '[{"type": "double", "name": "alcohol", "required": true}, {"type": "long", "name": "quality", "required": false}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 2]}}]'
  params: '[{"name": "top", "type": "integer", "dtype": "integer", "default": 3, "shape": null}]'
utc_time_created: '2025-11-21 10:20:30.123456'
`

func TestModelFile(t *testing.T) {
	m, err := registry.ParseModelFile([]byte(wine))
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintf("%v\n%+v\n%s %s %s", m.Flavors, *m.Signature, m.Example, m.Python, m.MLflow)
	want := `[{python_function [{loader_module mlflow.sklearn} {model_path model.pkl} {predict_fn predict} {python_version 3.11.2}]} {sklearn [{pickled_model model.pkl} {serialization_format cloudpickle} {sklearn_version 1.5.2}]}]
{Inputs:[{Name:alcohol Type:double Optional:false Default:} {Name:quality Type:long Optional:true Default:}] Outputs:[{Name: Type:float64 (−1, 2) Optional:false Default:}] Params:[{Name:top Type:integer Optional:false Default:3}]}
input_example.json 3.11.2 2.22.0`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestTypesOfColumns(t *testing.T) {
	for inputs, want := range map[string]string{
		`[{"type":"array","items":{"type":"array","items":{"type":"string"}},"name":"a"}]`: "list of list of string",
		`[{"type":"object","properties":{"a":{"type":"long"},"b":{"type":"long"}}}]`:       "object of 2 values",
		`[{"type":"map","values":{"type":"double"}}]`:                                      "map of double",
		`[{"type":"datetime"}]`: "datetime",
		`[{}]`:                  "",
	} {
		m, err := registry.ParseModelFile([]byte("signature:\n  inputs: '" + inputs + "'\n"))
		if err != nil || len(m.Signature.Inputs) != 1 || m.Signature.Inputs[0].Type != want {
			t.Errorf("%s: %+v, %v, want %q", inputs, m.Signature, err, want)
		}
	}
}

func TestModelFilesThatAreNone(t *testing.T) {
	for text, says := range map[string]string{
		"- a":                                "no table",
		"flavors: &a\n  x: *a":               "MLmodel",
		"a: !!python/object:os.system {}":    "no meaning here",
		"signature: {inputs: 'nonsense'}":    "its signature cannot be read",
		"flavors: {a: {b: c}}\nflavors: {}":  "already defined",
		"a: " + strings.Repeat("[", 100_000): "inside each other",
	} {
		if _, err := registry.ParseModelFile([]byte(text)); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), says) {
			t.Errorf("%.40q: %v, want %q", text, err, says)
		}
	}
	for _, text := range []string{"", "flavors: 7", "flavors: {a: 7, b: [c]}", "signature: 7", "signature: {inputs: null}", "saved_input_example_info: [a]"} {
		if _, err := registry.ParseModelFile([]byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestRequirements(t *testing.T) {
	got := registry.Requirements("# made by pip\nmlflow==2.22.0\r\n\n  numpy==1.26 # pinned\n-e git+https://x/y#egg=z\n")
	if want := "mlflow==2.22.0|numpy==1.26|-e git+https://x/y#egg=z"; strings.Join(got, "|") != want {
		t.Errorf("got %q", got)
	}
}

func FuzzModelFile(f *testing.F) {
	f.Add([]byte(wine))
	f.Add([]byte("signature: {inputs: '[{\"type\":\"array\"}]'}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := registry.ParseModelFile(data); err != nil && fault.KindOf(err) != fault.Invalid {
			t.Fatalf("%q: %v is %s", data, err, fault.KindOf(err))
		}
	})
}
