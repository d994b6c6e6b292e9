package index

import (
	"github.com/dgraph-io/badger/v4"

	"dev.varve/backend/fault"
)

// erasedKey is an entry that is written to be dropped.
const erasedKey = "erased/"

// Reclaim makes Badger forget what was deleted or replaced, and give the space back. By
// itself it does so when it happens to merge the tables that hold it: until then old
// values stand in its files.
//
// Dropping a prefix is the one way to make it write out what is in memory; so an
// entry is made for it to drop. It may be interrupted at any moment.
func (x *Index) Reclaim() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if free, err := x.Disk.Free(x.Dir); err == nil && free < reserve {
		return fault.New(fault.NoSpace, "the disk is nearly full").On("clean index in", x.Dir).
			WithHint("Free some space on this disk. Nothing that was saved is lost.")
	}
	err := x.db.Update(func(txn *badger.Txn) error { return txn.Set([]byte(erasedKey), nil) })
	if err == nil {
		err = x.db.DropPrefix([]byte(erasedKey))
	}
	if err == nil {
		err = x.db.Flatten(1)
	}
	return classify(err, "clean index in", x.Dir)
}
