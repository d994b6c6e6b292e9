package rawbadger

import (
	"bytes"
	"errors"

	"github.com/dgraph-io/badger/v4/table"
)

const (
	versionBytes = 8 // end each key in a table of Badger's
	valueHead    = 3 // what stands before a value that does not expire
)

// KeysOfTable are the ends of all keys in a table of Badger's, with their versions: what
// stands there decides under which name, and in which time, an entry is known, and no
// checksum of a value covers it.
func KeysOfTable(data []byte) (places []int, err error) {
	const name = 2
	t, err := table.OpenInMemoryTable(bytes.Clone(data), 1, &table.Options{})
	if err != nil {
		return nil, err
	}
	at := 0
	it := t.NewIterator(0)
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		value := it.Value().Value
		i := bytes.Index(data[at:], value)
		if i < 0 {
			return nil, errors.New("a value is not where it should be")
		}
		at += i
		if len(value) > 0 {
			for place := at - valueHead - versionBytes - name; place < at-valueHead; place++ {
				places = append(places, place)
			}
		}
		at += len(value)
	}
	if len(places) == 0 {
		return nil, errors.New("a table without entries")
	}
	return places, nil
}
