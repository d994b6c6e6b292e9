package mlflow_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"dev.varve/backend/fault"
	"dev.varve/backend/track"
	"dev.varve/storage/storetest/faultdisk"
)

// TestLost checks that a run whose agent is gone has failed in clients' eyes,
// says why, is found so, and is itself again when the agent was only late.
func TestLost(t *testing.T) {
	r := newRig(t)
	run, other := r.newRun(t), r.newRun(t)
	r.tracker.SetLost(map[string]string{run: "the process ended without a word"})
	got := r.want(t, 200, "GET", api+"runs/get?run_id="+run, "")
	if at(t, got, "run.info.status") != "FAILED" || !strings.Contains(compact(got), `{"key":"varve.lost","value":"the process ended without a word"}`) {
		t.Errorf("a lost run: %s", compact(got))
	}
	search := func(filter string) string {
		return compact(r.want(t, 200, "POST", api+"runs/search", `{"experiment_ids":["0"],"filter":"`+filter+`"}`))
	}
	if found := search("status = 'FAILED' AND tags.`varve.lost` LIKE '%word'"); !strings.Contains(found, run) || strings.Contains(found, other) {
		t.Errorf("search for lost runs: %s", found)
	}
	if found := search("status = 'RUNNING'"); strings.Contains(found, run) || !strings.Contains(found, other) {
		t.Errorf("search for running runs: %s", found)
	}
	r.tracker.SetLost(nil)
	got = r.want(t, 200, "GET", api+"runs/get?run_id="+run, "")
	if at(t, got, "run.info.status") != "RUNNING" || strings.Contains(compact(got), "varve.lost") {
		t.Errorf("a run that was found again: %s", compact(got))
	}
	r.tracker.SetLost(map[string]string{run: "gone"})
	r.want(t, 200, "POST", api+"runs/update", `{"run_id":"`+run+`","status":"FINISHED"}`)
	if got := r.want(t, 200, "GET", api+"runs/get?run_id="+run, ""); at(t, got, "run.info.status") != "FINISHED" {
		t.Errorf("a run that ended was lost before: %s", compact(got))
	}
}

// TestConcurrentPoints checks that clients that log at the same time into one
// run lose nothing, and that a search straight after sees it.
func TestConcurrentPoints(t *testing.T) {
	r := newRig(t)
	run := r.newRun(t)
	const clients, points = 16, 50
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for i := range points {
				body := fmt.Sprintf(`{"run_id":%q,"key":"m","value":%d,"timestamp":%d,"step":%d}`, run, c, c, i)
				if w := r.do(t, "POST", api+"runs/log-metric", body); w.Code != 200 {
					t.Errorf("%d: %s", w.Code, w.Body)
				}
			}
		})
	}
	wg.Wait()
	history := r.want(t, 200, "GET", api+"metrics/get-history?run_id="+run+"&metric_key=m", "")
	if n := len(history["metrics"].([]any)); n != clients*points {
		t.Errorf("%d of %d points are there", n, clients*points)
	}
	found := r.want(t, 200, "POST", api+"runs/search", fmt.Sprintf(`{"experiment_ids":["0"],"filter":"metrics.m = %d"}`, clients-1))
	if found["runs"] == nil {
		t.Error("the last point is not found")
	}
}

// TestLogModelTogether checks that models logged at the same time are all in
// the tag that lists them.
func TestLogModelTogether(t *testing.T) {
	r := newRig(t)
	run := r.newRun(t)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			model, _ := json.Marshal(fmt.Sprintf(`{"artifact_path":"m%d","flavors":{"x":{"note":%q}},"utc_time_created":"t","run_id":%q}`, i, strings.Repeat("long ", 200), run))
			w := r.do(t, "POST", api+"runs/log-model", fmt.Sprintf(`{"run_id":%q,"model_json":%s}`, run, model))
			if w.Code != 200 {
				t.Errorf("%d: %s", w.Code, w.Body)
			}
		})
	}
	wg.Wait()
	var value string
	noError(t, r.tracker.Run(run, func(x *track.Run) { value, _ = x.Labels.Tag(track.TagModels) }))
	var list []map[string]any
	noError(t, json.Unmarshal([]byte(value), &list))
	if len(list) != 20 {
		t.Errorf("%d of 20 models are listed", len(list))
	}
}

// TestDiskFull checks what a script is told when nothing can be recorded: at
// once, in words, with a status that its client does not repeat.
func TestDiskFull(t *testing.T) {
	d := faultdisk.New(faultdisk.NewMemory())
	r := newRigOn(t, d)
	run := r.newRun(t)
	d.Fail(faultdisk.Rule{Op: faultdisk.WriteAt, Times: -1, Kind: fault.NoSpace})
	w := r.do(t, "POST", api+"runs/log-metric", `{"run_id":"`+run+`","key":"m","value":1,"timestamp":1}`)
	if w.Code != http.StatusInsufficientStorage || !strings.Contains(w.Body.String(), "RESOURCE_EXHAUSTED") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	history := r.want(t, 200, "GET", api+"metrics/get-history?run_id="+run+"&metric_key=m", "")
	if history["metrics"] != nil {
		t.Errorf("what was refused is there: %v", history)
	}
}

// TestLargeBody checks the bound on what is read into memory.
func TestLargeBody(t *testing.T) {
	r := newRig(t)
	body := io.MultiReader(strings.NewReader(`{"name":"`), io.LimitReader(endless{}, 65<<20), strings.NewReader(`"}`))
	w := r.send(t, "POST", api+"experiments/create", body, "Content-Type", "application/json")
	if w.Code != 400 || !strings.Contains(w.Body.String(), "larger than 64 MiB") {
		t.Errorf("%d %.200s", w.Code, w.Body)
	}
	w = r.send(t, "POST", api+"experiments/create", io.MultiReader(strings.NewReader(`{"name":"x"}`), broken{errors.New("reset")}), "Content-Type", "application/json")
	if w.Code != 400 || !strings.Contains(w.Body.String(), "cut off") {
		t.Errorf("a broken body: %d %s", w.Code, w.Body)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// TestPlainEndpoints checks the few that answer with text.
func TestPlainEndpoints(t *testing.T) {
	r := newRig(t)
	for target, want := range map[string]string{"/health": "OK", "/version": "1.2.3"} {
		if w := r.send(t, "GET", target, nil); w.Code != 200 || w.Body.String() != want {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
	info := r.want(t, 200, "GET", "/api/3.0/mlflow/server-info", "")
	if info["multipart_uploads_enabled"] != false || info["workspaces_enabled"] != false {
		t.Errorf("server-info: %v", info)
	}
	for _, target := range []string{
		"/api/3.0/mlflow/traces/x", "/api/2.0/mlflow/runs/get/", "/api/9.0/x", "/ajax-api/2.0/x", "/api/",
	} {
		if got := r.want(t, 404, "GET", target, ""); got["error_code"] != "ENDPOINT_NOT_FOUND" {
			t.Errorf("%s: %v", target, got)
		}
	}
	if w := r.send(t, "GET", "/api/2.0//mlflow/experiments//get?experiment_id=0", nil); w.Code != 200 {
		t.Errorf("doubled slashes: %d", w.Code)
	}
}
