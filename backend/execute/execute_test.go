package execute_test

import (
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/env"
	"dev.varve/backend/execute"
)

func TestOutcome(t *testing.T) {
	for _, test := range []struct {
		name   string
		ending execute.Ending
		said   string
		status string
		reason string
	}{
		{"well", execute.Ending{}, "RUNNING", "FINISHED", ""},
		{"the script ended its run and went on", execute.Ending{}, "FINISHED", "FINISHED", ""},
		{"the script says it failed", execute.Ending{}, "FAILED", "FAILED", "The script said so itself"},
		{"a code", execute.Ending{Code: 3, Tail: "a\nValueError: alpha\n\n"}, "RUNNING", "FAILED", "It ended with exit code 3: ValueError: alpha"},
		{"a code after the run was ended well", execute.Ending{Code: 1}, "FINISHED", "FAILED", "It ended with exit code 1"},
		{"not found", execute.Ending{Code: 127, Tail: "bash: line 1: pyhton: command not found"}, "RUNNING", "FAILED", "A command was not found (exit code 127): bash: line 1: pyhton: command not found"},
		{"out of memory", execute.Ending{Code: 137, Signal: "SIGKILL"}, "RUNNING", "FAILED", "The system killed it (SIGKILL), most often because memory ran out"},
		{"stopped", execute.Ending{Code: 143, Signal: "SIGTERM", Stopped: true}, "RUNNING", "KILLED", "Stopped on request"},
	} {
		t.Run(test.name, func(t *testing.T) {
			u := execute.Outcome(test.ending, test.said)
			if u.Status != test.status || u.Reason != test.reason || *u.ExitCode != int64(test.ending.Code) {
				t.Fatalf("got %s %q %d", u.Status, u.Reason, *u.ExitCode)
			}
		})
	}
}

func TestEnvironLeadsToTheAgentOnly(t *testing.T) {
	caller := []string{
		"PATH=/bin", "HOME=/home/a", "MLFLOW_TRACKING_URI=http://old", "MLFLOW_TRACKING_TOKEN=old",
		"MLFLOW_EXPERIMENT_NAME=other", "no_proxy=intra.example", "MLFLOW_TRACKING_USERNAME=old", "VARVE_METRICS=/of/the/run/that/started/this/one",
	}
	spec := &execute.Spec{Run: "abc", ExpID: "7", User: "ann", Workspace: "/w"}
	got := execute.Environ(caller, spec, execute.Door{Address: "http://127.0.0.1:9", Token: "secret"},
		execute.Files{Params: "/a/params.json", Data: "/a/data.json", Metrics: "/a/metrics.jsonl", Artifacts: "/a/artifacts"}, env.Environment{Bin: "/env/bin", Vars: map[string]string{"VIRTUAL_ENV": "/env"}})
	for _, want := range []string{
		"PATH=/env/bin:/bin", "HOME=/home/a", "MLFLOW_TRACKING_URI=http://127.0.0.1:9", "MLFLOW_TRACKING_USERNAME=ann",
		"MLFLOW_TRACKING_PASSWORD=secret", "MLFLOW_RUN_ID=abc", "MLFLOW_EXPERIMENT_ID=7", "VIRTUAL_ENV=/env",
		"VARVE_RUN_ID=abc", "VARVE_PARAMS=/a/params.json", "VARVE_DATA=/a/data.json", "VARVE_METRICS=/a/metrics.jsonl", "VARVE_ARTIFACTS=/a/artifacts",
		"no_proxy=intra.example,127.0.0.1,localhost", "NO_PROXY=127.0.0.1,localhost",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is missing", want)
		}
	}
	seen := map[string]bool{}
	for _, pair := range got {
		key, value, _ := strings.Cut(pair, "=")
		if seen[key] {
			t.Errorf("%s is set twice", key)
		}
		seen[key] = true
		if strings.Contains(value, "old") || key == "MLFLOW_EXPERIMENT_NAME" {
			t.Errorf("%s survived", pair)
		}
	}
}
