// Package track keeps experiments, runs, models and data sets: it folds the
// events of all writers into records, and makes the events that change them.
//
// A record is a pure function of the set of events about one thing, whatever
// the order in which the writers' logs were read: points unite, the first
// value of a param wins, labels follow what they replace and otherwise merge
// order. Each record knows how far each writer has been applied to it, so
// applying an event twice changes nothing.
//
// Tracker is the one entry: commands check a request against the records,
// append events to the journal, and answer when those are durable and applied.
package track

import (
	"context"

	"dev.varve/backend/event"
)

// Journal is the log of this process. Append returns when the drafts are
// durable; on an error none of them counts. storage/journal implements it.
type Journal interface {
	Append(ctx context.Context, drafts ...event.Draft) ([]*event.Event, error)
}

// Pair is one key of a Store; a nil Value deletes it. New says that the store
// certainly has no such key yet, which may save it a look.
type Pair struct {
	Key   string
	Value []byte
	New   bool
}

// Store keeps records between starts. It is a cache of the journal: losing it
// loses time, not data. Keys are ordered bytewise. All methods may be called
// from several goroutines.
type Store interface {
	// Get returns the value of a key; ok is false if there is none.
	Get(key string) (value []byte, ok bool, err error)
	// Scan calls fn for each key with the prefix, in order. The value is valid
	// until fn returns.
	Scan(prefix string, fn func(key string, value []byte) error) error
	// Write applies all pairs at once or none.
	Write(pairs []Pair) error
}

// Points keeps the history of metrics.
type Points interface {
	// Add takes points as they arrive, and copies them; duplicates may come.
	// first says that the run had none of any metric; before is how many this
	// metric has had so far, duplicates included.
	Add(run, key string, first bool, before int64, points []event.Point)
	// Drop forgets the points of a run that are not in the Store yet.
	Drop(run string)
	// Read returns all points of a metric in no particular order, duplicates
	// included. logged is how many it has, or had a moment ago.
	Read(ctx context.Context, run, key string, logged int64) ([]event.Point, error)
}
