package command

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"dev.varve/app/cli"
	"dev.varve/app/machine"
	"dev.varve/app/wire/owner"
	"dev.varve/backend/artifact"
	"dev.varve/backend/fault"
	"dev.varve/storage/disk"
)

// serve owns the workspace until ctx ends, its folder vanishes, or nobody has
// needed it for a while.
func (c commands) serve(ctx context.Context, s cli.ServeOptions) error {
	opts, err := c.options(s.Named)
	if err != nil {
		return err
	}
	opts.Port, opts.NoToken, opts.PrivateWebhooks = s.Port, s.NoToken, s.PrivateWebhooks
	if err := locate(&opts, s); err != nil {
		return err
	}
	if s.Automatic {
		// Whoever started this one is gone soon, and the other end of its standard
		// error with it.
		signal.Ignore(syscall.SIGPIPE)
		if opts.Log, err = logFile(owner.PlacesOf(opts.Dir)); err != nil {
			return err
		}
	}
	o, err := become(ctx, opts, s.Automatic)
	if o == nil || err != nil {
		return err
	}
	outdated := func() bool { return false }
	if s.Automatic {
		outdated = machine.ProgramReplaced()
	}
	address, err := o.OpenDoor(ctx)
	if err == nil && !s.Automatic {
		s.Ready(address)
	}
	if err == nil && s.Open {
		err = browse(o.BrowserAddress())
	}
	if err == nil {
		err = o.Wait(ctx, s.IdleExit, outdated)
	}
	return errors.Join(err, o.Close())
}

// locate says where artifacts go. An owner that another command started has no
// folder of its own: relative locations stay as they are.
func locate(opts *owner.Options, s cli.ServeOptions) (err error) {
	if s.Automatic {
		return nil
	}
	if opts.Folder, err = os.Getwd(); err != nil {
		return fault.Wrap(err, fault.Internal, "find", "the folder where this command was started")
	}
	opts.ArtifactRoot = artifact.Resolve(opts.Folder, s.ArtifactRoot)
	if s.ArtifactsDestination == "" {
		return nil
	}
	opts.ArtifactsDestination, err = artifact.LocalPath(artifact.Resolve(opts.Folder, s.ArtifactsDestination))
	if err != nil {
		return fault.New(fault.Invalid, "--artifacts-destination has to be a folder of this computer, not %q", s.ArtifactsDestination).
			WithHint("Varve cannot keep files at other places yet.")
	}
	return nil
}

// become makes this process the owner. One that another command started waits
// for an owner that is just closing, and gives way to one that answers: then
// there is neither owner nor error, and whoever started it joins that one.
func become(ctx context.Context, opts owner.Options, automatic bool) (*owner.Owner, error) {
	if automatic {
		session, err := owner.Enter(ctx, opts)
		return session.Owner, err
	}
	o, err := owner.Become(ctx, opts)
	if errors.Is(err, fault.Locked) {
		return nil, fault.New(fault.Locked, "another process owns the workspace %s", opts.Dir).
			WithHint("Close the Varve window or the `varve serve` that has it open. `varve env` shows its address.")
	}
	return o, err
}

const (
	logName = "owner.log" // in the state folder
	maxLog  = 1 << 20     // bytes; then it begins anew
)

// logFile is where an owner that nobody sees writes what went wrong.
func logFile(p owner.Places) (*slog.Logger, error) {
	if err := (disk.OS{}).MkdirAll(p.State); err != nil {
		return nil, err
	}
	name, flags := filepath.Join(p.State, logName), os.O_CREATE|os.O_WRONLY|os.O_APPEND
	if info, err := os.Stat(name); err == nil && info.Size() > maxLog {
		flags |= os.O_TRUNC
	}
	f, err := os.OpenFile(name, flags, 0o600)
	if err != nil {
		return nil, disk.Classify(err, "open", name)
	}
	return slog.New(slog.NewTextHandler(f, &slog.HandlerOptions{Level: slog.LevelWarn})), nil
}
