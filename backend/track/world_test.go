package track_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// world is a tracker with a journal that is kept in memory. When a test ends,
// its records must be what a fresh tracker makes of the journal, and what one
// that opens the store finds there.
type world struct {
	*track.Tracker
	journal *memoryJournal
	store   *track.Memory
	config  track.Config
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{journal: &memoryJournal{writer: event.Writer{7}}, store: track.NewMemory()}
	w.config = track.Config{
		Journal: w.journal, Store: w.store, Clock: w.journal, Random: &counter{}, Workspace: [16]byte{1}, Created: 1_600_000_000_000, Person: "ann",
	}
	w.Tracker = w.open(t, w.store)
	t.Cleanup(func() { w.check(t) })
	return w
}

func (w *world) open(t *testing.T, store track.Store) *track.Tracker {
	t.Helper()
	c := w.config
	c.Store = store
	tr, err := track.Open(c)
	noError(t, err)
	return tr
}

// check compares the three ways to the records.
func (w *world) check(t *testing.T) {
	t.Helper()
	if t.Failed() {
		return
	}
	replayed := w.open(t, track.NewMemory())
	for range 2 { // applying an event twice changes nothing
		for _, e := range w.journal.events {
			noError(t, replayed.Apply(e))
		}
	}
	now, again := hashOf(t, w.Tracker), hashOf(t, replayed)
	if now != again {
		t.Error("the records are not what the journal says")
	}
	if opened := hashOf(t, w.open(t, w.store)); opened != now {
		t.Error("the records are not what the store says")
	}
}

// restart opens the store anew, as after a clean end.
func (w *world) restart(t *testing.T) {
	t.Helper()
	noError(t, w.Flush(nil))
	w.Tracker = w.open(t, w.store)
}

func hashOf(t *testing.T, tr *track.Tracker) string {
	t.Helper()
	noError(t, tr.Flush(nil))
	sum, err := tr.StateHash()
	noError(t, err)
	return sum
}

// memoryJournal numbers events and keeps them; its clock moves with each look.
type memoryJournal struct {
	mu     sync.Mutex
	writer event.Writer
	events []*event.Event
	ticks  int64
	broken error // what Append fails with
}

func (j *memoryJournal) Append(_ context.Context, drafts ...event.Draft) ([]*event.Event, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.broken != nil {
		return nil, j.broken
	}
	events := make([]*event.Event, len(drafts))
	for i, d := range drafts {
		body, err := event.Marshal(d.Body)
		if err != nil {
			return nil, err
		}
		j.ticks++
		events[i] = &event.Event{
			ID: event.ID{Writer: j.writer, Seq: uint64(len(j.events) + i + 1)}, Count: 1, Stream: d.Stream, Type: d.Body.Type(),
			Version: d.Body.Version(), Must: true, Time: 1_700_000_000_000_000_000 + j.ticks*1_000_000, Replaces: d.Replaces, Body: body,
		}
	}
	j.events = append(j.events, events...)
	return events, nil
}

func (j *memoryJournal) Now() time.Time {
	j.mu.Lock()
	defer j.mu.Unlock()
	return time.UnixMilli(1_700_000_000_000 + j.ticks)
}

// counter is random in that it never repeats.
type counter struct {
	mu sync.Mutex
	n  uint32
}

func (c *counter) Read(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range b {
		c.n = c.n*1664525 + 1013904223
		b[i] = byte(c.n >> 24)
	}
	return len(b), nil
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wants checks the kind of an error, and its sentence if one is given.
func wants(t *testing.T, err error, kind fault.Kind, sentence string) {
	t.Helper()
	if !errors.Is(err, kind) || sentence != "" && err.Error() != sentence {
		t.Errorf("got %v\nwant %s: %s", err, kind, sentence)
	}
}

func (w *world) run(t *testing.T, n track.NewRun) string {
	t.Helper()
	id, err := w.CreateRun(t.Context(), n)
	noError(t, err)
	return id
}

func (w *world) experiment(t *testing.T, name string) string {
	t.Helper()
	id, err := w.CreateExperiment(t.Context(), track.NewExperiment{Name: name})
	noError(t, err)
	return id
}
