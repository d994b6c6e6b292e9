// Package envs connects environments with this machine: its disk, locks,
// programs and clock.
package envs

import (
	"context"
	"path/filepath"

	"dev.varve/app/machine"
	"dev.varve/backend/env"
	"dev.varve/storage/disk"
	"dev.varve/storage/lock"
)

// New returns the environments in the machine's cache folder, as they look to
// somebody with the given environment variables.
func New(cache string, environ []string) *env.Envs {
	return env.New(env.Config{
		Root: filepath.Join(cache, "envs"), Environ: environ,
		Disk: disk.OS{}, Clock: machine.Clock{}, Machine: machine.Tools{}, Locker: locker{},
	})
}

type locker struct{}

func (locker) Try(path string) (env.Held, error) { return held(lock.Try(path)) }

func (locker) Wait(ctx context.Context, path string) (env.Held, error) {
	return held(lock.Wait(ctx, path))
}

func held(l *lock.Lock, err error) (env.Held, error) {
	if err != nil {
		return nil, err // not a nil *Lock in an interface
	}
	return l, nil
}
