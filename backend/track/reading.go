package track

import (
	"context"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// window reads the points that a window shows, and says whether it left some
// out. logged is how many points the metric has, or had a moment ago.
func (h *History) window(ctx context.Context, run, key string, w Window, logged int64) ([]event.Point, bool, error) {
	recent, stored := h.recent(run, key, logged)
	full := stored / blockPoints
	if full == 0 {
		points, err := h.readStored(ctx, run, key, stored, len(recent))
		return append(points, recent...), false, err
	}
	r := reading{ctx: ctx, history: h, key: key, name: seriesName(run, key), w: w, full: full}
	rest := make([]event.Point, 0, blockPoints+len(recent))
	if begun := int(stored % blockPoints); begun > 0 {
		var err error
		if rest, err = r.stored(full, begun, rest); err != nil {
			return nil, false, err
		}
	}
	return r.read(append(rest, recent...))
}

// reading is a walk down the levels of one series, in the order in which its
// points arrived. A node is enough where it lies in the window as a whole and
// reaches no further along the axis than a step, which is what two points of the
// budget stand for; else the nodes below it are looked at, or the points. So a
// series in the order of the axis is read in few pieces, and one in any other
// order as far as it takes. Points that were read, too, are put out as nodes of 16
// where that is enough.
type reading struct {
	ctx     context.Context
	history *History
	key     string
	name    string
	w       Window
	full    int64 // blocks
	thin    bool  // nodes may stand for their points
	step    uint64
	entries [mostLevels + 1]entry
	block   int64
	points  []event.Point // of that block
	kept    node
	out     []event.Point
	stands  int64 // points that the nodes among out stand for
	nodes   int64 // points that those nodes keep
}

// entry is the entry of a level that was read last.
type entry struct {
	number int64
	nodes  []node
}

// top is a node that no other stands above.
type top struct {
	level  int
	number int64
}

// read returns what the window shows of all full blocks and of the rest.
func (r *reading) read(rest []event.Point) ([]event.Point, bool, error) {
	tops := r.tops()
	if err := r.measure(tops, rest); err != nil {
		return nil, false, err
	}
	for {
		r.out, r.stands, r.nodes, r.block = r.out[:0], 0, 0, -1
		for _, t := range tops {
			if err := r.visit(t.level, t.number); err != nil {
				return nil, false, err
			}
		}
		few := r.stands + int64(len(r.out)) - r.nodes
		if r.stands == 0 || few > int64(r.w.Budget) {
			return append(r.out, rest...), r.stands > 0, nil
		}
		r.thin = false // so few that they can all be shown
	}
}

// tops returns the nodes that together stand for all full blocks.
func (r *reading) tops() []top {
	points := r.full * blockPoints
	level := 1
	for level < mostLevels && pointsAt(level+1) <= points {
		level++
	}
	var tops []top
	for covered := int64(0); covered < points; level-- {
		for ; covered+pointsAt(level) <= points; covered += pointsAt(level) {
			tops = append(tops, top{level, covered / pointsAt(level)})
		}
	}
	return tops
}

// measure finds out how far the window reaches, and so what a step is.
func (r *reading) measure(tops []top, rest []event.Point) error {
	least, most := r.w.Axis.extent(rest)
	for _, t := range tops {
		n, err := r.node(t.level, t.number)
		if err != nil {
			return err
		}
		a, b := r.w.Axis.extent(n)
		least, most = min(least, a), max(most, b)
	}
	least, most = max(least, r.w.From), min(most, r.w.To)
	if r.thin = r.w.Budget > 0 && least <= most; r.thin {
		r.step = (uint64(most) - uint64(least)) / uint64(max(r.w.Budget/2, 1))
	}
	return nil
}

func (r *reading) visit(level int, number int64) error {
	n, err := r.node(level, number)
	if err != nil {
		return err
	}
	least, most := r.w.Axis.extent(n)
	switch {
	case most < r.w.From || least > r.w.To:
		return nil
	case r.enough(least, most):
		r.take(n, pointsAt(level))
		return nil
	case level == 1:
		return r.show(number)
	}
	for i := range int64(fanOut) {
		if err := r.visit(level-1, number*fanOut+i); err != nil {
			return err
		}
	}
	return nil
}

// enough reports whether a node may stand for points that lie so.
func (r *reading) enough(least, most int64) bool {
	return r.thin && r.w.From <= least && most <= r.w.To && uint64(most)-uint64(least) <= r.step
}

// take puts out a node instead of the points that it stands for.
func (r *reading) take(n node, standsFor int64) {
	r.reserve(len(n))
	r.out = append(r.out, n...)
	r.stands, r.nodes = r.stands+standsFor, r.nodes+int64(len(n))
}

// node returns a node, out of the entry that it stands in.
func (r *reading) node(level int, number int64) (node, error) {
	in := &r.entries[level]
	if in.nodes == nil || in.number != number/entryNodes {
		if err := r.ctx.Err(); err != nil {
			return nil, fault.Wrap(err, fault.Cancelled, "read metric", r.key)
		}
		all := min(entryNodes, r.full*blockPoints/pointsAt(level)-number/entryNodes*entryNodes)
		nodes, err := r.history.nodesBefore(r.name, level, number/entryNodes, int(all))
		if err != nil {
			return nil, err
		}
		*in = entry{number / entryNodes, nodes}
	}
	return in.nodes[number%entryNodes], nil
}

// show puts out the points that a node of the first level stands for, as far as
// the window shows them.
func (r *reading) show(number int64) error {
	const nodes = blockPoints / nodePoints
	if block := number / nodes; r.block != block {
		var err error
		if r.points, err = r.stored(block, blockPoints, r.points[:0]); err != nil {
			return err
		}
		r.block = block
	}
	at := number % nodes * nodePoints
	r.reserve(nodePoints)
	for stretch := range slices.Chunk(r.points[at:at+nodePoints], nodePoints/fanOut) {
		if r.enough(r.w.Axis.extent(stretch)) {
			r.kept = keep(r.kept[:0], stretch)
			r.take(r.kept, int64(len(stretch)))
			continue
		}
		for _, p := range stretch {
			if r.w.shows(p) {
				r.out = append(r.out, p)
			}
		}
	}
	return nil
}

// reserve makes room for more points, and for as many again as there are: to
// append goes in smaller steps.
func (r *reading) reserve(more int) {
	if cap(r.out)-len(r.out) < more {
		r.out = slices.Grow(r.out, max(more, len(r.out), entryNodes*nodePoints))
	}
}

// stored returns the first n points of a block.
func (r *reading) stored(block int64, n int, dst []event.Point) ([]event.Point, error) {
	if err := r.ctx.Err(); err != nil {
		return nil, fault.Wrap(err, fault.Cancelled, "read metric", r.key)
	}
	key := blockKey(r.name, block)
	value, ok, err := r.history.store.Get(key)
	if err != nil {
		return nil, err
	}
	if ok {
		if dst, err = unpackBlock(value, dst); err != nil {
			return nil, err
		}
	}
	if len(dst) < n {
		return nil, missing(key, len(dst), n)
	}
	return dst[:n], nil
}
