package index

import (
	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
)

const (
	memTable  = 4 << 20   // a transaction may have 15 % of it
	txnBytes  = 560 << 10 // that fit a transaction
	threshold = 512 << 10 // above partSize: nothing enters the value log
	partSize  = 448 << 10 // larger values are stored in parts
	reserve   = 72 << 20
)

// small is Badger for a desktop: little memory, little disk, no value log, no
// conflict detection (there is one writer), no syncs (the journal is the
// truth). Measured in docs/adr/0003-index.md.
func small(dir string) badger.Options {
	o := badger.DefaultOptions(dir)
	// Tables of all levels have one size: a table is built in memory, and those
	// of the lowest level would be a hundred times larger. Whatever built one
	// stays for the next, eight of them, with twice the room of a table, and four
	// times that if it was too little once: so a table of a memtable has to fit.
	// Most of what is stored are numbers that do not become shorter, and are
	// packed already; compressing them took a tenth of a rebuild. What is not
	// compressed needs no cache besides the system's.
	//
	// Closing compacts nothing: an index that is closed because a table of it is
	// damaged would meet that table again, in a goroutine of Badger's that panics.
	//
	// Keys come in no order, so each step down rewrites as much of the next level as
	// that is larger: five times, rather than ten, is the least work in all.
	o.TableSizeMultiplier = 1
	o.LevelSizeMultiplier = 5
	o.BaseLevelSize = 32 << 20
	return o.
		WithLogger(nil).
		WithSyncWrites(false).
		WithMetricsEnabled(false).
		WithDetectConflicts(false).
		WithMemTableSize(memTable).
		WithNumMemtables(2).
		WithNumLevelZeroTables(8).
		WithNumLevelZeroTablesStall(20).
		WithNumCompactors(2).
		WithCompactL0OnClose(false).
		WithValueThreshold(threshold).
		WithValueLogFileSize(64 << 20).
		WithBlockCacheSize(0).
		WithIndexCacheSize(8 << 20).
		WithCompression(options.None)
}
