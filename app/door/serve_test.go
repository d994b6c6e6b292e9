package door_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dev.varve/app/door"
	"dev.varve/backend/fault"
)

func mustListen(t *testing.T, port int, must bool) *door.Listeners {
	t.Helper()
	l, err := door.Listen(t.Context(), port, must)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

func TestListen(t *testing.T) {
	first := mustListen(t, 0, true)
	if first.Port == 0 || first.Address() != fmt.Sprintf("http://127.0.0.1:%d", first.Port) {
		t.Fatalf("it listens at %s", first.Address())
	}
	if _, err := door.Listen(t.Context(), first.Port, true); !errors.Is(err, fault.Locked) || fault.HintOf(err) == "" {
		t.Errorf("the same port again: %v", err)
	}
	if other := mustListen(t, first.Port, false); other.Port == first.Port || other.Port == 0 {
		t.Errorf("a port that is taken was opened twice: %d", other.Port)
	}
	first.Close()
	if again := mustListen(t, first.Port, true); again.Port != first.Port {
		t.Errorf("the remembered port %d is now %d", first.Port, again.Port)
	}
}

// Who has the port on ::1 gets the requests to localhost of some programs.
func TestListenOnBothLoopbacks(t *testing.T) {
	six, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Skip("there is no IPv6 here")
	}
	defer six.Close()
	port := six.Addr().(*net.TCPAddr).Port
	if _, err := door.Listen(t.Context(), port, true); !errors.Is(err, fault.Locked) {
		t.Fatalf("a stranger has the port on ::1: %v", err)
	}
	l := mustListen(t, 0, true)
	c, err := net.Dial("tcp", fmt.Sprintf("[::1]:%d", l.Port))
	if err != nil {
		t.Fatalf("the door is not at ::1: %v", err)
	}
	c.Close()
}

// TestServe starts a door at a real port, uses it, and ends it with a stream
// still open.
func TestServe(t *testing.T) {
	var mu sync.Mutex
	var open []int
	h := newHouse(t, func(o *door.Options) {
		o.OnActivity = func(n int) {
			mu.Lock()
			defer mu.Unlock()
			open = append(open, n)
		}
	})
	l := mustListen(t, 0, true)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(ctx, l) }()
	for _, host := range []string{"127.0.0.1", "localhost"} {
		resp, err := http.Get(fmt.Sprintf("http://%s:%d/", host, l.Port))
		if err != nil {
			t.Fatal(err)
		}
		page, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != 200 || !strings.Contains(string(page), "<title>Varve</title>") || resp.Proto != "HTTP/1.1" {
			t.Fatalf("the page at %s: %d %s %s", host, resp.StatusCode, resp.Proto, page)
		}
	}
	resp, err := http.Get(l.Address() + prefix + "/alive")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 401 {
		t.Fatalf("without a token: %d", resp.StatusCode)
	}
	stream := listen(t, fmt.Sprintf("%s%s/events?since=%d", l.Address(), prefix, h.hub.Seq()), nil)
	stream.must()
	stop()
	if err := <-ended; err != nil {
		t.Fatalf("Serve ended with %v", err)
	}
	if _, ok := stream.next(); ok {
		t.Error("the stream goes on")
	}
	if _, err := http.Get(l.Address()); err == nil {
		t.Error("the port is still open")
	}
	mu.Lock()
	defer mu.Unlock()
	if len(open) != 6 || open[len(open)-1] != 0 || slices.Max(open) != 1 {
		t.Errorf("activity was %v; the refused request does not count", open)
	}
}

func TestBodiesAreLimited(t *testing.T) {
	h := newHouse(t)
	large := strings.Repeat(" ", 33<<20)
	for _, c := range []struct {
		method, path string
		status       int
		body         string
	}{
		{"POST", "/api/2.0/mlflow/runs/log-batch", 413, ""},
		{"PUT", "/api/2.0/mlflow-artifacts/artifacts/0/r/artifacts/model.bin", 200, `"bytes":34603008,"error":"<nil>"`},
		{"PUT", "/ajax-api/2.0/mlflow-artifacts/artifacts/0/r/artifacts/model.bin", 200, `"bytes":34603008,"error":"<nil>"`},
	} {
		r := request(c.method, c.path, large)
		if w := h.do(r); w.Code != c.status || !strings.Contains(w.Body.String(), c.body) {
			t.Errorf("%s %s: %d %s", c.method, c.path, w.Code, w.Body)
		}
	}
	r := request("POST", "/api/2.0/mlflow/runs/log-batch", large)
	r.ContentLength = -1 // chunked: nobody says how much will come
	if w := h.do(r); !strings.Contains(w.Body.String(), `"bytes":33554432,"error":"http: request body too large"`) {
		t.Errorf("a body without a length was read to %s", w.Body)
	}
	r = request("POST", prefix+"/datasets/look", `{"path":"/`+strings.Repeat("x", 2<<20)+`"}`)
	if w := h.do(r); w.Code != 413 {
		t.Errorf("a path of 2 MiB: %d %s", w.Code, w.Body)
	}
}

// deadlines remembers which deadlines a body sets.
type deadlines struct {
	http.ResponseWriter
	set []time.Time
}

func (d *deadlines) SetReadDeadline(t time.Time) error {
	d.set = append(d.set, t)
	return nil
}

func TestBodiesHaveToCome(t *testing.T) {
	h := newHouse(t)
	read := func(uploads bool) []time.Time {
		w := &deadlines{ResponseWriter: httptest.NewRecorder()}
		r := httptest.NewRequest("POST", "/", io.MultiReader(strings.NewReader("a"), strings.NewReader("b"), strings.NewReader("c")))
		h.LimitBody(w, r, uploads)
		for one := make([]byte, 1); ; {
			n, err := r.Body.Read(one)
			if err != nil {
				return w.set
			}
			if n > 0 {
				h.clock.advance(100 * time.Second)
			}
		}
	}
	start := h.clock.Now()
	set := read(true)
	for i, at := range set[:len(set)-1] {
		if wait := at.Sub(start) - time.Duration(min(i, 3))*100*time.Second; wait < 29*time.Second || wait > 31*time.Second {
			t.Errorf("piece %d of an upload may come until %v after the one before", i, wait)
		}
	}
	if !set[len(set)-1].IsZero() {
		t.Error("at the end of an upload, its deadline stays: long answers would be cut off")
	}
	start = h.clock.Now()
	set = read(false)
	if last := set[len(set)-2].Sub(start); last > 121*time.Second || !set[len(set)-1].IsZero() {
		t.Errorf("JSON may take %v, then %v", last, set[len(set)-1])
	}
}

func TestAPanicIsAnAnswer(t *testing.T) {
	var log bytes.Buffer
	h := newHouse(t, func(o *door.Options) {
		o.MLflow = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("index out of range") })
		o.Log = slog.New(slog.NewTextHandler(&log, nil))
	})
	w := h.do(request("GET", "/api/2.0/mlflow/runs/get", ""))
	if w.Code != 500 || !strings.Contains(w.Body.String(), `"error_code":"INTERNAL_ERROR"`) || !strings.Contains(w.Body.String(), "Varve failed at this") {
		t.Errorf("a panic is answered %d %s", w.Code, w.Body)
	}
	if strings.Contains(w.Body.String(), "goroutine") {
		t.Errorf("the answer shows the inside: %s", w.Body)
	}
	if !strings.Contains(log.String(), "index out of range") || !strings.Contains(log.String(), "serve_test.go") {
		t.Errorf("the log does not say what failed: %s", &log)
	}
	h = newHouse(t, func(o *door.Options) {
		o.MLflow = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "half")
			panic("index out of range")
		})
	})
	defer func() {
		if v := recover(); v != http.ErrAbortHandler {
			t.Errorf("an answer that had begun ended with %v", v)
		}
	}()
	h.do(request("GET", "/api/2.0/mlflow/runs/get", ""))
	t.Error("an answer that had begun ended as if it were whole")
}

func TestPagesOfTheProgram(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct{ path, kind, cache string }{
		{"/", "text/html; charset=utf-8", "no-cache"},
		{"/index.html", "text/html; charset=utf-8", "no-cache"},
		{"/assets/main-1f2.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
	} {
		w := h.do(httptest.NewRequest("GET", "http://localhost:5000"+c.path, nil))
		if w.Code != 200 || w.Header().Get("Content-Type") != c.kind || w.Header().Get("Cache-Control") != c.cache || w.Body.Len() == 0 {
			t.Errorf("%s: %d %v", c.path, w.Code, w.Header())
		}
	}
	h = newHouse(t, func(o *door.Options) { o.Pages, o.MLflow = nil, nil })
	for _, path := range []string{"/", "/health", "/api/2.0/mlflow/runs/get"} {
		if w := h.do(request("GET", path, "")); w.Code != 404 || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("without pages and MLflow, %s: %d %v", path, w.Code, w.Header())
		}
	}
}

func TestMLflowIsReached(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct{ method, path string }{
		{"POST", "/api/2.0/mlflow/runs/create"}, {"GET", "/ajax-api/3.0/mlflow/traces"}, {"DELETE", "/api/2.0/mlflow-artifacts/artifacts/a"},
		{"PATCH", "/api/2.0/mlflow/logged-models/m-1"}, {"GET", "/get-artifact"}, {"GET", "/health"}, {"GET", "/version"},
	} {
		w := h.do(request(c.method, c.path, ""))
		if want := fmt.Sprintf(`"mlflow":"%s %s"`, c.method, c.path); w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s %s: %d %s", c.method, c.path, w.Code, w.Body)
		}
	}
}

func TestProblems(t *testing.T) {
	kinds := []fault.Kind{
		fault.NotFound, fault.Invalid, fault.Exists, fault.Conflict, fault.State, fault.Denied, fault.Locked, fault.NoSpace,
		fault.Corrupt, fault.Newer, fault.Untrusted, fault.Unavailable, fault.Unsupported, fault.Cancelled, fault.Internal,
	}
	if len(door.Statuses) != len(kinds) {
		t.Errorf("the table has %d kinds, want %d", len(door.Statuses), len(kinds))
	}
	for _, kind := range kinds {
		p := door.ProblemOf(fmt.Errorf("around it: %w", fault.New(kind, "it is so").WithHint("Do this.")))
		if p.Status < 400 || p.Code != string(kind) || p.Hint != "Do this." || p.Title != "Around it: it is so." {
			t.Errorf("%s is %+v", kind, p)
		}
	}
	if p := door.ProblemOf(io.ErrUnexpectedEOF); p.Status != 500 || p.Code != "internal" {
		t.Errorf("what nobody classified is %+v", p)
	}
}
