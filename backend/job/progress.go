package job

import (
	"context"
	"sync"
	"time"
)

// pace is the least time between two reports of progress.
const pace = 250 * time.Millisecond

// Progress is how work tells how far it has come. Its methods cost little, may
// be called from several goroutines, and do nothing on a nil Progress, so that
// work can be done without anybody watching.
type Progress struct {
	report func()
	after  func(time.Duration, func())

	mu      sync.Mutex
	note    string
	bytes   int64
	total   int64
	items   int64
	rests   bool          // the work calls Rest
	resume  chan struct{} // closed when the work may go on; nil unless it is paused
	ended   bool
	told    bool // a report was sent less than pace ago, and a timer runs
	changed bool // since that report
}

// Add counts bytes that are done.
func (p *Progress) Add(bytes int64) { p.set(func() { p.bytes += bytes }) }

// SetTotal says how many bytes there are to do; 0 means nobody knows.
func (p *Progress) SetTotal(bytes int64) { p.set(func() { p.total = bytes }) }

// Item counts things that are done: files, runs.
func (p *Progress) Item(n int64) { p.set(func() { p.items += n }) }

// Note says in words what is being done now.
func (p *Progress) Note(text string) { p.set(func() { p.note = text }) }

// Pausable says that the work calls Rest again and again, so that it can be
// paused.
func (p *Progress) Pausable() { p.set(func() { p.rests = true }) }

// Rest returns at once, or when the work is no longer paused, or with the end
// of ctx. Work calls it where it holds nothing that others wait for.
func (p *Progress) Rest(ctx context.Context) {
	if p == nil {
		return
	}
	p.mu.Lock()
	resume := p.resume
	p.mu.Unlock()
	if resume == nil {
		return
	}
	select {
	case <-resume:
	case <-ctx.Done():
	}
}

// pause holds the work at its next rest, or lets it go on. It reports whether
// the work ever rests.
func (p *Progress) pause(hold bool) (can bool) {
	p.set(func() {
		if can = p.rests && !p.ended; !can {
			return
		}
		switch {
		case hold && p.resume == nil:
			p.resume = make(chan struct{})
		case !hold && p.resume != nil:
			close(p.resume)
			p.resume = nil
		}
	})
	return can
}

func (p *Progress) set(change func()) {
	if p == nil {
		return
	}
	p.mu.Lock()
	change()
	tell := p.due()
	p.mu.Unlock()
	if tell {
		p.report()
	}
}

// due reports whether the change is to be told now; otherwise the timer will
// tell it. The caller holds the lock.
func (p *Progress) due() bool {
	if p.ended {
		return false
	}
	if p.told {
		p.changed = true
		return false
	}
	p.told = true
	p.after(pace, p.again)
	return true
}

func (p *Progress) again() {
	p.mu.Lock()
	p.told = false
	tell := p.changed && p.due()
	p.changed = false
	p.mu.Unlock()
	if tell {
		p.report()
	}
}

// stop makes an end of reports; the end of the job is told by itself.
func (p *Progress) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
}

// into writes the figures into a job.
func (p *Progress) into(j *Job) {
	p.mu.Lock()
	defer p.mu.Unlock()
	j.Note, j.Bytes, j.Total, j.Items = p.note, p.bytes, p.total, p.items
	j.Pausable, j.Paused = p.rests && !p.ended, p.resume != nil && !p.ended
}
