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
