package owner

import (
	"context"
	"sync/atomic"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/backend/job"
	"dev.varve/backend/track"
	"dev.varve/storage/workspace"
)

// activity tells when the door was last in use.
type activity struct {
	open atomic.Int64 // requests and streams being answered
	last atomic.Int64 // when one began or ended, ns
}

func (a *activity) note(open int) {
	a.open.Store(int64(open))
	a.last.Store(time.Now().UnixNano())
}

// idle is how long nobody has needed the door.
func (a *activity) idle() time.Duration {
	if a.open.Load() > 0 {
		return 0
	}
	return time.Since(time.Unix(0, a.last.Load()))
}

// checkEvery is how often an owner asks itself whether it is still needed.
const checkEvery = time.Second

// Wait returns when ctx ends, when the folder has vanished, or when nobody has
// needed the owner for the given time: no request, no open page, no live run,
// no job. 0 means that it stays. With outdated, it makes room for an update as soon
// as nobody needs it, however short. It fails with fault.Locked when the lock file
// was removed or replaced: then another process may own the workspace, too.
func (o *Owner) Wait(ctx context.Context, idle time.Duration, outdated func() bool) error {
	ticker := time.NewTicker(min(checkEvery, max(idle/4, checkEvery/20)))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if !workspace.Is(o.disk, o.Dir) {
			o.log.Error("the workspace folder has vanished", "folder", o.Dir)
			return nil
		}
		if !o.Kept() {
			return fault.New(fault.Locked, "the lock file of the workspace was removed or replaced, and another process may own it now").
				On("keep", o.lock.Path()).WithHint("Nothing is lost. Start Varve again, and leave this file alone.")
		}
		if idle > 0 && o.unneeded(idle, outdated) {
			return nil
		}
	}
}

// unneeded reports whether nobody has needed this owner for long, or just now and
// an update waits.
func (o *Owner) unneeded(idle time.Duration, outdated func() bool) bool {
	quiet := o.activity.idle()
	return (quiet >= idle || quiet >= checkEvery && outdated()) && !o.Busy()
}

// Kept reports whether the workspace is still this owner's alone: its lock file
// was neither removed nor replaced.
func (o *Owner) Kept() bool { return o.lock.Kept() }

// Working reports whether jobs go on in this process, which end with it.
func (o *Owner) Working() bool { return o.jobs.Active() }

// Work names those jobs.
func (o *Owner) Work() (titles []string) {
	for _, j := range o.jobs.List() {
		if j.State == job.Running {
			titles = append(titles, j.Title)
		}
	}
	return titles
}

// Busy reports whether runs or jobs need an owner.
func (o *Owner) Busy() bool { return o.jobs.Active() || o.Runs() > 0 }

// Runs is how many runs go on.
func (o *Owner) Runs() (n int) {
	o.tracker.Live(func(r track.Brief) {
		if !r.Lost() {
			n++
		}
	})
	return n
}
