package owner

import (
	"context"
	"errors"
	"time"

	"dev.varve/app/client"
	"dev.varve/app/machine"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/storage/disk"
	"dev.varve/storage/workspace"
)

// Session is how a process takes part in a workspace: as its owner, or as a
// client of the owner. Exactly one of the two is set.
type Session struct {
	Owner  *Owner
	Client *client.Client
}

const (
	patience = 20 * time.Second // until an owner that starts, or ends, is given up
	pause    = 20 * time.Millisecond
)

// Enter joins the live owner of a workspace, or becomes it. There is no third
// way, and nobody takes over from a live owner.
func Enter(ctx context.Context, opts Options) (Session, error) {
	deadline := time.Now().Add(patience)
	for wait := pause; ; wait = min(2*wait, 500*time.Millisecond) {
		o, err := Become(ctx, opts)
		if err == nil {
			return Session{Owner: o}, nil
		}
		if !errors.Is(err, fault.Locked) {
			return Session{}, err
		}
		if c, err := Join(ctx, opts.Dir); err == nil {
			return Session{Client: c}, nil
		}
		if time.Now().After(deadline) {
			return Session{}, noAnswer(opts.Dir)
		}
		if err := sleep(ctx, wait); err != nil {
			return Session{}, err
		}
	}
}

// Join returns a client of the live owner of a workspace, or Unavailable.
func Join(ctx context.Context, dir string) (*client.Client, error) {
	var d host.Disk = disk.OS{}
	p := PlacesOf(dir)
	h := ReadHint(d, p)
	if !h.Open || h.Address == "" {
		return nil, fault.New(fault.Unavailable, "nobody has the workspace %s open", dir)
	}
	token := ""
	if !h.NoToken {
		var err error
		if token, err = Token(d, machine.Random(), p); err != nil {
			return nil, err
		}
	}
	c := client.New(h.Address, token)
	var alive struct {
		Workspace string `json:"workspace"`
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := c.Get(ctx, "/alive", nil, &alive); err != nil {
		return nil, err
	}
	if alive.Workspace == "" || alive.Workspace != workspace.IDOf(d, dir) {
		return nil, fault.New(fault.Unavailable, "another workspace answers at %s", h.Address)
	}
	return c, nil
}

func noAnswer(dir string) error {
	return fault.New(fault.Locked, "another process holds the workspace %s, but does not answer", dir).
		WithHint("Close other Varve windows of this workspace, also those of other people on this computer.")
}

// Check says in words why a folder is no workspace and cannot become one. It
// changes nothing.
func Check(dir string) error { return workspace.Check(disk.OS{}, dir, cuttings()) }

// JoinOrStart joins the live owner. While there is none, start starts one in a
// process of its own; failed tells why that one ended, if it did.
func JoinOrStart(ctx context.Context, dir string, start func() (failed func() error, err error)) (*client.Client, error) {
	if c, err := Join(ctx, dir); err == nil || errors.Is(err, fault.Cancelled) {
		return c, err
	}
	failed, err := start()
	if err != nil {
		return nil, err
	}
	deadline := time.Now().Add(patience)
	for {
		c, err := Join(ctx, dir)
		if err == nil {
			return c, nil
		}
		if err := failed(); err != nil {
			return nil, err
		}
		if time.Now().After(deadline) {
			return nil, noAnswer(dir)
		}
		if err := sleep(ctx, pause); err != nil {
			return nil, err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return fault.New(fault.Cancelled, "interrupted")
	case <-time.After(d):
		return nil
	}
}
