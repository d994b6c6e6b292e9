//lint:file-ignore U1000 the tests with real clients (build tag clients) need it

package mlflow_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dev.varve/app/machine"
	"dev.varve/app/mlflow"
	"dev.varve/backend/artifact"
	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/event"
	"dev.varve/backend/host"
	"dev.varve/backend/track"
	"dev.varve/backend/webhook"
	"dev.varve/storage/disk"
	"dev.varve/storage/journal"
)

// rig is a door over a real tracker over a real journal.
type rig struct {
	http.Handler
	tracker *track.Tracker
	files   *memoryFiles
	url     string // of a server, once serve was called
	hooks   *webhook.Book
}

// literal is a Poster without a network: it knows addresses that are written as numbers.
type literal struct{ machine.Poster }

func (literal) Lookup(_ context.Context, host string) ([]netip.Addr, error) {
	a, err := netip.ParseAddr(host)
	return []netip.Addr{a}, err
}

// wall is the machine's clock.
type wall struct{}

func (wall) Now() time.Time { return time.Now() }

func newRig(t testing.TB, change ...func(*mlflow.Options)) *rig {
	t.Helper()
	return newRigOn(t, disk.OS{}, change...)
}

func newRigOn(t testing.TB, d host.Disk, change ...func(*mlflow.Options)) *rig {
	t.Helper()
	clock := wall{}
	log, _, err := journal.Open(journal.Config{
		Disk: d, Clock: clock, Random: rand.Reader, Dir: t.TempDir(), Writer: event.Writer{1},
		Device: event.Writer{2}, Workspace: event.Writer{3}, Person: "ann", Program: "test", First: 1 << 20,
	}, nil)
	noError(t, err)
	t.Cleanup(func() { _ = log.Close() }) // a broken disk cannot be closed well
	tracker, err := track.Open(track.Config{
		Journal: log, Store: track.NewMemory(), Clock: clock, Random: rand.Reader,
		Workspace: event.Writer{3}, Created: clock.Now().UnixMilli(), Person: "ann",
	})
	noError(t, err)
	r := &rig{tracker: tracker, files: &memoryFiles{contenttest.NewMemory()}}
	r.hooks, err = webhook.OpenBook(d, clock, rand.Reader, filepath.Join(t.TempDir(), "webhooks.json"), webhook.Policy{Poster: literal{}})
	noError(t, err)
	o := mlflow.Options{Tracker: tracker, Artifacts: &artifact.Places{Records: tracker, Bytes: r.files}, Version: "1.2.3", Webhooks: webhook.NewCourier(r.hooks, func(string, error) {}, nil)}
	for _, c := range change {
		c(&o)
	}
	r.Handler = mlflow.New(o)
	return r
}

// serve puts the rig behind a real server.
func (r *rig) serve(t testing.TB) string {
	t.Helper()
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	r.url = s.URL
	return s.URL
}

// do makes one request with a JSON body, or none if it is empty.
func (r *rig) do(t testing.TB, method, target, body string) *httptest.ResponseRecorder {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	return w
}

// want makes a request that must answer with a status, and returns the JSON of
// its answer.
func (r *rig) want(t testing.TB, status int, method, target, body string) map[string]any {
	t.Helper()
	w := r.do(t, method, target, body)
	if w.Code != status {
		t.Fatalf("%s %s %s: status %d, want %d: %s", method, target, body, w.Code, status, w.Body)
	}
	var answer map[string]any
	noError(t, json.Unmarshal(w.Body.Bytes(), &answer))
	return answer
}

// newRun starts a run in the default experiment and returns its id.
func (r *rig) newRun(t testing.TB) string {
	t.Helper()
	answer := r.want(t, 200, "POST", api+"runs/create", `{"experiment_id":"0","run_name":"r","start_time":1700000000000}`)
	return at(t, answer, "run.info.run_id").(string)
}

const (
	api   = "/api/2.0/mlflow/"
	proxy = "/api/2.0/mlflow-artifacts/artifacts/"
)

// at looks a dotted path up in JSON.
func at(t testing.TB, v any, path string) any {
	t.Helper()
	for key := range strings.SplitSeq(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			t.Fatalf("no %q in %v", path, v)
		}
		v = m[key]
	}
	return v
}

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// memoryFiles keeps artifacts in a content store in memory, the way that
// app/wire keeps them in packs.
type memoryFiles struct{ store *contenttest.Memory }

func (f *memoryFiles) Begin() func() { return func() {} }

func (f *memoryFiles) Put(ctx context.Context, r io.Reader) ([]byte, int64, error) {
	ref, err := content.WriteFile(ctx, f.store, r, content.WriteOptions{})
	if err != nil {
		return nil, 0, err
	}
	if err := f.store.Flush(ctx); err != nil {
		return nil, 0, err
	}
	encoded, err := event.Marshal(ref)
	return encoded, ref.Size, err
}

func (f *memoryFiles) Open(ctx context.Context, encoded []byte) (io.ReadSeekCloser, error) {
	var ref content.Ref
	if err := event.Unmarshal(encoded, &ref); err != nil {
		return nil, err
	}
	r, err := content.Open(ctx, f.store, ref)
	return nopCloser{r}, err
}

type nopCloser struct{ io.ReadSeeker }

func (nopCloser) Close() error { return nil }

// compact writes JSON without spaces, for comparisons in messages.
func compact(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // only ever maps and lists
	return strings.TrimSpace(b.String())
}
