package execute

import (
	"maps"
	"slices"
	"strings"

	"dev.varve/backend/env"
)

// Door is where a child reaches its agent.
type Door struct {
	Address string // http://127.0.0.1:port
	Token   string
}

// Files are where a child finds what docs/contract.md promises: absolute paths.
type Files struct {
	Params    string // JSON: the run's parameters
	Data      string // JSON: which versions of data sets its paths are
	Metrics   string // JSON lines are appended here
	Artifacts string // folder
}

// Environ is the environment that a child sees: the caller's, changed so that
// MLflow's clients of any version find the agent and nothing else, and so that
// the programs of the prepared environment come first.
func Environ(caller []string, s *Spec, d Door, f Files, e env.Environment) []string {
	set := map[string]string{
		"MLFLOW_TRACKING_URI": d.Address,
		// Basic wins over a Bearer token and over ~/.mlflow/credentials, and
		// works for the R and Java clients, too.
		"MLFLOW_TRACKING_USERNAME": s.User,
		"MLFLOW_TRACKING_PASSWORD": d.Token,
		"MLFLOW_RUN_ID":            s.Run,
		"MLFLOW_EXPERIMENT_ID":     s.ExpID,
		// The link would lead to the agent, which ends with the run.
		"MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
		"MLFLOW_DISABLE_TELEMETRY":               "true",
		"DO_NOT_TRACK":                           "true",
		// The agent is on this machine: what it does not answer at once it
		// never will.
		"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3",
		"MLFLOW_HTTP_REQUEST_TIMEOUT":     "60",
		"PYTHONUNBUFFERED":                "1", // the log follows as it is written
		"VARVE_RUN_ID":                    s.Run,
		"VARVE_WORKSPACE":                 s.Workspace,
		"VARVE_PARAMS":                    f.Params,
		"VARVE_DATA":                      f.Data,
		"VARVE_METRICS":                   f.Metrics,
		"VARVE_ARTIFACTS":                 f.Artifacts,
	}
	drop := map[string]bool{
		"MLFLOW_TRACKING_TOKEN": true, "MLFLOW_EXPERIMENT_NAME": true, "MLFLOW_REGISTRY_URI": true,
		"MLFLOW_TRACKING_AUTH": true, "MLFLOW_TRACKING_INSECURE_TLS": true,
	}
	var out []string
	for _, pair := range e.Apply(caller) {
		key, value, _ := strings.Cut(pair, "=")
		if key == "NO_PROXY" || key == "no_proxy" {
			pair = key + "=" + localToo(value)
		}
		if _, replaced := set[key]; !replaced && !drop[key] {
			out = append(out, pair)
		}
	}
	out = addMissing(out)
	for _, key := range slices.Sorted(maps.Keys(set)) {
		out = append(out, key+"="+set[key])
	}
	return out
}

// localToo keeps requests to this machine off a campus proxy.
func localToo(hosts string) string {
	const local = "127.0.0.1,localhost"
	if hosts == "" {
		return local
	}
	return hosts + "," + local
}

func addMissing(out []string) []string {
	for _, key := range []string{"NO_PROXY", "no_proxy"} {
		found := false
		for _, pair := range out {
			found = found || strings.HasPrefix(pair, key+"=")
		}
		if !found {
			out = append(out, key+"="+localToo(""))
		}
	}
	return out
}
