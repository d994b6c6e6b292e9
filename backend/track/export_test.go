package track

// Shelf makes room for so many bytes of records that the store has.
func (t *Tracker) Shelf(bytes int) { t.state.shelf.limit = bytes }

// Shelved is how many records that the store has are in memory.
func (t *Tracker) Shelved() int { return len(t.state.shelf.runs) }
