package desk

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"dev.varve/app/wire/owner"
	"dev.varve/backend/fault"
	"dev.varve/storage/disk"
	"dev.varve/storage/lock"
)

// Single keeps a workspace to one window on this machine: the second start
// brings the first one to the front and ends.
type Single struct {
	held  *lock.Lock
	raise string // file that a second start leaves
	stop  context.CancelFunc
}

// Claim makes this process the one window of a workspace. ok is false if there
// is one already; it has been asked to come to the front.
func Claim(p owner.Places) (s *Single, ok bool, err error) {
	if err := (disk.OS{}).MkdirAll(p.State); err != nil {
		return nil, false, err
	}
	s = &Single{raise: filepath.Join(p.State, "raise")}
	s.held, err = lock.Try(filepath.Join(p.State, "window.lock"))
	if errors.Is(err, fault.Locked) {
		return nil, false, disk.OS{}.WriteFile(s.raise, nil, 0o600)
	}
	_ = os.Remove(s.raise) // what an earlier window did not see any more
	return s, err == nil, err
}

const raiseEvery = 200 * time.Millisecond

// follow sends a value whenever a second start wants the window in front, until
// ctx ends or the claim is released.
func (s *Single) follow(ctx context.Context, wanted chan<- struct{}) {
	ctx, s.stop = context.WithCancel(ctx)
	go func() {
		ticker := time.NewTicker(raiseEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			if os.Remove(s.raise) != nil {
				continue
			}
			select {
			case wanted <- struct{}{}:
			case <-ctx.Done():
				return
			}
		}
	}()
}

// Release lets another window have the workspace. Releasing it again does
// nothing.
func (s *Single) Release() error {
	if s.stop != nil {
		s.stop()
	}
	return s.held.Release()
}
