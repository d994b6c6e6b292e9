package mlflow_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// traffic is what a callback of a library sent to a real `mlflow server`, and
// what that answered. The libraries are too large to be installed for every
// test; TestRecord (build tag clients) records them anew.
type traffic struct {
	With  string    `json:"with"` // the library and its version
	Calls []request `json:"calls"`
}

// request is one call. Ids are written as $run.
type request struct {
	Do     string `json:"do"`
	Body   string `json:"body,omitempty"`
	Keep   string `json:"keep,omitempty"`
	Answer answer `json:"answer"`
}

// TestRecorded plays what callbacks sent to a door, and compares the answers with
// MLflow's.
func TestRecorded(t *testing.T) {
	files, err := filepath.Glob("testdata/recorded/*.json")
	noError(t, err)
	if len(files) == 0 {
		t.Fatal("nothing is recorded")
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			noError(t, err)
			var recorded traffic
			noError(t, json.Unmarshal(text, &recorded))
			p := playerTo(newRig(t))
			for _, r := range recorded.Calls {
				s := step{name: r.Answer.Step, do: r.Do, body: r.Body, keep: r.Keep}
				compare(t, s, p.play(t, s), known(r))
			}
		})
	}
}

// known is MLflow's answer, but for what the session tells of and why.
func known(r request) answer {
	body, _ := r.Answer.Body.(map[string]any)
	switch run, _ := body["run"].(map[string]any); {
	case strings.HasPrefix(r.Do, "PUT "):
		r.Answer.Body = map[string]any{}
	case run != nil && run["outputs"] == nil:
		run["outputs"] = map[string]any{}
	}
	return r.Answer
}

// playerTo sends a session to a door without a network.
func playerTo(door http.Handler) *player {
	return &player{vars: map[string]string{}, send: func(req *http.Request) (*http.Response, error) {
		req.RequestURI = req.URL.RequestURI()
		w := httptest.NewRecorder()
		door.ServeHTTP(w, req)
		return w.Result(), nil
	}}
}
