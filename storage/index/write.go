package index

import (
	"encoding/binary"
	"errors"
	"maps"

	"github.com/dgraph-io/badger/v4"

	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// Write applies all pairs at once. A write that is too large for one
// transaction of Badger is marked before it begins: if it is interrupted, the
// next Open says that the index has to be built again.
func (x *Index) Write(pairs []track.Pair) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if free, err := x.Disk.Free(x.Dir); err == nil && free < reserve {
		return fault.New(fault.NoSpace, "the disk is nearly full").On("write index in", x.Dir).
			WithHint("Free some space on this disk. Nothing that was saved is lost.")
	}
	err := badger.ErrTxnTooBig
	if fits(pairs) {
		err = x.writeOnce(pairs)
	}
	if errors.Is(err, badger.ErrTxnTooBig) {
		err = x.writeLarge(pairs)
	}
	x.wrote(sizeOf(pairs))
	x.noteTables()
	return classify(err, "write index in", x.Dir)
}

// fits reports whether pairs may fit one transaction.
func fits(pairs []track.Pair) bool {
	return sizeOf(pairs) < txnBytes && len(pairs) < 4000
}

// sizeOf is how many bytes pairs have.
func sizeOf(pairs []track.Pair) (bytes int) {
	for i := range pairs {
		bytes += len(pairs[i].Key) + len(pairs[i].Value)
	}
	return bytes
}

func (x *Index) writeOnce(pairs []track.Pair) error {
	sums := maps.Clone(x.sums)
	err := x.update(func(txn *badger.Txn) error {
		for _, p := range pairs {
			if err := put(txn, p, sums); err != nil {
				return err
			}
		}
		return putSums(txn, x.sums, sums)
	})
	if err == nil {
		x.sums = sums
	}
	return err
}

// writeLarge writes in several transactions between two marks.
func (x *Index) writeLarge(pairs []track.Pair) error {
	if err := x.writeOnce([]track.Pair{{Key: metaIncomplete, Value: []byte{1}}}); err != nil {
		return err
	}
	for rest := pairs; len(rest) > 0; {
		n, err := x.writeSome(rest)
		if err != nil {
			return err
		}
		rest = rest[n:]
	}
	return x.writeOnce([]track.Pair{{Key: metaIncomplete}})
}

// writeSome writes as many leading pairs as fit one transaction; a value that
// is too large for one goes ahead of its entry, part by part.
func (x *Index) writeSome(pairs []track.Pair) (int, error) {
	const soft, many = partSize, 4000 // well below Badger's limits
	if len(pairs[0].Value) > soft {
		return 1, x.writeParted(pairs[0])
	}
	n, bytes := 0, 0
	for n < len(pairs) && (n == 0 || bytes+len(pairs[n].Key)+len(pairs[n].Value) <= soft && n < many) {
		bytes += len(pairs[n].Key) + len(pairs[n].Value)
		n++
	}
	return n, x.writeOnce(pairs[:n])
}

// writeParted writes one large value, each part in a transaction of its own.
func (x *Index) writeParted(p track.Pair) error {
	if !p.New {
		if err := x.writeOnce([]track.Pair{{Key: p.Key}}); err != nil {
			return err
		}
	}
	for _, part := range partsOf(p) {
		err := x.update(func(txn *badger.Txn) error { return txn.Set([]byte(part.Key), part.Value) })
		if err != nil {
			return err
		}
	}
	sums := maps.Clone(x.sums)
	err := x.update(func(txn *badger.Txn) error {
		if err := putEntry(txn, p.Key, partedEntry(p), sums); err != nil {
			return err
		}
		return putSums(txn, x.sums, sums)
	})
	if err == nil {
		x.sums = sums
	}
	return err
}

// partsOf returns the entries that hold the parts of a large value.
func partsOf(p track.Pair) []track.Pair {
	var parts []track.Pair
	for rest := p.Value; len(rest) > 0; {
		size := min(len(rest), partSize)
		key := partKey(p.Key, uint64(len(parts)))
		parts = append(parts, track.Pair{Key: key, Value: seal(key, flagWhole, rest[:size])})
		rest = rest[size:]
	}
	return parts
}

// partedEntry is what stands at the key of a large value.
func partedEntry(p track.Pair) []byte {
	n := (len(p.Value) + partSize - 1) / partSize
	return seal(p.Key, flagParts, binary.AppendUvarint(nil, uint64(n)))
}

// put writes or deletes one entry and brings the sums up to date.
func put(txn *badger.Txn, p track.Pair, sums map[string]sum) error {
	if kindOf(p.Key) == "chunk" { // many, small, and never in parts
		if p.Value == nil {
			return txn.Delete([]byte(p.Key))
		}
		return txn.Set([]byte(p.Key), seal(p.Key, flagWhole, p.Value))
	}
	if !p.New {
		if err := drop(txn, p, kindOf(p.Key), sums); err != nil || p.Value == nil {
			return err
		}
	}
	if len(p.Value) <= partSize {
		return putEntry(txn, p.Key, seal(p.Key, flagWhole, p.Value), sums)
	}
	for _, part := range partsOf(p) {
		if err := txn.Set([]byte(part.Key), part.Value); err != nil {
			return err
		}
	}
	return putEntry(txn, p.Key, partedEntry(p), sums)
}

func putEntry(txn *badger.Txn, key string, stored []byte, sums map[string]sum) error {
	if kind := kindOf(key); counted(kind) {
		s := sums[kind]
		sums[kind] = sum{s.count + 1, s.digest ^ entryDigest(key, stored)}
	}
	return txn.Set([]byte(key), stored)
}

// drop takes the old entry of a key out of the sums, and its parts away.
func drop(txn *badger.Txn, p track.Pair, kind string, sums map[string]sum) error {
	item, err := txn.Get([]byte(p.Key))
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	parts := uint64(0)
	err = item.Value(func(stored []byte) error {
		flag, payload, err := unseal(p.Key, stored)
		if err != nil {
			return err
		}
		if flag == flagParts {
			parts, _ = binary.Uvarint(payload)
		}
		if counted(kind) {
			s := sums[kind]
			sums[kind] = sum{s.count - 1, s.digest ^ entryDigest(p.Key, stored)}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := range parts {
		if err := txn.Delete([]byte(partKey(p.Key, i))); err != nil {
			return err
		}
	}
	if p.Value == nil {
		return txn.Delete([]byte(p.Key))
	}
	return nil
}

func putSums(txn *badger.Txn, before, after map[string]sum) error {
	for kind, s := range after {
		if before[kind] == s {
			continue
		}
		value := binary.BigEndian.AppendUint64(nil, s.count)
		value = binary.BigEndian.AppendUint64(value, s.digest)
		if err := txn.Set([]byte(sumPrefix+kind), seal(sumPrefix+kind, flagWhole, value)); err != nil {
			return err
		}
	}
	return nil
}
