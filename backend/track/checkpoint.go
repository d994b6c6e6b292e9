package track

import (
	"encoding/binary"

	"dev.varve/backend/fault"
	"dev.varve/backend/table"
)

// Snapshots is what a Store may offer besides: to keep something that was
// computed from its entries, and to say which entries are later.
type Snapshots interface {
	// Version is that of the latest entry.
	Version() uint64
	// ScanSince is Scan for entries later than a version.
	ScanSince(prefix string, version uint64, fn func(key string, value []byte) error) error
	// SaveSnapshot replaces what is kept, a sequence of frames.
	SaveSnapshot(version uint64, write func(frame func([]byte) error) error) error
	// DropSnapshot deletes what is kept.
	DropSnapshot() error
	// LoadSnapshot reads the frames, and returns the version that they hold
	// for; 0 says that there are none, or that they do not count. A frame is
	// valid until read returns.
	LoadSnapshot(read func(frame []byte) error) (version uint64, err error)
}

// The frames of the tables' snapshot.
const (
	frameTable  = 1 // an experiment, its rows and their runs
	frameColumn = 2 // a column of the last table
	frameOdd    = 3 // the id of a run that is not 32 hex digits
	frameCode   = 4 // the first: the version of the code that records of runs have
)

const (
	fewRuns    = 1000 // below this reading the records is as fast
	manyLater  = 5    // one of so many rows has changed: time for a new snapshot
	frameGuess = 1 << 20
)

// Checkpoint keeps the columns of all runs in the store, so that the next Open
// need not read every record. Unless forced it waits until enough has changed.
func (t *Tracker) Checkpoint(force bool) error {
	s, ok := t.Store.(Snapshots)
	if !ok {
		return nil
	}
	t.checkpoint.Lock()
	defer t.checkpoint.Unlock()
	t.mu.Lock()
	rows, changed := len(t.state.tables.at), t.state.tables.changed
	due := rows >= fewRuns && (changed > fewRuns && changed > rows/manyLater || force && changed > 0)
	if due {
		t.state.tables.changed = 0
	}
	t.mu.Unlock()
	if !due {
		return nil
	}
	// What is in the store is in the tables, too. What comes while they are
	// written gets a later version, and is read again.
	err := s.SaveSnapshot(s.Version(), t.writeTables)
	if err != nil {
		t.mu.Lock()
		t.state.tables.changed += changed
		t.mu.Unlock()
	}
	return err
}

func (t *Tracker) writeTables(frame func([]byte) error) error {
	buf := make([]byte, 0, frameGuess)
	emit := func(fill func(out []byte) []byte) error {
		t.mu.RLock()
		buf = fill(buf[:0])
		t.mu.RUnlock()
		return frame(buf)
	}
	if err := frame([]byte{frameCode, runCode}); err != nil {
		return err
	}
	for _, in := range t.tablesOf(nil) {
		var rows int
		var columns []table.Key
		err := emit(func(out []byte) []byte {
			rows, columns = in.Rows(), in.Columns()
			return in.appendRows(out)
		})
		for i := 0; err == nil && i < len(columns); i++ {
			err = emit(func(out []byte) []byte { return in.AppendColumn(append(out, frameColumn), columns[i], rows) })
		}
		if err != nil {
			return err
		}
	}
	t.mu.RLock()
	odd := make([]string, 0, len(t.state.tables.odd))
	for _, id := range t.state.tables.odd {
		odd = append(odd, id)
	}
	t.mu.RUnlock()
	for _, id := range odd {
		if err := frame(append([]byte{frameOdd}, id...)); err != nil {
			return err
		}
	}
	return nil
}

func (t *runTable) appendRows(out []byte) []byte {
	out = append(out, frameTable)
	out = binary.AppendUvarint(out, uint64(len(t.experiment)))
	out = append(out, t.experiment...)
	for i := range t.runs {
		out = append(out, t.runs[i][:]...)
	}
	rows := len(out)
	out = t.AppendRows(out)
	return binary.LittleEndian.AppendUint32(out, uint32(len(out)-rows))
}

// restore takes one frame of a snapshot.
func (t *tables) restore(frame []byte) error {
	switch frame[0] {
	case frameCode:
		if len(frame) == 2 && frame[1] == runCode {
			t.coded = true
			return nil
		}
	case frameTable:
		return t.restoreTable(frame[1:])
	case frameColumn:
		if len(t.list) > 0 {
			return t.list[len(t.list)-1].ReadColumn(frame[1:])
		}
	case frameOdd:
		id := string(frame[1:])
		key, _ := keyOf(id)
		t.odd[key] = id
		return nil
	}
	return badSnapshot()
}

func badSnapshot() error { return fault.New(fault.Corrupt, "this is not a snapshot of runs") }

func (t *tables) restoreTable(frame []byte) error {
	n, k := binary.Uvarint(frame)
	if k <= 0 || n > uint64(len(frame)-k) || len(frame) < 4 {
		return badSnapshot()
	}
	experiment, rest := string(frame[k:k+int(n)]), frame[k+int(n):]
	if len(rest) < 4 {
		return badSnapshot()
	}
	size := binary.LittleEndian.Uint32(rest[len(rest)-4:])
	rest = rest[:len(rest)-4]
	if uint64(size) > uint64(len(rest)) {
		return badSnapshot()
	}
	ids, rows := rest[:len(rest)-int(size)], rest[len(rest)-int(size):]
	restored, err := table.ReadRows(rows)
	if err != nil || len(ids) != restored.Rows()*len(runKey{}) {
		return badSnapshot()
	}
	if t.existing(experiment) != nil {
		return badSnapshot()
	}
	in := t.table(experiment)
	in.Table, in.runs = restored, make([]runKey, restored.Rows())
	for row := range in.runs {
		copy(in.runs[row][:], ids[row*len(runKey{}):])
		if restored.Has(row) {
			t.at[in.runs[row]] = place{t.of[experiment], int32(row)}
		}
	}
	return nil
}

// loadRuns fills the tables: from a snapshot and what came later, or from all
// records.
func (s *state) loadRuns() error {
	if kept, ok := s.store.(Snapshots); ok {
		version, err := kept.LoadSnapshot(s.tables.restore)
		if err != nil {
			return err
		}
		if version > 0 && s.tables.sound() {
			s.dropRows()
			return kept.ScanSince(runPrefix, version, s.loadRun)
		}
		s.tables = newTables()
	}
	s.listed = true
	return s.store.Scan(runPrefix, s.loadRun)
}

// sound reports whether restored tables can be worked with.
func (t *tables) sound() bool {
	if !t.coded {
		return false
	}
	for _, in := range t.list {
		if in.Numbers(attributeColumn(attributeTouched)).Len() != in.Len() {
			return false
		}
	}
	return true
}

// loadRun enters a stored run into the tables.
func (s *state) loadRun(_ string, value []byte) error {
	r, err := decodeRun(value)
	if err != nil {
		return err
	}
	if !r.Known() {
		s.strays[r.ID] = true
		return nil
	}
	t, row, _ := s.tables.enter(r)
	t.setAll(r, row)
	r.stored = true
	s.shelf.put(r)
	return nil
}
