package owner

import (
	"errors"
	"os"
	"testing"
	"time"

	"dev.varve/backend/fault"
)

// A lock file that somebody takes away no longer keeps others out, so its owner
// does not go on.
func TestWaitEndsWithoutTheLockFile(t *testing.T) {
	for name, take := range map[string]func(path string) error{
		"removed": os.Remove,
		"replaced": func(path string) error {
			return errors.Join(os.Rename(path, path+".old"), os.WriteFile(path, nil, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := become(t)
			if err := take(o.lock.Path()); err != nil {
				t.Skipf("this system keeps open files: %v", err)
			}
			if err := o.Wait(t.Context(), 0, nil); !errors.Is(err, fault.Locked) {
				t.Fatalf("got %v, want Locked", err)
			}
		})
	}
}

// An update waits for whoever is being answered, and for nobody else.
func TestUnneeded(t *testing.T) {
	o := become(t)
	for _, c := range []struct {
		name     string
		open     int           // requests
		quiet    time.Duration // since the last one
		outdated bool
		want     bool
	}{
		{"just used", 0, 0, false, false},
		{"long unused", 0, 2 * time.Hour, false, true},
		{"unused for a minute", 0, time.Minute, false, false},
		{"unused for a minute, and outdated", 0, time.Minute, true, true},
		{"just used, and outdated", 0, 0, true, false},
		{"a page is open, and outdated", 1, time.Minute, true, false},
	} {
		o.activity.open.Store(int64(c.open))
		o.activity.last.Store(time.Now().Add(-c.quiet).UnixNano())
		if got := o.unneeded(time.Hour, func() bool { return c.outdated }); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
