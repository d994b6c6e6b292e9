package track

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

const (
	pointsPrefix = "points/"
	blockPoints  = 1000    // points in a full block
	idleFlushes  = 40      // flushes after which an untouched series leaves memory
	maxHeld      = 500_000 // points of untouched series in memory
)

// History keeps points in a Store, in blocks of a thousand as they arrive. It
// implements Points.
type History struct {
	store  Store
	mu     sync.Mutex
	series map[string]*tail // by run and key
}

// tail is the end of a series: what has not been stored yet, and the rest of
// the block that it goes on with.
type tail struct {
	first  int64 // number of points in the series before points[0]
	points []event.Point
	stored int64 // number of points of the series that the store has
	taken  int   // of points, those that are being written
	dirty  bool
	idle   int
}

// NewHistory returns the history in a store.
func NewHistory(store Store) *History {
	return &History{store: store, series: map[string]*tail{}}
}

func seriesPrefix(run, key string) string { return pointsPrefix + run + "\x00" + key + "\x00" }

func blockKey(series string, block int64) string { return fmt.Sprintf("%s%08x", series, block) }

// Add takes points as they arrive.
func (h *History) Add(run, key string, before int64, points []event.Point) {
	h.mu.Lock()
	defer h.mu.Unlock()
	name := seriesPrefix(run, key)
	t, ok := h.series[name]
	if !ok {
		t = &tail{first: before, stored: before}
		h.series[name] = t
	}
	t.points = append(t.points, points...)
	t.dirty, t.idle = true, 0
}

// Drop forgets the points of a run that are not in the store yet.
func (h *History) Drop(run string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	prefix := pointsPrefix + run + "\x00"
	maps.DeleteFunc(h.series, func(name string, _ *tail) bool { return strings.HasPrefix(name, prefix) })
}

// Read returns all points of a metric, duplicates included.
func (h *History) Read(ctx context.Context, run, key string) ([]event.Point, error) {
	name := seriesPrefix(run, key)
	h.mu.Lock()
	var recent []event.Point
	upTo := int64(math.MaxInt64)
	if t, ok := h.series[name]; ok {
		recent, upTo = slices.Clone(t.points), t.first
	}
	h.mu.Unlock()
	var points []event.Point
	err := h.store.Scan(name, func(_ string, value []byte) error {
		if int64(len(points)) >= upTo {
			return nil // memory holds this block, and more
		}
		var err error
		if points, err = unpackBlock(value, points); err != nil {
			return err
		}
		return fault.Wrap(ctx.Err(), fault.Cancelled, "read metric", key)
	})
	if int64(len(points)) > upTo {
		points = points[:upTo]
	}
	return append(points, recent...), err
}

func unpackBlock(value []byte, dst []event.Point) ([]event.Point, error) {
	var s event.Series
	if err := event.Unmarshal(value, &s); err != nil {
		return dst, err
	}
	return s.Points(dst)
}

// take returns the blocks that changed since the last call. They stay in
// memory until the caller says written.
func (h *History) take() ([]Pair, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var pairs []Pair
	for name, t := range h.series {
		if !t.dirty {
			if t.idle++; t.idle > idleFlushes {
				delete(h.series, name)
			}
			continue
		}
		if err := h.open(name, t); err != nil {
			return nil, err
		}
		t.taken = len(t.points)
		for i := 0; i < t.taken; i += blockPoints {
			value, err := event.Marshal(event.PackSeries("", t.points[i:min(i+blockPoints, t.taken)]))
			if err != nil {
				return nil, fault.Wrap(err, fault.Internal, "pack", "points")
			}
			begin := t.first + int64(i)
			pairs = append(pairs, Pair{Key: blockKey(name, begin/blockPoints), Value: value, New: begin >= t.stored})
		}
	}
	return pairs, nil
}

// written drops full blocks that take returned: they are in the store now.
func (h *History) written() {
	h.mu.Lock()
	defer h.mu.Unlock()
	held := 0
	for _, t := range h.series {
		if t.taken > 0 {
			full := t.taken / blockPoints * blockPoints
			t.stored = t.first + int64(t.taken)
			t.dirty = len(t.points) > t.taken
			t.first += int64(full)
			t.points, t.taken = append([]event.Point(nil), t.points[full:]...), 0
		}
		held += cap(t.points)
	}
	if held > maxHeld {
		maps.DeleteFunc(h.series, func(_ string, t *tail) bool { return !t.dirty })
	}
}

// open puts the beginning of the block that a series goes on with before its
// points.
func (h *History) open(name string, t *tail) error {
	begun := int(t.first % blockPoints)
	if begun == 0 {
		return nil
	}
	key := blockKey(name, t.first/blockPoints)
	value, ok, err := h.store.Get(key)
	if err != nil {
		return err
	}
	var stored []event.Point
	if ok {
		if stored, err = unpackBlock(value, make([]event.Point, 0, begun+len(t.points))); err != nil {
			return err
		}
	}
	if len(stored) != begun {
		return fault.New(fault.Corrupt, "the index has %d points where it should have %d", len(stored), begun).On("read", key)
	}
	t.points = append(stored, t.points...)
	t.first -= int64(begun)
	return nil
}
