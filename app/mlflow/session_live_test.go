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
	recorded := readRecording(t)
	for i, s := range session() {
		if i >= len(recorded) || recorded[i].Step != s.name {
			t.Fatalf("step %q is not in %s: record it again", s.name, recording)
		}
		now := got[i]
		now.Body = roundTrip(t, now.Body)
		if text := difference("answer", asJSON(t, now), asJSON(t, recorded[i])); text != "" {
			t.Errorf("%s: MLflow answers otherwise than recorded%s", s.name, text)
		}
	}
}

func asJSON(t *testing.T, a answer) any {
	t.Helper()
	if len(a.Header) == 0 {
		a.Header = nil
	}
	return roundTrip(t, map[string]any{"status": a.Status, "header": a.Header, "body": a.Body})
}
