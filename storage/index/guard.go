package index

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/badger/v4/y"
	"github.com/dgraph-io/ristretto/v2/z"

	"dev.varve/backend/fault"
)

// Badger panics, or ends the process, on some of what a disk can do to its
// files. An index is a cache: neither is a reason for its user to die.

// view runs a transaction that reads.
func (x *Index) view(fn func(*badger.Txn) error) (err error) {
	defer x.note(&err)
	defer catch(&err)
	err = x.db.View(fn)
	var known *fault.Error
	if err != nil && !errors.As(err, &known) && !errors.Is(err, badger.ErrDBClosed) {
		err = fault.Wrap(err, fault.Corrupt, "read index in", x.Dir) // Badger's own checksums
	}
	return err
}

// update runs a transaction that writes.
func (x *Index) update(fn func(*badger.Txn) error) (err error) {
	defer x.note(&err)
	defer catch(&err)
	return x.db.Update(fn)
}

// catch turns a panic into damage of the index.
func catch(err *error) {
	switch what := recover().(type) {
	case nil:
	case fatal:
		*err = fault.New(fault.Corrupt, "the index does not open: %s", string(what))
	default:
		first, _, _ := strings.Cut(fmt.Sprint(what), "\n")
		*err = fault.New(fault.Corrupt, "a table of the index is damaged: %s", first)
	}
}

// note remembers damage until the index is closed, so that it is built again
// when it is opened next.
func (x *Index) note(err *error) {
	if errors.Is(*err, fault.Corrupt) {
		x.distrust.Store(true)
	}
}

// openStore opens Badger's database, if its tables are those that were noted.
func openStore(o badger.Options, noted tables, clean bool) (db *badger.DB, there map[uint64]outline, err error) {
	fatals.Do(func() { log.SetOutput(&fatalWriter{log.Writer()}) })
	defer catch(&err)
	there, err = probe(o)
	if err != nil {
		return nil, nil, fault.New(fault.Corrupt, "a table of the index is damaged: %v", err)
	}
	if err := noted.check(marks(there), clean); err != nil {
		return nil, nil, err
	}
	db, err = badger.Open(o)
	return db, there, err
}

// tableOptions are those with which a table is opened by itself.
func tableOptions(o badger.Options) table.Options {
	return table.Options{ReadOnly: true, BlockSize: o.BlockSize, Compression: o.Compression}
}

// probe opens each table once before Badger does. Badger opens them in
// goroutines of its own, in which a damaged one ends the process, and leaves
// out those whose outlines have wrong checksums.
func probe(o badger.Options) (map[uint64]outline, error) {
	f, err := os.Open(filepath.Join(o.Dir, badger.ManifestFilename))
	if err != nil {
		return nil, nil // a new one, or Badger says what is wrong
	}
	defer f.Close()
	m, _, err := badger.ReplayManifestFile(f, o.ExternalMagicVersion, o)
	if err != nil {
		return nil, err
	}
	there := map[uint64]outline{}
	for id := range m.Tables {
		file, err := z.OpenMmapFile(table.NewFilename(id, o.Dir), os.O_RDONLY, 0)
		if err != nil {
			return nil, err
		}
		opened, err := table.OpenTable(file, tableOptions(o))
		if err != nil {
			return nil, err
		}
		there[id] = outline{
			mark:    mark(opened.OnDiskSize(), opened.KeyCount(), opened.MaxVersion(), opened.Smallest(), opened.Biggest()),
			first:   bytes.Clone(y.ParseKey(opened.Smallest())),
			last:    bytes.Clone(y.ParseKey(opened.Biggest())),
			version: opened.MaxVersion(),
		}
		if err := opened.Close(-1); err != nil {
			return nil, err
		}
	}
	return there, nil
}

var fatals sync.Once

// fatal is what somebody said who was about to end the process.
type fatal string

// fatalWriter is where the standard logger writes. Badger calls log.Fatalf when
// some of its files cannot be opened, which writes, and then ends the process;
// here it does not come that far. Others' last words pass.
type fatalWriter struct{ io.Writer }

func (w *fatalWriter) Write(p []byte) (int, error) {
	if opening() {
		panic(fatal(strings.Join(strings.Fields(string(p)), " ")))
	}
	return w.Writer.Write(p)
}

// opening reports whether the caller is Badger's last word within openStore.
func opening() bool {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	last := false
	for {
		f, more := frames.Next()
		last = last || strings.HasPrefix(f.Function, "log.Fatal")
		if last && strings.HasSuffix(f.Function, "storage/index.openStore") {
			return true
		}
		if !more {
			return false
		}
	}
}
