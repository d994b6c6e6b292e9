package index

import (
	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
)

const (
	memTable  = 16 << 20
	threshold = 1 << 20   // the largest that Badger allows: nothing enters the value log
	partSize  = 768 << 10 // larger values are stored in parts
	reserve   = 4*memTable + (8 << 20)
)

// small is Badger for a desktop: little memory, little disk, no value log, no
// conflict detection (there is one writer), no syncs (the journal is the
// truth). Measured in docs/adr/0003-index.md.
func small(dir string) badger.Options {
	return badger.DefaultOptions(dir).
		WithLogger(nil).
		WithSyncWrites(false).
		WithMetricsEnabled(false).
		WithDetectConflicts(false).
		WithMemTableSize(memTable).
		WithNumMemtables(2).
		WithNumLevelZeroTables(2).
		WithNumLevelZeroTablesStall(4).
		WithNumCompactors(2).
		WithCompactL0OnClose(true).
		WithValueThreshold(threshold).
		WithValueLogFileSize(64 << 20).
		WithBlockCacheSize(16 << 20).
		WithIndexCacheSize(8 << 20).
		WithCompression(options.ZSTD).
		WithZSTDCompressionLevel(1)
}
