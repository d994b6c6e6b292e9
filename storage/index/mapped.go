package index

import "github.com/dgraph-io/badger/v4"

// Badger maps its tables into memory, and writes them through the mapping: a
// process that builds an index ends with all of it in its memory, as the system
// counts. The pages are those of files, which the system keeps by itself as long as
// there is room; so the process lets go of them every now and then.

// mappedAtMost is how many bytes are written to the index before its pages are let
// go. Merging tables writes several times as much.
const mappedAtMost = 16 << 20

// wrote notes how much was written, and lets go of pages when it was enough.
func (x *Index) wrote(bytes int) {
	if x.written += bytes; x.written >= mappedAtMost {
		x.written = 0
		x.LetGo()
	}
}

// LetGo takes the mapped pages of all tables out of the memory of this process. Reading
// them takes a moment longer once.
func (x *Index) LetGo() {
	before := x.tables()
	// An iterator holds on to all tables that are there when it is made. What was there
	// before it and still is, cannot be taken out of memory while it lives: else
	// something of Go's could lie in the place of a table by now.
	_ = x.view(func(txn *badger.Txn) error { // damage is remembered, and no reason to fail a write
		options := badger.DefaultIteratorOptions
		options.PrefetchValues = false
		it := txn.NewIterator(options)
		defer it.Close()
		held := map[uint64]bool{}
		for id := range x.tables() {
			held[id] = before[id]
		}
		letGoOf(x.store(), held)
		return nil
	})
}

// tables are the numbers of Badger's tables.
func (x *Index) tables() map[uint64]bool {
	all := map[uint64]bool{}
	for _, t := range x.db.Tables() {
		all[t.ID] = true
	}
	return all
}
