package content

import (
	"context"
	"encoding/binary"
	"math"
)

// A node has at least nodeMin entries, except the last of its level, and at
// most nodeMax. In between a border is expected every borderMask+1 entries.
const (
	nodeMin    = 32
	nodeMax    = 256
	borderBits = 5
	borderMask = 1<<borderBits - 1
)

// listBody is a list node: the pieces of a content in order.
type listBody struct {
	_     struct{} `cbor:",toarray"`
	Level uint8
	IDs   []byte
	Sizes []uint64
}

// listWriter makes the list nodes above a sequence of chunks while it comes.
type listWriter struct {
	ctx    context.Context
	store  Store
	size   int64
	levels []listLevel
}

// listLevel is the node that is being filled at one level. Level 0 takes
// chunks and makes nodes of level 1.
type listLevel struct {
	ids   []byte
	sizes []uint64
	sum   uint64
	count int // entries that ever came, in all nodes
	last  ID
}

// add appends an entry at a level, and ends the node where the entry says so.
func (w *listWriter) add(level int, id ID, size uint64) error {
	if level == len(w.levels) {
		w.levels = append(w.levels, listLevel{})
	}
	l := &w.levels[level]
	l.ids, l.sizes = append(l.ids, id[:]...), append(l.sizes, size)
	l.sum, l.count, l.last = l.sum+size, l.count+1, id
	if level == 0 {
		w.size += int64(size)
	}
	n := len(l.sizes)
	if n == nodeMax || n >= nodeMin && binary.LittleEndian.Uint64(id[:8])&borderMask == 0 {
		return w.end(level)
	}
	return nil
}

// end writes the node of a level and hands it to the level above.
func (w *listWriter) end(level int) error {
	l := &w.levels[level]
	if len(l.sizes) == 0 {
		return nil
	}
	id, err := putNode(w.ctx, w.store, typeList, &listBody{Level: uint8(level + 1), IDs: l.ids, Sizes: l.sizes})
	if err != nil {
		return err
	}
	sum := l.sum
	l.ids, l.sizes, l.sum = l.ids[:0], l.sizes[:0], 0
	return w.add(level+1, id, sum)
}

// finish ends all levels and returns the top: the one entry that is alone at
// its level, and how many levels of nodes lie below it.
func (w *listWriter) finish() (ID, uint8, error) {
	for level := 0; ; level++ {
		if w.levels[level].count == 1 {
			return w.levels[level].last, uint8(level), nil
		}
		if err := w.end(level); err != nil {
			return ID{}, 0, err
		}
	}
}

// list is a list node in memory: piece i covers starts[i] … starts[i+1].
type list struct {
	ids    []byte
	starts []int64
}

func (l *list) id(i int) ID { return ID(l.ids[i*Size:]) }

// decodeList reads a node that must be of that level and cover size bytes.
func decodeList(data []byte, level uint8, size int64) (*list, error) {
	var body listBody
	if err := decodeNode(data, typeList, &body); err != nil {
		return nil, err
	}
	n := len(body.Sizes)
	if body.Level != level || n == 0 || n > nodeMax || len(body.IDs) != n*Size {
		return nil, corrupt("a list of chunks has a wrong level or length")
	}
	l := &list{ids: body.IDs, starts: make([]int64, 1, n+1)}
	var sum uint64
	for _, s := range body.Sizes {
		if s == 0 || s > math.MaxInt64 || sum+s > uint64(size) {
			return nil, corrupt("the sizes in a list of chunks are wrong")
		}
		sum += s
		l.starts = append(l.starts, int64(sum))
	}
	if sum != uint64(size) {
		return nil, corrupt("a list of chunks covers %d bytes and should cover %d", sum, size)
	}
	return l, nil
}
