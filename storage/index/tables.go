package index

import (
	"fmt"
	"hash/crc32"
	"maps"

	"dev.varve/backend/fault"
)

// Badger finds a table by its number, and nothing in the table says which it is:
// one with the file of another in its place reads well, and what it held is gone,
// the sums of it, too. So what tells each table apart is noted beside the
// database, whenever there are others than before. Numbers are never used again.

// tables is what tells the tables of a database apart, by their numbers.
type tables map[uint64]string

// mark is what there is to know of a table without reading all of it.
func mark(size, keys uint32, version uint64, first, last []byte) string {
	c := crc32.Update(crc32.Checksum(first, castagnoli), castagnoli, last)
	return fmt.Sprintf("%x-%x-%x-%08x", size, keys, version, c)
}

// marks returns what tells tables apart, of their outlines.
func marks(there map[uint64]outline) tables {
	all := tables{}
	for id, o := range there {
		all[id] = o.mark
	}
	return all
}

// check compares the tables that are there with those that were noted. After
// an end that was not clean there may be some that nobody has noted; they may
// hold anything. An older version of Varve noted none.
func (noted tables) check(there tables, clean bool) error {
	if noted == nil && clean {
		return nil
	}
	for id, is := range there {
		was, known := noted[id]
		switch {
		case known && was != is:
			return fault.New(fault.Corrupt, "table %d of the index is another one", id)
		case !known:
			return fault.New(fault.Corrupt, "nobody knows table %d of the index", id)
		}
	}
	return nil
}

// noteTables notes the tables if others are there than before. The caller holds
// mu. If it cannot, the next write tries again; until then nobody knows them.
func (x *Index) noteTables() {
	now := tables{}
	for _, t := range x.db.Tables() {
		now[t.ID] = mark(t.OnDiskSize, t.KeyCount, t.MaxVersion, t.Left, t.Right)
	}
	if maps.Equal(now, x.use.Tables) {
		return
	}
	noted := x.use
	noted.Tables = now
	if x.Config.note(noted) == nil {
		x.use = noted
	}
}
