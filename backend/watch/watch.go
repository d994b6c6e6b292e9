// Package watch notices when a folder was changed and has come to rest since.
//
// It looks at the folder from time to time (names, sizes, times) and asks the system
// for no notifications. These do not come from network drives and other machines,
// are limited in number, need one watch for each folder or even file, and get lost
// when there are many, so that all has to be looked at anyway. A look at 70,000 files
// takes less than half a second; looking takes at most a twentieth of the time.
package watch

import (
	"context"
	"errors"
	"time"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/backend/ignore"
)

// Shortest is the shortest time of quiet: what is written within one tick of a clock
// must not be taken for quiet.
const Shortest = time.Second

const (
	soonest = time.Second      // between two looks
	latest  = 10 * time.Second // unless looking takes long
	share   = 20               // of the time, one part is for looking
)

// News is what a person may want to know.
type News struct {
	What What
	Err  error // of Failed and Away
}

// What is a kind of news.
type What int

// The kinds.
const (
	Moving What = iota // changes have begun
	Empty              // there is nothing in it, of which no version is made
	Away               // it cannot be looked at, for now
	Back               // it can again
	Failed             // no version could be made
)

// Watch watches a file or folder.
type Watch struct {
	Source content.Source
	Ignore ignore.Options
	Quiet  time.Duration
	Clock  host.Clock
	// Wait waits for so long, or until ctx ends.
	Wait func(ctx context.Context, d time.Duration)
	// Add makes a version of what is there, unless nothing is new.
	Add func(ctx context.Context) error
	// Tell tells of news.
	Tell func(News)
}

// Run makes versions until ctx ends, whenever it was changed and has been quiet since.
// What lies there at the beginning counts as changed. It fails if there is nothing to
// watch at the beginning, or if Add says with fault.Invalid that it never will work.
func (w *Watch) Run(ctx context.Context) error {
	if w.Quiet < Shortest {
		return fault.New(fault.Invalid, "the time of quiet has to be a second at least")
	}
	s := state{quiet: w.Quiet}
	for first := true; ; first = false {
		began := w.Clock.Now()
		var left ignore.Left
		seen, err := look(ctx, ignore.Source(w.Source, w.Ignore, &left))
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && first:
			return err
		default:
			err = w.step(ctx, &s, seen, err, first)
		}
		if err != nil || ctx.Err() != nil {
			return err
		}
		w.Wait(ctx, pause(w.Quiet, w.Clock.Now().Sub(began)))
	}
}

// pause is the time between two looks of which one took so long.
func pause(quiet, took time.Duration) time.Duration {
	return max(min(max(quiet/5, soonest), latest), share*took)
}

// step does what a look calls for.
func (w *Watch) step(ctx context.Context, s *state, seen Seen, failed error, first bool) error {
	if failed != nil {
		if !s.away {
			s.away = true
			w.Tell(News{Away, failed})
		}
		return nil
	}
	if s.away {
		s.away = false
		w.Tell(News{What: Back})
	}
	moved, due := s.look(w.Clock.Now(), seen)
	switch {
	case moved && seen.Files == 0:
		w.Tell(News{What: Empty})
	case moved && !first && !s.moving:
		s.moving = true
		w.Tell(News{What: Moving})
	}
	if !due {
		return nil
	}
	s.moving = false
	err := w.Add(ctx)
	switch {
	case err == nil || ctx.Err() != nil:
		s.done = true
		return nil
	case errors.Is(err, fault.Invalid):
		return err
	}
	w.Tell(News{Failed, err})
	if s.done = !passing(err); !s.done {
		s.since = w.Clock.Now()
	}
	return nil
}

// passing tells what may go better next time from what will not until the folder
// is changed.
func passing(err error) bool {
	for _, kind := range []fault.Kind{fault.Conflict, fault.Unavailable, fault.NoSpace, fault.Locked, fault.State, fault.NotFound, fault.Cancelled} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// state is what is known between two looks.
type state struct {
	quiet  time.Duration
	last   Seen
	since  time.Time // of the last change, or of the last attempt
	any    bool      // there was a look
	done   bool      // of what was seen last, there is a version
	moving bool
	away   bool
}

// look says whether something has moved since the look before, and whether a version
// is due.
func (s *state) look(now time.Time, seen Seen) (moved, due bool) {
	if !s.any || seen != s.last {
		s.any, s.last, s.since, s.done = true, seen, now, false
		return true, false
	}
	return false, !s.done && seen.Files > 0 && now.Sub(s.since) >= s.quiet
}
