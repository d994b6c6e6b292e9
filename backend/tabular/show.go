package tabular

import (
	"io"
	"slices"
	"sort"
)

// show reads the tables again for what changed: which cells, and rows to look at.
func (c *comparison) show(d *Difference) error {
	c.cells = make([]int, len(c.sides[0].shared))
	slices.Sort(c.changed)
	lost, came := surplus(c.sides[0].rows, c.sides[1].rows, c.Rows), surplus(c.sides[1].rows, c.sides[0].rows, c.Rows)
	old := &changedRows{columns: len(c.cells), cells: make([]uint32, len(c.changed)*len(c.cells)), shown: map[int][]string{}}
	var err error
	if d.ShownRemoved, err = c.visit(c.sides[0], lost, func(slot int, row []Value) { old.keep(c, slot, row) }); err != nil {
		return err
	}
	d.ShownAdded, err = c.visit(c.sides[1], came, func(slot int, row []Value) {
		if changed := old.compare(c, slot, row); changed != nil {
			d.ShownChanged = append(d.ShownChanged, *changed)
		}
	})
	return err
}

// visit reads a table until all changed rows have come by, and all that are wanted
// of those that only this table has.
func (c *comparison) visit(s *side, wanted map[hashed]int, changed func(slot int, row []Value)) (shown [][]string, err error) {
	left := len(c.changed)
	for _, n := range wanted {
		left += n
	}
	if left == 0 {
		return nil, nil
	}
	_, _, err = each(c.ctx, s, c.Limits, func(row []Value) error {
		h := c.hash(s, row)
		if n := wanted[h]; n > 0 {
			wanted[h]--
			left--
			shown = append(shown, texts(row))
		} else if slot, is := slices.BinarySearch(c.changed, h.key); is {
			left--
			changed(slot, row)
		}
		if left == 0 {
			return io.EOF
		}
		return nil
	})
	return shown, err
}

// surplus are rows that come more often in one table than in the other, up to so
// many; and how often more.
func surplus(rows, others []hashed, most int) map[hashed]int {
	found, n := map[hashed]int{}, 0
	for i := 0; i < len(rows) && n < most; {
		end := i + sort.Search(len(rows)-i, func(k int) bool { return rows[i+k].key > rows[i].key })
		for len(others) > 0 && others[0].key < rows[i].key {
			others = others[1:]
		}
		same := 0
		for same < len(others) && others[same].key == rows[i].key {
			same++
		}
		if more := min(end-i-same, most-n); more > 0 {
			found[rows[i]] = more
			n += more
		}
		i = end
	}
	return found
}

// changedRows are the rows of the first table that the second one has with other
// values: a hash of each cell, and the texts of those that are shown.
type changedRows struct {
	columns int
	cells   []uint32
	shown   map[int][]string // by the places of their keys
}

// keep takes down a row of the first table.
func (r *changedRows) keep(c *comparison, slot int, row []Value) {
	s := c.sides[0]
	for i, at := range s.shared {
		r.cells[slot*r.columns+i] = uint32(row[at].hash(c.seed))
	}
	if len(r.shown) < c.Rows {
		r.shown[slot] = texts(row)
	}
}

// compare counts the cells of a row that differ, and describes it if it is to be
// shown.
func (r *changedRows) compare(c *comparison, slot int, row []Value) (shown *ChangedRow) {
	s := c.sides[1]
	old := r.shown[slot]
	if old != nil {
		shown = &ChangedRow{Key: short(row[s.shared[c.key]].Written(), longText)}
	}
	for i, at := range s.shared {
		if r.cells[slot*r.columns+i] == uint32(row[at].hash(c.seed)) {
			continue
		}
		c.cells[i]++
		if shown != nil {
			shown.Cells = append(shown.Cells, ChangedCell{s.columns[at].Name, old[c.sides[0].shared[i]], short(row[at].Written(), longText)})
		}
	}
	return shown
}
