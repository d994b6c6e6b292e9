// Package live tells those who watch which things changed, not how: a feed of
// numbered changes that can be resumed by number.
//
// Whoever changes something touches the Hub, which never waits and never
// fails. The first touch is told at once; what follows is gathered and told at
// most ten times a second, so that a thousand points a second cost a watcher
// ten small messages. The last messages are kept. A watcher that fell behind
// them, or that comes with a number of an earlier process, is told to read
// everything again.
package live

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/backend/track"
)

const (
	pace = 100 * time.Millisecond // least time between two messages
	kept = 512                    // messages that can be read again
	many = 500                    // things that one message names; if there are more, it says: read everything again
)

// Change is one message. Ids come in no particular order, each once.
type Change struct {
	Seq         uint64
	Reset       bool     // something was missed: read everything again
	Runs        []string // runs whose record changed
	Metrics     []string // runs that have new points
	Logs        []string // runs that have new output
	Models      []string // logged models whose record changed
	Jobs        []string
	Experiments bool
	Datasets    bool
	Projects    bool
	Registry    bool     // registered models or their versions
	Dropped     []string // paths that were dropped on the window
}

// Hub gathers what changed and hands it out. All methods may be called from
// several goroutines; those that tell of a change return at once.
type Hub struct {
	mu      sync.Mutex
	seq     uint64   // of the newest message
	ring    []Change // the last messages; their numbers follow each other up to seq
	next    batch    // touched since the newest message
	resting bool     // a message was sent less than pace ago, and a timer runs
	closed  bool
	news    chan struct{} // closed with the next message
	after   func(time.Duration, func())
}

// New returns a Hub. Its numbers begin with the present time, so that they are
// greater than those of every earlier process on this workspace, and still
// small enough for JavaScript. after calls a function once, later, as
// time.AfterFunc does.
func New(clock host.Clock, after func(time.Duration, func())) *Hub {
	return &Hub{seq: uint64(clock.Now().UnixMilli()) * 1000, news: make(chan struct{}), after: after}
}

// Record notes that a record of the tracker changed. It has the form of
// track.Config.Watch and may be called with locks held.
func (h *Hub) Record(key string, what track.Aspect) {
	kind, id, _ := strings.Cut(key, "/")
	h.touch(func(b *batch) {
		switch {
		case kind == "run" && what == track.PointsAdded:
			b.name(&b.change.Metrics, metrics, id)
		case kind == "run":
			b.name(&b.change.Runs, runs, id)
		case kind == "logged-model":
			b.name(&b.change.Models, models, id)
		case kind == "experiment", kind == "workspace": // its views, which stand beside those of experiments
			b.change.Experiments = true
		case kind == "dataset":
			b.change.Datasets = true
		case kind == "registered-model", kind == "model-version":
			b.change.Registry = true
		case kind == "project":
			b.change.Projects = true
		}
	})
}

// Log notes that a run has new output.
func (h *Hub) Log(run string) { h.touch(func(b *batch) { b.name(&b.change.Logs, logs, run) }) }

// Job notes that a job changed.
func (h *Hub) Job(id string) { h.touch(func(b *batch) { b.name(&b.change.Jobs, jobs, id) }) }

// Drop tells which paths were dropped on the window.
func (h *Hub) Drop(paths []string) {
	h.touch(func(b *batch) { b.change.Dropped = append(b.change.Dropped, paths...) })
}

// Reset tells every watcher to read everything again.
func (h *Hub) Reset() { h.touch(func(b *batch) { b.change.Reset = true }) }

func (h *Hub) touch(note func(*batch)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	note(&h.next)
	if !h.resting {
		h.send()
	}
}

// send makes a message of what was touched. The caller holds the lock.
func (h *Hub) send() {
	c, any := h.next.take()
	if !any {
		return
	}
	h.seq++
	c.Seq = h.seq
	if len(h.ring) == 2*kept {
		h.ring = append(make([]Change, 0, 2*kept), h.ring[kept:]...)
	}
	h.ring = append(h.ring, c)
	close(h.news)
	h.news = make(chan struct{})
	h.resting = true
	h.after(pace, h.rested)
}

// rested sends what was touched meanwhile. When nothing was, the timer is not
// set again: a quiet hub costs nothing.
func (h *Hub) rested() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.resting = false
	if !h.closed {
		h.send()
	}
}

// Seq is the number of the newest message. An answer that is read after it
// reflects everything up to it.
func (h *Hub) Seq() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.seq
}

// Since returns the messages after a number, oldest first. If some of them are
// gone, or the number is not from this hub, it is one message that says Reset.
func (h *Hub) Since(seq uint64) []Change {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.since(seq)
}

func (h *Hub) since(seq uint64) []Change {
	switch {
	case seq == h.seq:
		return nil
	case seq > h.seq || h.seq-seq > uint64(min(len(h.ring), kept)):
		return []Change{{Seq: h.seq, Reset: true}}
	}
	return slices.Clone(h.ring[len(h.ring)-int(h.seq-seq):])
}

// Wait is Since, but waits until there is something. It fails with
// fault.Cancelled when ctx ends, and with fault.Unavailable when the hub is
// closed.
func (h *Hub) Wait(ctx context.Context, seq uint64) ([]Change, error) {
	for {
		h.mu.Lock()
		changes, news, closed := h.since(seq), h.news, h.closed
		h.mu.Unlock()
		switch {
		case len(changes) > 0:
			return changes, nil
		case closed:
			return nil, fault.New(fault.Unavailable, "this process is about to end")
		}
		select {
		case <-news:
		case <-ctx.Done():
			return nil, fault.New(fault.Cancelled, "nobody waits any more: %v", context.Cause(ctx))
		}
	}
}

// Close sends what was touched and lets everybody who waits go.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.send()
	h.closed = true
	close(h.news)
}
