package registry

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"dev.varve/backend/project"
)

// Snippet is a few lines with which a model is used.
type Snippet struct {
	Title string
	Text  string
}

// modules are the modules of MLflow that load a flavor by its name.
var modules = []string{"sklearn", "xgboost", "lightgbm", "catboost", "statsmodels", "pytorch", "tensorflow", "keras", "onnx", "prophet", "pmdarima", "spacy", "transformers", "sentence_transformers", "spark", "paddle", "h2o"}

// Snippets says how the model at an address is loaded, fetched and served. What names
// hold is quoted, so that nothing in them is run.
func Snippets(address string, m ModelFile) []Snippet {
	return []Snippet{
		{"Python", python(address, m)},
		{"Command line", commandLine(address, m)},
		{"R", inR(address, m)},
		{"curl", curl(address)},
	}
}

func (m ModelFile) has(flavor string) bool {
	return slices.ContainsFunc(m.Flavors, func(f Flavor) bool { return f.Name == flavor })
}

func python(address string, m ModelFile) string {
	for _, module := range modules {
		if !m.has("python_function") && m.has(module) {
			return fmt.Sprintf("import mlflow\nmodel = mlflow.%s.load_model(%s)", module, quoted(address))
		}
	}
	if m.has("python_function") || len(m.Flavors) == 0 {
		return fmt.Sprintf("import mlflow\nmodel = mlflow.pyfunc.load_model(%s)\nresult = model.predict(%s)%s", quoted(address), dataWord(m), takes(m))
	}
	return fmt.Sprintf("import mlflow\nfolder = mlflow.artifacts.download_artifacts(%s)", quoted(address))
}

// dataWord names what is passed to predict.
func dataWord(m ModelFile) string {
	if m.Signature != nil && len(m.Signature.Inputs) > 0 && m.Signature.Inputs[0].Name == "" {
		return "array"
	}
	return "data"
}

// takes is a remark about the first inputs.
func takes(m ModelFile) string {
	if m.Signature == nil || len(m.Signature.Inputs) == 0 {
		return ""
	}
	const shown = 3
	var words []string
	for _, c := range m.Signature.Inputs[:min(len(m.Signature.Inputs), shown)] {
		words = append(words, strings.TrimSpace(strings.Join(strings.Fields(c.Name+" "+c.Type), " ")))
	}
	if more := len(m.Signature.Inputs) - shown; more > 0 {
		words = append(words, fmt.Sprintf("%d more", more))
	}
	text := strings.Join(words, ", ")
	if len(text) > 70 {
		text = fmt.Sprintf("%d columns", len(m.Signature.Inputs))
	}
	return "    # " + text
}

func commandLine(address string, m ModelFile) string {
	text := "varve artifacts get " + project.Quote(address) + " model"
	if m.has("python_function") {
		text += "\nmlflow models serve -m " + project.Quote(address) + " --env-manager local"
	}
	return text
}

func inR(address string, m ModelFile) string {
	if m.has("crate") {
		return fmt.Sprintf("library(mlflow)\nmodel <- mlflow_load_model(%s)\nresult <- mlflow_predict(model, data)", quoted(address))
	}
	return fmt.Sprintf("library(reticulate)\nmlflow <- import(\"mlflow\")\nmodel <- mlflow$pyfunc$load_model(%s)\nresult <- model$predict(data)", quoted(address))
}

func curl(address string) string {
	return "curl -f -H \"Authorization: Bearer $MLFLOW_TRACKING_TOKEN\" \\\n  \"$MLFLOW_TRACKING_URI/api/varve/v1/artifacts/file?address=" + url.QueryEscape(address) + "&path=MLmodel\""
}

// quoted is a text as a literal of Python and of R: JSON is read alike by both.
func quoted(text string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a text cannot fail
	return strings.TrimSpace(b.String())
}
