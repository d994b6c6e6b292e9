package track_test

import (
	"fmt"
	"strings"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// keeper is a store that keeps snapshots.
type keeper struct {
	*track.Memory
	version  uint64
	versions map[string]uint64
	kept     [][]byte
	of       uint64
	scanned  int // records read one by one
}

func (k *keeper) Write(pairs []track.Pair) error {
	k.version++
	for _, p := range pairs {
		k.versions[p.Key] = k.version
	}
	return k.Memory.Write(pairs)
}

func (k *keeper) Version() uint64 { return k.version }

func (k *keeper) Scan(prefix string, fn func(string, []byte) error) error {
	return k.Memory.Scan(prefix, func(key string, value []byte) error {
		if prefix == "run/" {
			k.scanned++
		}
		return fn(key, value)
	})
}

func (k *keeper) ScanSince(prefix string, version uint64, fn func(string, []byte) error) error {
	return k.Memory.Scan(prefix, func(key string, value []byte) error {
		if k.versions[key] <= version {
			return nil
		}
		k.scanned++
		return fn(key, value)
	})
}

func (k *keeper) SaveSnapshot(version uint64, write func(func([]byte) error) error) error {
	k.kept, k.of = nil, version
	return write(func(frame []byte) error {
		k.kept = append(k.kept, append([]byte(nil), frame...))
		return nil
	})
}

func (k *keeper) DropSnapshot() error {
	k.kept = nil
	return nil
}

func (k *keeper) LoadSnapshot(read func([]byte) error) (uint64, error) {
	for _, frame := range k.kept {
		if read(frame) != nil {
			return 0, nil
		}
	}
	return k.of, nil
}

// TestCheckpoint opens a record from its columns and what came later, and finds
// what it finds in all records.
func TestCheckpoint(t *testing.T) {
	store := &keeper{Memory: track.NewMemory(), versions: map[string]uint64{}}
	journal := &memoryJournal{writer: event.Writer{7}}
	config := track.Config{Journal: journal, Store: store, Clock: journal, Random: &counter{}}
	open := func() *world {
		t.Helper()
		tr, err := track.Open(config)
		noError(t, err)
		return &world{Tracker: tr}
	}
	w := open()
	ctx := t.Context()
	field := w.experiment(t, "field")
	var ids []string
	for i := range 1500 {
		n := track.NewRun{Name: fmt.Sprint(i), Start: int64(1000 + i), Tags: map[string]string{"team": fmt.Sprint(i % 3), "note": strings.Repeat("n", 300)}}
		if i%2 == 1 {
			n.Experiment = field
		}
		if i == 7 {
			n.ID = "not-hexadecimal"
		}
		id := w.run(t, n)
		noError(t, w.LogMetric(ctx, id, track.Metric{Key: "m", Point: event.Point{Value: float64(i % 10)}}))
		ids = append(ids, id)
	}
	noError(t, w.Flush(nil))
	noError(t, w.Checkpoint(false))
	// Later than the columns: one run changes, one goes to the trash, one for good, one comes.
	noError(t, w.SetTag(ctx, ids[3], event.Param{Key: "team", Value: "other"}))
	noError(t, w.DeleteTag(ctx, ids[5], "team"))
	noError(t, w.TrashRun(ctx, ids[4], true))
	noError(t, w.TrashRun(ctx, ids[6], true))
	purge(t, w, track.PurgeOf{Runs: []string{ids[6]}})
	noError(t, w.LogMetric(ctx, w.run(t, track.NewRun{Name: "late", Start: 9000}), track.Metric{Key: "m", Point: event.Point{Value: 99}}))
	noError(t, w.Flush(nil))
	ask := func(w *world) string {
		t.Helper()
		var all []string
		for _, filter := range []string{
			"", "tags.team = 'other'", "tags.team IS NULL", "metrics.m > 8", "tags.note LIKE '%nn'", "run_name = '7'", "params.none = '1'",
		} {
			q := query(t, filter, "metrics.m DESC")
			q.Limit = 3
			all = append(all, w.names(t, q))
		}
		return strings.Join(all, "\n")
	}
	want := ask(w)
	store.scanned = 0
	w = open()
	if got := ask(w); got != want {
		t.Errorf("from columns:\n%s\nwant\n%s", got, want)
	}
	if w.Knows(ids[6]) {
		t.Error("the columns bring a purged run back")
	}
	if store.scanned > 10 {
		t.Errorf("%d records were read one by one", store.scanned)
	}
	noError(t, w.SetTag(ctx, ids[9], event.Param{Key: "team", Value: "0"})) // in a dictionary that was read
	if got := w.names(t, query(t, "tags.team = '0' AND run_name = '9'")); got != "9 (1 of 1499)" {
		t.Errorf("after a change: %s", got)
	}
	// Columns that are damaged are done without.
	whole := store.kept[1]
	store.kept[1] = whole[:len(whole)-1]
	if got := ask(open()); got != want {
		t.Errorf("without columns:\n%s\nwant\n%s", got, want)
	}
	// A record that the store has lost is named, not passed over.
	store.kept[1] = whole
	noError(t, store.Memory.Write([]track.Pair{{Key: "run/" + ids[0]}}))
	wants(t, open().Run(ids[0], func(*track.Run) {}), fault.Corrupt, "")
}
