package door_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// listener reads an event stream.
type listener struct {
	*testing.T
	lines *bufio.Scanner
	close func()
}

// listen opens an event stream of a server.
func listen(t *testing.T, address string, head map[string]string) *listener {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+theToken)
	for name, value := range head {
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("the stream answered %d %s", resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	return &listener{t, bufio.NewScanner(resp.Body), cancel}
}

// next waits for a message. ok is false when the stream has ended.
func (l *listener) next() (change api.Change, ok bool) {
	l.Helper()
	id := ""
	for l.lines.Scan() {
		line := l.lines.Text()
		if value, found := strings.CutPrefix(line, "id: "); found {
			id = value
		}
		if value, found := strings.CutPrefix(line, "data: "); found {
			if err := json.Unmarshal([]byte(value), &change); err != nil {
				l.Fatalf("%s: %v", line, err)
			}
			if id != strconv.FormatUint(change.Seq, 10) {
				l.Fatalf("the message %s has id %s", value, id)
			}
			return change, true
		}
	}
	return change, false
}

func (l *listener) must() api.Change {
	l.Helper()
	c, ok := l.next()
	if !ok {
		l.Fatal("the stream has ended")
	}
	return c
}

func serve(h *house) string {
	s := httptest.NewServer(h.Guarded())
	h.Cleanup(func() { h.Close(); s.Close() })
	return s.URL + prefix + "/events"
}

// TestStream follows a run live, falls away, and resumes.
func TestStream(t *testing.T) {
	h := newHouse(t)
	address := serve(h)
	start := h.hub.Seq()
	l := listen(t, fmt.Sprintf("%s?since=%d", address, start), nil)
	if hello := l.must(); fmt.Sprint(hello) != fmt.Sprint(api.Change{Seq: start}) {
		t.Fatalf("the stream begins with %+v", hello)
	}
	id := h.run(track.NewRun{})
	for l.must(); !slices.Contains(h.seen(start), id); {
		l.must()
	}
	h.must(h.tracker.LogBatch(t.Context(), id, track.Batch{Metrics: []track.Metric{point("loss", 0, 1)}}))
	var c api.Change
	for c = l.must(); len(c.Metrics) == 0; c = l.must() {
	}
	if !slices.Equal(c.Metrics, []string{id}) {
		t.Fatalf("after a point: %+v", c)
	}
	l.close()
	missed := c.Seq
	h.hub.Drop([]string{"/data/wine"})
	h.hub.Log(id)
	for _, resume := range []struct {
		query string
		head  map[string]string
	}{
		{fmt.Sprintf("?since=%d", missed), nil},
		{"", map[string]string{"Last-Event-ID": fmt.Sprint(missed)}},
		{"?since=1", map[string]string{"Last-Event-ID": fmt.Sprint(missed)}},
	} {
		again := listen(t, address+resume.query, resume.head)
		var dropped, logs []string
		for want := missed + 1; len(dropped) == 0 || len(logs) == 0; want++ {
			c := again.must()
			if c.Seq == missed {
				c = again.must() // that was the greeting: the messages were still gathered
			}
			if c.Seq != want || c.Reset {
				t.Fatalf("%+v: message %d is %+v", resume, want, c)
			}
			dropped, logs = append(dropped, c.Dropped...), append(logs, c.Logs...)
		}
		if !slices.Equal(dropped, []string{"/data/wine"}) || !slices.Equal(logs, []string{id}) {
			t.Fatalf("%+v: heard %v, %v", resume, dropped, logs)
		}
	}
	for _, since := range []string{"", "?since=0", "?since=17", "?since=9007199254740991"} {
		if c := listen(t, address+since, nil).must(); !c.Reset || c.Seq < missed || c.Seq > h.hub.Seq() {
			t.Errorf("since%s, which nobody knows, is answered %+v", since, c)
		}
	}
}

// seen are all runs that messages after a number name.
func (h *house) seen(since uint64) []string {
	var runs []string
	for _, c := range h.hub.Since(since) {
		runs = append(runs, c.Runs...)
	}
	return runs
}

func TestStreamsEndWithTheDoor(t *testing.T) {
	h := newHouse(t)
	l := listen(t, fmt.Sprintf("%s?since=%d", serve(h), h.hub.Seq()), nil)
	l.must()
	h.Close()
	if c, ok := l.next(); ok {
		t.Fatalf("after the end: %+v", c)
	}
}

func TestWhatAMessageSays(t *testing.T) {
	h := newHouse(t)
	address := serve(h)
	id := h.run(track.NewRun{})
	var j api.Job
	h.call("POST", "/datasets", `{"name":"wine","path":"/data/wine"}`, 200, &j)
	h.waitJob(j.ID)
	model, err := h.tracker.CreateModel(t.Context(), track.NewModel{Experiment: "0", Name: "net", Run: id})
	h.must(err)
	since := h.hub.Seq()
	h.hub.Job("forgotten")
	h.hub.Job(j.ID)
	h.must(h.tracker.SetModelStatus(t.Context(), model, track.ModelReady, ""))
	l := listen(t, fmt.Sprintf("%s?since=%d", address, since), nil)
	var jobs []api.Job
	var runs []string
	for len(jobs) == 0 || len(runs) == 0 {
		c := l.must()
		jobs, runs = append(jobs, c.Jobs...), append(runs, c.Runs...)
	}
	if len(jobs) != 1 || jobs[0].State != api.JobDone || jobs[0].Title != "Add wine" || !slices.Equal(runs, []string{id}) {
		t.Fatalf("jobs %+v, runs %v", jobs, runs)
	}
}

func TestPoll(t *testing.T) {
	h := newHouse(t)
	start := h.hub.Seq()
	var got api.Changes
	if h.get(fmt.Sprintf("/events/poll?since=%d&wait=0", start), &got); len(got.Changes) != 0 {
		t.Fatalf("without news: %+v", got)
	}
	answers := make(chan api.Changes)
	go func() {
		var got api.Changes
		w := h.do(request("GET", fmt.Sprintf("%s/events/poll?since=%d&wait=60", prefix, start), ""))
		_ = json.Unmarshal(w.Body.Bytes(), &got) // an answer that is none has no changes
		answers <- got
	}()
	h.hub.Log("r")
	if got := <-answers; len(got.Changes) != 1 || got.Changes[0].Seq != start+1 || !slices.Equal(got.Changes[0].Logs, []string{"r"}) {
		t.Fatalf("after a change: %+v", got)
	}
	if h.get("/events/poll?since=3&wait=60", &got); len(got.Changes) != 1 || !got.Changes[0].Reset {
		t.Fatalf("since a number that nobody knows: %+v", got)
	}
	go func() {
		h.do(request("GET", fmt.Sprintf("%s/events/poll?since=%d&wait=60", prefix, h.hub.Seq()), ""))
		answers <- api.Changes{}
	}()
	h.Close()
	<-answers
	h.problem("GET", "/events/poll?wait=61", "", 400)
}

// flushes counts what a stream writes and when it is sent on.
type flushes struct {
	*httptest.ResponseRecorder
	fail bool
}

func (f *flushes) Write(p []byte) (int, error) {
	if f.fail {
		return 0, io.ErrClosedPipe
	}
	return f.ResponseRecorder.Write(p)
}

// In the window, a page that has gone is noticed only when a write fails.
func TestAPageThatHasGone(t *testing.T) {
	h := newHouse(t)
	w := &flushes{httptest.NewRecorder(), true}
	r := httptest.NewRequest("GET", fmt.Sprintf("%s/events?since=%d", prefix, h.hub.Seq()), nil)
	h.Trusted().ServeHTTP(w, r) // returns
	if w.Flushed {
		t.Error("a stream that nobody reads was flushed")
	}
}

// Several pages watch one run; each is told of the last point.
func TestManyWatchTheSame(t *testing.T) {
	h := newHouse(t)
	address := serve(h)
	id := h.run(track.NewRun{})
	start := h.hub.Seq()
	var all []*listener
	for range 5 {
		l := listen(t, fmt.Sprintf("%s?since=%d", address, start), nil)
		l.must()
		all = append(all, l)
	}
	for i := range 20 {
		h.must(h.tracker.LogBatch(t.Context(), id, track.Batch{Metrics: []track.Metric{{Key: "m", Point: event.Point{Step: int64(i)}}}}))
	}
	h.hub.Drop([]string{"end"})
	for _, l := range all {
		told := false
		for c := l.must(); ; c = l.must() {
			told = told || slices.Contains(c.Metrics, id)
			if len(c.Dropped) > 0 {
				break
			}
		}
		if !told {
			t.Error("a page was not told")
		}
	}
}
