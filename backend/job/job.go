// Package job runs long work beside the request that asked for it, with
// progress, cancel and result. A job survives the page that started it; its
// record is plain data under a random id, so that a later Varve can keep it
// across a restart.
package job

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// Kept is how many jobs are remembered. One that still runs is never forgotten.
const Kept = 50

// State is where a job is.
type State string

// The states of a job.
const (
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Job is what is known of a job at one moment.
type Job struct {
	ID    string
	Kind  string // data.add, data.get, run.start, run.sweep
	Title string // in words
	State State
	Note  string // what it is doing now
	Bytes int64
	Total int64 // bytes; 0 while unknown
	Items int64
	// Pausable says that the work can rest, and Paused that it does. Neither
	// outlives the work.
	Pausable, Paused bool   `json:"-"`
	Started          int64  // ms since 1970
	Ended            int64  // ms since 1970; 0 while it runs
	Result           string // id of what it made
	Summary          string // what came of it, as a sentence; also of what was done until it failed
	Err              error  // why it failed
}

// Outcome is what work made.
type Outcome struct {
	Result  string
	Summary string
	// Stays says that it counts also if the work failed or was cancelled: it is what
	// was made by then.
	Stays bool
}

// Work is the body of a job. It ends soon after ctx does.
type Work func(ctx context.Context, p *Progress) (Outcome, error)

// Config is what a Manager needs.
type Config struct {
	Clock  host.Clock
	Random host.Random
	// After calls a function once, later, as time.AfterFunc does.
	After func(time.Duration, func())
	// Watch is told the id of each job that changed: at once when it begins and
	// ends, at most four times a second in between. It must return at once. It
	// may be nil.
	Watch func(id string)
	// Past are the jobs of an earlier process, oldest first. Those that ran when
	// it ended have failed.
	Past []Job
	// Keep is told all jobs, oldest first, after one has begun or ended, so that
	// they can be the Past of another process. It is not called twice at a time,
	// and may be nil.
	Keep func([]Job)
}

// Manager keeps the jobs of a process.
type Manager struct {
	Config
	ctx  context.Context
	stop context.CancelCauseFunc
	work sync.WaitGroup

	mu     sync.Mutex
	closed bool
	jobs   []*running // oldest first

	keeping sync.Mutex
}

type running struct {
	mu       sync.Mutex
	job      Job
	progress *Progress
	cancel   context.CancelCauseFunc
}

var (
	errCancelled = fault.New(fault.Cancelled, "somebody cancelled it")
	errClosing   = fault.New(fault.Cancelled, "Varve was closed")
	errEnded     = fault.New(fault.Unavailable, "Varve ended before this did").WithHint("Start it again.")
)

// New returns a Manager with the jobs of the past.
func New(c Config) *Manager {
	if c.Watch == nil {
		c.Watch = func(string) {}
	}
	if c.Keep == nil {
		c.Keep = func([]Job) {}
	}
	m := &Manager{Config: c}
	m.ctx, m.stop = context.WithCancelCause(context.Background())
	for _, j := range c.Past[max(0, len(c.Past)-Kept):] {
		if j.State == Running {
			j.State, j.Err, j.Note, j.Ended = Failed, errEnded, "", m.Clock.Now().UnixMilli()
		}
		m.jobs = append(m.jobs, &running{job: j, cancel: func(error) {}})
	}
	return m
}

// changed tells whoever watches that a job began or ended, and whoever keeps.
func (m *Manager) changed(id string) {
	m.Watch(id)
	m.keeping.Lock()
	defer m.keeping.Unlock()
	jobs := m.List()
	slices.Reverse(jobs)
	m.Keep(jobs)
}

// Start begins work and returns its job. After Close, the job has failed
// already.
func (m *Manager) Start(kind, title string, work Work) Job {
	var id [16]byte
	if _, err := io.ReadFull(m.Random, id[:]); err != nil {
		panic(fault.Wrap(err, fault.Internal, "draw", "random bytes")) // host.Random never fails
	}
	ctx, cancel := context.WithCancelCause(m.ctx)
	r := &running{cancel: cancel, job: Job{
		ID: hex.EncodeToString(id[:]), Kind: kind, Title: title, State: Running, Started: m.Clock.Now().UnixMilli(),
	}}
	r.progress = &Progress{report: func() { m.Watch(r.job.ID) }, after: m.After}
	m.mu.Lock()
	m.forget()
	m.jobs = append(m.jobs, r)
	closed := m.closed
	if !closed {
		m.work.Add(1)
	}
	m.mu.Unlock()
	m.changed(r.job.ID)
	if closed {
		m.end(r, Outcome{}, errClosing)
	} else {
		go m.run(ctx, r, work)
	}
	return r.view()
}

// forget drops the oldest ended jobs. The caller holds the lock.
func (m *Manager) forget() {
	for i := 0; len(m.jobs) >= Kept && i < len(m.jobs); {
		if m.jobs[i].view().State == Running {
			i++
			continue
		}
		m.jobs = slices.Delete(m.jobs, i, i+1)
	}
}

func (m *Manager) run(ctx context.Context, r *running, work Work) {
	defer m.work.Done()
	defer r.cancel(nil)
	outcome, err := guarded(ctx, r.progress, work)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	m.end(r, outcome, err)
}

// guarded turns a panic of one job into its failure: scripts that log at the
// same time must not lose their door over it.
func guarded(ctx context.Context, p *Progress, work Work) (outcome Outcome, err error) {
	defer func() {
		if v := recover(); v != nil {
			cause := fmt.Errorf("%v\n%s", v, debug.Stack())
			err = &fault.Error{Kind: fault.Internal, Message: "Varve failed at this; the rest goes on", Err: cause}
		}
	}()
	return work(ctx, p)
}

func (m *Manager) end(r *running, outcome Outcome, err error) {
	r.progress.stop()
	r.mu.Lock()
	j := &r.job
	r.progress.into(j)
	j.Ended, j.Note = m.Clock.Now().UnixMilli(), ""
	if err == nil || outcome.Stays {
		j.Result, j.Summary = outcome.Result, outcome.Summary
	}
	switch {
	case err == nil:
		j.State = Done
	case errors.Is(err, fault.Cancelled):
		j.State, j.Err = Cancelled, err
	default:
		j.State, j.Err = Failed, err
	}
	r.mu.Unlock()
	m.changed(r.job.ID)
}

// view is the job at this moment.
func (r *running) view() Job {
	r.mu.Lock()
	defer r.mu.Unlock()
	j := r.job
	if j.State == Running {
		r.progress.into(&j)
	}
	return j
}

// Get returns one job.
func (m *Manager) Get(id string) (Job, error) {
	r, err := m.find(id)
	if err != nil {
		return Job{}, err
	}
	return r.view(), nil
}

func (m *Manager) find(id string) (*running, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.IndexFunc(m.jobs, func(r *running) bool { return r.job.ID == id })
	if i < 0 {
		return nil, fault.New(fault.NotFound, "there is no job %s", id).
			WithHint("Varve remembers the last %d.", Kept)
	}
	return m.jobs[i], nil
}

// List returns the jobs, newest first.
func (m *Manager) List() []Job {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := make([]Job, 0, len(m.jobs))
	for _, r := range slices.Backward(m.jobs) {
		list = append(list, r.view())
	}
	return list
}

// Active reports whether any job runs.
func (m *Manager) Active() bool {
	return slices.ContainsFunc(m.List(), func(j Job) bool { return j.State == Running })
}

// Cancel asks a job to stop and returns it; work that is done already stays
// done. Cancelling twice is no error.
func (m *Manager) Cancel(id string) (Job, error) {
	r, err := m.find(id)
	if err != nil {
		return Job{}, err
	}
	r.cancel(errCancelled)
	return r.view(), nil
}

// Pause lets a job rest at the next place where it can, or go on again, and
// returns it. It fails with State for work that has ended or cannot rest.
func (m *Manager) Pause(id string, hold bool) (Job, error) {
	r, err := m.find(id)
	if err != nil {
		return Job{}, err
	}
	j := r.view()
	if j.State != Running {
		return j, fault.New(fault.State, "%s has ended", j.Title)
	}
	if !r.progress.pause(hold) {
		return j, fault.New(fault.State, "%s cannot be paused", j.Title).WithHint("It can be cancelled.")
	}
	return r.view(), nil
}

// Close cancels all jobs and waits until they have ended, or ctx has.
func (m *Manager) Close(ctx context.Context) error {
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	m.stop(errClosing)
	ended := make(chan struct{})
	go func() {
		m.work.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return fault.New(fault.Unavailable, "some work did not end in time: %v", context.Cause(ctx))
	}
}
