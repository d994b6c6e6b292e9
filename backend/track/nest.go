package track

import (
	"context"
	"slices"

	"dev.varve/backend/search"
)

// Nesting is how the runs of a Listing lie in each other.
type Nesting struct {
	Parents []int32 // of each run the line of the run that it is nested in, or -1
	Context []int   // lines of runs that do not fulfil the query, but have some within that do
}

// nestedRun is one run of a Nesting in the making.
type nestedRun struct {
	place    search.Place
	parent   int // -1: none
	within   []int
	context  bool
	attached bool
	listed   bool
}

// Nest puts runs before those that are nested in them, to any depth, and adds
// the runs around them that do not fulfil the query. Runs in one place keep
// their order; one that was added stands where the first one within it stood.
func (l *Listing) Nest(ctx context.Context) (*Nesting, error) {
	runs := make([]nestedRun, len(l.places))
	at := make(map[search.Place]int, len(l.places))
	for i, p := range l.places {
		runs[i] = nestedRun{place: p, parent: -1}
		at[p] = i
	}
	for done := 0; done < len(runs); done += listStride {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		runs = l.findParents(runs, at, done)
	}
	var outermost []int
	for i := range l.places {
		outermost = attach(runs, i, outermost)
	}
	n := &nester{runs: runs}
	for _, i := range outermost {
		n.list(i, -1)
	}
	for i := range runs { // in a ring, in which nobody stands outermost
		n.list(i, -1)
	}
	l.places = n.places
	return &n.Nesting, nil
}

// findParents looks for the parents of some runs, and adds those that are not
// among the runs.
func (l *Listing) findParents(runs []nestedRun, at map[search.Place]int, from int) []nestedRun {
	t := l.tracker
	t.mu.RLock()
	defer t.mu.RUnlock()
	number := map[*runTable]int32{}
	for i, s := range l.sources {
		number[s.in] = int32(i)
	}
	for i := from; i < min(from+listStride, len(runs)); i++ {
		p := runs[i].place
		id, _, ok := l.sources[p.Source].in.Texts(tagColumn(TagParent)).Get(int(p.Row))
		if !ok {
			continue
		}
		in, row, ok := t.state.tables.find(id)
		if !ok {
			continue
		}
		source, ok := number[in]
		if !ok || !l.shows(int(source), row) {
			continue
		}
		parent := search.Place{Source: source, Row: int32(row)}
		k, ok := at[parent]
		if !ok {
			k = len(runs)
			at[parent] = k
			runs = append(runs, nestedRun{place: parent, parent: -1, context: true})
		}
		runs[i].parent = k
	}
	return runs
}

// shows reports whether the query would show a run, whatever its filter is.
func (l *Listing) shows(source, row int) bool {
	in := l.sources[source].in
	return in.Has(row) && l.query.Shows(Brief{l.tracker, in, row}.Gone())
}

// attach gives a run its place within its parent or among the outermost. A
// parent that was added gets its own place with the first run within it.
func attach(runs []nestedRun, i int, outermost []int) []int {
	var chain []int
	for k := i; k >= 0 && !runs[k].attached && (k == i || runs[k].context); k = runs[k].parent {
		runs[k].attached = true
		chain = append(chain, k)
	}
	for _, k := range slices.Backward(chain) {
		if parent := runs[k].parent; parent >= 0 {
			runs[parent].within = append(runs[parent].within, k)
		} else {
			outermost = append(outermost, k)
		}
	}
	return outermost
}

// nester writes runs down, each before those within it.
type nester struct {
	Nesting
	runs   []nestedRun
	places []search.Place
}

// list writes a run and those within it. It keeps its own stack: runs may be
// nested as deeply as there are runs.
func (n *nester) list(i int, parent int32) {
	type open struct {
		run    int
		parent int32
	}
	stack := []open{{i, parent}}
	for len(stack) > 0 {
		next := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		run := &n.runs[next.run]
		if run.listed {
			continue
		}
		run.listed = true
		line := int32(len(n.places))
		n.places = append(n.places, run.place)
		n.Parents = append(n.Parents, next.parent)
		if run.context {
			n.Context = append(n.Context, int(line))
		}
		for _, k := range slices.Backward(run.within) {
			stack = append(stack, open{k, line})
		}
	}
}
