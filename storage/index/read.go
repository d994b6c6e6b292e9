package index

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"
)

// Get returns the value of a key.
func (x *Index) Get(key string) (value []byte, ok bool, err error) {
	err = x.view(func(txn *badger.Txn) error {
		if err := x.voucher.vouch(key, 0); err != nil {
			return err
		}
		value, ok, err = get(txn, key)
		return err
	})
	return value, ok, classify(err, "read index entry", key)
}

func get(txn *badger.Txn, key string) (value []byte, ok bool, err error) {
	item, err := txn.Get([]byte(key))
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	err = item.Value(func(stored []byte) error {
		value, err = open(txn, key, stored)
		return err
	})
	return value, err == nil, err
}

// open returns the payload of a stored value, its parts joined. The result is
// a copy.
func open(txn *badger.Txn, key string, stored []byte) ([]byte, error) {
	flag, payload, err := unseal(key, stored)
	if err != nil {
		return nil, err
	}
	if flag == flagWhole {
		return append(make([]byte, 0, len(payload)), payload...), nil
	}
	n, k := binary.Uvarint(payload)
	if flag != flagParts || k <= 0 {
		return nil, corrupt(key)
	}
	var whole []byte
	for i := range n {
		part, ok, err := get(txn, partKey(key, i))
		if err != nil || !ok {
			return nil, corrupt(key)
		}
		whole = append(whole, part...)
	}
	return whole, nil
}

func partKey(key string, i uint64) string { return fmt.Sprintf("%s%s\x00%08x", partPrefix, key, i) }

// Scan calls fn for each key with the prefix, in order. A scan of a whole kind
// ("run/") also checks that no entry is missing.
func (x *Index) Scan(prefix string, fn func(key string, value []byte) error) error {
	var seen sum
	err := x.view(func(txn *badger.Txn) error {
		err := x.voucher.vouch(prefix, 0)
		if err != nil {
			return err
		}
		err = scan(txn, prefix, 0, func(key string, stored, value []byte) error {
			seen.count++
			seen.digest ^= entryDigest(key, stored)
			return fn(key, value)
		})
		if err != nil {
			return err
		}
		return compare(txn, prefix, seen)
	})
	return classify(err, "read index entries", prefix)
}

// scan calls fn for each key with the prefix whose entry is later than a version.
func scan(txn *badger.Txn, prefix string, since uint64, fn func(key string, stored, value []byte) error) error {
	opts := badger.DefaultIteratorOptions
	opts.PrefetchValues = false // values are inline; prefetching only copies them
	opts.Prefix, opts.SinceTs = []byte(prefix), since
	it := txn.NewIterator(opts)
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		key := string(it.Item().Key())
		err := it.Item().Value(func(stored []byte) error {
			value, err := open(txn, key, stored)
			if err != nil {
				return err
			}
			return fn(key, stored, value)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// compare checks a scan of a whole kind against what was written, as the same
// transaction sees it.
func compare(txn *badger.Txn, prefix string, seen sum) error {
	kind := kindOf(prefix)
	if prefix != kind+"/" || !counted(kind) {
		return nil
	}
	var want sum
	value, ok, err := get(txn, sumPrefix+kind)
	if err != nil {
		return err
	}
	if ok {
		if want, err = decodeSum(kind, value); err != nil {
			return err
		}
	}
	if want != seen {
		return corrupt(fmt.Sprintf("%s: %d of %d entries", kind, seen.count, want.count))
	}
	return nil
}

func decodeSum(kind string, value []byte) (sum, error) {
	if len(value) != 16 {
		return sum{}, corrupt(sumPrefix + kind)
	}
	return sum{binary.BigEndian.Uint64(value), binary.BigEndian.Uint64(value[8:])}, nil
}

// counted reports whether entries of a kind are counted: all but the index's
// own, and the catalogue's, whose losses show when a chunk is asked for.
func counted(kind string) bool {
	switch kind {
	case "sum", "meta", "part", "chunk":
		return false
	}
	return true
}
