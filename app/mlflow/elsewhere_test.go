package mlflow_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"dev.varve/app/mlflow"
	"dev.varve/backend/track"
)

// pair is an agent's door with the owner's behind it, which can go away.
type pair struct {
	agent, owner *rig
	gone         atomic.Bool
	asked        atomic.Int64
}

func newPair(t testing.TB) *pair {
	t.Helper()
	p := &pair{owner: newRig(t)}
	ask := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.asked.Add(1)
		if p.gone.Load() {
			w.Header().Set("Content-Type", "text/plain")
			w.Header().Set("Content-Length", "4")
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte("gone"))
			return
		}
		p.owner.ServeHTTP(w, r)
	})
	p.agent = newRig(t, func(o *mlflow.Options) { o.Elsewhere = ask })
	return p
}

func (p *pair) knows(r *rig, run string) bool { return r.tracker.Knows(run) }

// TestAgentKeepsItsRuns checks that what a script logs under an agent stays with
// the agent, in an experiment that only the owner had, and goes on without it.
func TestAgentKeepsItsRuns(t *testing.T) {
	p := newPair(t)
	x := at(t, p.agent.want(t, 200, "POST", api+"experiments/create", `{"name":"field","tags":[{"key":"k","value":"v"}]}`), "experiment_id").(string)
	if err := p.owner.tracker.Experiment(x, func(*track.Experiment) {}); err != nil {
		t.Fatalf("the owner did not make the experiment: %v", err)
	}
	run := at(t, p.agent.want(t, 200, "POST", api+"runs/create", `{"experiment_id":"`+x+`","run_name":"a"}`), "run.info.run_id").(string)
	if !p.knows(p.agent, run) || p.knows(p.owner, run) {
		t.Fatal("the run is not the agent's")
	}
	p.gone.Store(true)
	asked := p.asked.Load()
	p.agent.want(t, 200, "POST", api+"runs/log-metric", `{"run_id":"`+run+`","key":"m","value":1,"timestamp":1}`)
	p.agent.want(t, 200, "POST", api+"runs/log-batch", `{"run_id":"`+run+`","params":[{"key":"p","value":"1"}]}`)
	nested := at(t, p.agent.want(t, 200, "POST", api+"runs/create", `{"experiment_id":"`+x+`","tags":[{"key":"mlflow.parentRunId","value":"`+run+`"}]}`), "run.info.run_id").(string)
	model := at(t, p.agent.want(t, 200, "POST", api+"logged-models", `{"experiment_id":"`+x+`","source_run_id":"`+run+`"}`), "model.info.model_id").(string)
	p.agent.want(t, 200, "PATCH", api+"logged-models/"+model, `{"status":"LOGGED_MODEL_READY"}`)
	for _, target := range []string{x + "/" + run + "/artifacts/f", x + "/models/" + model + "/artifacts/MLmodel"} {
		if w := p.agent.send(t, "PUT", proxy+target, strings.NewReader("bytes")); w.Code != 200 {
			t.Fatalf("PUT %s: %d %s", target, w.Code, w.Body)
		}
		if w := p.agent.send(t, "GET", proxy+target, nil); w.Body.String() != "bytes" {
			t.Fatalf("GET %s: %d %s", target, w.Code, w.Body)
		}
	}
	p.agent.want(t, 200, "GET", api+"runs/get?run_id="+nested, "")
	p.agent.want(t, 200, "POST", api+"runs/update", `{"run_id":"`+run+`","status":"FINISHED"}`)
	if got := p.asked.Load(); got != asked {
		t.Errorf("the owner was asked %d times about what the agent knows", got-asked)
	}
	found := p.agent.want(t, 200, "POST", api+"runs/search", `{"experiment_ids":["`+x+`"]}`)
	if n := len(found["runs"].([]any)); n != 2 {
		t.Errorf("without the owner a search finds %d runs, want the agent's 2", n)
	}
}

// TestAgentAsks checks that the agent hands on what only the owner knows.
func TestAgentAsks(t *testing.T) {
	p := newPair(t)
	run := p.owner.newRun(t)
	target := "0/" + run + "/artifacts/f"
	model := at(t, p.owner.want(t, 200, "POST", api+"logged-models", `{"experiment_id":"0","name":"m"}`), "model.info.model_id").(string)
	for _, c := range []struct{ method, target, body string }{
		{"GET", api + "runs/get?run_id=" + run, ""},
		{"POST", api + "runs/log-metric", `{"run_id":"` + run + `","key":"m","value":1,"timestamp":1}`},
		{"POST", api + "runs/set-tag", `"{\"run_uuid\":\"` + run + `\",\"key\":\"k\",\"value\":\"v\"}"`},
		{"GET", api + "metrics/get-history?run_id=" + run + "&metric_key=m", ""},
		{"GET", api + "logged-models/" + model, ""},
		{"PATCH", api + "logged-models/" + model + "/tags", `{"tags":[{"key":"a","value":"b"}]}`},
		{"POST", api + "logged-models/search", `{"experiment_ids":["0"],"filter":"name = 'm'"}`},
		{"POST", api + "runs/search", `{"experiment_ids":["0"]}`},
		{"POST", api + "experiments/search", `{"max_results":5}`},
		{"PUT", proxy + target, "bytes"},
		{"GET", api + "artifacts/list?run_id=" + run, ""},
		{"GET", strings.TrimSuffix(proxy, "/") + "?path=0/" + run + "/artifacts", ""},
	} {
		asked := p.asked.Load()
		got := p.agent.do(t, c.method, c.target, c.body)
		if got.Code != 200 || p.asked.Load() != asked+1 {
			t.Errorf("%s %s: %d %s, owner asked %d times", c.method, c.target, got.Code, got.Body, p.asked.Load()-asked)
		}
		if want := p.owner.do(t, c.method, c.target, c.body); c.method == "GET" && got.Body.String() != want.Body.String() {
			t.Errorf("%s: agent says %s, owner %s", c.target, got.Body, want.Body)
		}
	}
	if w := p.agent.send(t, "GET", proxy+target, nil, "Range", "bytes=1-2"); w.Code != 206 || w.Body.String() != "yt" {
		t.Errorf("a part through the agent: %d %s", w.Code, w.Body)
	}
	if w := p.agent.send(t, "GET", "/get-artifact?run_id="+run+"&path=f", nil); w.Body.String() != "bytes" {
		t.Errorf("get-artifact through the agent: %d %s", w.Code, w.Body)
	}
	p.agent.want(t, 400, "POST", api+"runs/log-metric", `{"run_id":"`+run+`","key":"m","value":"x","timestamp":1}`)
}

// TestAgentAlone checks the answers of an agent that nobody stands behind.
func TestAgentAlone(t *testing.T) {
	p := newPair(t)
	p.gone.Store(true)
	answer := p.agent.want(t, 404, "GET", api+"runs/get?run_id=0123456789abcdef0123456789abcdef", "")
	if answer["error_code"] != "RESOURCE_DOES_NOT_EXIST" {
		t.Errorf("an unknown run: %v", answer)
	}
	w := p.agent.do(t, "GET", api+"experiments/get-by-name?experiment_name=x", "")
	if w.Code != 404 || w.Header().Get("Content-Type") != "application/json" || w.Header().Get("Content-Length") == "4" {
		t.Errorf("the refused answer shows through: %d %v", w.Code, w.Header())
	}
	x := at(t, p.agent.want(t, 200, "POST", api+"experiments/create", `{"name":"x"}`), "experiment_id").(string)
	p.agent.want(t, 200, "POST", api+"runs/create", `{"experiment_id":"`+x+`"}`)
	p.agent.want(t, 404, "POST", api+"runs/create", `{"experiment_id":"123"}`)
	p.agent.want(t, 404, "PUT", proxy+"0/0123456789abcdef0123456789abcdef/artifacts/f", "x")

	p.gone.Store(false)
	same := at(t, p.agent.want(t, 200, "POST", api+"experiments/create", `{"name":"x"}`), "experiment_id").(string)
	if same != x {
		t.Errorf("owner and agent call one experiment %s and %s", same, x)
	}
	p.owner.want(t, 200, "POST", api+"experiments/delete", `{"experiment_id":"`+x+`"}`)
	y := at(t, p.owner.want(t, 200, "POST", api+"experiments/create", `{"name":"y"}`), "experiment_id").(string)
	p.owner.want(t, 200, "POST", api+"experiments/delete", `{"experiment_id":"`+y+`"}`)
	refused := p.agent.want(t, 400, "POST", api+"runs/create", `{"experiment_id":"`+y+`"}`)
	if !strings.Contains(fmt.Sprint(refused["message"]), "must be in the 'active' state") {
		t.Errorf("a run in an experiment that the owner has deleted: %v", refused)
	}
}

// TestAgentStreams checks that a body for the owner is not collected first.
func TestAgentStreams(t *testing.T) {
	p := newPair(t)
	run := p.owner.newRun(t)
	server := httptest.NewServer(p.agent)
	defer server.Close()
	reader, writer := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), "PUT", server.URL+proxy+"0/"+run+"/artifacts/f", reader)
	noError(t, err)
	done := make(chan error, 1)
	go func() {
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			_ = res.Body.Close()
		}
		done <- err
	}()
	for p.asked.Load() == 0 { // before the body has ended
		if _, err := writer.Write([]byte("some bytes ")); err != nil {
			t.Fatal(err)
		}
	}
	noError(t, writer.Close())
	noError(t, <-done)
	if _, err := p.owner.tracker.Artifact(track.Owner{Run: run}, "f"); err != nil {
		t.Fatal(err)
	}
}
