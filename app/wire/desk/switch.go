package desk

import (
	"dev.varve/app/wire/owner"
	"dev.varve/backend/fault"
)

// Switch shows another workspace instead: the one at path, or a new one there.
// raised is true if that one has a window of its own, which has come to the
// front; this one then stays as it is, and so it does with an error. What was
// acknowledged is safe whatever happens on the way: a workspace is entered as at
// a start, and left as at an end.
func (d *Desk) Switch(path string, create bool) (raised bool, err error) {
	d.switching.Lock()
	defer d.switching.Unlock()
	if d.isClosed() {
		return false, fault.New(fault.State, "the window is closing")
	}
	dir, err := owner.ToOpen(path, create)
	if err != nil {
		return false, err
	}
	last := d.now()
	if dir == last.dir {
		return false, nil
	}
	next, err := d.take(dir)
	if err != nil || next == nil {
		return next == nil && err == nil, err
	}
	d.sit(next)
	d.park(last)
	return false, nil
}

func (d *Desk) isClosed() bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.closed
}

// park leaves a workspace. While it has jobs, that waits: they would be given
// up. Others may open a window on it meanwhile.
func (d *Desk) park(s *seat) {
	if o := s.owner(); o == nil || !o.Working() {
		if err := s.leave(); err != nil {
			d.log.Error("a workspace was not left as it should be; what was acknowledged is safe", "folder", s.dir, "why", err)
		}
		return
	}
	if err := s.single.Release(); err != nil {
		d.log.Warn("a workspace has no other window until this one is closed", "folder", s.dir, "why", err)
	}
	d.parked[s.dir] = s
}

// leaveParked leaves the parked workspaces whose jobs are done, or all of them.
func (d *Desk) leaveParked(all bool) {
	if !d.switching.TryLock() {
		return // it is tried again soon
	}
	defer d.switching.Unlock()
	d.leaveParkedLocked(all)
}

func (d *Desk) leaveParkedLocked(all bool) {
	for dir, s := range d.parked {
		if !all && s.owner().Working() {
			continue
		}
		delete(d.parked, dir)
		if err := s.leave(); err != nil {
			d.log.Error("a workspace was not left as it should be; what was acknowledged is safe", "folder", dir, "why", err)
		}
	}
}
