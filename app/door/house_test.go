package door_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"dev.varve/app/door"
	"dev.varve/app/door/api"
	"dev.varve/backend/artifact"
	"dev.varve/backend/dataset"
	"dev.varve/backend/event"
	"dev.varve/backend/execute"
	"dev.varve/backend/fault"
	"dev.varve/backend/job"
	"dev.varve/backend/live"
	"dev.varve/backend/track"
	"dev.varve/storage/disk"
	"dev.varve/storage/journal"
)

const (
	theToken     = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	theWorkspace = "77777777aaaaaaaa77777777aaaaaaaa"
	prefix       = "/api/varve/v1"
)

// clock is a clock that tests set. It advances by a millisecond with each look,
// so that what is made later is later.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Millisecond)
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func after(d time.Duration, fn func()) { time.AfterFunc(d, fn) }

// house is a door before a real record over a real journal. What reaches for
// the machine is a fake.
type house struct {
	damage []string
	*door.Door
	*testing.T
	tracker *track.Tracker
	hub     *live.Hub
	jobs    *job.Manager
	clock   *clock
	files   files
	data    *data
	control *control
}

func newHouse(t *testing.T, change ...func(*door.Options)) *house {
	t.Helper()
	h := &house{T: t, clock: &clock{now: time.UnixMilli(1_800_000_000_000)}, files: files{}, data: &data{}, control: &control{}}
	log, _, err := journal.Open(journal.Config{
		Disk: disk.OS{}, Clock: h.clock, Random: rand.Reader, Dir: filepath.Join(t.TempDir(), "log"),
		Writer: event.Writer{1}, Device: event.Writer{2}, Workspace: event.Writer{3}, Person: "ada", Program: "test", First: 64 << 10,
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	h.hub = live.New(h.clock, after)
	h.jobs = job.New(job.Config{Clock: h.clock, Random: rand.Reader, After: after, Watch: h.hub.Job})
	h.tracker, err = track.Open(track.Config{
		Journal: log, Store: track.NewMemory(), Clock: h.clock, Random: rand.Reader, Workspace: event.Writer{3},
		Created: 1_700_000_000_000, Person: "ada", Watch: h.hub.Record,
	})
	if err != nil {
		t.Fatal(err)
	}
	o := door.Options{
		Workspace: api.Workspace{ID: theWorkspace, Name: "lab", Path: "/lab", Version: "1.2", Door: "http://127.0.0.1:5000"},
		Token:     theToken, Clock: h.clock, Random: rand.Reader,
		Records: h.tracker, Artifacts: &artifact.Places{Records: h.tracker, Bytes: h.files}, Files: h.files, Data: h.data, Projects: projects{h.tracker}, Control: h.control, Machine: machine{},
		Hub: h.hub, Jobs: h.jobs, Damage: func() []string { return h.damage },
		MLflow: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n, err := io.Copy(io.Discard, r.Body)
			fmt.Fprintf(w, `{"mlflow":%q,"bytes":%d,"error":"%v"}`, r.Method+" "+r.URL.Path, n, err)
		}),
		Pages: door.Pages(fstest.MapFS{
			"index.html":         {Data: []byte("<!doctype html><title>Varve</title>")},
			"assets/main-1f2.js": {Data: []byte("export {}")},
			"secret.xyz":         {Data: []byte("a file of a kind that no page has")},
		}),
	}
	for _, fn := range change {
		fn(&o)
	}
	h.Door = door.New(o)
	t.Cleanup(h.Door.Close)
	return h
}

// request makes a request as a script sends it: with the token, and JSON if it
// has a body.
func request(method, path, body string) *http.Request {
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req := httptest.NewRequest(method, "http://127.0.0.1:5000"+path, r)
	req.Header.Set("Authorization", "Bearer "+theToken)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	return req
}

func (h *house) do(req *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.Guarded().ServeHTTP(w, req)
	return w
}

// call sends a request to Varve's own interface, wants a status, and decodes
// the answer into out.
func (h *house) call(method, path, body string, status int, out any) *httptest.ResponseRecorder {
	h.Helper()
	w := h.do(request(method, prefix+path, body))
	if w.Code != status {
		h.Fatalf("%s %s answered %d, want %d: %s", method, path, w.Code, status, w.Body)
	}
	var any any
	if json.Unmarshal(w.Body.Bytes(), &any) == nil && hasNull(any) {
		h.Errorf("%s %s answered a null: %s", method, path, w.Body)
	}
	if out != nil {
		if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
			h.Fatalf("%s %s answered %s: %v", method, path, w.Body, err)
		}
	}
	return w
}

// hasNull reports whether there is a null anywhere: pages count on lists and
// objects to be there.
func hasNull(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case []any:
		return slices.ContainsFunc(v, hasNull)
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(v)), hasNull)
	}
	return false
}

func (h *house) get(path string, out any) { h.Helper(); h.call("GET", path, "", 200, out) }

// problem sends a request that is to fail.
func (h *house) problem(method, path, body string, status int) api.Problem {
	h.Helper()
	var p api.Problem
	w := h.call(method, path, body, status, &p)
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		h.Errorf("%s %s: the problem has content type %s", method, path, got)
	}
	if p.Status != status || p.Title == "" || p.Code == "" {
		h.Errorf("%s %s: the problem is %+v", method, path, p)
	}
	return p
}

// run makes a run with params and metrics.
func (h *house) run(n track.NewRun, metrics ...track.Metric) string {
	h.Helper()
	id, err := h.tracker.CreateRun(h.Context(), n)
	if err == nil && len(metrics) > 0 {
		err = h.tracker.LogBatch(h.Context(), id, track.Batch{Metrics: metrics})
	}
	if err != nil {
		h.Fatal(err)
	}
	return id
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// asOf reports whether an answer was made between a number of the newest message
// and now: what was touched before may be told at any time.
func (h *house) asOf(since, seq uint64) bool { return since <= seq && seq <= h.hub.Seq() }

// waitJob waits until a job has ended.
func (h *house) waitJob(id string) api.Job {
	h.Helper()
	for since := h.hub.Seq(); ; {
		var j api.Job
		h.get("/jobs/"+id, &j)
		if j.State != api.JobRunning {
			return j
		}
		changes, err := h.hub.Wait(h.Context(), since)
		h.must(err)
		since = changes[len(changes)-1].Seq
	}
}

func point(key string, step int64, value float64) track.Metric {
	return track.Metric{Key: key, Point: event.Point{Step: step, Time: 1_800_000_000_000 + step*1000, Value: value}}
}

// files are the contents of artifacts, by reference.
type files map[string][]byte

func (f files) Begin() func() { return func() {} }

func (f files) Put(context.Context, io.Reader) ([]byte, int64, error) {
	return nil, 0, fault.New(fault.Unsupported, "the pages put nothing")
}

type opened struct{ *bytes.Reader }

func (opened) Close() error { return nil }

func (f files) Open(_ context.Context, ref []byte) (io.ReadSeekCloser, error) {
	data, ok := f[string(ref)]
	if !ok {
		return nil, fault.New(fault.Corrupt, "a chunk of this file is damaged")
	}
	return opened{bytes.NewReader(data)}, nil
}

// Tree is a list of names of files; what they hold stands under the tree's name
// and theirs.
func (f files) Tree(_ context.Context, root []byte) (list []event.ArtifactPut, err error) {
	for name := range strings.FieldsSeq(string(f[string(root)])) {
		ref := string(root) + "/" + name
		list = append(list, event.ArtifactPut{Path: name, Size: int64(len(f[ref])), Content: []byte(ref)})
	}
	return list, nil
}

// put makes an artifact.
func (h *house) put(o track.Owner, path, text string) {
	h.Helper()
	h.files[path] = []byte(text)
	h.must(h.tracker.PutArtifact(h.Context(), o, event.ArtifactPut{Path: path, Size: int64(len(text)), Content: []byte(path)}))
}

// data is what adds and restores data.
type data struct {
	pointed map[string]string // versions, by pointer files
	err     error
	hold    chan struct{}    // Add waits for it
	sets    *dataset.Service // what versions are compared by

	restored api.Restoration
	edited   api.DataEdit // what Restore was asked for
}

func (d *data) Look(_ context.Context, path string) (api.Look, error) {
	return api.Look{Path: path, Exists: true, Kind: "data", Name: filepath.Base(path), Next: 1, Files: 3, Bytes: 1000, Sentence: "It becomes a new data set."}, d.err
}

func (d *data) Add(ctx context.Context, a api.Addition, p *job.Progress) (door.AddedData, error) {
	p.Note("reading " + a.Path)
	p.SetTotal(10)
	p.Add(10)
	if d.hold != nil {
		select {
		case <-d.hold:
		case <-ctx.Done():
			return door.AddedData{}, ctx.Err()
		}
	}
	added := door.AddedData{Dataset: "id of " + a.Name, Number: 2, New: a.Message != "same"}
	if a.GitIgnore && !a.DVCIgnore {
		added.Left = "412 files left out by .gitignore."
	}
	return added, d.err
}

// Restore finds nothing in a new folder, and a little of everything in others.
func (d *data) Restore(_ context.Context, _, _ string, r api.Restoration, p *job.Progress) (api.RestorePlan, error) {
	p.Item(3)
	if d.restored = r; !r.Over && !r.Look {
		return api.RestorePlan{New: api.RestoreFiles{Files: 3}}, d.err
	}
	return api.RestorePlan{New: api.RestoreFiles{Files: 1, Bytes: 7, First: []string{"a"}}, Over: api.RestoreFiles{Files: 2, Bytes: 9}}, d.err
}

func (d *data) Edit(_ context.Context, dataset, version string, e api.DataEdit, _ *job.Progress) (door.AddedData, error) {
	d.edited = e
	return door.AddedData{Dataset: dataset, Number: 2, New: len(e.Remove) > 0}, d.err
}

func (d *data) Remove(_ context.Context, dataset string, r api.DataRemoval) (api.DataRemoved, error) {
	return api.DataRemoved{Name: dataset, Versions: 1, Lost: map[bool][]int{true: {1}}[r.Undo]}, d.err
}

func (d *data) CheckDeposit(_, _ string, want api.Deposit) error {
	if want.As == "datacite" {
		return fault.New(fault.Invalid, "datacite needs more of the description: creators").WithField("as")
	}
	return nil
}

func (d *data) Deposit(_ context.Context, _, version string, want api.Deposit, _ *job.Progress) (job.Outcome, error) {
	return job.Outcome{Result: fmt.Sprint(version, want), Summary: "Written."}, d.err
}

func (d *data) Files(_ context.Context, _, _, folder string) ([]api.DataFile, error) {
	if folder == "empty" {
		return nil, d.err
	}
	return []api.DataFile{{Path: folder + "/a.csv", Size: 7}}, d.err
}

func (d *data) CheckVerify(want api.Verification) error {
	for _, v := range want.Versions {
		if v.Dataset == "none" {
			return fault.New(fault.NotFound, "there is no data set none")
		}
	}
	return nil
}

func (d *data) Verify(_ context.Context, want api.Verification, _ *job.Progress) (job.Outcome, error) {
	return job.Outcome{Result: fmt.Sprintf("%v %v %s", want.Versions, want.Sample, want.From), Summary: "Verified."}, d.err
}

func (d *data) Clean(_ context.Context, want api.Cleaning, _ *job.Progress) (job.Outcome, error) {
	return job.Outcome{Result: fmt.Sprint(want), Summary: "Cleaned."}, d.err
}

// projects knows one project.
type projects struct{ tracker *track.Tracker }

func (projects) Inspect(_ context.Context, path string) (api.Project, error) {
	if filepath.Base(path) == "gone" {
		return api.Project{}, fault.New(fault.NotFound, "there is no folder %s", path)
	}
	return api.Project{Path: path, Name: filepath.Base(path), EntryPoints: []api.EntryPoint{
		{Name: "main", Params: []api.Param{{Name: "alpha", Type: "float", Default: "0.5"}, {Name: "data", Type: "path", Required: true}}},
		{Name: "test"},
	}}, nil
}

func (p projects) Open(ctx context.Context, path string) error {
	return p.tracker.OpenProject(ctx, event.ProjectOpened{Path: path, EntryPoint: "main", Params: map[string]string{"alpha": "0.7"}})
}

func (p projects) Sample(ctx context.Context) (string, error) {
	return "/lab/wine", p.Open(ctx, "/lab/wine")
}

type paramError struct{ error }

func (paramError) Field() string   { return "alpha" }
func (e paramError) Unwrap() error { return e.error }

func (projects) Check(_ context.Context, s api.Start) error {
	if s.Params["alpha"] == "much" {
		return paramError{fault.New(fault.Invalid, "alpha is a number, not %q", "much")}
	}
	return nil
}

func (projects) Prepare(_ context.Context, p api.Prepare) (*execute.Spec, error) {
	return &execute.Spec{Project: p.Path, Entry: p.EntryPoint}, nil
}

// Start makes a run only for /lab/grid: alpha says how it ends.
func (p projects) Start(ctx context.Context, s api.Start, _ *job.Progress) (string, error) {
	if s.Path != "/lab/grid" {
		return "run of " + s.Path, nil
	}
	run, err := p.tracker.CreateRun(ctx, track.NewRun{Experiment: "0", Name: s.Name})
	if err != nil {
		return "", err
	}
	var params []event.Param
	for key, value := range s.Params {
		params = append(params, event.Param{Key: key, Value: value})
	}
	if err := p.tracker.LogAll(ctx, run, track.Batch{Params: params}); err != nil || s.Params["alpha"] == "endless" {
		return run, err
	}
	status := map[string]string{"0.1": "FINISHED", "0.5": "FAILED"}[s.Params["alpha"]]
	return run, p.tracker.UpdateRun(ctx, run, track.RunUpdate{Status: status})
}

// control is what reaches agents.
type control struct {
	mu      sync.Mutex
	stopped []string
	caught  []event.Writer
	log     string
	ended   bool
	err     error
}

func (c *control) Stop(_ context.Context, run string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = append(c.stopped, run)
	return c.err
}

func (c *control) Log(_ context.Context, _ string, offset, limit int64) ([]byte, int64, int64, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	size := int64(len(c.log))
	offset = min(offset, size)
	next := min(offset+limit, size)
	return []byte(c.log[offset:next]), next, size, c.ended, c.err
}

func (c *control) CatchUp(_ context.Context, writer event.Writer) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.caught = append(c.caught, writer)
	return c.err
}

type machine struct{}

func (machine) Glance() api.Machine {
	return api.Machine{CPUPercent: 12.5, Cores: 8, MemoryUsed: 1, MemoryTotal: 2}
}
