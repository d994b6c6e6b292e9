package owner

import (
	"errors"
	"os"
	"testing"

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
			if err := o.Wait(t.Context(), 0); !errors.Is(err, fault.Locked) {
				t.Fatalf("got %v, want Locked", err)
			}
		})
	}
}
