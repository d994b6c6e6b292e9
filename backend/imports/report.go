package imports

import (
	"errors"
	"fmt"
	"sync"
)

// Skipped is one thing that was left out.
type Skipped struct {
	Where string // file, table or address, and what in it
	Why   string // in words
	Run   string // id of the run of this workspace that it belongs to, of exports
}

// kept is how many things a Report names; the others are counted.
const kept = 300

// Report gathers what was left out. Its methods may be called from several
// goroutines, and do nothing on a nil Report.
type Report struct {
	mu   sync.Mutex
	list []Skipped
	n    int
}

// Skip notes that something was left out, and why.
func (r *Report) Skip(where, why string, args ...any) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.n++; len(r.list) < kept {
		r.list = append(r.list, Skipped{Where: where, Why: fmt.Sprintf(why, args...)})
	}
}

// Fail is Skip for what an error says. It reports whether there was one.
func (r *Report) Fail(where string, err error) bool {
	if err == nil {
		return false
	}
	r.Skip(where, "%s", plainly(err))
	return true
}

// plainly is what an error says without what was being done: the report says
// that already.
func plainly(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

// List returns what was left out, the first of n.
func (r *Report) List() (list []Skipped, n int) {
	if r == nil {
		return nil, 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Skipped(nil), r.list...), r.n
}
