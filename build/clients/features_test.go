//go:build clients && unix

package clients

// feature is a row of the matrix. Scripts name it by its id.
type feature struct {
	id, words string
	// reason says why Varve refuses it, and theirs what MLflow's server does.
	reason, theirs string
}

var features = []feature{
	{id: "experiments", words: "experiments: make, find, rename, delete, restore, tags, pages of them"},
	{id: "runs", words: "runs: params, metrics, tags, states, delete, restore"},
	{id: "nested", words: "nested runs"},
	{id: "batches", words: "batches; NaN and infinities"},
	{id: "background", words: "logging in the background (`synchronous=False`), and flushing"},
	{id: "history", words: "a metric of 30,000 points"},
	{id: "inputs", words: "`log_input` with pandas"},
	{id: "searches", words: "searches: filters, orders, pages"},
	{id: "frames", words: "`search_runs` into a DataFrame"},
	{id: "system-metrics", words: "system metrics"},
	{id: "links", words: "links that the client prints"},
	{id: "artifacts", words: "artifacts: files and folders, up, listed, down, deleted"},
	{id: "parts", words: "large files, when the client would send them in parts"},
	{id: "texts", words: "`log_text`, `log_dict`, `log_figure`"},
	{id: "images", words: "`log_image`, by name and by key and step"},
	{id: "tables", words: "`log_table`, `load_table`"},
	{id: "artifact-root", words: "artifacts below `--default-artifact-root`, absolute and relative"},
	{id: "artifacts-destination", words: "artifacts in `--artifacts-destination`, absolute and relative"},
	{id: "models", words: "`log_model`, `load_model`, `pyfunc`"},
	{id: "logged-models", words: "logged models of MLflow 3"},
	{id: "registry", words: "registry: models, versions, stages, aliases, tags"},
	{id: "autolog-sklearn", words: "autolog: scikit-learn, with a grid search"},
	{id: "autolog-lightgbm", words: "autolog: LightGBM"},
	{id: "autolog-statsmodels", words: "autolog: statsmodels"},
	{id: "command-experiments", words: "`mlflow experiments`"},
	{id: "command-runs", words: "`mlflow runs`"},
	{id: "command-artifacts", words: "`mlflow artifacts`"},
	{id: "project", words: "`mlflow run` of a project"},
	{id: "serving", words: "`mlflow models predict`, `mlflow models serve`"},
	{id: "contract", words: "files instead of requests, in a run: parameters, metrics, tags, artifacts ([how](contract.md))"},
	{id: "lightning", words: "Lightning's `MLFlowLogger`, with checkpoints"},
	{id: "transformers", words: "the MLflow callback of Hugging Face's `Trainer`, with a model"},
	{
		id: "traces", words: "traces: `@mlflow.trace`",
		reason: "Varve keeps no traces: it answers 404 at once, the client warns, and the script goes on. The test measures that it is not held up.",
		theirs: "`mlflow server` keeps them in its database and shows them in its pages.",
	},
	{
		id: "autolog-openai", words: "autolog: OpenAI's client",
		reason: "As with traces, which are all that it logs: the model's answers come as fast as without.",
		theirs: "as with traces.",
	},
}

func featureOf(id string) (feature, bool) {
	for _, f := range features {
		if f.id == id {
			return f, true
		}
	}
	return feature{}, false
}
