package track

// Shelf makes room for so many bytes of records that the store has.
func (t *Tracker) Shelf(bytes int) { t.state.shelf.limit = bytes }
