package command

import (
	"context"
	"errors"

	"dev.varve/app/cli"
	"dev.varve/app/wire/owner"
	"dev.varve/backend/fault"
)

// serve owns the workspace until ctx ends, its folder vanishes, or nobody has
// needed it for a while.
func (c commands) serve(ctx context.Context, s cli.ServeOptions) error {
	opts, err := c.options(s.Named)
	if err != nil {
		return err
	}
	opts.Port, opts.NoToken = s.Port, s.NoToken
	o, err := owner.Become(ctx, opts)
	if errors.Is(err, fault.Locked) {
		if s.Automatic {
			return nil // somebody was faster; whoever started this one joins them
		}
		return fault.New(fault.Locked, "another process owns the workspace %s", opts.Dir).
			WithHint("Close the Varve window or the `varve serve` that has it open. `varve env` shows its address.")
	}
	if err != nil {
		return err
	}
	address, err := o.OpenDoor(ctx)
	if err == nil && !s.Automatic {
		s.Ready(address)
	}
	if err == nil && s.Open {
		err = browse(o.BrowserAddress())
	}
	if err == nil {
		err = o.Wait(ctx, s.IdleExit)
	}
	return errors.Join(err, o.Close())
}
