package tabular

import (
	"cmp"
	"context"
	"hash/maphash"
	"slices"
	"strings"

	"dev.varve/backend/fault"
)

// Options say how tables are compared.
type Options struct {
	// Key is the column by which rows are matched; empty: one that is found.
	Key string
	// Whole matches rows by all of their values, whatever could be a key.
	Whole  bool
	Limits Limits
	Rows   int // of each kind of change that are shown
}

// Difference is how two tables differ. Rows are compared in the columns that both
// have.
type Difference struct {
	Before, After Side
	Added         []Summary // columns that only the second one has
	Removed       []Summary // columns that only the first one has
	Common        []Drift   // columns of both, in the order of the second one
	// Key is the column by which rows were matched. If it is empty, they were matched
	// by all of their values, so that none counts as changed.
	Key    string
	Chosen bool // by a person
	// Keys are the columns that can be a key, as far as that was looked at.
	Keys []string

	Same, AddedRows, RemovedRows, ChangedRows int
	ShownAdded, ShownRemoved                  [][]string // cells by the columns of their table
	ShownChanged                              []ChangedRow
}

// Side is one of two tables.
type Side struct {
	Facts   Facts
	Columns []Column
	Rows    int  // that were read
	More    bool // there are further ones
}

// Drift is how the values of a column changed.
type Drift struct {
	Before, After Summary
	// Cells are those that differ in the rows that were matched by a key.
	Cells int
	// Distance is how far the values as a whole are apart, from 0 to 1: of numbers
	// and times the largest difference of their distribution functions
	// (Kolmogorov–Smirnov), of the rest the share of values that would have to be
	// others (total variation). It is −1 if it cannot be told.
	Distance float64
	// New and Gone are the categories that only one of the tables has.
	New, Gone []string
}

// ChangedRow is a row of which some values changed.
type ChangedRow struct {
	Key   string
	Cells []ChangedCell
}

// ChangedCell is a value that changed.
type ChangedCell struct{ Column, Before, After string }

// Compare compares two tables. Each is read up to limits, two or three times.
func Compare(ctx context.Context, before, after Source, o Options) (*Difference, error) {
	c := &comparison{Options: o, ctx: ctx, seed: maphash.MakeSeed()}
	c.sides = [2]*side{newSide(before, after), newSide(after, before)}
	c.sides[1].salt = 1
	if err := c.findKeys(); err != nil {
		return nil, err
	}
	if err := c.index(); err != nil {
		return nil, err
	}
	d := &Difference{Key: c.keyName(), Chosen: o.Key != "" || o.Whole, Keys: c.names(c.candidates)}
	c.count(d)
	if err := c.show(d); err != nil {
		return nil, err
	}
	c.describe(d)
	return d, nil
}

// comparison is two tables that are being compared.
type comparison struct {
	Options
	ctx        context.Context
	seed       maphash.Seed
	sides      [2]*side
	candidates []int // columns of both that may be a key
	key        int   // of the columns of both; −1: none
	changed    []uint64
	cells      []int // that changed, by the columns of both
}

// side is one of the tables.
type side struct {
	Source
	columns []Column
	shared  []int // places of the columns of both, in one order for both sides
	own     []int // places of the others
	salt    uint64

	summaries []Summary
	read      int
	more      bool
	rows      []hashed // sorted
}

// hashed is a row by its key and by all values that are compared. Without a key the
// two are equal.
type hashed struct{ key, all uint64 }

// newSide finds the columns that another table has, too.
func newSide(s, other Source) *side {
	one := &side{Source: s, columns: s.Columns()}
	names := map[string]bool{}
	for _, c := range other.Columns() {
		names[c.Name] = true
	}
	for i, c := range one.columns {
		if names[c.Name] {
			one.shared = append(one.shared, i)
		} else {
			one.own = append(one.own, i)
		}
	}
	slices.SortFunc(one.shared, func(a, b int) int { return strings.Compare(one.columns[a].Name, one.columns[b].Name) })
	return one
}

func (c *comparison) keyName() string {
	if c.key < 0 {
		return ""
	}
	return c.name(c.key)
}

// name is that of a column of both.
func (c *comparison) name(i int) string { return c.sides[0].columns[c.sides[0].shared[i]].Name }

func (c *comparison) names(columns []int) []string {
	list := make([]string, len(columns))
	for i, at := range columns {
		list[i] = c.name(at)
	}
	return list
}

// hash makes hashes of a row.
func (c *comparison) hash(s *side, row []Value) (h hashed) {
	for i, at := range s.shared {
		cell := row[at].hash(c.seed)
		if i == c.key {
			h.key = cell
		}
		h.all = mix(h.all ^ cell + uint64(i))
	}
	if len(s.shared) == 0 { // no row is like one of the other table
		h.all = mix(uint64(len(s.own)))
		for i := range row {
			h.all = mix(h.all ^ row[i].hash(c.seed) + s.salt)
		}
	}
	if c.key < 0 {
		h.key = h.all
	}
	return h
}

// index reads both tables as a whole, and tries one key after the other until one
// is unique.
func (c *comparison) index() error {
	tries := slices.Clone(c.candidates)
	for {
		c.key = -1
		if len(tries) > 0 && !c.Whole {
			c.key, tries = tries[0], tries[1:]
		}
		unique := true
		for _, s := range c.sides {
			if err := c.indexSide(s); err != nil {
				return err
			}
			if unique = c.key < 0 || s.unique(); !unique {
				break
			}
		}
		if unique {
			return nil
		}
		if c.Key != "" {
			return fault.New(fault.Invalid, "rows cannot be matched by %s: two rows of a table have the same value in it, or none", c.Key).WithField("key").
				WithHint("Choose a column whose values are all different, or none.")
		}
		c.candidates = slices.DeleteFunc(c.candidates, func(i int) bool { return i == c.key })
	}
}

// indexSide reads a table, and finds out what is in its columns.
func (c *comparison) indexSide(s *side) error {
	columns := gatherers(s.columns)
	s.rows = s.rows[:0]
	read, more, err := each(c.ctx, s, c.Limits, func(row []Value) error {
		h := c.hash(s, row)
		s.rows = append(s.rows, h)
		chance := h.key
		if c.key < 0 { // rows that are alike must not come and go together
			chance = uint64(len(s.rows))
		}
		for i := range columns {
			columns[i].add(row[i], mix(chance))
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.read, s.more, s.summaries = read, more, nil
	for _, g := range columns {
		s.summaries = append(s.summaries, g.summary(read))
	}
	slices.SortFunc(s.rows, func(a, b hashed) int { return cmp.Compare(a.key, b.key) })
	return nil
}

// unique reports whether no key comes twice.
func (s *side) unique() bool {
	for i := 1; i < len(s.rows); i++ {
		if s.rows[i].key == s.rows[i-1].key {
			return false
		}
	}
	return true
}

// count walks along the rows of both, in the order of their keys.
func (c *comparison) count(d *Difference) {
	a, b := c.sides[0].rows, c.sides[1].rows
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].key < b[0].key:
			d.RemovedRows++
			a = a[1:]
		case len(a) == 0 || b[0].key < a[0].key:
			d.AddedRows++
			b = b[1:]
		default:
			if a[0].all == b[0].all {
				d.Same++
			} else {
				d.ChangedRows++
				c.changed = append(c.changed, a[0].key)
			}
			a, b = a[1:], b[1:]
		}
	}
}
