package owner

import (
	"context"
	"sync"

	"dev.varve/backend/fault"
)

// puts counts who is between the first byte of some content and the event that
// names it. Nothing refers to the content meanwhile, and whoever deletes what
// nothing refers to has to wait for them.
type puts struct {
	mu    sync.Mutex
	round int           // those who come now belong to it
	open  map[int]int   // by round
	left  chan struct{} // closed, and made anew, when somebody leaves
}

func newPuts() *puts { return &puts{open: map[int]int{}, left: make(chan struct{})} }

// enter says that somebody begins; done that the event is recorded, or will not
// be.
func (p *puts) enter() (done func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	round := p.round
	p.open[round]++
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.open[round]--; p.open[round] == 0 {
			delete(p.open, round)
		}
		close(p.left)
		p.left = make(chan struct{})
	}
}

// drain returns when all who have entered by now are done. Others may enter
// meanwhile. waiting is told how many are left, if there are any.
func (p *puts) drain(ctx context.Context, waiting func(int)) error {
	p.mu.Lock()
	upTo := p.round
	p.round++
	p.mu.Unlock()
	for {
		p.mu.Lock()
		n, left := 0, p.left
		for round, count := range p.open {
			if round <= upTo {
				n += count
			}
		}
		p.mu.Unlock()
		if n == 0 {
			return nil
		}
		waiting(n)
		select {
		case <-left:
		case <-ctx.Done():
			return fault.Wrap(context.Cause(ctx), fault.Cancelled, "wait for", "what is being stored")
		}
	}
}
