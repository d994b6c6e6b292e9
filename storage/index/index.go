// Package index keeps records in Badger, as a cache of the journal.
//
// Badger is fast and forgets: bits that flip in its tables come back as other
// data, or as nothing, without an error. So each value carries a checksum over
// key and value, and each kind of record (the part of a key before its first
// slash) carries a count and a digest of all its entries; and each table is
// compared with its checksums before anything is read of it. What does not add
// up is fault.Corrupt, and the owner builds the index again from the journal.
package index

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/dgraph-io/badger/v4"

	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/backend/track"
)

// Config says where the index lies and whose it is.
type Config struct {
	Disk      host.Disk
	Dir       string   // in the machine's cache folder
	Workspace [16]byte // the index of another workspace is not used
	Boot      string   // identity of this start of the machine
}

// Index is an open index. It implements track.Store.
type Index struct {
	Config
	db      *badger.DB
	voucher *voucher

	mu      sync.Mutex // one writer; guards what follows
	sums    map[string]sum
	written int // bytes, since the pages of tables were let go
	use     ending

	distrust atomic.Bool // the next Open has to say Corrupt
}

// sum is what is known of all entries of one kind.
type sum struct {
	count  uint64
	digest uint64 // XOR of the digests of all entries
}

// form is the version of what the entries hold. It is raised when one of them
// changes: an index in another form is built again.
const form = 2

const (
	metaWorkspace  = "meta/workspace" // its id, and form as one byte
	metaIncomplete = "meta/incomplete"
	sumPrefix      = "sum/"
	partPrefix     = "part/"
)

// Open opens the index. fault.Corrupt says that it has to be built again:
// Wipe it, open it, and replay the journal. fault.NoSpace is said before
// Badger is touched, which would die of a full disk.
func Open(c Config) (*Index, error) {
	if err := c.Disk.MkdirAll(c.Dir); err != nil {
		return nil, odd(err)
	}
	free, err := c.Disk.Free(c.Dir)
	if err != nil {
		return nil, err
	}
	if free < reserve {
		return nil, fault.New(fault.NoSpace, "the disk has %d MB left; the index needs %d MB", free>>20, int64(reserve)>>20).
			On("open index in", c.Dir).WithHint("Free some space on this disk and try again. Nothing that was saved is lost.")
	}
	use, clean, err := c.begin()
	if err != nil {
		return nil, err
	}
	options := small(c.store())
	db, there, err := openStore(options, use.Tables, clean)
	if err != nil {
		if strings.Contains(err.Error(), "directory lock") {
			return nil, fault.New(fault.Locked, "another process has the index open: %v", err)
		}
		return nil, fault.New(fault.Corrupt, "the index does not open: %v", err)
	}
	x := &Index{Config: c, db: db, sums: map[string]sum{}, use: use}
	x.voucher = &voucher{dir: c.store(), options: tableOptions(options), unread: there}
	if err := x.check(); err != nil {
		db.Close()
		return nil, err
	}
	x.voucher.start(x.compareAll, x.condemn)
	return x, nil
}

// store is Badger's own folder.
func (c Config) store() string { return filepath.Join(c.Dir, "db") }

// odd tells an error of the disk that the person has to know of from what
// else may lie in the index's place, and can be wiped.
func odd(err error) error {
	switch kind := fault.KindOf(err); kind {
	case fault.Internal, fault.Exists, fault.NotFound:
		return fault.New(fault.Corrupt, "something else lies where the index should: %v", err)
	}
	return err
}

// check reads the sums and makes sure that the index is this workspace's and
// that its last write was complete.
func (x *Index) check() error {
	owner, ok, err := x.Get(metaWorkspace)
	if err != nil {
		return err
	}
	mine := append(slices.Clone(x.Workspace[:]), form)
	switch {
	case !ok:
		return x.Write([]track.Pair{{Key: metaWorkspace, Value: mine}})
	case !bytes.HasPrefix(owner, x.Workspace[:]):
		return fault.New(fault.Corrupt, "this index belongs to another workspace")
	case !bytes.Equal(owner, mine):
		return fault.New(fault.Corrupt, "this index was made by another version of Varve")
	}
	if _, incomplete, err := x.Get(metaIncomplete); err != nil || incomplete {
		return fault.New(fault.Corrupt, "the last write of the index was interrupted")
	}
	return x.Scan(sumPrefix, func(key string, value []byte) error {
		kind := strings.TrimPrefix(key, sumPrefix)
		known, err := decodeSum(kind, value)
		x.sums[kind] = known
		return err
	})
}

// Wipe deletes the index. The journal stays.
func Wipe(disk host.Disk, dir string) error { return disk.RemoveAll(dir) }

// Close ends the index cleanly. If its folder has been deleted meanwhile, as a
// cache may be, there is nothing to keep: the next Open begins with an empty one.
func (x *Index) Close() error {
	x.voucher.end()
	if _, err := x.Disk.Stat(x.store()); errors.Is(err, fault.NotFound) {
		return x.closeDeleted()
	}
	if err := x.db.Close(); err != nil {
		return fault.Wrap(err, fault.Internal, "close index in", x.Dir)
	}
	if x.distrust.Load() {
		return x.Config.note(ending{Unclean: distrusted, Boot: x.Boot})
	}
	return x.Config.end()
}

// closeDeleted ends an index whose folder is gone. Badger tries for ever to write
// what it has in memory, so it gets a folder to write to; that is deleted again.
func (x *Index) closeDeleted() error {
	if err := x.Disk.MkdirAll(x.store()); err != nil {
		return fault.Wrap(err, fault.Internal, "close index in", x.Dir)
	}
	_ = x.db.Close() // whatever it complains about is deleted next
	return Wipe(x.Disk, x.Dir)
}

// Distrust makes the next Open say that the index has to be built again.
func (x *Index) Distrust() { x.distrust.Store(true) }

// Distrusted reports whether that was said, or damage was met.
func (x *Index) Distrusted() bool { return x.distrust.Load() }

func corrupt(key string) error {
	return fault.New(fault.Corrupt, "the index entry %q is damaged", key)
}

func kindOf(key string) string {
	kind, _, _ := strings.Cut(key, "/")
	return kind
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const (
	envelopeV1 = 0xA1
	envelope   = 6 // version, flag, checksum
	flagWhole  = 0
	flagParts  = 1 // the payload is the number of parts
)

// seal wraps a value: version, flag, CRC-32C over key, flag and payload.
func seal(key string, flag byte, payload []byte) []byte {
	out := make([]byte, envelope, envelope+len(payload))
	out[0], out[1] = envelopeV1, flag
	binary.LittleEndian.PutUint32(out[2:], checksum(key, flag, payload))
	return append(out, payload...)
}

func checksum(key string, flag byte, payload []byte) uint32 {
	c := crc32.Update(0, castagnoli, []byte(key))
	c = crc32.Update(c, castagnoli, []byte{flag})
	return crc32.Update(c, castagnoli, payload)
}

// unseal checks a stored value and returns flag and payload.
func unseal(key string, stored []byte) (flag byte, payload []byte, err error) {
	if len(stored) < envelope || stored[0] != envelopeV1 ||
		binary.LittleEndian.Uint32(stored[2:]) != checksum(key, stored[1], stored[envelope:]) {
		return 0, nil, corrupt(key)
	}
	return stored[1], stored[envelope:], nil
}

// entryDigest is what one entry adds to the digest of its kind.
func entryDigest(key string, stored []byte) uint64 {
	// FNV-1a over the key and the stored checksum, which covers the value.
	h := uint64(14695981039346656037)
	for i := range len(key) {
		h = (h ^ uint64(key[i])) * 1099511628211
	}
	for _, c := range stored[1:envelope] {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

// classify turns an error of Badger into a fault.
func classify(err error, op, key string) error {
	if err == nil {
		return nil
	}
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	return fault.Wrap(err, fault.Corrupt, op, key)
}
