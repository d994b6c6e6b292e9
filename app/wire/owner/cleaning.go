package owner

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/backend/job"
	"dev.varve/backend/say"
	"dev.varve/storage/agentdir"
	"dev.varve/storage/journal"
	"dev.varve/storage/packs"
)

// cleaning gives the space back of what was purged.
type cleaning struct {
	o    *Owner
	ctx  context.Context
	p    *job.Progress
	left []string // sentences about what could not be done
}

// run does it: first everything is found out, with nobody able to rely on what is
// about to go, then the log, the index and the packs are cleaned.
func (c *cleaning) run() (err error) {
	o := c.o
	sweep, err := c.begin(o.mayClean())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sweep.End(context.WithoutCancel(c.ctx))) }()
	last, err := o.journal.Rotate()
	if err != nil {
		return err
	}
	// Behind what is rewritten now: an index that was not told reads everything again.
	o.tracker.Mark(o.ownEnd())
	if err := o.tracker.Flush(o.ownEnd); err != nil {
		return err
	}
	c.p.Note("Looking what is still needed")
	seen, err := o.survey(c.ctx, o.isPurged, time.Time{})
	if err != nil {
		return err
	}
	c.left = seen.left()
	if err := c.log(seen.weights, last); err != nil {
		return err
	}
	if err := c.damagedAgents(); err != nil {
		return err
	}
	if err := c.index(); err != nil {
		return err
	}
	if seen.broken != nil {
		return nil
	}
	_, err = c.packs(sweep, seen)
	return err
}

// begin waits until nobody relies on what may go.
func (c *cleaning) begin(touch packs.Touch) (*packs.Sweep, error) {
	sweep, err := c.o.packs.BeginSweep(c.ctx, touch)
	if err != nil {
		return nil, err
	}
	err = c.o.puts.drain(c.ctx, func(n int) { c.p.Note("Waiting until " + say.Count(n, "file or data set") + " is stored") })
	if err != nil {
		return nil, errors.Join(err, sweep.End(context.WithoutCancel(c.ctx)))
	}
	return sweep, nil
}

// log writes the segments anew that hold something to remove.
func (c *cleaning) log(weights []journal.Weight, last uint64) error {
	for i, w := range weights {
		if w.Segment > last {
			break
		}
		c.p.Note(fmt.Sprintf("Writing the journal anew, part %d of %d", i+1, len(weights)))
		var err error
		if w.Vain {
			err = c.o.journal.RemoveVain(w.Segment)
		} else {
			err = c.o.journal.Rewrite(c.ctx, w.Segment, c.o.isPurged)
		}
		if errors.Is(err, fault.Corrupt) {
			c.left = append(c.left, "A damaged part of the journal was left as it is: "+err.Error()+".")
			continue
		}
		if err != nil {
			return err
		}
		c.p.Item(1)
	}
	return nil
}

// damagedAgents deletes what was set aside of agents whose run is purged.
func (c *cleaning) damagedAgents() error {
	entries, err := c.o.disk.ReadDir(c.o.ws.Journal())
	if err != nil {
		return err
	}
	for _, e := range entries {
		dir := filepath.Join(c.o.ws.Journal(), e.Name())
		if run, ok := c.o.runSetAside(dir); !ok || !c.o.tracker.IsPurged("run/"+run) {
			continue
		}
		if err := c.o.disk.RemoveAll(dir); err != nil {
			return err
		}
	}
	return nil
}

// runSetAside is the run of an agent whose folder could not be taken in whole; ok
// is false for every other folder.
func (o *Owner) runSetAside(dir string) (run string, ok bool) {
	if !strings.HasSuffix(dir, damagedSuffix) {
		return "", false
	}
	info, isAgent, err := agentdir.Dir{Disk: o.disk, Path: dir}.Read()
	return info.Run, err == nil && isAgent
}

// index makes the index and the columns forget.
func (c *cleaning) index() error {
	c.p.Note("Cleaning the index")
	if err := c.o.tracker.Flush(c.o.ownEnd); err != nil {
		return err
	}
	if err := c.o.tracker.Tidy(); err != nil {
		return err
	}
	return c.o.index.Reclaim()
}

// packs deletes what nobody needs, and returns how many bytes that were, as stored.
func (c *cleaning) packs(sweep *packs.Sweep, seen *survey) (int64, error) {
	done, err := sweep.Run(c.ctx, seen.isLive, func(n, all int) {
		c.p.Note(fmt.Sprintf("Cleaning the files, pack %d of %d", n+1, all))
		c.p.Item(1)
	})
	for _, d := range done.Damage {
		c.left = append(c.left, fmt.Sprintf("A damaged pack was left as it is: %s.", d.Pack))
	}
	return done.Bytes, err
}
