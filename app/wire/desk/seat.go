package desk

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"dev.varve/app/client"
	"dev.varve/app/wire/background"
	"dev.varve/app/wire/owner"
)

// seat is a workspace that the desk takes part in.
type seat struct {
	dir    string
	single *Single

	mu       sync.Mutex
	session  owner.Session
	pages    http.Handler
	left     bool
	requests sync.WaitGroup

	ctx context.Context // of its requests
	end context.CancelFunc
}

// newSeat joins the owner of a workspace, or becomes it, door included.
func newSeat(ctx context.Context, opts owner.Options, dir string, single *Single) (*seat, error) {
	s := &seat{dir: dir, single: single}
	s.ctx, s.end = context.WithCancel(context.WithoutCancel(ctx))
	if err := s.enter(ctx, opts); err != nil {
		s.end()
		return nil, err
	}
	return s, nil
}

func (s *seat) enter(ctx context.Context, opts owner.Options) error {
	opts.Dir = s.dir
	session, err := owner.Enter(ctx, opts)
	if err != nil {
		return err
	}
	pages := handOn(session.Client, beginWithin)
	if session.Owner != nil {
		if _, err := session.Owner.OpenDoor(ctx); err != nil {
			return errors.Join(err, session.Owner.Close())
		}
		pages = session.Owner.Pages()
	} else if err := owner.Note(s.dir); err != nil {
		opts.Log.Warn("the list of workspaces", "why", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left && session.Owner != nil {
		return session.Owner.Close()
	}
	s.session, s.pages = session, pages
	return nil
}

// lose lets go of the workspace of an owner that is none any more. Until it is
// entered again, requests hear that nobody answers.
func (s *seat) lose() error {
	s.mu.Lock()
	o := s.session.Owner
	s.session = owner.Session{}
	s.pages = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { unavailable(w) })
	s.mu.Unlock()
	o.EndStreams()
	return o.Close()
}

// take is the handler of one more request; done says that it was answered. ok is
// false if the desk has left.
func (s *seat) take() (pages http.Handler, done func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left {
		return nil, nil, false
	}
	s.requests.Add(1)
	return s.pages, s.requests.Done, true
}

func (s *seat) owner() *owner.Owner {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.session.Owner
}

func (s *seat) client() *client.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.session.Client
}

// grace is how long requests may take to end by themselves.
const grace = 2 * time.Second

// leave ends what the desk has to do with the workspace, as a closing window
// does. Where scripts, runs or jobs still need an owner, it leaves one behind, on
// the same port.
func (s *seat) leave() error {
	s.mu.Lock()
	s.left = true
	o := s.session.Owner
	s.mu.Unlock()
	defer s.end()
	if o == nil {
		return s.single.Release()
	}
	o.EndStreams()
	s.drain()
	needed := o.Busy()
	err := o.Close()
	if needed && err == nil {
		_, err = background.Owner(s.dir)
	}
	return errors.Join(err, s.single.Release())
}

// drain waits for the requests that are being answered: what they do is done
// before the owner closes.
func (s *seat) drain() {
	idle := make(chan struct{})
	go func() {
		s.requests.Wait()
		close(idle)
	}()
	for range 2 {
		select {
		case <-idle:
			return
		case <-time.After(grace):
			s.end()
		}
	}
}

// title is what a window of the workspace is called.
func (s *seat) title() string { return filepath.Base(s.dir) + " – Varve" }
