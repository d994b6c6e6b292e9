package track

import (
	"context"
	"errors"
	"slices"

	"dev.varve/backend/search"
	"dev.varve/backend/table"
)

// Selected is all runs that a Query finds, in no order: After and Limit do not
// count.
type Selected struct {
	tracker  *Tracker
	query    *Query
	sources  []*source
	list     []search.Source
	selected *search.Selection
}

// Select finds all runs that fulfil a query.
func (t *Tracker) Select(ctx context.Context, q Query) (*Selected, error) {
	s := t.sourcesOf(&q)
	var err error
	s.selected, err = search.Select(ctx, s.list, q.Filter, func(source, block int) table.Bits { return s.sources[source].shown(block) })
	return s, s.failed(err)
}

// sourcesOf are the tables that a query is about.
func (t *Tracker) sourcesOf(q *Query) *Selected {
	if q.Row == nil {
		q.Row = func(r *Run) search.Row { return t.Row(r) }
	}
	s := &Selected{tracker: t, query: q}
	for _, in := range t.tablesOf(q.Experiments) {
		one := &source{tracker: t, in: in, query: q}
		s.sources, s.list = append(s.sources, one), append(s.list, one)
	}
	return s
}

// failed adds to an error why records could not be read.
func (s *Selected) failed(err error) error {
	for _, one := range s.sources {
		err = errors.Join(err, one.failed)
	}
	return err
}

// Matching is how many runs were found, and All how many were looked at.
func (s *Selected) Matching() int { return s.selected.Matching }

// All is how many runs were looked at.
func (s *Selected) All() int { return s.selected.All }

// Describe says what the runs have in a field: see search.Describe.
func (s *Selected) Describe(ctx context.Context, f *search.Field, buckets int) (*search.Description, error) {
	d, err := search.Describe(ctx, s.list, s.selected, f, buckets)
	return d, s.failed(err)
}

// Listing is runs in an order that stays as it is, whatever becomes of the runs.
type Listing struct {
	*Selected
	places []search.Place
}

// List puts all runs that fulfil a query in its order.
func (t *Tracker) List(ctx context.Context, q Query) (*Listing, error) {
	s, err := t.Select(ctx, q)
	if err != nil {
		return nil, err
	}
	places, err := search.Arrange(ctx, s.list, s.selected, q.Order)
	return &Listing{s, places}, s.failed(err)
}

// Len is the number of runs.
func (l *Listing) Len() int { return len(l.places) }

// listStride is how many runs are named before writers are let in.
const listStride = stride * table.BlockRows

// Keys calls fn with what stands for the id of each run in 16 bytes: those of
// 32 hex digits. odd is the id itself if it is none of those, else empty.
func (l *Listing) Keys(fn func(key [16]byte, odd string)) {
	t := l.tracker
	for some := range slices.Chunk(l.places, listStride) {
		t.mu.RLock()
		for _, p := range some {
			key := l.sources[p.Source].in.runs[p.Row]
			fn(key, t.state.tables.odd[key])
		}
		t.mu.RUnlock()
	}
}

// IDs are the ids of the runs.
func (l *Listing) IDs() []string {
	ids, t := make([]string, 0, len(l.places)), l.tracker.state.tables
	l.Keys(func(key [16]byte, odd string) {
		if odd == "" {
			odd = t.id(key) // it reads the list of odd ones, the lock is held
		}
		ids = append(ids, odd)
	})
	return ids
}

// Groups divides the runs into groups and puts these one after the other, in
// the order given by less, or as their first runs come. See search.GroupBy.
func (l *Listing) Groups(ctx context.Context, by, cells []search.Field, given search.Given, compare func(a, b *search.Group) int) ([]search.Group, error) {
	groups, err := search.GroupBy(ctx, l.list, l.places, by, cells, given)
	if err = l.failed(err); err != nil {
		return nil, err
	}
	if compare != nil {
		slices.SortStableFunc(groups, func(a, b search.Group) int { return compare(&a, &b) })
	}
	places := make([]search.Place, 0, len(l.places))
	for i := range groups {
		for k, row := range groups[i].Rows {
			groups[i].Rows[k] = uint32(len(places))
			places = append(places, l.places[row])
		}
	}
	l.places = places
	return groups, nil
}

// Look calls fn with runs by their ids and with what they have in fields, the
// lock held. Runs that are not there are left out. Of long texts cells have the
// beginning. fn must not keep cells.
func (t *Tracker) Look(ctx context.Context, ids []string, fields []search.Field, fn func(b Brief, cells []search.Entry)) error {
	return t.look(ctx, ids, fields, (*search.Reader).Cells, fn)
}

// LookWhole is Look with long texts as they are: records of runs that have some
// are read.
func (t *Tracker) LookWhole(ctx context.Context, ids []string, fields []search.Field, fn func(b Brief, cells []search.Entry)) error {
	return t.look(ctx, ids, fields, (*search.Reader).Whole, fn)
}

func (t *Tracker) look(ctx context.Context, ids []string, fields []search.Field,
	read func(r *search.Reader, row int, fields []search.Field, cells []search.Entry), fn func(b Brief, cells []search.Entry)) error {
	all := t.sourcesOf(&Query{})
	children := search.CountChildren(all.list, fields)
	byTable := map[*runTable]*source{}
	for _, s := range all.sources {
		byTable[s.in] = s
	}
	cells := make([]search.Entry, len(fields))
	for some := range slices.Chunk(ids, lookStride) {
		if err := ctx.Err(); err != nil {
			return err
		}
		t.mu.RLock()
		readers := map[*runTable]*search.Reader{}
		for _, id := range some {
			in, row, ok := t.state.tables.find(id)
			if !ok || !in.Has(row) || byTable[in] == nil {
				continue
			}
			if readers[in] == nil {
				byTable[in].learnLost()
				readers[in] = search.NewReader(byTable[in], children)
			}
			read(readers[in], row, fields, cells)
			fn(Brief{t, in, row}, cells)
		}
		t.mu.RUnlock()
	}
	return all.failed(nil)
}

// lookStride is how many runs are looked at before writers are let in.
const lookStride = 100
