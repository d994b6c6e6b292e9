package packs_test

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/storage/packs"
)

// TestEverythingAtOnce lets an owner put, flush, refresh, merge and check
// while agents come, write and go.
func TestEverythingAtOnce(t *testing.T) {
	d := newDisk(t)
	own := open(t, options(d, owner))
	all := objects{}
	var mu sync.Mutex
	fill := func(s *packs.Store, seed uint64) error {
		for i := range uint64(12) {
			data := contenttest.Text(seed*100+i%6, 200+int(i)*70)
			id := content.Sum(content.KindData, data)
			if err := s.Put(t.Context(), content.KindData, id, data); err != nil {
				return err
			}
			if got, err := s.Get(t.Context(), id); err != nil || !bytes.Equal(got, data) {
				return fmt.Errorf("object %s: %w", id, err)
			}
			mu.Lock()
			all[id] = data
			mu.Unlock()
		}
		return s.Flush(t.Context())
	}
	var wg sync.WaitGroup
	run := func(times int, work func(i int) error) {
		wg.Go(func() {
			for i := range times {
				if err := work(i); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	agents := make(chan packs.Options, 20)
	for i := range cap(agents) {
		opts := options(d, packs.Writer{0xa9, byte(i)})
		opts.OwnOnly = true
		agents <- opts
	}
	close(agents)
	for w := range 2 {
		run(10, func(i int) error { return fill(own, uint64(w*3+i)) })
		run(10, func(i int) error {
			opts := <-agents
			a, err := packs.Open(t.Context(), opts)
			if err != nil {
				return err
			}
			if err := fill(a, uint64(i)); err != nil {
				return err
			}
			if err := a.Close(); err != nil {
				return err
			}
			done, err := own.Merge(t.Context(), opts.Writer)
			if err == nil && (done.Packs != 1 || len(done.Damage) > 0) {
				err = fmt.Errorf("merged %+v", done)
			}
			return err
		})
	}
	run(20, func(int) error { return own.Refresh(t.Context()) })
	run(5, func(int) error { return checked(t.Context(), own) })
	run(20, func(int) error {
		mu.Lock()
		sample := make([]content.ID, 0, len(all))
		for id := range all {
			sample = append(sample, id)
		}
		mu.Unlock()
		for _, id := range sample {
			if _, err := own.Get(t.Context(), id); err != nil {
				return err
			}
		}
		return nil
	})
	wg.Wait()
	noError(t, own.Close())
	last := open(t, options(d.PowerCut(nil), owner))
	all.allIn(t, last)
	clean(t, last, -1)
}

func checked(ctx context.Context, s *packs.Store) error {
	report, err := s.Check(ctx, nil)
	if err == nil && len(report.Damage) > 0 {
		err = fmt.Errorf("damage: %+v", report.Damage)
	}
	return err
}
