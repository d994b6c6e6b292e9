//go:build clients

package mlflow_test

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"
)

// TestSessionLive plays the session to the MLflow server at VARVE_MLFLOW_SERVER,
// which must be fresh, and finds the recorded answers, or records them.
func TestSessionLive(t *testing.T) {
	base := os.Getenv("VARVE_MLFLOW_SERVER")
	if base == "" {
		t.Fatal("VARVE_MLFLOW_SERVER must be the address of a fresh `mlflow server`")
	}
	p := &player{base: base, vars: map[string]string{}, send: http.DefaultClient.Do}
	var got []answer
	for _, s := range session() {
		got = append(got, p.play(t, s))
	}
	text, err := json.MarshalIndent(got, "", " ")
	noError(t, err)
	if *record {
		noError(t, os.WriteFile(recording, append(text, '\n'), 0o644))
		return
	}
	recorded, err := os.ReadFile(recording)
	noError(t, err)
	if string(recorded) != string(text)+"\n" {
		t.Errorf("the server's answers are not those of %s: record them with -record and look at the difference", recording)
	}
}
