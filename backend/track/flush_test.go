package track_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// TestMarks checks that a position in a log is stored together with what comes
// before it, and not when that could not be stored.
func TestMarks(t *testing.T) {
	store := &moody{Memory: track.NewMemory()}
	journal := &memoryJournal{writer: event.Writer{7}}
	config := track.Config{Journal: journal, Store: store, Clock: journal, Random: &counter{}}
	tr, err := track.Open(config)
	noError(t, err)
	run, err := tr.CreateRun(t.Context(), track.NewRun{})
	noError(t, err)
	tr.Mark("log/other", []byte("12"))
	own := func() (string, []byte) { return "log/own", []byte(fmt.Sprint(len(journal.events))) }
	mark := func(tr *track.Tracker, key string) string {
		t.Helper()
		position, err := tr.MarkOf(key)
		noError(t, err)
		return string(position)
	}
	reopened := func() *track.Tracker {
		other, err := track.Open(config)
		noError(t, err)
		return other
	}
	store.refuse = true
	if err := tr.Flush(own); !errors.Is(err, errRefused) {
		t.Errorf("a store that refused: %v", err)
	}
	if got := mark(reopened(), "log/own") + mark(reopened(), "log/other"); got != "" || reopened().Knows(run) {
		t.Errorf("a refused flush left %q", got)
	}
	store.refuse = false
	noError(t, tr.SetTag(t.Context(), run, event.Param{Key: "k", Value: "v"}))
	noError(t, tr.Flush(own))
	again := reopened()
	if mark(again, "log/own") != "3" || mark(again, "log/other") != "12" || mark(tr, "log/other") != "12" {
		t.Errorf("marks are %q and %q", mark(again, "log/own"), mark(again, "log/other"))
	}
	noError(t, again.Run(run, func(r *track.Run) {
		if v, _ := r.Labels.Tag("k"); v != "v" {
			t.Errorf("the tag is %q", v)
		}
	}))
	noError(t, tr.Flush(own)) // nothing has changed
	if hashOf(t, tr) != hashOf(t, again) {
		t.Error("the store and the records differ")
	}
}

// slow is a store whose writes wait until they may go on.
type slow struct {
	*track.Memory
	begun chan string
	goOn  chan struct{}
}

func (s *slow) Write(pairs []track.Pair) error {
	for _, p := range pairs {
		if strings.HasPrefix(p.Key, "points/") || strings.HasPrefix(p.Key, "sheaf/") {
			s.begun <- p.Key
			<-s.goOn
		}
	}
	return s.Memory.Write(pairs)
}

// TestFlushesFollowOneAnother checks that of two flushes at once the second
// waits: what it writes is later, and must not be overtaken.
func TestFlushesFollowOneAnother(t *testing.T) {
	store := &slow{Memory: track.NewMemory(), begun: make(chan string, 2), goOn: make(chan struct{})}
	journal := &memoryJournal{writer: event.Writer{7}}
	tr, err := track.Open(track.Config{Journal: journal, Store: store, Clock: journal, Random: &counter{}})
	noError(t, err)
	run, err := tr.CreateRun(t.Context(), track.NewRun{})
	noError(t, err)
	done := make(chan error, 2)
	for i := range 2 {
		noError(t, tr.LogMetric(t.Context(), run, track.Metric{Key: "m", Point: event.Point{Step: int64(i)}}))
		go func() { done <- tr.Flush(nil) }()
		if i == 0 {
			<-store.begun
		}
	}
	select {
	case key := <-store.begun:
		t.Errorf("%s is written while the flush before is under way", key)
	case <-time.After(200 * time.Millisecond):
	}
	close(store.goOn)
	for range 2 {
		noError(t, <-done)
	}
	points, err := tr.Points(t.Context(), run, "m")
	noError(t, err)
	if len(points) != 2 {
		t.Errorf("%d points are left of 2", len(points))
	}
}

// TestWatch checks what those who watch are told.
func TestWatch(t *testing.T) {
	var told []string
	journal := &memoryJournal{writer: event.Writer{7}}
	tr, err := track.Open(track.Config{
		Journal: journal, Store: track.NewMemory(), Clock: journal, Random: &counter{},
		Watch: func(key string, what track.Aspect) { told = append(told, fmt.Sprint(key, " ", what)) },
	})
	noError(t, err)
	ctx := t.Context()
	run, err := tr.CreateRun(ctx, track.NewRun{ID: "r"})
	noError(t, err)
	told = nil
	noError(t, tr.LogMetric(ctx, run, track.Metric{Key: "m"}))
	noError(t, tr.PutArtifact(ctx, track.Owner{Run: run}, event.ArtifactPut{Path: "f"}))
	tr.SetLost(map[string]string{run: "gone"})
	tr.SetLost(map[string]string{run: "gone"})
	tr.SetLost(nil)
	if got := fmt.Sprint(told); got != "[run/r 1 run/r 0 run/r 0 run/r 0]" {
		t.Errorf("told %s", got)
	}
}

// TestLaterVersions checks events that only a later Varve understands: they are
// kept, they stop their stream if they must be understood, and they are read
// again after an update.
func TestLaterVersions(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	a, b := w.run(t, track.NewRun{ID: "a"}), w.run(t, track.NewRun{ID: "b"})
	other := event.Writer{9}
	later := func(seq uint64, stream, kind string, version uint64, must bool, body event.Body) *event.Event {
		t.Helper()
		raw, err := event.Marshal(body)
		noError(t, err)
		return &event.Event{ID: event.ID{Writer: other, Seq: seq}, Count: 1, Stream: stream, Type: kind, Version: version, Must: must, Time: 1, Body: raw}
	}
	events := []*event.Event{
		later(1, "run/a", "run.mood", 1, false, event.LabelSet{Key: "x"}),
		later(2, "run/a", "label.set", 1, true, event.LabelSet{Key: "tag/k", Value: "seen"}),
		later(3, "run/b", "label.set", 99, true, event.LabelSet{Key: "tag/k", Value: "from tomorrow"}),
		later(4, "run/b", "label.set", 1, true, event.LabelSet{Key: "tag/k", Value: "behind it"}),
		later(5, "weather/today", "label.set", 1, true, event.LabelSet{Key: "tag/k"}),
	}
	for range 2 {
		for _, e := range events {
			noError(t, w.Apply(e))
		}
	}
	tag := func(id string) (value string) {
		noError(t, w.Run(id, func(r *track.Run) { value, _ = r.Labels.Tag("k") }))
		return value
	}
	for range 2 { // and after a restart
		if tag(a) != "seen" || tag(b) != "" {
			t.Errorf("a shows %q, b shows %q", tag(a), tag(b))
		}
		noError(t, w.SetTag(ctx, a, event.Param{Key: "fine", Value: "yes"}))
		for _, err := range []error{
			w.SetTag(ctx, b, event.Param{Key: "t"}), w.LogMetric(ctx, b, track.Metric{Key: "m"}), w.UpdateRun(ctx, b, track.RunUpdate{Status: "FINISHED"}),
		} {
			wants(t, err, fault.Newer, "")
		}
		w.restart(t)
	}
	kept := 0
	noError(t, w.store.Scan("unknown/", func(string, []byte) error {
		kept++
		return nil
	}))
	if kept != 4 {
		t.Errorf("%d events are kept, want 4", kept)
	}
	w.journal.events = append(w.journal.events[:4:4], append(events, w.journal.events[4:]...)...)
}

// TestAfterUpdate opens a store in which an earlier Varve has kept an event that
// this one understands, though the record has seen later ones of its writer.
func TestAfterUpdate(t *testing.T) {
	w := newWorld(t)
	w.run(t, track.NewRun{ID: "a"})
	other := event.Writer{9}
	label := func(seq uint64, key string) *event.Event {
		body := event.LabelSet{Key: "tag/" + key, Value: "v"}
		raw, err := event.Marshal(body)
		noError(t, err)
		return &event.Event{ID: event.ID{Writer: other, Seq: seq}, Count: 1, Stream: "run/a", Type: body.Type(), Version: 1, Time: int64(seq), Body: raw}
	}
	early, late := label(1, "early"), label(2, "late")
	noError(t, w.Apply(late))
	noError(t, w.Flush(nil))
	kept, err := event.Marshal(early)
	noError(t, err)
	key := "unknown/run/a\x00" + other.String() + "\x000000000000000001"
	noError(t, w.store.Write([]track.Pair{{Key: key, Value: kept}}))
	for range 2 {
		w.restart(t)
		noError(t, w.Run("a", func(r *track.Run) {
			if tags := r.Labels.Tags(); len(tags) != 2 {
				t.Errorf("tags %v: what was kept is not there", tags)
			}
		}))
	}
	if _, still, _ := w.store.Get(key); still {
		t.Error("it is kept for ever")
	}
	w.journal.events = append(w.journal.events, early, late)
}

// TestMisplaced checks that an event that cannot stand where it stands is
// damage, in words.
func TestMisplaced(t *testing.T) {
	w := newWorld(t)
	for stream, body := range map[string]event.Body{
		"run/a": event.DatasetCreated{Name: "x"}, "experiment/1": event.RunCreated{}, "logged-model/m-1": event.RunStatus{},
		"dataset/d": event.RunParams{}, "project/p": event.LabelSet{},
	} {
		raw, err := event.Marshal(body)
		noError(t, err)
		e := &event.Event{ID: event.ID{Writer: event.Writer{9}, Seq: 1}, Count: 1, Stream: stream, Type: body.Type(), Version: 1, Time: 1, Body: raw}
		wants(t, w.Apply(e), fault.Corrupt, "")
		e.Type, e.Body = "run.metrics", []byte{0xff}
		wants(t, w.Apply(e), fault.Corrupt, "")
	}
	if w.Knows("a") {
		t.Error("a run came to be")
	}
}

// TestArtifactsWhileTheStoreRefuses: what was recorded is there, however many
// flushes have failed since.
func TestArtifactsWhileTheStoreRefuses(t *testing.T) {
	w := newWorld(t)
	store := &moody{Memory: w.store}
	w.Tracker = w.open(t, store)
	run, err := w.CreateRun(t.Context(), track.NewRun{})
	noError(t, err)
	store.refuse = true
	for n := range 3 {
		file := event.ArtifactPut{Path: fmt.Sprint("file", n), Size: 1, Content: []byte("x")}
		noError(t, w.PutArtifact(t.Context(), track.Owner{Run: run}, file))
		if err := w.Flush(nil); !errors.Is(err, errRefused) {
			t.Fatalf("a store that refused: %v", err)
		}
		files, err := w.Artifacts(track.Owner{Run: run}, "")
		noError(t, err)
		if _, err := w.Artifact(track.Owner{Run: run}, "file0"); err != nil || len(files) != n+1 {
			t.Errorf("%d files after %d, %v", len(files), n+1, err)
		}
	}
	store.refuse = false
}
