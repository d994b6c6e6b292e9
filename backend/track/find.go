package track

import (
	"context"
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

// Find searches runs. Hits are numbered by tables, which say nothing outside;
// who wants the record asks for it by its id.
func (t *Tracker) Find(ctx context.Context, q Query) (*search.Found, error) {
	s := t.sourcesOf(&q)
	found, err := search.Find(ctx, s.list, search.Search{
		Filter: q.Filter, Order: q.Order, After: q.After, Limit: q.Limit,
		Shown: func(source, block int) table.Bits { return s.sources[source].shown(block) },
	})
	return found, s.failed(err)
}

// source is one table of runs as a search reads it.
type source struct {
	tracker *Tracker
	in      *runTable
	query   *Query
	lost    map[int]table.Bits // rows of lost runs, by block
	failed  error              // why a record could not be read
}

var (
	_ search.Source = &source{}
	_ search.Finder = &source{}
)

// RowOf is the row of a run.
func (s *source) RowOf(id string) (int, bool) {
	in, row, ok := s.tracker.state.tables.find(id)
	return row, ok && in == s.in
}

// Stride calls fn with the lock held.
func (s *source) Stride(fn func()) {
	t := s.tracker
	t.mu.RLock()
	defer t.mu.RUnlock()
	s.learnLost()
	fn()
}

// learnLost finds the rows of lost runs, the lock held.
func (s *source) learnLost() {
	if s.lost != nil {
		return
	}
	s.lost = map[int]table.Bits{}
	for id := range s.tracker.lost {
		if in, row, ok := s.tracker.state.tables.find(id); ok && in == s.in {
			bits := s.lost[row/table.BlockRows]
			bits.Set(row % table.BlockRows)
			s.lost[row/table.BlockRows] = bits
		}
	}
}

// Table are the columns.
func (s *source) Table() *table.Table { return s.in.Table }

// ID is the id of the run of a row.
func (s *source) ID(row int) string { return s.tracker.state.tables.id(s.in.runs[row]) }

// Row is the whole record of a run.
func (s *source) Row(row int) search.Row {
	if !s.in.Has(row) {
		return nil
	}
	r, err := s.tracker.state.knownRun(s.ID(row))
	if err != nil {
		s.failed = err
		return nil
	}
	return s.query.Row(r)
}

// Ask says which runs are lost: nothing of that is in the columns.
func (s *source) Ask(block int) table.Bits { return s.lost[block] }

// Derived is a text that no column holds.
func (s *source) Derived(attribute string, row int) (string, bool) {
	switch attribute {
	case "artifact_uri":
		made := s.in.text(attributeMade, row)
		if made == "" {
			made = s.in.experiment
		}
		return s.tracker.state.location(made) + "/" + s.ID(row) + "/artifacts", true
	case "experiment":
		return s.tracker.state.nameOf(s.in.experiment), true
	}
	return "", false
}

// shown are the rows of a block that the query shows.
func (s *source) shown(block int) table.Bits {
	present, shows := s.in.Present(block), s.query.Shows
	if s.tracker.state.emptied(s.in.experiment) {
		if shows(true) {
			return present
		}
		return table.Bits{}
	}
	trashed := s.in.Numbers(attributeColumn("trashed")).Bits(block)
	switch {
	case shows(false) && shows(true):
	case shows(false):
		present.AndNot(&trashed)
	case shows(true):
		present.And(&trashed)
	default:
		return table.Bits{}
	}
	return present
}

// nameOf is the name of an experiment; empty if it is not known.
func (s *state) nameOf(experiment string) string {
	if x, ok := s.experiments[experiment]; ok {
		return x.Name()
	}
	return ""
}

// children counts the runs that are nested in a run.
func (t *tables) children(id string) int {
	n := 0
	for _, in := range t.list {
		parents := in.Texts(tagColumn(TagParent))
		for code := 1; code < parents.Codes(); code++ {
			if parent, _ := parents.Text(uint32(code)); parent == id {
				n += parents.Rows(uint32(code))
			}
		}
	}
	return n
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

// TagKeys is Keys for tags.
func (t *Tracker) TagKeys(q Query) (tags []string) {
	for _, in := range t.tablesOf(q.Experiments) {
		t.mu.RLock()
		all, rows := t.shown(in, q.Shows)
		tags = append(tags, in.keys(search.Tag, all, rows)...)
		t.mu.RUnlock()
	}
	return sortedOnce(tags)
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
