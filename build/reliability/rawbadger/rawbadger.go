//go:build linux

package rawbadger

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/dgraph-io/badger/v4"
)

// Command is the first argument that makes a process this program:
//
//	badger write DIR N sync|async   writes N entries, or as many as it can, and prints each that was acknowledged
//	badger read DIR N               reads N entries and prints what came of it, as JSON
const Command = "badger"

// Found is what a read came to.
type Found struct {
	Right, Wrong, Missing, Failed int
	Open                          string // why it did not open
}

// Main runs the program and returns its exit code.
func Main(args []string) int {
	if err := run(args); err != nil {
		fmt.Fprintln(os.Stderr, "badger:", err)
		return 1
	}
	return 0
}

func run(args []string) error {
	if len(args) < 3 {
		return errors.New("usage: badger write DIR N sync|async | badger read DIR N")
	}
	n, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	switch args[0] {
	case "write":
		return write(args[1], n, args[3] == "sync")
	case "read":
		return json.NewEncoder(os.Stdout).Encode(read(args[1], n))
	}
	return fmt.Errorf("there is no %s", args[0])
}

func key(i int) []byte { return fmt.Appendf(nil, "key-%08d", i) }

func value(i int) []byte {
	return []byte(strings.Repeat(fmt.Sprintf("value %d, ", i*2654435761%1000003), 12))
}

// write goes on after a request that failed, as a tracker would.
func write(dir string, n int, sync bool) error {
	db, err := badger.Open(badger.DefaultOptions(dir).WithLogger(nil).WithSyncWrites(sync))
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(os.Stdout, 1) // at once
	refused := 0
	for i := range n {
		err := db.Update(func(txn *badger.Txn) error { return txn.Set(key(i), value(i)) })
		if err != nil {
			if refused++; refused > 100 {
				break
			}
			continue
		}
		fmt.Fprintln(out, i)
	}
	return db.Close()
}

func read(dir string, n int) (f Found) {
	db, err := badger.Open(badger.DefaultOptions(dir).WithLogger(nil))
	if err != nil {
		f.Open = err.Error()
		return f
	}
	defer db.Close()
	for i := range n {
		err := db.View(func(txn *badger.Txn) error {
			item, err := txn.Get(key(i))
			if errors.Is(err, badger.ErrKeyNotFound) {
				f.Missing++
				return nil
			}
			if err != nil {
				return err
			}
			return item.Value(func(got []byte) error {
				if string(got) == string(value(i)) {
					f.Right++
				} else {
					f.Wrong++
				}
				return nil
			})
		})
		if err != nil {
			f.Failed++
		}
	}
	return f
}
