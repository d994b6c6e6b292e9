package webhook

import (
	"context"
	"errors"
	"sync"
	"time"

	"dev.varve/backend/fault"
)

// Bounds of deliveries. What does not fit is dropped, and said so in the log: news
// of the registry is a courtesy, and nobody waits for it.
const (
	waiting  = 1000 // deliveries in the queue
	workers  = 4
	attempts = 4 // of one delivery, the first included
)

// Courier delivers news to webhooks.
type Courier struct {
	*Book
	missed func(webhook string, err error)            // whom nobody could tell
	sleep  func(ctx context.Context, d time.Duration) // between attempts
	queue  chan delivery
}

type delivery struct {
	to   Webhook
	news News
}

// NewCourier makes a courier, who delivers while Run runs. It may call missed from
// several goroutines.
func NewCourier(b *Book, missed func(webhook string, err error), sleep func(context.Context, time.Duration)) *Courier {
	return &Courier{Book: b, missed: missed, sleep: sleep, queue: make(chan delivery, waiting)}
}

// Tell lets every webhook know that waits for such news. It returns at once.
func (c *Courier) Tell(n News) {
	for _, w := range c.active(n.Event) {
		select {
		case c.queue <- delivery{w, n}:
		default:
			c.missed(w.Name, fault.New(fault.Unavailable, "too many messages wait"))
		}
	}
}

// Run delivers until ctx ends.
func (c *Courier) Run(ctx context.Context) {
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case d := <-c.queue:
					status, _, err := c.deliver(ctx, d.to, d.news)
					if err == nil && status >= 400 {
						err = fault.New(fault.Unavailable, "it answered with the status %d", status)
					}
					if err != nil {
						c.missed(d.to.Name, err)
					}
				}
			}
		})
	}
	all.Wait()
}

// deliver sends one message, again if the other side is busy or out of reach.
func (c *Courier) deliver(ctx context.Context, w Webhook, n News) (status int, answer string, err error) {
	if err := c.policy.check(ctx, w.URL); err != nil {
		return 0, "", err
	}
	header, body, err := n.pack(w.Secret, c.id(), c.clock.Now())
	if err != nil {
		return 0, "", err
	}
	for attempt := range attempts {
		if attempt > 0 {
			c.sleep(ctx, time.Second<<(attempt-1))
		}
		status, answer, err = c.policy.Post(ctx, w.URL, header, body, c.policy.may)
		if ctx.Err() != nil || err == nil && !busy(status) || errors.Is(err, fault.Denied) {
			break
		}
	}
	return status, answer, err
}

// busy reports whether an answer may be another one soon.
func busy(status int) bool {
	switch status {
	case 429, 500, 502, 503, 504:
		return true
	}
	return false
}

// Tried is what came of trying a webhook out.
type Tried struct {
	Success bool
	Status  int // 0: there was no answer
	Answer  string
	Error   string
}

// Try tells a webhook of an example: of an event, or of the first that it waits for.
func (c *Courier) Try(ctx context.Context, id string, e *Event) (Tried, error) {
	w, err := c.Get(id)
	if err != nil {
		return Tried{}, err
	}
	if e == nil {
		e = &w.Events[0]
	}
	if err := e.check(); err != nil {
		return Tried{}, err
	}
	status, answer, err := c.deliver(ctx, w, example(*e))
	if err != nil {
		return Tried{Error: "Failed to test webhook: " + err.Error()}, nil
	}
	return Tried{Success: status < 400, Status: status, Answer: answer}, nil
}
