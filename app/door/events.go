package door

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"dev.varve/app/door/api"
	"dev.varve/backend/live"
	"dev.varve/backend/track"
)

const (
	// heartbeat is how often a quiet stream repeats the number of its last
	// message: a page that hears nothing for longer says that nobody answers, and
	// that a page has gone is noticed only when a write fails.
	heartbeat = 3 * time.Second
	// patience is how long one message may take to be written.
	patience = 30 * time.Second
	// longest is how long a poll may wait.
	longest = 60 * time.Second
)

type eventsQuery struct {
	Since uint64 `query:"since" doc:"Number of the last message that was heard"`
	// A browser that reconnects by itself says so here.
	Last string `header:"Last-Event-ID"`
}

func (d *Door) describeEvents(h huma.API) {
	o := get("/events", "events", "live", "What changes, as it happens: an event stream of Change, with its number as id")
	o.Responses = map[string]*huma.Response{"200": {
		Description: "Each message is one Change; a first one, with the number that was asked for, says that the stream stands; the last number comes again every 3 seconds",
		Content:     map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}},
	}}
	add(d, h, o, func(_ context.Context, in *eventsQuery) (*stream, error) {
		since := in.Since
		if last, err := strconv.ParseUint(in.Last, 10, 64); err == nil {
			since = last
		}
		return &stream{Body: func(c huma.Context) {
			r, w := humago.Unwrap(c)
			d.streamEvents(w, r, since)
		}}, nil
	})
	add(d, h, get("/events/poll", "poll", "live", "The same as a long poll"), func(ctx context.Context, in *struct {
		Since uint64 `query:"since" doc:"Number of the last message that was heard"`
		Wait  int    `query:"wait" default:"25" minimum:"0" maximum:"60" doc:"Seconds"`
	}) (*answer[api.Changes], error) {
		changes := d.poll(ctx, in.Since, time.Duration(in.Wait)*time.Second)
		return the(api.Changes{Changes: d.changes(changes)}, nil)
	})
}

// poll waits for messages, but not longer than wait.
func (d *Door) poll(ctx context.Context, since uint64, wait time.Duration) []live.Change {
	if changes := d.Hub.Since(since); len(changes) > 0 || wait == 0 {
		return changes
	}
	ctx, cancel := context.WithTimeout(ctx, min(wait, longest))
	defer cancel()
	stop := context.AfterFunc(d.streams, cancel)
	defer stop()
	// An end without a message is an empty answer, whatever the reason.
	changes, _ := d.Hub.Wait(ctx, since)
	return changes
}

// streamEvents writes messages until the other side hangs up or the door
// closes.
func (d *Door) streamEvents(w http.ResponseWriter, r *http.Request, since uint64) {
	w.Header().Set("Content-Type", "text/event-stream")
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	stop := context.AfterFunc(d.streams, cancel)
	defer stop()
	out := &events{w: w, rc: http.NewResponseController(w), now: d.Clock.Now}
	changes := d.changes(d.Hub.Since(since))
	if len(changes) == 0 {
		// A web view that holds streams back is told from a quiet workspace by
		// this message.
		changes = []api.Change{{Seq: since}}
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	heard := make(chan []live.Change)
	last := changes[len(changes)-1].Seq
	go d.hear(ctx, last, heard)
	for out.send(changes) {
		changes = []api.Change{{Seq: changes[len(changes)-1].Seq}}
		select {
		case <-beat.C:
		case news, ok := <-heard:
			if !ok {
				return
			}
			changes = d.changes(news)
		}
	}
}

// hear passes the messages after a number on until ctx ends.
func (d *Door) hear(ctx context.Context, since uint64, heard chan<- []live.Change) {
	defer close(heard)
	for {
		changes, err := d.Hub.Wait(ctx, since)
		if err != nil {
			return
		}
		since = changes[len(changes)-1].Seq
		select {
		case heard <- changes:
		case <-ctx.Done():
			return
		}
	}
}

// events writes an event stream.
type events struct {
	w   http.ResponseWriter
	rc  *http.ResponseController
	now func() time.Time
}

// send writes messages and reports whether the other side is still there.
func (e *events) send(changes []api.Change) bool {
	var text []byte
	for _, c := range changes {
		data, err := json.Marshal(c)
		if err != nil {
			return false // it holds no floats: it cannot fail
		}
		text = fmt.Appendf(text, "id: %d\ndata: %s\n\n", c.Seq, data)
	}
	// The window's pages are served without a connection, hence without one.
	_ = e.rc.SetWriteDeadline(e.now().Add(patience))
	if _, err := e.w.Write(text); err != nil {
		return false
	}
	return e.rc.Flush() == nil
}

// changes says messages of the hub in the API's words.
func (d *Door) changes(list []live.Change) []api.Change {
	changes := make([]api.Change, len(list))
	for i, c := range list {
		changes[i] = api.Change{
			Seq: c.Seq, Reset: c.Reset, Runs: d.withModels(c), Metrics: c.Metrics, Logs: c.Logs,
			Experiments: c.Experiments, Datasets: c.Datasets, Projects: c.Projects, Registry: c.Registry, Dropped: c.Dropped,
		}
		for _, id := range c.Jobs {
			if j, err := d.Jobs.Get(id); err == nil { // one that is forgotten is of no interest
				changes[i].Jobs = append(changes[i].Jobs, jobOf(j))
			}
		}
	}
	return changes
}

// withModels adds the runs whose models changed: a run's page shows them.
func (d *Door) withModels(c live.Change) []string {
	runs := c.Runs
	for _, id := range c.Models {
		var run string
		if err := d.Records.Model(id, func(m *track.LoggedModel) { run = m.Run }); err != nil {
			continue // its creation has not arrived yet
		}
		if run != "" && !slices.Contains(runs, run) {
			runs = append(slices.Clip(runs), run)
		}
	}
	return runs
}
