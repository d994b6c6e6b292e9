package mlflow_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestPaging reads searches page by page, with runs and models of few different
// values, so that most comparisons are decided by what comes last in an order,
// and finds what one large page has.
func TestPaging(t *testing.T) {
	r := newRig(t)
	for i := range 40 {
		run := at(t, r.want(t, 200, "POST", api+"runs/create", fmt.Sprintf(`{"experiment_id":"0","run_name":"n%d","start_time":%d}`, i%3, 1700000000000+i%4)), "run.info.run_id")
		values := []string{"1", "0.5", `"NaN"`, `"Infinity"`, "-3"}
		r.want(t, 200, "POST", api+"runs/log-batch", fmt.Sprintf(`{"run_id":%q,"metrics":[{"key":"m%d","value":%s,"timestamp":1}],"params":[{"key":"p","value":"%d"}]}`, run, i%2, values[i%5], i%4))
		model := at(t, r.want(t, 200, "POST", api+"logged-models", fmt.Sprintf(`{"experiment_id":"0","name":"n%d","source_run_id":%q}`, i%3, run)), "model.info.model_id")
		for point := range 3 {
			r.want(t, 200, "POST", api+"runs/log-metric", fmt.Sprintf(`{"run_id":%q,"key":"q","value":%d,"timestamp":%d,"model_id":%q,"dataset_name":"d%d"}`, run, (i+point)%3, (i*point)%2, model, (i+point)%2))
		}
		r.want(t, 200, "POST", api+"experiments/create", fmt.Sprintf(`{"name":"x%d"}`, i))
	}
	runOrders := []string{"metrics.m0", "metrics.m1 DESC", "params.p", "run_name DESC", "start_time", "end_time", "tags.none", "status DESC"}
	modelOrders := []string{
		`{"field_name":"metrics.q"}`, `{"field_name":"metrics.q","ascending":false,"dataset_name":"d1"}`, `{"field_name":"name"}`,
		`{"field_name":"creation_timestamp","ascending":false}`, `{"field_name":"status"}`,
	}
	rapid.Check(t, func(rt *rapid.T) {
		size := rapid.IntRange(1, 45).Draw(rt, "size")
		switch rapid.IntRange(0, 2).Draw(rt, "what") {
		case 0:
			orders := rapid.SliceOfNDistinct(rapid.SampledFrom(runOrders), 0, 2, rapid.ID).Draw(rt, "order")
			paged(t, rt, r, "runs/search", "runs", "info.run_id", size, fmt.Sprintf(`"experiment_ids":["0"],"order_by":%s`, compact(orders)))
		case 1:
			orders := rapid.SliceOfNDistinct(rapid.SampledFrom(modelOrders), 0, 2, rapid.ID).Draw(rt, "order")
			paged(t, rt, r, "logged-models/search", "models", "info.model_id", size, `"experiment_ids":["0"],"order_by":[`+strings.Join(orders, ",")+"]")
		default:
			orders := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"name DESC", "creation_time", "experiment_id DESC"}), 0, 2, rapid.ID).Draw(rt, "order")
			paged(t, rt, r, "experiments/search", "experiments", "experiment_id", size, fmt.Sprintf(`"order_by":%s`, compact(orders)))
		}
	})
}

// paged compares reading in pages of a size with reading all at once.
func paged(t *testing.T, rt *rapid.T, r *rig, target, list, id string, size int, request string) {
	t.Helper()
	read := func(size int) (ids []string) {
		token := ""
		for {
			page := r.want(t, 200, "POST", api+target, fmt.Sprintf(`{%s,"max_results":%d,"page_token":%q}`, request, size, token))
			rows, _ := page[list].([]any)
			for _, row := range rows {
				ids = append(ids, at(t, row, id).(string))
			}
			if page["next_page_token"] == nil {
				return ids
			}
			if len(rows) != size {
				rt.Fatalf("%s %s: a page of %d has %d rows and is not the last", target, request, size, len(rows))
			}
			token = page["next_page_token"].(string)
		}
	}
	all, inPages := read(1000), read(size)
	if len(all) < 40 || !slices.Equal(all, inPages) {
		rt.Fatalf("%s %s: in pages of %d:\n%v\nat once:\n%v", target, request, size, inPages, all)
	}
}

// TestPagingWhileRunsArrive checks that a reader of pages is not disturbed by
// runs that start meanwhile: nothing comes twice, nothing is left out.
func TestPagingWhileRunsArrive(t *testing.T) {
	r := newRig(t)
	before := map[string]bool{}
	for range 30 {
		before[r.newRun(t)] = true
	}
	seen := map[string]int{}
	for token := ""; ; {
		page := r.want(t, 200, "POST", api+"runs/search", fmt.Sprintf(`{"experiment_ids":["0"],"max_results":7,"page_token":%q}`, token))
		for _, row := range page["runs"].([]any) {
			seen[at(t, row, "info.run_id").(string)]++
		}
		for range 5 {
			r.want(t, 200, "POST", api+"runs/create", `{"experiment_id":"0","start_time":1800000000000}`) // before all others
		}
		if page["next_page_token"] == nil {
			break
		}
		token = page["next_page_token"].(string)
	}
	for id := range before {
		if seen[id] != 1 {
			t.Errorf("run %s was seen %d times", id, seen[id])
		}
	}
}

// TestLongHistory reads 30,000 points, which come out of order and doubled, in
// pages as MLflow's client does, while more arrive.
func TestLongHistory(t *testing.T) {
	r := newRig(t)
	run := r.newRun(t)
	const points = 30_000
	for _, from := range []int{10_000, 0, 20_000, 0} {
		for i := from; i < from+10_000; i += 1000 {
			r.want(t, 200, "POST", api+"runs/log-batch", strings.ReplaceAll(batchBody(run, i, 1000), "metric_", "m\",\"ignored\":\""))
		}
	}
	got, pages := 0, 0
	last := -1.0
	for token := ""; ; {
		page := r.want(t, 200, "GET", api+"metrics/get-history?metric_key=m&max_results=7000&run_id="+run+"&page_token="+url.QueryEscape(token), "")
		for _, m := range page["metrics"].([]any) {
			time := at(t, m, "timestamp").(float64)
			if time <= last {
				t.Fatalf("time %v comes after %v", time, last)
			}
			last = time
			got++
		}
		pages++
		r.want(t, 200, "POST", api+"runs/log-metric", fmt.Sprintf(`{"run_id":%q,"key":"m","value":-1,"timestamp":%d,"step":0}`, run, pages))
		if page["next_page_token"] == nil {
			break
		}
		token = page["next_page_token"].(string)
	}
	if got != points || pages != 5 {
		t.Errorf("%d points on %d pages, want %d on 5", got, pages, points)
	}
	for _, max := range []string{"", "&max_results=0"} {
		all := r.want(t, 200, "GET", api+"metrics/get-history?metric_key=m&run_id="+run+max, "")
		if n := len(all["metrics"].([]any)); n != points+pages || all["next_page_token"] != nil {
			t.Errorf("%q: all are %d points, want %d", max, n, points+pages)
		}
	}
}

// TestForeignTokens sends page tokens that belong to another order.
func TestForeignTokens(t *testing.T) {
	r := newRig(t)
	r.newRun(t)
	r.newRun(t)
	first := r.want(t, 200, "POST", api+"runs/search", `{"experiment_ids":["0"],"max_results":1}`)
	token := first["next_page_token"].(string)
	for _, body := range []string{
		`{"experiment_ids":["0"],"order_by":["metrics.m"],"page_token":"` + token + `"}`,
		`{"experiment_ids":["0"],"page_token":"eyJvZmZzZXQiOiAxfQ=="}`,
		`{"experiment_ids":["0"],"page_token":"e30"}`,
	} {
		if answer := r.want(t, 400, "POST", api+"runs/search", body); answer["error_code"] != "INVALID_PARAMETER_VALUE" {
			t.Errorf("%s: %v", body, answer)
		}
	}
}
