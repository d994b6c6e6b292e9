package mlflow_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"dev.varve/storage/storetest/faultdisk"
)

// benchRig takes the disk out of what is measured: a sync costs nothing.
func benchRig(b *testing.B) (*rig, string) {
	r := newRigOn(b, faultdisk.NewMemory())
	return r, r.newRun(b)
}

func BenchmarkLogMetric(b *testing.B) {
	r, run := benchRig(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		post(b, r, "runs/log-metric", fmt.Sprintf(`{"run_id":%q,"run_uuid":%q,"key":"loss","value":0.123456789,"timestamp":1700000000000,"step":%d}`, run, run, i))
	}
}

func BenchmarkLogMetricDurable(b *testing.B) {
	r := newRig(b)
	run := r.newRun(b)
	for i := 0; b.Loop(); i++ {
		post(b, r, "runs/log-metric", fmt.Sprintf(`{"run_id":%q,"key":"loss","value":0.123456789,"timestamp":1700000000000,"step":%d}`, run, i))
	}
}

func BenchmarkLogMetricDurable16(b *testing.B) {
	r := newRig(b)
	run := r.newRun(b)
	var step atomic.Int64
	b.SetParallelism(8) // times GOMAXPROCS
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			post(b, r, "runs/log-metric", fmt.Sprintf(`{"run_id":%q,"key":"loss","value":0.5,"timestamp":1700000000000,"step":%d}`, run, step.Add(1)))
		}
	})
}

func BenchmarkLogBatch1000(b *testing.B) {
	r, run := benchRig(b)
	bodies := make([]string, 8)
	for i := range bodies {
		bodies[i] = batchBody(run, i*1000, 1000)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		post(b, r, "runs/log-batch", bodies[i%len(bodies)])
	}
}

func batchBody(run string, from, n int) string {
	var s strings.Builder
	fmt.Fprintf(&s, `{"run_id":%q,"metrics":[`, run)
	for i := range n {
		if i > 0 {
			s.WriteByte(',')
		}
		fmt.Fprintf(&s, `{"key":"metric_%d","value":%g,"timestamp":%d,"step":%d}`, i%10, 1/float64(from+i+3), 1700000000000+from+i, from+i)
	}
	s.WriteString(`],"params":[],"tags":[]}`)
	return s.String()
}

func BenchmarkGetHistory(b *testing.B) {
	r, run := benchRig(b)
	for from := 0; from < 100_000; from += 1000 {
		post(b, r, "runs/log-batch", strings.ReplaceAll(batchBody(run, from, 1000), "metric_", "m"))
	}
	target := api + "metrics/get-history?run_id=" + run + "&metric_key=m3"
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
		b.SetBytes(int64(w.Body.Len()))
	}
}

func BenchmarkSearchRuns(b *testing.B) {
	r, _ := benchRig(b)
	for i := range 10_000 {
		run := at(b, r.want(b, 200, "POST", api+"runs/create", fmt.Sprintf(`{"experiment_id":"0","run_name":"r%d","start_time":%d}`, i, 1700000000000+i)), "run.info.run_id")
		post(b, r, "runs/log-batch", fmt.Sprintf(`{"run_id":%q,"metrics":[{"key":"rmse","value":%g,"timestamp":1}],"params":[{"key":"alpha","value":"%d"}]}`, run, 1/float64(i+1), i%10))
	}
	for name, body := range map[string]string{
		"all":    `{"experiment_ids":["0"],"max_results":100}`,
		"filter": `{"experiment_ids":["0"],"max_results":100,"filter":"metrics.rmse < 0.01 AND params.alpha = '3'","order_by":["metrics.rmse"]}`,
		"page":   `{"experiment_ids":["0"],"max_results":10000}`,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				post(b, r, "runs/search", body)
			}
		})
	}
}

func post(b *testing.B, r *rig, target, body string) {
	req := httptest.NewRequest("POST", api+target, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	if r.ServeHTTP(w, req); w.Code != 200 {
		b.Fatal(w.Body.String())
	}
}
