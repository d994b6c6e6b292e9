package signs

import (
	"cmp"
	"slices"
	"time"
)

// Kept is what is remembered of a run from one owner to the next.
type Kept struct {
	Run       string    `json:"run"`
	Processes []Process `json:"processes,omitempty"`
	Strange   bool      `json:"strange,omitempty"` // somebody unknown recorded it, too
	Signs     int       `json:"signs"`
	Last      int64     `json:"last"`    // ms since 1970
	Longest   int64     `json:"longest"` // silence, in ms
}

// Keep returns what is to be remembered, sorted.
func (b *Book) Keep() []Kept {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := make([]Kept, 0, len(b.runs))
	for run, e := range b.runs {
		list = append(list, Kept{
			Run: run, Processes: slices.Clone(e.processes), Strange: e.strange || len(e.callers) > 0,
			Signs: e.signs, Last: e.last.UnixMilli(), Longest: e.longest.Milliseconds(),
		})
	}
	slices.SortFunc(list, func(a, b Kept) int { return cmp.Compare(a.Run, b.Run) })
	return list
}

// Recall puts back what was kept. A time that lies ahead of now is that of a
// clock that went wrong, and counts as now.
func (b *Book) Recall(list []Kept, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, k := range list {
		last := time.UnixMilli(k.Last)
		if last.After(now) {
			last = now
		}
		b.runs[k.Run] = &entry{
			processes: k.Processes, strange: k.Strange, signs: k.Signs, last: last,
			longest: time.Duration(max(k.Longest, 0)) * time.Millisecond,
		}
	}
}
