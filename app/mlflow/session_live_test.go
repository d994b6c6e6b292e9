//go:build clients

package mlflow_test

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"
)

// TestSessionLive plays the session to a real MLflow server, and finds the
// answers that TestSession compares Varve's with. With -record it records them.
func TestSessionLive(t *testing.T) {
	p := &player{base: realServer(t, python(t, "mlflow-3")), vars: map[string]string{}, send: http.DefaultClient.Do}
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
