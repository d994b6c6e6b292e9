// Package signs tells which of the runs that scripts record by themselves are
// lost. Nobody of Varve started such a script, so nobody is there to say how it
// ended: what can be known is which process of this computer recorded the run,
// and when it was last heard of.
//
// A run is lost when all processes that recorded it have ended, or, where they
// are not known, when it has been silent for much longer than ever before. That
// is derived and never written: a run that is recorded again is running again.
package signs

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// Process names one process of this machine for ever.
type Process struct {
	PID   int    `json:"pid"`
	Start uint64 `json:"start"`
	Boot  string `json:"boot"`
	Name  string `json:"name,omitempty"` // of the program
}

// Caller is whoever has one connection to the door. Its process is found out
// later, once, and not for every request.
type Caller struct {
	Port int // of the caller's own end

	state   state
	process Process
}

type state int

const (
	asked   state = iota // nobody has looked yet
	found                // process says who it is
	unknown              // on another machine, behind a tunnel, or gone already
)

// Book keeps the signs of life of runs. Its methods may be called at the same
// time.
type Book struct {
	alive func(Process) bool

	mu   sync.Mutex
	runs map[string]*entry
}

// entry is what is known of one run.
type entry struct {
	callers   []*Caller // whose process is not known yet
	latest    *Caller   // of the last sign
	processes []Process // that recorded the run
	strange   bool      // somebody unknown recorded it, too
	signs     int
	last      time.Time
	longest   time.Duration // between two signs
	lost      bool          // as judged last
}

// NewBook returns an empty book. alive tells whether exactly this process lives.
func NewBook(alive func(Process) bool) *Book {
	return &Book{alive: alive, runs: map[string]*entry{}}
}

// Sign notes that a run was recorded. by is nil for somebody who cannot be known.
// It reports whether the run counted as lost until now.
func (b *Book) Sign(run string, by *Caller, at time.Time) (back bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e, ok := b.runs[run]
	if !ok {
		e = &entry{}
		b.runs[run] = e
	}
	if !e.last.IsZero() {
		e.longest = max(e.longest, at.Sub(e.last))
	}
	e.signs, e.last = e.signs+1, at
	if by == nil {
		e.strange = true
	} else if by != e.latest {
		e.latest = by
		b.meet(e, by)
	}
	back, e.lost = e.lost, false
	return back
}

// Begins notes that somebody takes a run up: what was known of those who have
// ended does not count any more.
func (b *Book) Begins(run string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e, ok := b.runs[run]; ok && len(e.callers) == 0 && !slices.ContainsFunc(e.processes, b.alive) {
		e.processes, e.strange, e.latest = nil, false, nil
	}
}

// meet takes a caller for one of those who record a run.
func (b *Book) meet(e *entry, c *Caller) {
	switch c.state {
	case asked:
		if !slices.Contains(e.callers, c) {
			e.callers = append(e.callers, c)
		}
	case unknown:
		e.strange = true
	case found:
		if slices.Contains(e.processes, c.process) {
			return
		}
		if len(e.processes) > 0 && !slices.ContainsFunc(e.processes, b.alive) {
			// One process after the other records this run, such as the commands of a
			// shell script: the end of one says nothing.
			e.strange = true
		}
		e.processes = append(e.processes, c.process)
	}
}

// Answer says which process a caller is, or with nil that nobody knows.
func (b *Book) Answer(c *Caller, p *Process) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c.state = unknown; p != nil {
		c.state, c.process = found, *p
	}
	for _, e := range b.runs {
		if i := slices.Index(e.callers, c); i >= 0 {
			e.callers = slices.Delete(e.callers, i, i+1)
			b.meet(e, c)
		}
	}
}

// Verdict says why a run is lost.
type Verdict struct {
	Process Process // that has ended; none: the run has been silent for too long
}

// Judge says which of the runs that have not ended are lost. live says of each
// when something was last recorded about it, for runs that the book does not
// know. Runs that are not live are forgotten, but for lost ones: a person who said
// how such a run ended may take that back.
func (b *Book) Judge(live map[string]time.Time, now time.Time) map[string]Verdict {
	b.mu.Lock()
	defer b.mu.Unlock()
	maps.DeleteFunc(b.runs, func(run string, e *entry) bool { _, ok := live[run]; return !ok && !e.lost })
	lives := map[Process]bool{} // many runs may be recorded by one process
	alive := func(p Process) bool {
		known, ok := lives[p]
		if !ok {
			known = b.alive(p)
			lives[p] = known
		}
		return known
	}
	lost := map[string]Verdict{}
	for run, touched := range live {
		v, is := Verdict{}, now.Sub(touched) > Patience(0, 0)
		if e, ok := b.runs[run]; ok {
			v, is = e.judge(alive, now)
			e.lost = is
		}
		if is {
			lost[run] = v
		}
	}
	return lost
}

func (e *entry) judge(alive func(Process) bool, now time.Time) (v Verdict, lost bool) {
	switch {
	case len(e.callers) > 0 || slices.ContainsFunc(e.processes, alive):
		return v, false
	case !e.strange && len(e.processes) > 0:
		return Verdict{e.processes[len(e.processes)-1]}, true
	}
	return v, now.Sub(e.last) > Patience(e.signs, e.longest)
}

// What a silence has to exceed.
const (
	leastSilence = 15 * time.Minute
	mostSilence  = 12 * time.Hour
	timesLongest = 10 // than the longest silence before
	fewSigns     = 5  // that say nothing about the rhythm of a run
)

// Patience is how long a run whose processes are not known may be silent before
// it counts as lost: ten times its longest silence so far.
func Patience(signs int, longest time.Duration) time.Duration {
	if signs < fewSigns {
		return mostSilence
	}
	return min(max(leastSilence, timesLongest*longest), mostSilence)
}
