// Package desk is what a window needs of a workspace: its pages answered in
// this process while it owns the workspace, handed on to the owner while
// somebody else does, and taken over when that one leaves; and another workspace
// in its place when a person wants to see that one.
package desk

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"dev.varve/app/client"
	"dev.varve/app/door/api"
	"dev.varve/app/wire/owner"
	"dev.varve/backend/fault"
)

// Desk answers the pages of a window.
type Desk struct {
	opts  owner.Options
	log   *slog.Logger
	ctx   context.Context // of entering workspaces
	stop  context.CancelFunc
	raise chan struct{}

	switching sync.Mutex       // held while one workspace follows another
	parked    map[string]*seat // left, but for jobs that are not done

	mu     sync.RWMutex
	seat   *seat
	closed bool
}

// Open joins the owner of the workspace, or becomes it, door included. first is
// false if the workspace has a window already; that one was asked to come to the
// front, and there is no desk.
func Open(ctx context.Context, opts owner.Options) (d *Desk, first bool, err error) {
	d = &Desk{opts: opts, log: opts.Log, raise: make(chan struct{}), parked: map[string]*seat{}}
	d.ctx, d.stop = context.WithCancel(ctx)
	s, err := d.take(opts.Dir)
	if err != nil || s == nil {
		d.stop()
		return nil, false, err
	}
	d.sit(s)
	go d.watch(d.ctx)
	return d, true, nil
}

// take makes this the one window of a workspace, and enters it. It is nil if
// there is such a window already.
func (d *Desk) take(dir string) (*seat, error) {
	single, first, err := Claim(owner.PlacesOf(dir))
	if err != nil || !first {
		return nil, err
	}
	if s := d.parked[dir]; s != nil {
		delete(d.parked, dir)
		s.single = single
		return s, nil
	}
	s, err := newSeat(d.ctx, d.opts, dir, single)
	if err != nil {
		return nil, errors.Join(err, single.Release())
	}
	return s, nil
}

// sit makes a workspace the one that the window shows.
func (d *Desk) sit(s *seat) {
	s.single.follow(d.ctx, d.raise)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seat = s
}

// now is the workspace that the window shows.
func (d *Desk) now() *seat {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.seat
}

// ServeHTTP answers a page's request.
func (d *Desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := d.now()
	pages, done, ok := s.take()
	if !ok { // it was left in this very moment
		unavailable(w)
		return
	}
	defer done()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()
	pages.ServeHTTP(w, r.WithContext(ctx))
}

// beginWithin is how long an owner may take to begin an answer to a question.
// The pages give up earlier; without a limit what they asked would stay open in
// this process for as long as the owner hangs.
const beginWithin = 30 * time.Second

// limited is how requests reach an owner: questions have a limit until the answer
// begins; what changes something has none, since it may have been done.
type limited struct{ questions, others http.RoundTripper }

func (a limited) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return a.questions.RoundTrip(r)
	}
	return a.others.RoundTrip(r)
}

func newLimited(limit time.Duration) limited {
	questions := &http.Transport{ResponseHeaderTimeout: limit, IdleConnTimeout: time.Minute}
	return limited{questions, http.DefaultTransport}
}

// handOn sends requests to the door of whoever owns the workspace.
func handOn(c *client.Client, limit time.Duration) http.Handler {
	if c == nil {
		return http.NotFoundHandler()
	}
	target, err := url.Parse(c.Address)
	if err != nil {
		return http.NotFoundHandler()
	}
	return &httputil.ReverseProxy{
		FlushInterval: -1, // live events
		Transport:     newLimited(limit),
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(target)
			p.Out.Host = target.Host
			p.Out.Header.Del("Origin") // the page's own address means nothing there
			p.Out.Header.Del("Referer")
			if c.Token != "" {
				p.Out.Header.Set("Authorization", "Bearer "+c.Token)
			}
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { unavailable(w) },
	}
}

func unavailable(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(http.StatusServiceUnavailable)
	_ = json.NewEncoder(w).Encode(api.Problem{
		Status: http.StatusServiceUnavailable, Code: string(fault.Unavailable),
		Title: "Varve is not answering; runs go on", Hint: "It comes back by itself in a moment.",
	})
}

const watchEvery = 500 * time.Millisecond

// watch enters the workspace again when its owner leaves, or is none any more,
// and leaves parked ones when their jobs are done, until ctx ends.
func (d *Desk) watch(ctx context.Context) {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if s := d.now(); !owned(ctx, s) {
			d.enterAgain(s)
		}
		d.leaveParked(false)
	}
}

// owned reports whether a workspace has an owner, here or elsewhere.
func owned(ctx context.Context, s *seat) bool {
	if o := s.owner(); o != nil {
		return o.Kept()
	}
	c := s.client()
	return c != nil && !gone(ctx, c)
}

func (d *Desk) enterAgain(s *seat) {
	d.switching.Lock()
	defer d.switching.Unlock()
	if s != d.now() {
		return
	}
	if s.owner() != nil {
		d.log.Error("the lock file of the workspace was removed or replaced, and another process may own it now", "folder", s.dir)
		if err := s.lose(); err != nil {
			d.log.Warn("what was acknowledged is safe; the workspace was not closed as it should be", "folder", s.dir, "why", err)
		}
	}
	if err := s.enter(d.ctx, d.opts); err != nil && d.ctx.Err() == nil {
		d.log.Warn("the workspace could not be opened again", "why", err)
	}
}

// gone reports whether an owner has left.
func gone(ctx context.Context, c *client.Client) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	err := c.Get(ctx, "/alive", nil, nil)
	return errors.Is(err, fault.Unavailable) && ctx.Err() == nil
}

// Owner is the owner in this process, or nil.
func (d *Desk) Owner() *owner.Owner { return d.now().owner() }

// Client is the connection to an owner elsewhere, or nil. While a workspace is
// entered again there is neither.
func (d *Desk) Client() *client.Client { return d.now().client() }

// Raise sends a value whenever a second start wants the window in front.
func (d *Desk) Raise() <-chan struct{} { return d.raise }

// Runs is how many runs go on now, which do so without the window, too.
func (d *Desk) Runs(ctx context.Context) int {
	s := d.now()
	if o := s.owner(); o != nil {
		return o.Runs()
	}
	c := s.client()
	if c == nil { // it is being entered again
		return 0
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	var w api.Workspace
	if err := c.Get(ctx, "/workspace", nil, &w); err != nil {
		return 0 // nobody knows, and it is no reason to stay
	}
	return w.Counts.Live
}

// Stops is what is being done in this process, in words, and ends with it.
func (d *Desk) Stops() (titles []string) {
	seats := []*seat{d.now()}
	if d.switching.TryLock() { // else another workspace is on its way, and asked soon again
		seats = slices.AppendSeq(seats, maps.Values(d.parked))
		d.switching.Unlock()
	}
	for _, s := range seats {
		if o := s.owner(); o != nil {
			titles = append(titles, o.Work()...)
		}
	}
	slices.Sort(titles)
	return titles
}

// Title is what the window is called.
func (d *Desk) Title() string { return d.now().title() }

// StateFile is where the window's size and place are remembered.
func (d *Desk) StateFile() string {
	return filepath.Join(owner.PlacesOf(d.now().dir).State, "window.json")
}

// Close leaves the workspace, and an owner behind if something still needs one.
func (d *Desk) Close() error {
	d.stop()
	d.switching.Lock()
	defer d.switching.Unlock()
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	d.leaveParkedLocked(true)
	return d.now().leave()
}
