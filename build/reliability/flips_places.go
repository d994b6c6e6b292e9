//go:build linux

package main

import (
	"bytes"
	"fmt"

	"github.com/dgraph-io/badger/v4/table"
)

// used are all bytes of a file, but for the zeros at the end of one that was made
// long in advance, of which there are a few.
func used(data []byte) (places []int, err error) {
	for i := range min(len(bytes.TrimRight(data, "\x00"))+16, len(data)) {
		places = append(places, i)
	}
	return places, nil
}

const (
	versionBytes = 8 // end each key in a table of Badger's
	valueHead    = 3 // what stands before a value that does not expire
)

// keysOfTable are the ends of all keys in a table of Badger's, with their versions: what
// stands there decides under which name, and in which time, an entry is known, and no
// checksum of a value covers it.
func keysOfTable(data []byte) (places []int, err error) {
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
			return nil, fmt.Errorf("a value is not where it should be")
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
		return nil, fmt.Errorf("a table without entries")
	}
	return places, nil
}
