package owner

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dev.varve/app/client"
	"dev.varve/app/door/api"
	"dev.varve/backend/track"
)

// hostile is a real owner, with its journal on the disk, behind its real door.
type hostile struct {
	t *testing.T
	o *Owner
	*client.Client
}

func newHostile(t *testing.T) *hostile {
	t.Helper()
	o := become(t)
	address, err := o.OpenDoor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	token, err := Token(o.disk, o.random, o.places)
	if err != nil {
		t.Fatal(err)
	}
	return &hostile{t, o, client.New(address, token)}
}

// post sends a body to MLflow's interface as it is, and returns the answer.
func (h *hostile) post(path, body string) (status int, answer string) {
	h.t.Helper()
	resp, err := h.Do(h.t.Context(), http.MethodPost, h.Address+"/api/2.0/mlflow/"+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// ok is post that has to go well.
func (h *hostile) ok(path string, in, out any) {
	h.t.Helper()
	if err := h.MLflow(h.t.Context(), http.MethodPost, "/api/2.0/mlflow/"+path, in, out); err != nil {
		h.t.Fatalf("%s: %v", path, err)
	}
}

func (h *hostile) run(tags ...map[string]string) string {
	h.t.Helper()
	var made struct {
		Run struct{ Info struct{ Run_ID string } }
	}
	h.ok("runs/create", map[string]any{"experiment_id": "0", "start_time": 1_700_000_000_000, "tags": tags}, &made)
	return made.Run.Info.Run_ID
}

func (h *hostile) nested(parent string) string {
	return h.run(map[string]string{"key": "mlflow.parentRunId", "value": parent})
}

func (h *hostile) get(path string, query url.Values, out any) {
	h.t.Helper()
	if err := h.Get(h.t.Context(), path, query, out); err != nil {
		h.t.Fatalf("%s: %v", path, err)
	}
}

// found is how many runs fulfil a filter.
func (h *hostile) found(filter string) int {
	h.t.Helper()
	var page api.RunPage
	h.get("/runs", url.Values{"filter": {filter}, "limit": {"10"}}, &page)
	return page.Total
}

// TestTenThousandColumns: a run with ten thousand params and as many metrics is
// recorded, shown and found.
func TestTenThousandColumns(t *testing.T) {
	h := newHostile(t)
	run := h.run()
	for i := range 100 {
		batch := map[string]any{"run_id": run}
		var params, metrics []map[string]any
		for j := range 100 {
			params = append(params, map[string]any{"key": fmt.Sprintf("p%04d", 100*i+j), "value": "x"})
			metrics = append(metrics, map[string]any{"key": fmt.Sprintf("m%04d", 100*i+j), "value": i, "timestamp": 1, "step": 0})
		}
		batch["params"], batch["metrics"] = params, metrics
		h.ok("runs/log-batch", batch, nil)
	}
	var page api.RunPage
	h.get("/runs", nil, &page)
	if len(page.Params) != 10_000 || len(page.Metrics) != 10_000 || len(page.Runs[0].Metrics) != 10_000 {
		t.Errorf("%d params, %d metrics, of the run %d", len(page.Params), len(page.Metrics), len(page.Runs[0].Metrics))
	}
	if n := h.found("metrics.m9999 = 99 AND params.p0000 = 'x'"); n != 1 {
		t.Errorf("%d runs were found by two of the columns", n)
	}
	var some api.Suggestions
	h.get("/runs/suggest", url.Values{"filter": {"params.p99"}, "cursor": {"10"}}, &some)
	if len(some.Suggestions) == 0 || len(some.Suggestions) > 100 {
		t.Errorf("%d suggestions", len(some.Suggestions))
	}
}

// TestKeys: what is allowed is found again under its name, and what is not is
// refused in words.
func TestKeys(t *testing.T) {
	h := newHostile(t)
	run := h.run()
	for _, key := range []string{
		"a", "val/loss", "a.b.c", "with spaces", "x-y_z", "é", "准确率", "дом", "0", "a:b", "a/b/c/d", ".hidden", "-", strings.Repeat("k", 250),
	} {
		h.ok("runs/log-batch", map[string]any{
			"run_id": run, "metrics": []map[string]any{{"key": key, "value": 1, "timestamp": 1, "step": 0}},
			"params": []map[string]any{{"key": key, "value": key}}, "tags": []map[string]any{{"key": key, "value": key}},
		}, nil)
		for _, filter := range []string{"metrics.`%s` = 1", "params.`%s` = '%[1]s'", `tags."%s" LIKE '%%%[1]s'`} {
			if n := h.found(fmt.Sprintf(filter, key)); n != 1 {
				t.Errorf("%s finds %d runs", fmt.Sprintf(filter, key), n)
			}
		}
		var curve bytes.Buffer
		resp, err := h.Do(t.Context(), http.MethodGet, h.Address+client.Prefix+"/runs/"+run+"/series?key="+url.QueryEscape(key), nil)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = curve.ReadFrom(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != 200 || curve.Len() != 16 {
			t.Errorf("the curve of %q: %d, %d bytes", key, resp.StatusCode, curve.Len())
		}
	}
	for _, key := range []string{"", ".", "..", "../x", "/x", "a//b", "a/./b", "a/", "a\nb", "a\tb", "a\x00b", "<b>", "a=b", "😀", "e\u0301", "a\u202eb", strings.Repeat("k", 251)} {
		body, err := json.Marshal(map[string]any{"run_id": run, "key": key, "value": 1, "timestamp": 1, "step": 0})
		if err != nil {
			t.Fatal(err)
		}
		status, answer := h.post("runs/log-metric", string(body))
		if status != 400 || !strings.Contains(answer, "INVALID_PARAMETER_VALUE") || len(answer) < 80 {
			t.Errorf("a metric named %.20q: %d %s", key, status, answer)
		}
	}
}

// TestAMillionEqualSteps: nothing is lost, and what is shown is bounded.
func TestAMillionEqualSteps(t *testing.T) {
	if testing.Short() {
		t.Skip("it writes a million points")
	}
	h := newHostile(t)
	run := h.run()
	for i := range 1000 {
		points := make([]map[string]any, 1000)
		for j := range points {
			points[j] = map[string]any{"key": "m", "value": float64(1000*i + j), "timestamp": 1000*i + j + 1, "step": 7}
		}
		h.ok("runs/log-batch", map[string]any{"run_id": run, "metrics": points}, nil)
	}
	var detail api.RunDetail
	h.get("/runs/"+run, nil, &detail)
	if m := detail.MetricList[0]; m.Points != 1_000_000 || m.Last != 999_999 || m.Min != 0 || m.Max != 999_999 || m.Step != 7 {
		t.Errorf("the metric is %+v", m)
	}
	resp, err := h.Do(t.Context(), http.MethodGet, h.Address+client.Prefix+"/runs/"+run+"/series?key=m&points=1000", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	curve, err := io.ReadAll(resp.Body)
	if err != nil || len(curve) == 0 || len(curve) > 16*10_000 {
		t.Errorf("the curve has %d bytes, %v", len(curve), err)
	}
	var history struct {
		Metrics []struct{ Value float64 }
		Next    string `json:"next_page_token"`
	}
	query := url.Values{"run_id": {run}, "metric_key": {"m"}, "max_results": {"1000"}}
	if err := h.MLflow(t.Context(), http.MethodGet, "/api/2.0/mlflow/metrics/get-history?"+query.Encode(), nil, &history); err != nil {
		t.Fatal(err)
	}
	if len(history.Metrics) != 1000 || history.Metrics[999].Value != 999 || history.Next == "" {
		t.Errorf("a page of the history has %d points", len(history.Metrics))
	}
}

// TestLongTexts: what MLflow cuts is cut, and what it refuses is refused.
func TestLongTexts(t *testing.T) {
	h := newHostile(t)
	run := h.run()
	tag := func() (value string) {
		var detail api.RunDetail
		h.get("/runs/"+run, nil, &detail)
		for _, t := range detail.Tags {
			if t.Key == "t" {
				value = t.Value
			}
		}
		return value
	}
	for _, n := range []int{8000, 8001, 100_000} {
		h.ok("runs/set-tag", map[string]any{"run_id": run, "key": "t", "value": strings.Repeat("é", n)}, nil)
		if got := len([]rune(tag())); got != 8000 {
			t.Errorf("a tag of %d characters has %d", n, got)
		}
	}
	if n := h.found("tags.t LIKE '" + strings.Repeat("é", 4000) + "%'"); n != 1 {
		t.Errorf("the long tag is found %d times", n)
	}
	for n, want := range map[int]int{500: 200, 501: 400, 5000: 400} {
		if status, answer := h.post("experiments/create", fmt.Sprintf(`{"name":%q}`, strings.Repeat("x", n))); status != want {
			t.Errorf("an experiment's name of %d characters: %d %.200s", n, status, answer)
		}
	}
	for n, want := range map[int]int{6000: 200, 6001: 200} { // cut, as MLflow's server does
		if status, answer := h.post("runs/log-parameter", fmt.Sprintf(`{"run_id":%q,"key":"p%d","value":%q}`, run, n, strings.Repeat("x", n))); status != want {
			t.Errorf("a param of %d characters: %d %.200s", n, status, answer)
		}
	}
}

// TestAThousandLevels: runs nested a thousand deep are moved as one, and shown.
func TestAThousandLevels(t *testing.T) {
	h := newHostile(t)
	top := h.run()
	parent := top
	for range 999 {
		parent = h.nested(parent)
	}
	var made struct {
		ID string `json:"experiment_id"`
	}
	h.ok("experiments/create", map[string]any{"name": "deep"}, &made)
	var moved api.Moved
	if err := h.Post(t.Context(), "/runs/move", api.SomeRuns{Runs: []string{top}, Experiment: made.ID}, &moved); err != nil || moved.Moved != 1000 {
		t.Errorf("%d runs were moved, %v", moved.Moved, err)
	}
	var page api.RunPage
	h.get("/runs", url.Values{"experiment": {made.ID}, "limit": {"1000"}}, &page)
	if page.Total != 1000 {
		t.Errorf("%d runs are there", page.Total)
	}
}

// TestCirclesOfRuns: a run may be nested in itself, in one that is nested in it, or in
// one that is not there; nothing turns in circles for it.
func TestCirclesOfRuns(t *testing.T) {
	h := newHostile(t)
	a := h.run()
	b := h.nested(a)
	self, orphan := h.run(), h.nested("00000000000000000000000000000000")
	for run, parent := range map[string]string{a: b, self: self} {
		h.ok("runs/set-tag", map[string]any{"run_id": run, "key": "mlflow.parentRunId", "value": parent}, nil)
	}
	var made struct {
		ID string `json:"experiment_id"`
	}
	h.ok("experiments/create", map[string]any{"name": "circles"}, &made)
	for run, want := range map[string]int{a: 2, self: 1, orphan: 1} {
		var moved api.Moved
		if err := h.Post(t.Context(), "/runs/move", api.SomeRuns{Runs: []string{run}, Experiment: made.ID}, &moved); err != nil || moved.Moved != want {
			t.Errorf("%d runs were moved, want %d, %v", moved.Moved, want, err)
		}
	}
	if n := h.found("children > 0"); n != 3 {
		t.Errorf("%d runs have something nested in them", n)
	}
}

// TestBodies: whatever arrives, the answer says what is wrong, and nothing of it
// is the fault of Varve.
func TestBodies(t *testing.T) {
	h := newHostile(t)
	run := h.run()
	metric := func(rest string) string { return `{"run_id":"` + run + `","key":"m",` + rest + `}` }
	for name, c := range map[string]struct {
		path, body string
		status     int
	}{
		"nothing":             {"runs/log-metric", "", 400},
		"no object":           {"runs/log-metric", "[]", 400},
		"half an object":      {"runs/log-metric", `{"run_id":"`, 400},
		"nested deep":         {"runs/log-batch", `{"run_id":` + strings.Repeat("[", 100_000), 400},
		"nested deep, closed": {"runs/log-batch", `{"x":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `,"run_id":"` + run + `"}`, 200},
		"no text":             {"runs/set-tag", "{\"run_id\":\"" + run + "\",\"key\":\"k\",\"value\":\"\xff\xfe\"}", 400},
		"half a character":    {"runs/set-tag", `{"run_id":"` + run + `","key":"k","value":"\ud800"}`, 200},
		// As Python reads it, it is an infinity.
		"a number too large":      {"runs/log-metric", metric(`"value":1e999,"timestamp":1,"step":0`), 200},
		"a step too large":        {"runs/log-metric", metric(`"value":1,"timestamp":1,"step":9223372036854775808`), 400},
		"the largest step":        {"runs/log-metric", metric(`"value":1,"timestamp":1,"step":9223372036854775807`), 200},
		"the least step":          {"runs/log-metric", metric(`"value":1,"timestamp":1,"step":-9223372036854775808`), 200},
		"NaN":                     {"runs/log-metric", metric(`"value":"NaN","timestamp":1,"step":0`), 200},
		"a time before 1970":      {"runs/log-metric", metric(`"value":1,"timestamp":-1,"step":0`), 400},
		"a word for a number":     {"runs/log-metric", metric(`"value":"many","timestamp":1,"step":0`), 400},
		"two values":              {"runs/log-metric", metric(`"value":1,"value":2,"timestamp":1,"step":0`), 200},
		"a run that is no id":     {"runs/log-metric", `{"run_id":"../../etc","key":"m","value":1,"timestamp":1,"step":0}`, 404},
		"too many metrics":        {"runs/log-batch", `{"run_id":"` + run + `","metrics":[` + strings.Repeat(`{"key":"m","value":1,"timestamp":1,"step":0},`, 1000) + `{"key":"m","value":1,"timestamp":1,"step":0}]}`, 400},
		"an unknown status":       {"runs/update", `{"run_id":"` + run + `","status":"DANCING"}`, 400},
		"an end before the start": {"runs/update", `{"run_id":"` + run + `","status":"FINISHED","end_time":1}`, 200},
	} {
		status, answer := h.post(c.path, c.body)
		if status != c.status || status != 200 && !strings.Contains(answer, `"message"`) {
			t.Errorf("%s: %d, want %d: %.200s", name, status, c.status, answer)
		}
	}
	resp, err := h.Do(t.Context(), http.MethodPost, h.Address+"/api/2.0/mlflow/runs/log-batch", io.LimitReader(endless{}, 33<<20))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if answer, _ := io.ReadAll(resp.Body); resp.StatusCode != 400 || !strings.Contains(string(answer), "larger than 32 MiB") {
		t.Errorf("a body of 33 MiB that comes in pieces: %d %s", resp.StatusCode, answer)
	}
	// Whatever that was, the record is whole.
	if err := h.o.tracker.Run(run, func(r *track.Run) {
		if m := r.Metrics["m"]; m == nil || m.Points != 5 || m.Max != math.Inf(1) {
			t.Errorf("the metric is %+v", m)
		}
	}); err != nil {
		t.Error(err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
