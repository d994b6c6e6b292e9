package index

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dgraph-io/badger/v4/table"

	"dev.varve/backend/fault"
)

// A bit that flips in a key, or in the version behind it, makes of an entry another
// one, or none. The checksums of values do not see that. Badger has one for each block
// of a table, and when it is told to compare them while it reads, it answers a damaged
// block as an empty one. So each table that lay on the disk while nobody watched is
// read whole once: before the first answer that it has a part in, and all of them in
// the background.

// outline is what a table says of itself.
type outline struct {
	mark        string // tells it from all others
	first, last []byte // its keys
	version     uint64 // its latest
}

// mayHold reports whether keys with a prefix may lie in a table.
func (o outline) mayHold(prefix string) bool {
	p := []byte(prefix)
	return bytes.Compare(o.last, p) >= 0 && (bytes.Compare(o.first, p) <= 0 || bytes.HasPrefix(o.first, p))
}

// voucher reads tables, and knows which have been read.
type voucher struct {
	dir     string
	options table.Options

	mu     sync.Mutex
	unread map[uint64]outline
	hurt   error // of one that is damaged; it stays among the unread ones
	merged bool  // one was gone before it was read: what it held is in others now

	reading sync.Mutex // one table at a time; guards buf
	buf     []byte

	fine    atomic.Bool // all have been read, and none is damaged
	stop    context.CancelFunc
	stopped chan struct{} // closed when the background has ended
}

// start reads all tables in the background. Sums compares all that is in the index
// with what was written; it is asked if tables were merged before they were read.
func (v *voucher) start(sums func() error, hurt func()) {
	ctx, stop := context.WithCancel(context.Background())
	v.stop, v.stopped = stop, make(chan struct{})
	go func() {
		defer close(v.stopped)
		err := v.readAll(ctx)
		v.mu.Lock()
		merged := v.merged
		v.mu.Unlock()
		if err == nil && merged {
			err = sums()
		}
		switch {
		case err == nil:
			v.fine.Store(true)
			v.reading.Lock()
			v.buf = nil // nobody reads again
			v.reading.Unlock()
		case errors.Is(err, fault.Corrupt):
			v.mu.Lock()
			v.hurt = err
			v.mu.Unlock()
			hurt()
		}
	}()
}

// end stops the background.
func (v *voucher) end() {
	v.stop()
	<-v.stopped
}

// Patience is how long to wait for Vouch after an index was opened, so that a damaged
// table is mended before anybody is answered: enough for 100 MB in the system's cache.
const Patience = 50 * time.Millisecond

// vouchRest is how many times as long as it reads the background rests after that, so
// that hardly anybody notices it.
const vouchRest = 3

func (v *voucher) readAll(ctx context.Context) (err error) {
	began := time.Now()
	for _, id := range v.left(0, "") {
		at := time.Now()
		err = errors.Join(err, v.read(id))
		rest := time.Duration(0)
		if time.Since(began) > Patience {
			rest = vouchRest * time.Since(at)
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(rest):
		}
	}
	return err
}

// vouch makes sure that no table is damaged that may hold keys with a prefix, or what
// belongs to them, and later versions than since.
func (v *voucher) vouch(prefix string, since uint64) error {
	if v.fine.Load() {
		return nil
	}
	for _, id := range v.left(since, prefix, partPrefix+prefix, sumPrefix) {
		if err := v.read(id); err != nil {
			return err
		}
	}
	return nil
}

// left returns the numbers of tables that have not been read and may hold keys with
// one of the prefixes and later versions than since, the latest table first: Badger
// merges it first.
func (v *voucher) left(since uint64, prefixes ...string) (ids []uint64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for id, o := range v.unread {
		if o.version >= since && slices.ContainsFunc(prefixes, o.mayHold) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	slices.Reverse(ids)
	return ids
}

// read reads a table, if nobody has yet.
func (v *voucher) read(id uint64) error {
	v.reading.Lock()
	defer v.reading.Unlock()
	v.mu.Lock()
	_, there := v.unread[id]
	v.mu.Unlock()
	if !there {
		return nil
	}
	name := table.NewFilename(id, v.dir)
	gone, err := v.load(name)
	if err == nil && !gone {
		err = v.verify(id)
		if err != nil { // Badger may have emptied the file meanwhile, to delete it
			info, statErr := os.Stat(name)
			gone = statErr != nil || info.Size() != int64(len(v.buf))
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if err != nil && !gone {
		v.hurt = fault.New(fault.Corrupt, "table %d of the index is damaged: %v", id, err)
		return v.hurt
	}
	v.merged = v.merged || gone
	delete(v.unread, id)
	return nil
}

// load reads a file into buf. It is not mapped: Badger empties a file before it deletes
// it, and whoever reads it through a mapping then, dies.
func (v *voucher) load(name string) (gone bool, err error) {
	f, err := os.Open(name)
	if err != nil {
		return errors.Is(err, os.ErrNotExist), err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	v.buf = slices.Grow(v.buf[:0], int(info.Size()))[:info.Size()]
	_, err = io.ReadFull(f, v.buf)
	short := errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
	return len(v.buf) == 0 || short, err
}

// verify compares each block of the table in buf with its checksum.
func (v *voucher) verify(id uint64) (err error) {
	defer func() { // it panics when it tells of a damaged block, for want of a name
		if err != nil || recover() != nil {
			err = errors.New("what is stored does not fit its checksum")
		}
	}()
	t, err := table.OpenInMemoryTable(v.buf, id, &v.options)
	if err != nil {
		return err
	}
	return t.VerifyChecksum()
}

// Vouch waits until all tables have been read that lay on the disk when the index was
// opened. It returns fault.Corrupt if one is damaged, and ctx's error if that is over
// first.
func (x *Index) Vouch(ctx context.Context) error {
	select {
	case <-x.voucher.stopped:
		x.voucher.mu.Lock()
		defer x.voucher.mu.Unlock()
		return x.voucher.hurt
	case <-ctx.Done():
		return ctx.Err()
	}
}

// compareAll compares all that is in the index with what was written.
func (x *Index) compareAll() error {
	x.mu.Lock()
	kinds := slices.Sorted(maps.Keys(x.sums))
	x.mu.Unlock()
	for _, kind := range kinds {
		if err := x.Scan(kind+"/", func(string, []byte) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

// condemn notes at once that the index has to be built again: its user may be killed.
func (x *Index) condemn() {
	x.distrust.Store(true)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.use.Unclean = distrusted
	_ = x.Config.note(x.use) // if it cannot be, it is when the index is closed
}
