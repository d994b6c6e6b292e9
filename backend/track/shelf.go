package track

import (
	"container/list"
	"sync"

	"dev.varve/backend/fault"
)

// shelfBytes bounds the records of runs that are kept in memory although the
// store has them.
const shelfBytes = 64 << 20

// Spare makes the tracker keep few records in memory that the store has, or as
// many as usual: who reads a whole journal meets most runs once.
func (t *Tracker) Spare(on bool) {
	limit := shelfBytes
	if on {
		limit /= 16
	}
	t.state.shelf.resize(limit)
}

// shelf keeps the runs that were used last. Those that changed since they were
// stored stay in state.dirty and state.flushing, however many there are.
type shelf struct {
	mu    sync.Mutex // readers put runs here under the tracker's read lock
	runs  map[string]*list.Element
	order *list.List // of *shelved, the last used first
	bytes int
	limit int
}

type shelved struct {
	run   *Run
	bytes int
}

func newShelf() *shelf {
	return &shelf{runs: map[string]*list.Element{}, order: list.New(), limit: shelfBytes}
}

func (s *shelf) get(id string) *Run {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.runs[id]
	if !ok {
		return nil
	}
	s.order.MoveToFront(e)
	return e.Value.(*shelved).run
}

func (s *shelf) put(r *Run) {
	size := r.footprint()
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.runs[r.ID]; ok {
		s.drop(e)
	}
	s.runs[r.ID] = s.order.PushFront(&shelved{r, size})
	s.bytes += size
	s.trim()
}

func (s *shelf) resize(limit int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limit = limit
	s.trim()
}

func (s *shelf) trim() {
	for s.bytes > s.limit && s.order.Len() > 1 {
		s.drop(s.order.Back())
	}
}

func (s *shelf) drop(e *list.Element) {
	old := s.order.Remove(e).(*shelved)
	s.bytes -= old.bytes
	delete(s.runs, old.run.ID)
}

// forget drops a run.
func (s *shelf) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.runs[id]; ok {
		s.drop(e)
	}
}

// footprint is about what a record takes in memory.
func (r *Run) footprint() int {
	const head, label, param, metric, input, code = 700, 260, 190, 240, 300, 500
	n := head + len(r.Labels)*label + len(r.Params)*param + len(r.Metrics)*metric + len(r.Datasets)*input + len(r.Code)*code
	for _, l := range r.Labels {
		for i := range l.Heads {
			n += len(l.Heads[i].Value.Value)
		}
	}
	for key, p := range r.Params {
		n += len(key) + len(p.Value)
	}
	for i := range r.Datasets {
		n += len(r.Datasets[i].Value.Schema) + len(r.Datasets[i].Value.Profile)
	}
	if r.Origin != nil {
		n += 60 * len(r.Origin.Packages)
	}
	return n
}

// findRun returns what is known of a run, nil if nothing is. The lock is held,
// for reading at least; the run is used while it is held, and no longer.
func (s *state) findRun(id string) (*Run, error) {
	key := runPrefix + id
	if s.gone(key) {
		return nil, nil
	}
	for _, changed := range []map[string]record{s.dirty, s.flushing} {
		if r, ok := changed[key]; ok {
			return r.(*Run), nil
		}
	}
	if r := s.shelf.get(id); r != nil {
		return r, nil
	}
	if s.listed && !s.strays[id] {
		if _, _, known := s.tables.find(id); !known {
			return nil, nil
		}
	}
	value, ok, err := s.store.Get(key)
	if err != nil || !ok {
		return nil, err
	}
	r, err := decodeRun(value)
	if err != nil {
		return nil, err
	}
	r.stored = true
	s.shelf.put(r)
	return r, nil
}

// run returns what is known of a run, or an empty record.
func (s *state) run(id string) (*Run, error) {
	r, err := s.findRun(id)
	if r == nil && err == nil {
		r = &Run{Head: newHead(id)}
	}
	return r, err
}

// knownRun returns a run whose creation has arrived.
func (s *state) knownRun(id string) (*Run, error) {
	r, err := s.findRun(id)
	switch {
	case err != nil:
		return nil, err
	case r != nil && r.Known():
		return r, nil
	}
	if _, _, listed := s.tables.find(id); listed {
		return nil, fault.New(fault.Corrupt, "the index has lost run %s", id).
			WithHint("Run 'varve doctor --rebuild': the record itself is not in the index.")
	}
	return nil, noRun(id)
}
