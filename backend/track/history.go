package track

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

const (
	pointsPrefix = "points/"
	blockPoints  = 1000 // points in a full block
	idleFlushes  = 40   // flushes after which an untouched series leaves memory
)

// History keeps points in a Store, in blocks of a thousand as they arrive. It
// implements Points.
type History struct {
	store  Store
	mu     sync.Mutex
	series map[string]*tail // by run and key
}

// tail is the last block of a series, which is not full yet.
type tail struct {
	points []event.Point
	block  int // its number; −1 until the store has been asked
	dirty  bool
	taken  int // points that are being written
	idle   int
}

// NewHistory returns the history in a store.
func NewHistory(store Store) *History {
	return &History{store: store, series: map[string]*tail{}}
}

func seriesPrefix(run, key string) string { return pointsPrefix + run + "\x00" + key + "\x00" }

func blockKey(series string, block int) string { return fmt.Sprintf("%s%08x", series, block) }

// Add takes points as they arrive.
func (h *History) Add(run, key string, points []event.Point) {
	h.mu.Lock()
	defer h.mu.Unlock()
	name := seriesPrefix(run, key)
	t, ok := h.series[name]
	if !ok {
		t = &tail{block: -1}
		h.series[name] = t
	}
	t.points = append(t.points, points...)
	t.dirty, t.idle = true, 0
}

// Read returns all points of a metric, duplicates included.
func (h *History) Read(ctx context.Context, run, key string) ([]event.Point, error) {
	name := seriesPrefix(run, key)
	h.mu.Lock()
	t, ok := h.series[name]
	var recent []event.Point
	upTo := -1
	if ok {
		recent, upTo = slices.Clone(t.points), t.block
	}
	h.mu.Unlock()
	var points []event.Point
	n := 0
	err := h.store.Scan(name, func(_ string, value []byte) error {
		if upTo >= 0 && n >= upTo {
			n++
			return nil // the tail in memory holds this block, and more
		}
		n++
		var err error
		if points, err = unpackBlock(value, points); err != nil {
			return err
		}
		return fault.Wrap(ctx.Err(), fault.Cancelled, "read metric", key)
	})
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
			pairs = append(pairs, Pair{Key: blockKey(name, t.block+i/blockPoints), Value: value})
		}
	}
	return pairs, nil
}

// written drops full blocks that take returned: they are in the store now.
func (h *History) written() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range h.series {
		if t.taken == 0 {
			continue
		}
		full := t.taken / blockPoints
		t.dirty = len(t.points) > t.taken
		t.points, t.block, t.taken = slices.Clone(t.points[full*blockPoints:]), t.block+full, 0
	}
}

// open finds the block that a series goes on with.
func (h *History) open(name string, t *tail) error {
	if t.block >= 0 {
		return nil
	}
	blocks := 0
	var last []byte
	err := h.store.Scan(name, func(_ string, value []byte) error {
		blocks++
		last = append(last[:0], value...)
		return nil
	})
	if err != nil {
		return err
	}
	if blocks == 0 {
		t.block = 0
		return nil
	}
	stored, err := unpackBlock(last, nil)
	if err != nil {
		return err
	}
	t.block = blocks - 1
	if len(stored) >= blockPoints {
		t.block, stored = blocks, nil
	}
	t.points = append(stored, t.points...)
	return nil
}
