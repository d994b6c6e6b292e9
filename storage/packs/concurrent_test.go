package packs_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/storage/packs"
	"dev.varve/storage/storetest/faultdisk"
)

// crowd is an owner with many users, and what they have stored.
type crowd struct {
	t   *testing.T
	d   *faultdisk.Memory
	own *packs.Store
	wg  sync.WaitGroup

	mu  sync.Mutex
	all objects
}

// run does something several times beside everything else.
func (c *crowd) run(times int, work func(i int) error) {
	c.wg.Go(func() {
		for i := range times {
			if err := work(i); err != nil {
				c.t.Error(err)
				return
			}
		}
	})
}

// fill stores objects, half of which others store as well.
func (c *crowd) fill(s *packs.Store, seed uint64) error {
	for i := range uint64(12) {
		data := contenttest.Text(seed*100+i%6, 200+int(i)*70)
		id := content.Sum(content.KindData, data)
		if err := s.Put(c.t.Context(), content.KindData, id, data); err != nil {
			return err
		}
		if got, err := s.Get(c.t.Context(), id); err != nil || !bytes.Equal(got, data) {
			return fmt.Errorf("object %s: %w", id, err)
		}
		c.mu.Lock()
		c.all[id] = data
		c.mu.Unlock()
	}
	return s.Flush(c.t.Context())
}

// agent is the life of an agent, and what the owner does afterwards.
func (c *crowd) agent(opts packs.Options, seed uint64) error {
	opts.OwnOnly = true
	a, err := packs.Open(c.t.Context(), opts)
	if err != nil {
		return err
	}
	if err := c.fill(a, seed); err != nil {
		return err
	}
	if err := a.Close(); err != nil {
		return err
	}
	done, err := c.own.Merge(c.t.Context(), opts.Writer)
	if err == nil && (done.Packs != 1 || len(done.Damage) > 0) {
		err = fmt.Errorf("merged %+v", done)
	}
	return err
}

// readAll reads everything that is known to be stored by now.
func (c *crowd) readAll() error {
	c.mu.Lock()
	ids := slices.Collect(maps.Keys(c.all))
	c.mu.Unlock()
	for _, id := range ids {
		if _, err := c.own.Get(c.t.Context(), id); err != nil {
			return err
		}
	}
	return nil
}

// TestEverythingAtOnce lets an owner put, flush, refresh, merge and check
// while agents come, write and go.
func TestEverythingAtOnce(t *testing.T) {
	d := newDisk(t)
	c := &crowd{t: t, d: d, own: open(t, options(d, owner)), all: objects{}}
	agents := make(chan packs.Options, 20)
	for i := range cap(agents) {
		agents <- options(d, packs.Writer{0xa9, byte(i)})
	}
	for w := range 2 {
		c.run(10, func(i int) error { return c.fill(c.own, uint64(w*3+i)) })
		c.run(10, func(i int) error { return c.agent(<-agents, uint64(i)) })
	}
	c.run(20, func(int) error { return c.own.Refresh(t.Context()) })
	c.run(5, func(int) error { return checked(t.Context(), c.own) })
	c.run(20, func(int) error { return c.readAll() })
	c.wg.Wait()
	noError(t, c.own.Close())
	last := open(t, options(d.PowerCut(nil), owner))
	c.all.allIn(t, last)
	clean(t, last, -1)
}

func checked(ctx context.Context, s *packs.Store) error {
	report, err := s.Check(ctx, nil)
	if err == nil && len(report.Damage) > 0 {
		err = fmt.Errorf("damage: %+v", report.Damage)
	}
	return err
}
