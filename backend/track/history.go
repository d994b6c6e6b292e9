package track

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

const (
	pointsPrefix = "points/"
	sheafPrefix  = "sheaf/"
	blockPoints  = 256     // points in a full block
	shortSeries  = 64      // points of the longest series that may lie in a sheaf
	sheafPoints  = 16_384  // points in the largest sheaf
	idleFlushes  = 40      // flushes between two looks for runs that nobody touched meanwhile
	maxHeld      = 500_000 // points of untouched series in memory
	tailPoints   = 8       // points that take as much memory as a series without any
)

// History keeps points in a Store: as they arrive, in blocks of 256, above
// which levels of ever fewer points are built (level.go). The short series that
// a run has when it is stored first share one entry, a sheaf, so that a hundred
// thousand short runs are not half a million entries; a sheaf never changes, and
// a series that grows moves to blocks of its own. It implements Points.
type History struct {
	store   Store
	mu      sync.Mutex
	runs    map[string]*tails
	dirty   map[string]*tails // of runs, those with points that the store does not have
	held    int               // points in memory, or as good as
	flushes int
}

// tails are the series of a run that are in memory.
type tails struct {
	series map[string]*tail
	fresh  bool // the store has no points of this run
	used   int  // the flush before which points came last
	held   int
}

// tail is the end of a series: what has not been stored yet, and the rest of
// the block that it goes on with.
type tail struct {
	first  int64 // number of points in the series before points[0]
	points []event.Point
	stored int64 // number of points of the series that the store has
	taken  int   // of points, those that are being written
	dirty  bool
}

// NewHistory returns the history in a store.
func NewHistory(store Store) *History {
	return &History{store: store, runs: map[string]*tails{}, dirty: map[string]*tails{}}
}

// seriesName is what the keys of all entries of a series have behind their kind.
func seriesName(run, key string) string { return run + "\x00" + key + "\x00" }

func blockKey(name string, block int64) string {
	return fmt.Sprintf("%s%s%08x", pointsPrefix, name, block)
}

// Add takes points as they arrive. first says that the run had none before, of
// any metric.
func (h *History) Add(run, key string, first bool, before int64, points []event.Point) {
	h.mu.Lock()
	defer h.mu.Unlock()
	in, ok := h.runs[run]
	if !ok {
		in = &tails{series: map[string]*tail{}, fresh: first}
		h.runs[run] = in
	}
	t, ok := in.series[key]
	if !ok {
		t = &tail{first: before, stored: before}
		in.series[key] = t
	}
	t.points = append(t.points, points...)
	t.dirty, in.used, h.dirty[run] = true, h.flushes, in
}

// recent returns what memory holds of a series, and how many points the store
// has before it. logged is how many there were a moment ago.
func (h *History) recent(run, key string, logged int64) (points []event.Point, stored int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if in, ok := h.runs[run]; ok {
		if t, ok := in.series[key]; ok {
			return slices.Clone(t.points), t.first
		}
	}
	return nil, logged // memory holds none, so the store has them all
}

// Drop forgets the points of a run that are not in the store yet.
func (h *History) Drop(run string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if in, ok := h.runs[run]; ok {
		h.held -= in.held
		delete(h.runs, run)
		delete(h.dirty, run)
	}
}

// Read returns all points of a metric, duplicates included.
func (h *History) Read(ctx context.Context, run, key string, logged int64) ([]event.Point, error) {
	recent, stored := h.recent(run, key, logged)
	points, err := h.readStored(ctx, run, key, stored, len(recent))
	return append(points, recent...), err
}

// readStored returns the first points of a series, with room for more.
func (h *History) readStored(ctx context.Context, run, key string, n int64, room int) ([]event.Point, error) {
	switch {
	case n == 0:
		return nil, nil
	case n <= blockPoints:
		return h.beginning(run, key, int(n), room)
	}
	points := make([]event.Point, 0, min(int(n), mostRoom)+blockPoints+room)
	err := h.store.Scan(pointsPrefix+seriesName(run, key), func(_ string, value []byte) error {
		if int64(len(points)) >= n {
			return nil // memory holds this block, and more
		}
		var err error
		if points, err = unpackBlock(value, points); err != nil {
			return err
		}
		return fault.Wrap(ctx.Err(), fault.Cancelled, "read metric", key)
	})
	if err == nil && int64(len(points)) < n {
		err = tooFew(key, len(points), n)
	}
	if err != nil {
		return nil, err
	}
	return points[:n], nil
}

// mostRoom bounds what is reserved for points because a record says that there
// are so many.
const mostRoom = 1 << 20

// beginning returns the first points of a series, which lie in one block or in
// the run's sheaf.
func (h *History) beginning(run, key string, n, room int) ([]event.Point, error) {
	points := make([]event.Point, 0, blockPoints+room)
	var err error
	if n <= shortSeries {
		if points, err = h.inSheaf(run, key, points); err != nil {
			return nil, err
		}
	}
	if len(points) < n { // the series has grown since the sheaf was written, or was never in it
		value, ok, err := h.store.Get(blockKey(seriesName(run, key), 0))
		if err != nil {
			return nil, err
		}
		if points = points[:0]; ok {
			if points, err = unpackBlock(value, points); err != nil {
				return nil, err
			}
		}
	}
	if len(points) < n {
		return nil, tooFew(key, len(points), int64(n))
	}
	return points[:n], nil
}

// inSheaf appends the points that the sheaf of a run has of a series.
func (h *History) inSheaf(run, key string, dst []event.Point) ([]event.Point, error) {
	value, ok, err := h.store.Get(sheafPrefix + run)
	if err != nil || !ok {
		return dst, err
	}
	return fromSheaf(value, key, dst)
}

func tooFew(key string, have int, want int64) error {
	return fault.New(fault.Corrupt, "the index has %d points of metric %q where it should have %d", have, key, want).
		WithHint("Run 'varve doctor --rebuild': the record itself is not in the index.")
}

// take returns the entries that changed since the last call. They stay in
// memory until the caller says written.
func (h *History) take() ([]Pair, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var pairs []Pair
	for run, in := range h.dirty {
		var err error
		if pairs, err = h.takeRun(pairs, run, in); err != nil {
			return nil, err
		}
	}
	h.flushes++
	return pairs, nil
}

func (h *History) takeRun(pairs []Pair, run string, in *tails) ([]Pair, error) {
	var sheaf []byte
	bound := 0
	for _, key := range slices.Sorted(maps.Keys(in.series)) {
		t := in.series[key]
		if !t.dirty {
			continue
		}
		if in.fresh && t.first == 0 && len(t.points) <= shortSeries && bound+len(t.points) <= sheafPoints {
			t.taken = len(t.points)
			bound += t.taken
			sheaf = appendSheaf(sheaf, key, t.points)
			continue
		}
		var err error
		if pairs, err = h.takeSeries(pairs, run, key, t); err != nil {
			return nil, err
		}
	}
	if sheaf != nil {
		pairs = append(pairs, Pair{Key: sheafPrefix + run, Value: sheaf, New: true})
	}
	return pairs, nil
}

func (h *History) takeSeries(pairs []Pair, run, key string, t *tail) ([]Pair, error) {
	if err := h.open(run, key, t); err != nil {
		return nil, err
	}
	name := seriesName(run, key)
	t.taken = len(t.points)
	for i := 0; i < t.taken; i += blockPoints {
		begin := t.first + int64(i)
		value := appendPoints(nil, t.points[i:min(i+blockPoints, t.taken)])
		pairs = append(pairs, Pair{Key: blockKey(name, begin/blockPoints), Value: value, New: begin >= t.stored})
	}
	full := t.taken / blockPoints * blockPoints
	return h.raise(pairs, name, t.first, t.points[:full])
}

// written drops full blocks that take returned: they are in the store now. What
// else memory holds of the series stays there while they are in use, and there
// is room.
func (h *History) written() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for run, in := range h.dirty {
		h.held -= in.held
		if !in.written() {
			delete(h.dirty, run)
		}
		h.held += in.held
	}
	full := h.held > maxHeld
	if !full && h.flushes%idleFlushes != 0 {
		return
	}
	for run, in := range h.runs {
		if full || in.used <= h.flushes-idleFlushes {
			h.leave(run, in)
		}
	}
}

// leave forgets the series of a run that the store has.
func (h *History) leave(run string, in *tails) {
	h.held -= in.held
	in.held = 0
	for key, t := range in.series {
		if !t.dirty {
			delete(in.series, key)
			continue
		}
		in.held += cap(t.points) + tailPoints
	}
	h.held += in.held
	if len(in.series) == 0 {
		delete(h.runs, run)
	}
}

// written reports whether there are points that take did not return.
func (in *tails) written() (dirty bool) {
	in.held = 0
	for _, t := range in.series {
		if t.taken > 0 {
			in.fresh = false
			full := t.taken / blockPoints * blockPoints
			t.stored = t.first + int64(t.taken)
			t.dirty = len(t.points) > t.taken
			if t.taken = 0; full > 0 {
				t.first += int64(full)
				t.points = append([]event.Point(nil), t.points[full:]...)
			}
		}
		dirty = dirty || t.dirty
		in.held += cap(t.points) + tailPoints
	}
	return dirty
}

// open puts the beginning of the block that a series goes on with before its
// points.
func (h *History) open(run, key string, t *tail) error {
	begun := int(t.first % blockPoints)
	if begun == 0 {
		return nil
	}
	if t.first < blockPoints {
		stored, err := h.beginning(run, key, begun, len(t.points))
		if err != nil {
			return err
		}
		t.points, t.first = append(stored, t.points...), 0
		return nil
	}
	stored := make([]event.Point, 0, begun+len(t.points))
	value, ok, err := h.store.Get(blockKey(seriesName(run, key), t.first/blockPoints))
	if err == nil && ok {
		stored, err = unpackBlock(value, stored)
	}
	if err != nil {
		return err
	}
	if len(stored) < begun {
		return tooFew(key, len(stored), int64(begun))
	}
	stored = stored[:begun]
	t.points = append(stored, t.points...)
	t.first -= int64(begun)
	return nil
}
