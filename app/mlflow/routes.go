package mlflow

import (
	"net/http"
	"strings"

	"dev.varve/backend/artifact"
	"dev.varve/backend/fault"
)

// Options are what a door needs.
type Options struct {
	Tracker Tracker
	// Artifacts finds the files of runs and models.
	Artifacts *artifact.Places
	// Elsewhere is the owner's door, in an agent; nil in an owner. It answers
	// 503 if there is no owner now.
	Elsewhere http.Handler
	// Webhooks are those of this device; nil in an agent.
	Webhooks Webhooks
	// Folder is what relative artifact locations start from. Empty: they stay as
	// they are.
	Folder string
	// Version is what /version says.
	Version string
}

type door struct{ Options }

// Paths are the patterns that a mux must give to the handler of New.
var Paths = []string{"/api/", "/ajax-api/", "/health", "/version", "/get-artifact", "/model-versions/", "/graphql", "/v1/"}

// route is one endpoint. Its path is behind /api/ and /ajax-api/.
type route struct {
	method, path string
	serve        func(*door) http.Handler
}

var routes = []route{
	{"POST", "2.0/mlflow/experiments/create", on((*door).createExperiment)},
	{"POST", "2.0/mlflow/experiments/search", on((*door).searchExperiments)},
	{"GET", "2.0/mlflow/experiments/search", on((*door).searchExperiments)},
	{"GET", "2.0/mlflow/experiments/get", on((*door).getExperiment)},
	{"GET", "2.0/mlflow/experiments/get-by-name", on((*door).getExperimentByName)},
	{"POST", "2.0/mlflow/experiments/delete", on((*door).deleteExperiment)},
	{"POST", "2.0/mlflow/experiments/restore", on((*door).restoreExperiment)},
	{"POST", "2.0/mlflow/experiments/update", on((*door).renameExperiment)},
	{"POST", "2.0/mlflow/experiments/set-experiment-tag", on((*door).setExperimentTag)},
	{"POST", "2.0/mlflow/experiments/delete-experiment-tag", on((*door).deleteExperimentTag)},
	{"POST", "2.0/mlflow/experiments/search-datasets", on((*door).searchDatasets)},

	{"POST", "2.0/mlflow/runs/create", on((*door).createRun)},
	{"POST", "2.0/mlflow/runs/update", on((*door).updateRun)},
	{"POST", "2.0/mlflow/runs/delete", on((*door).deleteRun)},
	{"POST", "2.0/mlflow/runs/restore", on((*door).restoreRun)},
	{"GET", "2.0/mlflow/runs/get", on((*door).getRun)},
	{"POST", "2.0/mlflow/runs/search", on((*door).searchRuns)},
	{"POST", "2.0/mlflow/runs/log-metric", on((*door).logMetric)},
	{"POST", "2.0/mlflow/runs/log-parameter", on((*door).logParam)},
	{"POST", "2.0/mlflow/runs/set-tag", on((*door).setTag)},
	{"POST", "2.0/mlflow/runs/delete-tag", on((*door).deleteTag)},
	{"POST", "2.0/mlflow/runs/log-batch", on((*door).logBatch)},
	{"POST", "2.0/mlflow/runs/log-model", on((*door).logModel)},
	{"POST", "2.0/mlflow/runs/log-inputs", on((*door).logInputs)},
	{"POST", "2.0/mlflow/runs/outputs", on((*door).logOutputs)},
	{"GET", "2.0/mlflow/metrics/get-history", on((*door).getHistory)},
	{"GET", "2.0/mlflow/metrics/get-history-bulk", on((*door).bulkHistory)},
	{"GET", "2.0/mlflow/metrics/get-history-bulk-interval", on((*door).bulkInterval)},

	{"POST", "2.0/mlflow/logged-models", on((*door).createModel)},
	{"POST", "2.0/mlflow/logged-models/search", on((*door).searchModels)},
	{"GET", "2.0/mlflow/logged-models/{model_id}", on((*door).getModel)},
	{"PATCH", "2.0/mlflow/logged-models/{model_id}", on((*door).finalizeModel)},
	{"DELETE", "2.0/mlflow/logged-models/{model_id}", on((*door).deleteModel)},
	{"PATCH", "2.0/mlflow/logged-models/{model_id}/tags", on((*door).setModelTags)},
	{"DELETE", "2.0/mlflow/logged-models/{model_id}/tags/{tag_key...}", on((*door).deleteModelTag)},
	{"POST", "2.0/mlflow/logged-models/{model_id}/params", on((*door).logModelParams)},
	{"GET", "2.0/mlflow/logged-models/{model_id}/artifacts/directories", on((*door).listModelArtifacts)},
	{"GET", "2.0/mlflow/logged-models/{model_id}/artifacts/files", (*door).modelArtifact},

	{"POST", "2.0/mlflow/registered-models/create", on((*door).createRegistered)},
	{"POST", "2.0/mlflow/registered-models/rename", on((*door).renameRegistered)},
	{"PATCH", "2.0/mlflow/registered-models/update", on((*door).describeRegistered)},
	{"DELETE", "2.0/mlflow/registered-models/delete", on((*door).deleteRegistered)},
	{"GET", "2.0/mlflow/registered-models/get", on((*door).getRegistered)},
	{"GET", "2.0/mlflow/registered-models/search", on((*door).searchRegistered)},
	{"POST", "2.0/mlflow/registered-models/search", on((*door).searchRegistered)},
	{"GET", "2.0/mlflow/registered-models/get-latest-versions", on((*door).getLatestVersions)},
	{"POST", "2.0/mlflow/registered-models/get-latest-versions", on((*door).getLatestVersions)},
	{"POST", "2.0/mlflow/registered-models/set-tag", on((*door).setRegisteredTag)},
	{"DELETE", "2.0/mlflow/registered-models/delete-tag", on((*door).deleteRegisteredTag)},
	{"POST", "2.0/mlflow/registered-models/alias", on((*door).setAlias)},
	{"DELETE", "2.0/mlflow/registered-models/alias", on((*door).deleteAlias)},
	{"GET", "2.0/mlflow/registered-models/alias", on((*door).getByAlias)},
	{"POST", "2.0/mlflow/model-versions/create", on((*door).createVersion)},
	{"GET", "2.0/mlflow/model-versions/get", on((*door).getVersion)},
	{"PATCH", "2.0/mlflow/model-versions/update", on((*door).describeVersion)},
	{"POST", "2.0/mlflow/model-versions/transition-stage", on((*door).transitionStage)},
	{"DELETE", "2.0/mlflow/model-versions/delete", on((*door).deleteVersion)},
	{"GET", "2.0/mlflow/model-versions/search", on((*door).searchVersions)},
	{"POST", "2.0/mlflow/model-versions/search", on((*door).searchVersions)},
	{"GET", "2.0/mlflow/model-versions/get-download-uri", on((*door).downloadURI)},
	{"POST", "2.0/mlflow/model-versions/set-tag", on((*door).setVersionTag)},
	{"DELETE", "2.0/mlflow/model-versions/delete-tag", on((*door).deleteVersionTag)},

	{"POST", "2.0/mlflow/webhooks", on((*door).createWebhook)},
	{"GET", "2.0/mlflow/webhooks", on((*door).listWebhooks)},
	{"GET", "2.0/mlflow/webhooks/{webhook_id}", on((*door).getWebhook)},
	{"PATCH", "2.0/mlflow/webhooks/{webhook_id}", on((*door).updateWebhook)},
	{"DELETE", "2.0/mlflow/webhooks/{webhook_id}", on((*door).deleteWebhook)},
	{"POST", "2.0/mlflow/webhooks/{webhook_id}/test", on((*door).testWebhook)},

	{"GET", "2.0/mlflow/artifacts/list", on((*door).listRunArtifacts)},
	{"POST", "2.0/mlflow/upload-artifact", (*door).uploadByQuery},
	{"GET", "2.0/mlflow-artifacts/artifacts", on((*door).listProxied)},
	{"GET", "2.0/mlflow-artifacts/artifacts/{path...}", proxied((*door).download)},
	{"PUT", "2.0/mlflow-artifacts/artifacts/{path...}", proxied((*door).upload)},
	{"DELETE", "2.0/mlflow-artifacts/artifacts/{path...}", proxied((*door).remove)},
	{"POST", "2.0/mlflow-artifacts/mpu/{step}/{path...}", refuse("Multipart upload is not supported for the current artifact repository")},
	{"GET", "2.0/mlflow-artifacts/presigned/{path...}", refuse("Multipart download is not supported for the current artifact repository")},
	{"POST", "2.0/mlflow/artifacts/presigned-upload-url", refuse("Presigned upload is not supported for the current artifact repository")},

	{"GET", "3.0/mlflow/server-info", text("application/json", func(*door) string { return serverInfo })},
}

// New returns the handler of MLflow's interface.
func New(o Options) http.Handler {
	d := &door{o}
	mux := http.NewServeMux()
	for _, r := range routes {
		h := r.serve(d)
		mux.Handle(r.method+" /api/"+r.path, h)
		mux.Handle(r.method+" /ajax-api/"+r.path, h)
	}
	mux.Handle("GET /health", text("text/plain; charset=utf-8", func(*door) string { return "OK" })(d))
	mux.Handle("GET /version", text("text/plain; charset=utf-8", func(d *door) string { return d.Version })(d))
	mux.Handle("GET /get-artifact", d.runArtifact())
	mux.Handle("GET /model-versions/get-artifact", d.versionArtifact())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		noEndpoint.answer(w, "Varve has no endpoint "+r.Method+" "+r.URL.Path)
	})
	return plainPaths(mux)
}

// plainPaths keeps the mux from redirecting: doubled slashes count as one, as
// in a path of files, and a path with . or .. in it is refused.
func plainPaths(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.EscapedPath()
		if strings.Contains(path, "//") {
			r = r.Clone(r.Context())
			r.URL.Path, r.URL.RawPath = collapse(r.URL.Path), collapse(path)
			path = r.URL.RawPath
		}
		for segment := range strings.SplitSeq(path, "/") {
			if segment == "." || segment == ".." {
				fail(w, errPath)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

func collapse(path string) string {
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return path
}

// refuse answers what Varve does not do in words that clients wait for.
func refuse(message string) func(*door) http.Handler {
	return func(*door) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fail(w, fault.New(fault.Unsupported, "%s", message))
		})
	}
}

// text answers with a constant.
func text(contentType string, body func(*door) string) func(*door) http.Handler {
	return func(d *door) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.Header().Set("X-Content-Type-Options", "nosniff")
			_, _ = w.Write([]byte(body(d)))
		})
	}
}

// serverInfo tells clients of MLflow 3 what not to try.
const serverInfo = `{"store_type":null,"workspaces_enabled":false,"trace_archival_enabled":false,` +
	`"multipart_uploads_enabled":false,"multipart_downloads_enabled":false}`
