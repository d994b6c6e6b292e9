package index

import (
	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
)

const (
	memTable  = 8 << 20   // a transaction may have 15 % of it
	threshold = 1 << 20   // the largest that Badger allows: nothing enters the value log
	partSize  = 768 << 10 // larger values are stored in parts
	reserve   = 8*memTable + (8 << 20)
)

// small is Badger for a desktop: little memory, little disk, no value log, no
// conflict detection (there is one writer), no syncs (the journal is the
// truth). Measured in docs/adr/0003-index.md.
func small(dir string) badger.Options {
	o := badger.DefaultOptions(dir)
	// Tables of all levels have one size: a table is built in memory, and those
	// of the lowest level would be a hundred times larger.
	o.TableSizeMultiplier = 1
	return o.
		WithLogger(nil).
		WithSyncWrites(false).
		WithMetricsEnabled(false).
		WithDetectConflicts(false).
		WithMemTableSize(memTable).
		WithNumMemtables(2).
		WithNumLevelZeroTables(4).
		WithNumLevelZeroTablesStall(12).
		WithNumCompactors(2).
		WithCompactL0OnClose(true).
		WithValueThreshold(threshold).
		WithValueLogFileSize(64 << 20).
		WithBlockCacheSize(16 << 20).
		WithIndexCacheSize(8 << 20).
		WithCompression(options.Snappy)
}
