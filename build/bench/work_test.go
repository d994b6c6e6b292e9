package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestMakingFillsTheRunThatItMade(t *testing.T) {
	ids := map[string]bool{}
	s, base := newRecorder(t, func(n int) (int, string) {
		id := fmt.Sprintf("%032x", n)
		if n%2 == 1 {
			ids[id] = true
		}
		return http.StatusOK, `{"run": {"info": {"run_uuid": "` + id + `", "run_id": "` + id + `"}}}`
	})
	all := samples(20)
	var work []task
	for _, one := range all {
		work = append(work, making("7", one))
	}
	if _, err := round(t.Context(), base, [][]task{work}, time.Hour); err != nil {
		t.Fatal(err)
	}
	if len(s.bodies) != 40 {
		t.Fatalf("%d requests", len(s.bodies))
	}
	for i, one := range all {
		path, body, _ := strings.Cut(s.bodies[2*i], " ")
		var create createRun
		if err := json.Unmarshal([]byte(body), &create); err != nil || path != api+"runs/create" {
			t.Fatal(path, err)
		}
		if want := (createRun{"7", one.Name, one.Start, one.Tags}); !reflect.DeepEqual(create, want) {
			t.Errorf("%v, want %v", create, want)
		}
		path, body, _ = strings.Cut(s.bodies[2*i+1], " ")
		var fill logBatch
		if err := json.Unmarshal([]byte(body), &fill); err != nil || path != api+"runs/log-batch" {
			t.Fatal(path, err)
		}
		if !ids[fill.Run] {
			t.Errorf("run %s was never made", fill.Run)
		}
		delete(ids, fill.Run)
		if want := (logBatch{Run: fill.Run, Metrics: one.Metrics, Params: one.Params}); !reflect.DeepEqual(fill, want) {
			t.Errorf("%v, want %v", fill, want)
		}
	}
}

func TestSamplesAreTheSameEachTime(t *testing.T) {
	a, b := samples(500), samples(1000)
	if !reflect.DeepEqual(a, b[:500]) {
		t.Error("the same call gives other runs")
	}
	losses := map[float64]bool{}
	for _, s := range b {
		losses[s.Metrics[1].Value] = true
	}
	if len(losses) != len(b) {
		t.Errorf("%d runs have %d losses: an order by them is not definite", len(b), len(losses))
	}
}

// pointsOf decodes what a list of tasks sends.
func pointsOf(t *testing.T, work []task) (bodies []logBatch) {
	t.Helper()
	s, base := newRecorder(t, nil)
	if _, err := round(t.Context(), base, [][]task{work}, time.Hour); err != nil {
		t.Fatal(err)
	}
	for _, line := range s.bodies {
		_, body, _ := strings.Cut(line, " ")
		var b logBatch
		if err := json.Unmarshal([]byte(body), &b); err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, b)
	}
	return bodies
}

func TestBatchesHaveNoPointTwice(t *testing.T) {
	for name, c := range map[string]struct {
		work      []task
		requests  int
		keys, all int
	}{
		"batches":      {batches("r", 3), 3, batchKeys, 3 * batchSize},
		"history":      {longHistory("r", 2500), 3, 1, 2500},
		"even history": {longHistory("r", 2000), 2, 1, 2000},
	} {
		t.Run(name, func(t *testing.T) {
			bodies := pointsOf(t, c.work)
			seen, keys := map[string]bool{}, map[string]bool{}
			for _, b := range bodies {
				if len(b.Metrics) > batchSize || b.Run != "r" {
					t.Errorf("%d points for %s", len(b.Metrics), b.Run)
				}
				for _, p := range b.Metrics {
					seen[fmt.Sprint(p.Key, p.Step, p.Timestamp)], keys[p.Key] = true, true
				}
			}
			if len(bodies) != c.requests || len(seen) != c.all || len(keys) != c.keys {
				t.Errorf("%d requests, %d points, %d keys", len(bodies), len(seen), len(keys))
			}
		})
	}
}

func TestFindID(t *testing.T) {
	const id = "0123456789abcdef0123456789abcdef"
	for _, c := range []struct {
		answer string
		ok     bool
	}{
		{`{"run":{"info":{"run_id":"` + id + `"}}}`, true},
		{"{\n  \"run_id\": \"" + id + "\",", true},
		{`{"run_uuid":"` + strings.Repeat("f", 32) + `","run_id" : "` + id + `"`, true},
		{``, false},
		{`{"run_id"`, false},
		{`{"run_id":"`, false},
		{`{"run_id":"` + id, false},
		{`{"run_id":"` + id[1:] + `"}`, false},
		{`{"run_id":"` + id + `0"}`, false},
		{`{"run_uuid":"` + id + `"}`, false},
	} {
		got, err := findID([]byte(c.answer))
		if (err == nil) != c.ok || c.ok && string(got) != id {
			t.Errorf("%s: %q, %v", c.answer, got, err)
		}
	}
}

func FuzzFindID(f *testing.F) {
	f.Add([]byte(`{"run_id":"0123456789abcdef0123456789abcdef"}`))
	f.Add([]byte(`{"run_id":""`))
	f.Fuzz(func(t *testing.T, answer []byte) {
		if id, err := findID(answer); err == nil && len(id) != 32 {
			t.Errorf("%q from %q", id, answer)
		}
	})
}

func TestRunNames(t *testing.T) {
	got, err := runNames([]byte(`{"runs": [{"info": {"run_name": "b"}}, {"info": {"run_name": "a"}}]}`))
	if err != nil || !reflect.DeepEqual(got, []string{"b", "a"}) {
		t.Error(got, err)
	}
	if _, err := runNames([]byte(`{"runs": [`)); err == nil {
		t.Error("half an answer is taken for one")
	}
}
