package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// recorder is a server that keeps what it was sent, and answers.
type recorder struct {
	mu     sync.Mutex
	bodies []string
	conns  map[string]bool
	answer func(n int) (status int, body string)
}

func (s *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[r.RemoteAddr] = true
	status, text := http.StatusOK, "{}"
	if r.Method == http.MethodPost {
		s.bodies = append(s.bodies, r.URL.Path+" "+string(body))
		if s.answer != nil {
			status, text = s.answer(len(s.bodies))
		}
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

func newRecorder(t *testing.T, answer func(int) (int, string)) (*recorder, string) {
	s := &recorder{conns: map[string]bool{}, answer: answer}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server.URL
}

func TestRoundDoesAllTasksOnceOnOneConnectionEach(t *testing.T) {
	s, base := newRecorder(t, nil)
	o, err := round(t.Context(), base, share(singleMetrics("r", 203), 4), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if o.count() != 203 || o.refused != 0 || !slices.Equal(o.done, []int{51, 51, 51, 50}) {
		t.Errorf("%d done, %d refused, by client %v", o.count(), o.refused, o.done)
	}
	if !slices.IsSorted(o.took) || o.took[0] <= 0 || o.elapsed < o.took[len(o.took)-1] || o.perSecond() <= 0 {
		t.Errorf("times make no sense: %v in %v", o.took, o.elapsed)
	}
	slices.Sort(s.bodies)
	if different := len(slices.Compact(slices.Clone(s.bodies))); different != 203 || len(s.bodies) != 203 {
		t.Errorf("%d requests came, %d different ones", len(s.bodies), different)
	}
	if len(s.conns) != 4 {
		t.Errorf("4 clients had %d connections", len(s.conns))
	}
	const want = `/api/2.0/mlflow/runs/log-metric {"run_id":"r","key":"loss","value":1,"timestamp":1700000000000,"step":0}`
	if !slices.Contains(s.bodies, want) {
		t.Errorf("the first request was not %s", want)
	}
}

// TestHangingUp goes on with another connection where a server ends each.
func TestHangingUp(t *testing.T) {
	s, base := newRecorder(t, nil)
	hangsUp := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		s.ServeHTTP(w, r)
	}))
	t.Cleanup(hangsUp.Close)
	for _, c := range []struct {
		base string
		want int
	}{{base, 1}, {hangsUp.URL, 6}} {
		clear(s.conns)
		if o, err := round(t.Context(), c.base, share(singleMetrics("r", 5), 1), time.Hour); err != nil || o.count() != 5 || len(s.conns) != c.want {
			t.Errorf("%d done on %d connections of %d, %v", o.count(), len(s.conns), c.want, err)
		}
	}
}

func TestRoundCountsRefusalsApart(t *testing.T) {
	_, base := newRecorder(t, func(n int) (int, string) {
		if n%5 == 0 {
			return http.StatusInternalServerError, "database is locked"
		}
		return http.StatusOK, "{}"
	})
	o, err := round(t.Context(), base, [][]task{singleMetrics("r", 20)}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if o.count() != 16 || o.refused != 4 || o.first == nil || !strings.Contains(o.first.Error(), "500 database is locked") {
		t.Errorf("%d done, %d refused, first %v", o.count(), o.refused, o.first)
	}
}

func TestRoundFails(t *testing.T) {
	all := func(status int) func(int) (int, string) { return func(int) (int, string) { return status, "{}" } }
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		answer func(int) (int, string)
		work   []task
		limit  time.Duration
		want   string
	}{
		"everything refused": {all(http.StatusTeapot), singleMetrics("r", 3), time.Hour, "418"},
		"no time":            {nil, singleMetrics("r", 3), -time.Hour, "nothing succeeded"},
		"no id":              {nil, []task{making("0", samples(1)[0])}, time.Hour, "no id"},
		"another failure":    {nil, []task{func(context.Context, *client) error { return broken }}, time.Hour, "broken"},
	} {
		t.Run(name, func(t *testing.T) {
			_, base := newRecorder(t, c.answer)
			if _, err := round(t.Context(), base, [][]task{c.work}, c.limit); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{
		{nil, 0}, {[]float64{7}, 7}, {[]float64{9, 1}, 5}, {[]float64{3, 1, 2}, 2}, {[]float64{4, 1, 3, 2}, 2.5},
	} {
		before := slices.Clone(c.values)
		if got := median(c.values); got != c.want || !slices.Equal(c.values, before) {
			t.Errorf("median of %v is %v, and left %v", before, got, c.values)
		}
	}
}
