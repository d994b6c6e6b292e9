package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

const api = "/api/2.0/mlflow/"

// client is one connection that stays open, and another one for what surrounds the
// requests that are measured.
type client struct {
	base      string
	wire      wire
	transport *http.Transport
	answer    bytes.Buffer // the last one
}

func newClient(base string) *client {
	return &client{base: base, wire: wire{host: hostOf(base)}, transport: &http.Transport{MaxConnsPerHost: 1, DisableCompression: true}}
}

func (c *client) close() {
	c.wire.close()
	c.transport.CloseIdleConnections()
}

// do sends a request and takes the whole answer, as it is. It stays valid until
// the next one.
func (c *client) do(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	status, err := c.wire.ask(ctx, method, api+path, body, &c.answer)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, &refusal{path: path, status: status, body: string(c.answer.Bytes()[:min(500, c.answer.Len())])}
	}
	return c.answer.Bytes(), nil
}

// transfer sends a body, and copies the answer; it returns how long that is. The path
// is the whole one.
func (c *client) transfer(ctx context.Context, method, path string, body io.Reader, size int64, to io.Writer) (int64, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return 0, err
	}
	req.ContentLength = size
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 500))
		return 0, &refusal{path: path, status: resp.StatusCode, body: string(text)}
	}
	// A writer that is nothing else is given large pieces.
	return io.CopyBuffer(struct{ io.Writer }{to}, resp.Body, make([]byte, 1<<20))
}

// refusal is an answer that is not 200.
type refusal struct {
	path   string
	status int
	body   string
}

func (r *refusal) Error() string { return fmt.Sprintf("%s: %d %s", r.path, r.status, r.body) }

// call is do for what surrounds the measurements: it encodes and decodes.
func (c *client) call(ctx context.Context, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	answer, err := c.do(ctx, http.MethodPost, path, body)
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(answer, out)
}

// task is one unit of work of a client: one or several requests, whose bodies
// were made before.
type task func(ctx context.Context, c *client) error

// outcome is what a round gave.
type outcome struct {
	done    []int     // tasks that succeeded, of each client
	took    []float64 // seconds of each, in ascending order
	elapsed float64   // seconds, until the last one's end
	refused int
	first   error // the first refusal
}

func (o *outcome) count() int         { return len(o.took) }
func (o *outcome) perSecond() float64 { return float64(len(o.took)) / o.elapsed }
func (o *outcome) median() float64    { return median(o.took) }

// round lets clients work side by side, each through its own tasks, until
// these are done or the time is over; what has begun then is brought to its
// end. All begin with an open connection.
func round(ctx context.Context, base string, work [][]task, limit time.Duration) (*outcome, error) {
	clients := make([]*client, len(work))
	for i := range clients {
		clients[i] = newClient(base)
		defer clients[i].close()
		if _, err := clients[i].do(ctx, http.MethodGet, "experiments/get?experiment_id=0", nil); err != nil {
			return nil, err
		}
	}
	parts := make([]outcome, len(work))
	failed := make([]error, len(work))
	var all sync.WaitGroup
	began := time.Now()
	for i := range work {
		all.Go(func() { failed[i] = parts[i].work(ctx, clients[i], work[i], began.Add(limit)) })
	}
	all.Wait()
	o := &outcome{elapsed: time.Since(began).Seconds()}
	for i, p := range parts {
		if failed[i] != nil {
			return nil, failed[i]
		}
		o.done = append(o.done, len(p.took))
		o.took = append(o.took, p.took...)
		if o.refused += p.refused; o.first == nil {
			o.first = p.first
		}
	}
	if len(o.took) == 0 {
		return nil, fmt.Errorf("nothing succeeded in a round of %v: %w", limit, o.first)
	}
	slices.Sort(o.took)
	return o, nil
}

func (o *outcome) work(ctx context.Context, c *client, tasks []task, until time.Time) error {
	o.took = make([]float64, 0, len(tasks))
	for _, do := range tasks {
		began := time.Now()
		if began.After(until) {
			return nil
		}
		err := do(ctx, c)
		if refused, ok := err.(*refusal); ok { //nolint:errorlint // a task returns it as it is
			if o.refused++; o.first == nil {
				o.first = refused
			}
			continue
		}
		if err != nil {
			return err
		}
		o.took = append(o.took, time.Since(began).Seconds())
	}
	return nil
}

// median is the middle of values, which need not be sorted.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// drain is for a server that does nothing.
func drain(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // a client that hangs up is the caller's failure
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte("{}"))
}
