package model

import (
	"os"
	"path/filepath"
	"time"

	"pgregory.net/rapid"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
	"dev.varve/storage/disk"
	"dev.varve/storage/index"
	"dev.varve/storage/journal"
	"dev.varve/storage/storetest/faultdisk"
)

// world is a tracker on its journal and its index.
type world struct {
	t       *rapid.T
	dir     string
	journal *faultdisk.Memory // a disk that is fast
	clock   clock

	log     *journal.Log
	index   *index.Index
	tracker *track.Tracker
}

var writer = event.Writer{7}

const logDir, position = "/journal/07", "position/07"

type clock struct{ now int64 }

func (c *clock) Now() time.Time {
	c.now += int64(time.Millisecond)
	return time.Unix(1_790_000_000, c.now)
}

func newWorld(t *rapid.T) *world {
	dir, err := os.MkdirTemp("", "model-")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, dir: dir, journal: faultdisk.NewMemory()}
	w.open()
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// open opens all of it, and applies what the index has not seen.
func (w *world) open() {
	w.t.Helper()
	var err error
	w.must(w.journal.MkdirAll(logDir))
	w.log, _, err = journal.Open(journal.Config{
		Disk: w.journal, Clock: &w.clock, Random: cryptic{&w.clock}, Dir: logDir, Writer: writer, Device: writer, Program: "model", First: 64 << 10,
	}, nil)
	w.must(err)
	w.index, err = index.Open(index.Config{Disk: disk.OS{}, Dir: filepath.Join(w.dir, "index"), Boot: "a"})
	w.must(err)
	w.tracker, err = track.Open(track.Config{Journal: w.log, Store: w.index, Clock: &w.clock, Random: cryptic{&w.clock}, Created: 1, Person: "ann"})
	w.must(err)
	var from journal.Position
	mark, err := w.tracker.MarkOf(position)
	w.must(err)
	if mark != nil {
		w.must(event.Unmarshal(mark, &from))
	}
	_, err = journal.Read(w.journal, logDir, writer, from, journal.Options{}, w.tracker.Apply)
	w.must(err)
}

func (w *world) own() (string, []byte) {
	mark, err := event.Marshal(w.log.End())
	w.must(err)
	return position, mark
}

func (w *world) flush() { w.must(w.tracker.Flush(w.own)) }

// close ends everything in order.
func (w *world) close() {
	w.flush()
	w.must(w.tracker.Checkpoint(true))
	w.must(w.index.Close())
	w.must(w.log.Close())
}

// crash leaves the journal as it is, and the index without its last records:
// they were not flushed.
func (w *world) crash() {
	w.must(w.index.Close())
	w.open()
}

// rebuild builds the index from nothing.
func (w *world) rebuild() {
	w.close()
	w.must(index.Wipe(disk.OS{}, filepath.Join(w.dir, "index")))
	w.open()
}

func (w *world) hash() string {
	w.flush()
	sum, err := w.tracker.StateHash()
	w.must(err)
	return sum
}

// cryptic gives bytes that follow from a clock that never stands still.
type cryptic struct{ c *clock }

func (r cryptic) Read(p []byte) (int, error) {
	x := uint64(r.c.Now().UnixNano())
	for i := range p {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		p[i] = byte(x >> 24)
	}
	return len(p), nil
}
