package search

import (
	"context"

	"dev.varve/backend/table"
)

// Search asks for the first rows of an order among those that fulfil a filter.
type Search struct {
	Filter *Filter // of runs
	Order  *Order  // of runs
	After  Row     // only rows behind it; nil: from the beginning
	Limit  int     // hits at most
	// Shown returns which rows of a block are looked at; nil: all. It is called
	// inside Stride.
	Shown func(source, block int) table.Bits
}

// Hit is a row that was found.
type Hit struct {
	Source int    // its number among the sources
	Row    int    // its number in the table of the source
	ID     string // of the run
	// Run holds what the order looks at, as it was when the row was found: it can
	// be compared, and be the After of the next page.
	Run RunRow
}

// Found is the answer to a Search.
type Found struct {
	Hits     []Hit // in order
	Matching int   // rows that fulfil the filter, whatever After and Limit are
	All      int   // rows that were looked at
}

// How much is done before others may change the table.
const (
	strideBlocks = 64
	strideRows   = 64  // of which the whole record is read
	strideWeight = 256 // of all conditions, for all blocks
)

// weight is how long a condition takes at worst, roughly: 1 for one that looks
// something up.
func weight(cond condition) int {
	switch cond := cond.(type) {
	case *numberIs:
		return 1
	case *wordIs:
		return 8
	case *textIs:
		return cond.textTest.weight()
	case *datasetIs:
		return cond.textTest.weight()
	case *inputIs:
		if cond.text != nil {
			return cond.text.weight()
		}
	}
	return 1
}

func (t *textTest) weight() int {
	if t.op == opMatches {
		return 8 + 2*t.size
	}
	return 1
}

// blocksAtOnce is how many blocks are searched before others may change the
// table.
func (f *Filter) blocksAtOnce() int {
	total := 0
	f.root.each(func(l *leaf) { total += weight(l.condition) })
	return max(1, min(strideBlocks, strideWeight/max(1, total)))
}

// Find searches the rows of several tables. It finds what Match and Sort would
// find with the whole records, and reads few of those: where a condition looks
// at a metric's history, a long text, or a row of which the columns do not tell
// the truth. A row that changes during the search is found as it was or as it
// is. The only error is that of the context.
func Find(ctx context.Context, sources []Source, s Search) (*Found, error) {
	f := finder{Search: s, blocks: s.Filter.blocksAtOnce(), top: newTopmost(s.Order, s.After, s.Limit), readings: make([]reading, len(s.Order.keys))}
	if f.asksForChildren() {
		f.children = countChildren(sources)
	}
	for i, source := range sources {
		if err := f.source(ctx, i, source); err != nil {
			return nil, err
		}
	}
	f.found.Hits = f.top.hits()
	return &f.found, nil
}

// finder is a search under way.
type finder struct {
	Search
	found    Found
	top      *topmost
	blocks   int // in a stride
	children map[string]int
	seen     [][]uint8  // room for compilers
	readings []reading  // room for candidates
	selected *Selection // all rows are wanted, in no order; nil: the topmost
}

func (f *finder) asksForChildren() bool {
	asked := false
	f.Filter.root.each(func(l *leaf) { asked = asked || l.column() == Column{Attribute, "children"} })
	for _, k := range f.Order.keys {
		asked = asked || k.Column == Column{Attribute, "children"}
	}
	return asked
}

// countChildren counts the runs that are nested in each run.
func countChildren(sources []Source) map[string]int {
	children := map[string]int{}
	for _, source := range sources {
		source.Stride(func() {
			parents := source.Table().Texts(TableKey(Tag, parentTag))
			for code := 1; code < parents.Codes(); code++ {
				if n := parents.Rows(uint32(code)); n > 0 {
					id, _ := parents.Text(uint32(code))
					children[id] += n
				}
			}
		})
	}
	return children
}

// undecided is a row of which the whole record has to be read.
type undecided struct {
	row     int32
	matches bool // it does; only its place in the order is open
}

func (f *finder) source(ctx context.Context, number int, source Source) error {
	var open []undecided
	var order walk
	for done, first := 0, true; first || done < order.blocks; done += f.blocks {
		if err := ctx.Err(); err != nil {
			return err
		}
		source.Stride(func() {
			if first {
				order, first = newWalk(source.Table().Blocks()), false
			}
			s := f.stride(number, source)
			for i := done; i < min(done+f.blocks, order.blocks); i++ {
				open = s.block(order.block(i), open)
			}
			s.fill()
		})
	}
	for len(open) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		some := open[:min(len(open), strideRows)]
		open = open[len(some):]
		source.Stride(func() {
			for _, u := range some {
				f.decide(number, source, u)
			}
		})
	}
	return nil
}

// walk is the sequence in which blocks are searched. Rows often lie in the
// order that is asked for, or in its opposite, in which each would push out the
// one before. So blocks are taken from all over the table: soon there are good
// rows to measure the others by.
type walk struct{ blocks, step int }

func newWalk(blocks int) walk {
	w := walk{blocks, max(1, int(float64(blocks)*0.618))}
	for gcd(w.step, blocks) > 1 {
		w.step++
	}
	return w
}

func (w walk) block(i int) int { return w.blocks - 1 - i*w.step%w.blocks }

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// stride is the search of some blocks, while the table does not change.
type stride struct {
	*finder
	number int
	source Source
	plan   plan
	sieve  *sieve
	row    *tableRow
}

func (f *finder) stride(number int, source Source) *stride {
	c := &compiler{source: source, table: source.Table(), children: f.children, seen: f.seen}
	s := &stride{finder: f, number: number, source: source, plan: c.compile(f.Filter.root), row: &tableRow{compiler: c}}
	if f.selected == nil {
		s.sieve = c.sieve(f.top)
	}
	f.seen = c.seen
	return s
}

// block searches a block, and appends the rows that columns cannot decide.
func (s *stride) block(block int, open []undecided) []undecided {
	shown := s.source.Table().Present(block)
	if s.Shown != nil {
		only := s.Shown(s.number, block)
		shown.And(&only)
	}
	s.found.All += shown.Count()
	ask := s.source.Ask(block)
	ask.And(&shown)
	shown.AndNot(&ask)
	sure, possible := s.plan.match(block, shown)
	possible.AndNot(&sure)
	possible.Or(&ask)
	possible.Each(func(i int) {
		open = append(open, undecided{row: int32(block*table.BlockRows + i)})
	})
	s.found.Matching += sure.Count()
	if s.selected != nil {
		s.selected.block(s.number, block).Or(&sure)
		return open
	}
	s.sieve.pass(block, &sure)
	sure.Each(func(i int) {
		if s.offer(block*table.BlockRows + i) {
			return
		}
		open = append(open, undecided{row: int32(block*table.BlockRows + i), matches: true})
	})
	return open
}

// offer puts a row among the first if it belongs there; false if the columns
// cannot say.
func (s *stride) offer(row int) bool {
	s.row.row, s.row.long = row, false
	c := candidate{row: s.row, readings: s.readings}
	wanted := s.top.wants(&c)
	if s.row.long {
		return false
	}
	if wanted {
		s.top.reading(&c, len(s.Order.keys)-1)
		if s.row.long {
			return false
		}
		s.top.put(&c, Hit{Source: s.number, Row: row})
	}
	return true
}

// fill completes the hits of the stride that have not been pushed out.
func (s *stride) fill() {
	for i := range s.top.heap {
		if hit := &s.top.heap[i].hit; hit.Run == nil {
			s.row.row = hit.Row
			hit.ID, hit.Run = s.source.ID(hit.Row), Freeze(s.Order, s.row)
		}
	}
}

// decide reads a whole record.
func (f *finder) decide(number int, source Source, u undecided) {
	row := source.Row(int(u.row))
	switch {
	case row == nil:
		if u.matches {
			f.found.Matching--
		}
		return
	case u.matches:
	case f.Filter.Match(row):
		f.found.Matching++
	default:
		return
	}
	if f.selected != nil {
		f.selected.put(number, int(u.row))
		return
	}
	if c := (candidate{row: row, readings: f.readings}); f.top.wants(&c) {
		f.top.put(&c, Hit{Source: number, Row: int(u.row), ID: source.ID(int(u.row)), Run: Freeze(f.Order, row)})
	}
}
