package track

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Above the full blocks of a series stand levels: a node of the first stands
// for 64 points, one of each further level for four of the level below, so that
// a curve of any length can be drawn from a few thousand points. A node keeps the
// points that a drawing must not lose: the ends along both axes, the least and
// the greatest value, and one of each kind of values that are not numbers. What
// it keeps of its children is what it would keep of all the points below them.

const (
	levelPrefix = "level/"
	nodePoints  = 64 // that a node of the first level stands for
	fanOut      = 4  // nodes of a level for one of the next
	entryNodes  = 64 // nodes in a full entry of the store
	mostLevels  = 28
)

// node is the points that a level keeps of a stretch, in the order in which they
// arrived.
type node []event.Point

// pointsAt is how many points a node of a level stands for.
func pointsAt(level int) int64 { return nodePoints << (2 * (level - 1)) }

func levelKey(name string, level int, entry int64) string {
	return fmt.Sprintf("%s%s%02x%08x", levelPrefix, name, level, entry)
}

// The points that a node keeps.
const (
	keepFirstStep = iota
	keepLastStep
	keepFirstTime
	keepLastTime
	keepLeast
	keepMost
	keepNaN
	keepPlus
	keepMinus
	keeps
)

// keep appends the node of a stretch to dst.
func keep(dst []event.Point, stretch []event.Point) []event.Point {
	kept := choice{keepLeast: -1, keepMost: -1, keepNaN: -1, keepPlus: -1, keepMinus: -1}
	for i := range stretch {
		p := &stretch[i]
		kept.ends(stretch, i)
		switch {
		case math.IsNaN(p.Value):
			kept.first(keepNaN, i)
		case math.IsInf(p.Value, 1):
			kept.first(keepPlus, i)
		case math.IsInf(p.Value, -1):
			kept.first(keepMinus, i)
		case kept[keepLeast] < 0:
			kept[keepLeast], kept[keepMost] = i, i
		case p.Value < stretch[kept[keepLeast]].Value:
			kept[keepLeast] = i
		case p.Value > stretch[kept[keepMost]].Value:
			kept[keepMost] = i
		}
	}
	slices.Sort(kept[:])
	last := -1
	for _, i := range kept {
		if i > last {
			dst, last = append(dst, stretch[i]), i
		}
	}
	return dst
}

// choice says where in a stretch the points that are kept stand; -1 is nowhere.
type choice [keeps]int

func (c *choice) first(what, i int) {
	if c[what] < 0 {
		c[what] = i
	}
}

// ends moves the ends along both axes if a point lies further out. Of points at
// one place the first to arrive is the first, and the last to arrive the last.
func (c *choice) ends(stretch []event.Point, i int) {
	if before(stretch[i].Step, stretch[i].Time, stretch[c[keepFirstStep]].Step, stretch[c[keepFirstStep]].Time) {
		c[keepFirstStep] = i
	}
	if !before(stretch[i].Step, stretch[i].Time, stretch[c[keepLastStep]].Step, stretch[c[keepLastStep]].Time) {
		c[keepLastStep] = i
	}
	if before(stretch[i].Time, stretch[i].Step, stretch[c[keepFirstTime]].Time, stretch[c[keepFirstTime]].Step) {
		c[keepFirstTime] = i
	}
	if !before(stretch[i].Time, stretch[i].Step, stretch[c[keepLastTime]].Time, stretch[c[keepLastTime]].Step) {
		c[keepLastTime] = i
	}
}

func before(a, b, c, d int64) bool { return a < c || a == c && b < d }

// raise appends the entries of all levels that change when full blocks are
// added to a series that has begin points in full blocks already.
func (h *History) raise(pairs []Pair, name string, begin int64, points []event.Point) ([]Pair, error) {
	if len(points) == 0 {
		return pairs, nil
	}
	fresh := make([]node, 0, len(points)/nodePoints)
	for i := 0; i < len(points); i += nodePoints {
		fresh = append(fresh, keep(nil, points[i:i+nodePoints]))
	}
	for level := 1; len(fresh) > 0 && level <= mostLevels; level++ {
		at := begin / pointsAt(level) // number of the first fresh node
		entry := at / entryNodes
		nodes, err := h.nodesBefore(name, level, entry, int(at%entryNodes))
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, fresh...)
		for i := 0; i < len(nodes); i += entryNodes {
			number := entry + int64(i/entryNodes)
			pairs = append(pairs, Pair{
				Key: levelKey(name, level, number), Value: appendNodes(nil, nodes[i:min(i+entryNodes, len(nodes))]), New: number*entryNodes >= at,
			})
		}
		fresh = parents(nodes[at%entryNodes/fanOut*fanOut:])
	}
	return pairs, nil
}

// parents returns the nodes of the next level above whole groups of nodes.
func parents(nodes []node) []node {
	var above []node
	var all []event.Point
	for ; len(nodes) >= fanOut; nodes = nodes[fanOut:] {
		all = all[:0]
		for _, n := range nodes[:fanOut] {
			all = append(all, n...)
		}
		above = append(above, keep(nil, all))
	}
	return above
}

// nodesBefore reads the first n nodes of an entry.
func (h *History) nodesBefore(name string, level int, entry int64, n int) ([]node, error) {
	if n == 0 {
		return nil, nil
	}
	key := levelKey(name, level, entry)
	value, ok, err := h.store.Get(key)
	if err != nil {
		return nil, err
	}
	var nodes []node
	if ok {
		if nodes, err = readNodes(value); err != nil {
			return nil, err
		}
	}
	if len(nodes) < n {
		return nil, missing(key, len(nodes), n)
	}
	return nodes[:n:n], nil
}

func missing(key string, have, want int) error {
	return fault.New(fault.Corrupt, "the index entry %q has %d parts where it should have %d", key, have, want).
		WithHint("Run 'varve doctor --rebuild': the record itself is not in the index.")
}

// appendNodes packs nodes: how many there are, how many points each keeps, and
// all these points.
func appendNodes(out []byte, nodes []node) []byte {
	out = binary.AppendUvarint(out, uint64(len(nodes)))
	var all []event.Point
	for _, n := range nodes {
		out = append(out, byte(len(n)))
		all = append(all, n...)
	}
	return appendPoints(out, all)
}

func readNodes(value []byte) ([]node, error) {
	n, k := binary.Uvarint(value)
	if k <= 0 || n > uint64(len(value)-k) {
		return nil, badPoints()
	}
	sizes := value[k : k+int(n)]
	all, err := unpackBlock(value[k+int(n):], nil)
	if err != nil {
		return nil, err
	}
	nodes := make([]node, n)
	for i, size := range sizes {
		if size == 0 || int(size) > len(all) {
			return nil, badPoints()
		}
		nodes[i], all = all[:size:size], all[size:]
	}
	if len(all) > 0 {
		return nil, badPoints()
	}
	return nodes, nil
}
