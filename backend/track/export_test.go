package track

import "dev.varve/backend/event"

// Shelf makes room for so many bytes of records that the store has.
func (t *Tracker) Shelf(bytes int) { t.state.shelf.limit = bytes }

// Shelved is how many records that the store has are in memory.
func (t *Tracker) Shelved() int { return len(t.state.shelf.runs) }

// StoreSeries stores a series at once.
func StoreSeries(store Store, run, key string, points []event.Point) error {
	h := NewHistory(store)
	h.Add(run, key, true, 0, points)
	pairs, err := h.take()
	if err != nil {
		return err
	}
	return store.Write(pairs)
}

// Take is what a flush does first.
func (h *History) Take() ([]Pair, error) { return h.take() }

// Written is what a flush does last.
func (h *History) Written() { h.written() }

// Held counts the series and the points in memory.
func (h *History) Held() (series, points int) {
	for _, in := range h.runs {
		series += len(in.series)
		for _, t := range in.series {
			points += len(t.points)
		}
	}
	return series, points
}

// MaxHeld is how many untouched points may stay in memory.
const MaxHeld = maxHeld
