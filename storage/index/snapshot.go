package index

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"path/filepath"

	"github.com/dgraph-io/badger/v4"

	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// A snapshot is a file beside the database with what its user would otherwise
// compute from many entries. It belongs to a version of the database: entries
// of later versions are read again (ScanSince). It is a sequence of frames,
// each with a checksum; the first says the version, an empty one ends it.

const (
	snapshotName  = "snapshot"
	snapshotMagic = "varve snapshot 1"
	frameHead     = 8 // length, CRC-32C of length and payload
	maxFrame      = 1 << 30
)

// Version is that of the latest entry: whatever is written from now on has a
// later one.
func (x *Index) Version() uint64 { return x.db.MaxVersion() }

// ScanSince is Scan for entries later than a version. It does not notice that
// an entry is missing.
func (x *Index) ScanSince(prefix string, version uint64, fn func(key string, value []byte) error) error {
	err := x.view(func(txn *badger.Txn) error {
		if err := x.voucher.vouch(prefix, version); err != nil {
			return err
		}
		return scan(txn, prefix, version, func(key string, _, value []byte) error { return fn(key, value) })
	})
	return classify(err, "read index entries", prefix)
}

func (x *Index) snapshotFile() string { return filepath.Join(x.Dir, snapshotName) }

// SaveSnapshot replaces the snapshot by what write puts into frames; it holds
// for a version of the database.
func (x *Index) SaveSnapshot(version uint64, write func(frame func([]byte) error) error) error {
	name := x.snapshotFile() + ".new"
	if err := x.Disk.Remove(name); err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	f, err := x.Disk.Create(name)
	if err != nil {
		return err
	}
	w := &frames{file: f}
	err = w.frame(binary.LittleEndian.AppendUint64([]byte(snapshotMagic), version))
	if err == nil {
		err = write(w.frame)
	}
	if err == nil {
		err = w.frame(nil)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, x.Disk.Remove(name))
	}
	// It is not synced: what a power cut leaves of it has wrong checksums.
	return x.Disk.Rename(name, x.snapshotFile())
}

// DropSnapshot deletes the snapshot: it still holds what has been deleted since.
func (x *Index) DropSnapshot() error {
	err := x.Disk.Remove(x.snapshotFile())
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// LoadSnapshot calls read with the frames of the snapshot and returns the
// version that it holds for; 0 if there is none, or it is of no use. Then what
// read was given does not count.
func (x *Index) LoadSnapshot(read func(frame []byte) error) (version uint64, err error) {
	f, err := x.Disk.Open(x.snapshotFile())
	if errors.Is(err, fault.NotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	version, err = readSnapshot(f, read)
	if err = errors.Join(err, f.Close()); err == nil && version <= x.Version() {
		return version, nil
	}
	// A database that is older than its snapshot has lost writes: it will give
	// the same versions to others, and the snapshot must not be believed then.
	return 0, x.Disk.Remove(x.snapshotFile())
}

func readSnapshot(f host.File, read func([]byte) error) (version uint64, err error) {
	r := &frames{file: f}
	head, err := r.next()
	if err != nil {
		return 0, err
	}
	if len(head) != len(snapshotMagic)+8 || string(head[:len(snapshotMagic)]) != snapshotMagic {
		return 0, corrupt(snapshotName)
	}
	version = binary.LittleEndian.Uint64(head[len(snapshotMagic):])
	for {
		frame, err := r.next()
		if err != nil || len(frame) == 0 {
			return version, err
		}
		if err := read(frame); err != nil {
			return 0, err
		}
	}
}

// frames writes or reads frames, one after the other.
type frames struct {
	file host.File
	at   int64
	buf  []byte
}

func (f *frames) frame(payload []byte) error {
	if len(payload) > maxFrame {
		return fault.New(fault.Internal, "a frame of %d bytes is too long", len(payload))
	}
	f.buf = binary.LittleEndian.AppendUint32(f.buf[:0], uint32(len(payload)))
	f.buf = binary.LittleEndian.AppendUint32(f.buf, frameSum(f.buf, payload))
	f.buf = append(f.buf, payload...)
	n, err := f.file.WriteAt(f.buf, f.at)
	f.at += int64(n)
	return err
}

// next returns the payload of the next frame; it is overwritten by the one
// after.
func (f *frames) next() ([]byte, error) {
	head := make([]byte, frameHead)
	if _, err := f.file.ReadAt(head, f.at); err != nil {
		return nil, corrupt(snapshotName)
	}
	n := binary.LittleEndian.Uint32(head)
	size, err := f.file.Size()
	if err != nil || int64(n) > size-f.at-frameHead {
		return nil, corrupt(snapshotName)
	}
	if cap(f.buf) < int(n) {
		f.buf = make([]byte, n)
	}
	f.buf = f.buf[:n]
	if _, err := f.file.ReadAt(f.buf, f.at+frameHead); err != nil || binary.LittleEndian.Uint32(head[4:]) != frameSum(head[:4], f.buf) {
		return nil, corrupt(snapshotName)
	}
	f.at += frameHead + int64(n)
	return f.buf, nil
}

func frameSum(length, payload []byte) uint32 {
	return crc32.Update(crc32.Update(0, castagnoli, length), castagnoli, payload)
}
