package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
)

const (
	followFirst = 10 * time.Millisecond // doubled while nothing comes, up to
	followEvery = 200 * time.Millisecond
	followPiece = 256 << 10 // bytes of output asked for at once
)

// follow prints the output of a run until it has ended, and returns how it
// ended. An owner that goes away in between is replaced.
func (a *App) follow(ctx context.Context, id string) error {
	offset, pause := int64(0), followFirst
	for {
		l, err := a.readLog(ctx, id, offset)
		if errors.Is(err, fault.Unavailable) && ctx.Err() == nil {
			time.Sleep(followEvery)
			continue
		}
		if err != nil {
			return err
		}
		fmt.Fprint(a.Out, l.Text)
		pause = min(2*pause, followEvery)
		if l.Next > offset {
			pause = followFirst
		}
		more := l.Next > offset && l.Next < l.Size
		offset = l.Next
		switch {
		case more:
			continue
		case l.Ended:
			return a.exitOf(ctx, id)
		}
		select {
		case <-ctx.Done():
			return fault.New(fault.Cancelled, "interrupted")
		case <-time.After(pause):
		}
	}
}

func (a *App) readLog(ctx context.Context, id string, offset int64) (api.Log, error) {
	var l api.Log
	cl, err := a.connect(ctx)
	if err != nil {
		return l, err
	}
	query := url.Values{"offset": {strconv.FormatInt(offset, 10)}, "limit": {strconv.Itoa(followPiece)}}
	return l, cl.Get(ctx, "/runs/"+id+"/log", query, &l)
}

// exitOf turns the end of a run into the end of this command.
func (a *App) exitOf(ctx context.Context, id string) error {
	var r api.RunDetail
	cl, err := a.connect(ctx)
	if err != nil {
		return err
	}
	if err := cl.Get(ctx, "/runs/"+id, nil, &r); err != nil {
		return err
	}
	for _, said := range leftOut(r.Tags) {
		fmt.Fprintln(a.Err, said)
	}
	switch {
	case r.Status == api.Lost:
		return fault.New(fault.Unavailable, "the run is lost: %s", r.Reason)
	case r.ExitCode != nil && *r.ExitCode != 0:
		fmt.Fprintln(a.Err, r.Reason)
		return ChildExit{*r.ExitCode}
	case r.Status == api.Failed || r.Status == api.Stopped:
		fmt.Fprintln(a.Err, r.Reason)
		return ChildExit{1}
	}
	return nil
}

func (a *App) stopRun(ctx context.Context, id string) error {
	cl, err := a.connect(ctx)
	if err != nil {
		return err
	}
	return cl.Post(ctx, "/runs/"+url.PathEscape(id)+"/stop", nil, nil)
}
