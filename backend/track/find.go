package track

import (
	"iter"
	"slices"

	"dev.varve/backend/search"
	"dev.varve/backend/table"
)

// Query asks for runs.
type Query struct {
	Experiments []string // ids; nil: all
	Filter      *search.Filter
	Order       *search.Order
	Shows       func(gone bool) bool  // whether runs in the trash, or others, are wanted
	After       search.Row            // only what the order puts behind it; nil: from the beginning
	Limit       int                   // hits at most
	Row         func(*Run) search.Row // how the one who asks sees a run; nil: Row
}

// Hit is a run that was found, with what the order looks at.
type Hit struct {
	ID  string
	Row search.Row
}

// Found is the answer to a Query.
type Found struct {
	Hits     []Hit // in order
	Matching int   // runs that the filter lets through, whatever After and Limit are
	All      int   // runs that are shown, whatever the filter is
}

// Find searches runs.
func (t *Tracker) Find(q Query) (*Found, error) {
	found := &Found{}
	columns := q.Order.Columns()
	row := q.Row
	if row == nil {
		row = func(r *Run) search.Row { return t.Row(r) }
	}
	var failed error
	t.Briefs(q.Experiments, func(b Brief) bool {
		if !q.Shows(b.Gone()) {
			return true
		}
		found.All++
		r, err := t.state.knownRun(b.ID())
		if err != nil {
			failed = err
			return false
		}
		seen := row(r)
		if !q.Filter.Match(seen) {
			return true
		}
		found.Matching++
		if q.After == nil || q.Order.Compare(seen, q.After) > 0 {
			found.Hits = append(found.Hits, Hit{r.ID, Freeze(seen, columns)})
		}
		return true
	})
	slices.SortFunc(found.Hits, func(a, b Hit) int { return q.Order.Compare(a.Row, b.Row) })
	found.Hits = found.Hits[:min(len(found.Hits), q.Limit)]
	return found, failed
}

// Keys lists the params and metrics of the runs that a Query shows, whatever
// its filter is, sorted by name.
func (t *Tracker) Keys(q Query) (params, metrics []string) {
	for _, in := range t.tablesOf(q.Experiments) {
		t.mu.RLock()
		all, rows := t.shown(in, q.Shows)
		params = append(params, in.keys(search.Param, all, rows)...)
		metrics = append(metrics, in.keys(search.Metric, all, rows)...)
		t.mu.RUnlock()
	}
	return sortedOnce(params), sortedOnce(metrics)
}

func sortedOnce(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// shown yields the rows of a table that are shown; all says that it would yield
// every row.
func (t *Tracker) shown(in *runTable, shows func(gone bool) bool) (all bool, rows iter.Seq[int]) {
	none := func(func(int) bool) {}
	if t.state.emptied(in.experiment) {
		return shows(true), none
	}
	trashed := in.Numbers(attributeColumn("trashed"))
	switch {
	case shows(false) && (shows(true) || trashed.Len() == 0):
		return true, nil
	case shows(false):
		return false, func(yield func(int) bool) {
			for row := range in.Rows() {
				if in.Has(row) && !in.trashed(row) && !yield(row) {
					return
				}
			}
		}
	case shows(true):
		return false, trashed.Rows()
	}
	return false, none
}

// keys lists the names of the columns of a kind in which one of the rows has a
// value.
func (t *runTable) keys(kind search.Kind, all bool, rows iter.Seq[int]) []string {
	names := t.Keys(table.Kind(kind))
	if all {
		return names
	}
	return slices.DeleteFunc(names, func(name string) bool {
		key := search.TableKey(kind, name)
		numbers, texts := t.Numbers(key), t.Texts(key)
		for row := range rows {
			if _, ok := numbers.Get(row); ok || texts.Code(row) != 0 {
				return false
			}
		}
		return true
	})
}
