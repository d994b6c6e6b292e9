// Package desk is what a window needs of a workspace: its pages answered in
// this process while it owns the workspace, handed on to the owner while
// somebody else does, and taken over when that one leaves.
package desk

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"

	"dev.varve/app/client"
	"dev.varve/app/door/api"
	"dev.varve/app/wire/owner"
	"dev.varve/backend/fault"
)

// Desk answers the pages of a window.
type Desk struct {
	opts owner.Options
	log  *slog.Logger

	mu      sync.RWMutex
	session owner.Session
	pages   http.Handler
	closed  bool
}

// Open joins the owner of the workspace, or becomes it, door included.
func Open(ctx context.Context, opts owner.Options) (*Desk, error) {
	d := &Desk{opts: opts, log: opts.Log}
	return d, d.enter(ctx)
}

func (d *Desk) enter(ctx context.Context) error {
	s, err := owner.Enter(ctx, d.opts)
	if err != nil {
		return err
	}
	pages := handOn(s.Client)
	if s.Owner != nil {
		if _, err := s.Owner.OpenDoor(ctx); err != nil {
			return errors.Join(err, s.Owner.Close())
		}
		pages = s.Owner.Pages()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed && s.Owner != nil {
		return s.Owner.Close()
	}
	d.session, d.pages = s, pages
	return nil
}

// ServeHTTP answers a page's request.
func (d *Desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.RLock()
	pages := d.pages
	d.mu.RUnlock()
	pages.ServeHTTP(w, r)
}

// handOn sends requests to the door of whoever owns the workspace.
func handOn(c *client.Client) http.Handler {
	if c == nil {
		return http.NotFoundHandler()
	}
	target, err := url.Parse(c.Address)
	if err != nil {
		return http.NotFoundHandler()
	}
	return &httputil.ReverseProxy{
		FlushInterval: -1, // live events
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(target)
			p.Out.Host = target.Host
			p.Out.Header.Del("Origin") // the page's own address means nothing there
			p.Out.Header.Del("Referer")
			if c.Token != "" {
				p.Out.Header.Set("Authorization", "Bearer "+c.Token)
			}
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusServiceUnavailable)
			_ = json.NewEncoder(w).Encode(api.Problem{
				Status: http.StatusServiceUnavailable, Code: string(fault.Unavailable),
				Title: "Varve is not answering; runs go on", Hint: "It comes back by itself in a moment.",
			})
		},
	}
}

const watchEvery = 500 * time.Millisecond

// Watch takes the workspace over when its owner leaves, until ctx ends.
func (d *Desk) Watch(ctx context.Context) {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		d.mu.RLock()
		c := d.session.Client
		d.mu.RUnlock()
		if c == nil || !gone(ctx, c) {
			continue
		}
		if err := d.enter(ctx); err != nil && ctx.Err() == nil {
			d.log.Warn("the workspace could not be opened again", "why", err)
		}
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
func (d *Desk) Owner() *owner.Owner {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.session.Owner
}

// Client is the connection to an owner elsewhere, or nil.
func (d *Desk) Client() *client.Client {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.session.Client
}

// Close leaves the workspace. needed reports whether scripts or runs still
// need a door; then the caller leaves an owner behind, on the same port.
func (d *Desk) Close() (needed bool, err error) {
	d.mu.Lock()
	d.closed = true
	o := d.session.Owner
	d.mu.Unlock()
	if o == nil {
		return false, nil
	}
	needed = o.Busy()
	return needed, o.Close()
}
