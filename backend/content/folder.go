package content

import (
	"context"
	"encoding/binary"
	"sort"

	"github.com/zeebo/blake3"

	"dev.varve/backend/fault"
)

// indexBody is an index node: the nodes of a folder one level down.
type indexBody struct {
	_        struct{} `cbor:",toarray"`
	Level    uint8
	Children []indexEntry
}

type indexEntry struct {
	_     struct{} `cbor:",toarray"`
	First []byte
	ID    []byte
	Count uint64
}

// folderWriter makes the nodes of one folder while its entries come, sorted
// by name. Without a store it computes only digest and totals.
type folderWriter struct {
	ctx    context.Context
	store  Store
	hash   *blake3.Hasher
	last   string
	totals Totals
	count  int
	leaf   []wireEntry
	first  itemHead // of the leaf that is being filled
	levels []indexLevel
}

// itemHead is what decides about the borders before an item.
type itemHead struct {
	name string
	hash uint64
}

func headOf(name string) itemHead {
	sum := blake3.Sum256([]byte(name))
	return itemHead{name, binary.LittleEndian.Uint64(sum[:8])}
}

// startsNode reports whether an item begins a new node at a level whose
// present node has n items.
func (h itemHead) startsNode(level, n int) bool {
	return n == nodeMax || n >= nodeMin && h.hash>>(borderBits*level)&borderMask == 0
}

// indexLevel is the index node that is being filled at one level.
type indexLevel struct {
	items   []indexEntry
	first   itemHead
	entries uint64 // below the items
	count   int    // items that ever came, in all nodes
	lastID  ID
}

func newFolderWriter(ctx context.Context, store Store) *folderWriter {
	w := &folderWriter{ctx: ctx, store: store, hash: folderHashers.Get().(*blake3.Hasher)}
	w.hash.Reset()
	return w
}

// add appends the next entry.
func (w *folderWriter) add(e *Entry) error {
	if err := e.check(false); err != nil {
		return err
	}
	if w.count > 0 && e.Name <= w.last {
		return fault.New(fault.Internal, "the entries of a folder came out of order (%s after %s)", Show(e.Name), Show(w.last))
	}
	w.last, w.count = e.Name, w.count+1
	w.totals.add(e)
	hashEntry(w.hash, e)
	if w.store == nil {
		return nil
	}
	head := headOf(e.Name)
	if head.startsNode(0, len(w.leaf)) {
		if err := w.endLeaf(); err != nil {
			return err
		}
	}
	if len(w.leaf) == 0 {
		w.first = head
	}
	w.leaf = append(w.leaf, e.wire())
	return nil
}

// hashEntry adds an entry to the digest of its folder.
func hashEntry(h *blake3.Hasher, e *Entry) {
	b := make([]byte, 0, 256)
	b = append(b, byte(e.Type))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(e.Name)))
	b = append(b, e.Name...)
	switch e.Type {
	case File:
		b = binary.LittleEndian.AppendUint64(b, uint64(e.Ref.Size))
		b = append(b, e.Digest[:]...)
	case Folder:
		b = append(b, e.Digest[:]...)
	case Link:
		b = binary.LittleEndian.AppendUint32(b, uint32(len(e.Target)))
		b = append(b, e.Target...)
	}
	h.Write(b)
}

func (w *folderWriter) endLeaf() error {
	id, err := putNode(w.ctx, w.store, typeLeaf, w.leaf)
	if err != nil {
		return err
	}
	n := uint64(len(w.leaf))
	w.leaf = w.leaf[:0]
	return w.addNode(1, w.first, id, n)
}

// addNode appends a node to the index at a level above it.
func (w *folderWriter) addNode(level int, first itemHead, id ID, entries uint64) error {
	if level > len(w.levels) {
		w.levels = append(w.levels, indexLevel{})
	}
	if first.startsNode(level, len(w.levels[level-1].items)) {
		if err := w.endIndex(level); err != nil {
			return err
		}
	}
	l := &w.levels[level-1]
	if len(l.items) == 0 {
		l.first = first
	}
	l.items = append(l.items, indexEntry{First: []byte(first.name), ID: id[:], Count: entries})
	l.entries, l.count, l.lastID = l.entries+entries, l.count+1, id
	return nil
}

func (w *folderWriter) endIndex(level int) error {
	l := &w.levels[level-1]
	id, err := putNode(w.ctx, w.store, typeIndex, &indexBody{Level: uint8(level), Children: l.items})
	if err != nil {
		return err
	}
	first, entries := l.first, l.entries
	l.items, l.entries = l.items[:0], 0
	return w.addNode(level+1, first, id, entries)
}

// finish ends the folder and fills the fields of its entry that follow from
// what lies in it.
func (w *folderWriter) finish(e *Entry) error {
	e.Type, e.Totals, e.Digest = Folder, w.totals, sumOf(w.hash)
	w.release()
	if w.store == nil {
		return nil
	}
	if len(w.leaf) > 0 || w.count == 0 {
		if w.leaf == nil {
			w.leaf = []wireEntry{} // nil would be encoded as null
		}
		if err := w.endLeaf(); err != nil {
			return err
		}
	}
	for level := 1; ; level++ {
		l := &w.levels[level-1]
		if l.count == 1 {
			e.Sub = l.lastID
			return nil
		}
		if len(l.items) > 0 {
			if err := w.endIndex(level); err != nil {
				return err
			}
		}
	}
}

// release gives the hasher back. It may be called twice.
func (w *folderWriter) release() {
	if w.hash != nil {
		folderHashers.Put(w.hash)
		w.hash = nil
	}
}

// folderNode is a decoded node of a folder: either entries or children.
type folderNode struct {
	entries  []Entry
	level    uint8
	children []indexEntry
}

// decodeFolderNode reads a leaf or index, which may be hostile.
func decodeFolderNode(data []byte) (*folderNode, error) {
	t, body, err := typeOf(data)
	if err != nil {
		return nil, err
	}
	switch t {
	case typeLeaf:
		return decodeLeaf(body)
	case typeIndex:
		return decodeIndex(body)
	}
	return nil, corrupt("a tree node is of type %d where a folder should be", t)
}

func decodeLeaf(body []byte) (*folderNode, error) {
	var wire []wireEntry
	if err := decodeExactly(body, &wire); err != nil {
		return nil, err
	}
	if wire == nil || len(wire) > nodeMax {
		return nil, corrupt("a leaf of a folder has %d entries", len(wire))
	}
	n := &folderNode{entries: make([]Entry, len(wire))}
	for i := range wire {
		e, err := wire[i].entry(false)
		if err != nil {
			return nil, err
		}
		if i > 0 && e.Name <= n.entries[i-1].Name {
			return nil, corrupt("the entries of a folder are out of order at %s", Show(e.Name))
		}
		n.entries[i] = e
	}
	return n, nil
}

func decodeIndex(body []byte) (*folderNode, error) {
	var index indexBody
	if err := decodeExactly(body, &index); err != nil {
		return nil, err
	}
	if index.Level < 1 || index.Level > maxDepth || len(index.Children) == 0 || len(index.Children) > nodeMax {
		return nil, corrupt("an index of a folder has level %d and %d children", index.Level, len(index.Children))
	}
	for i, c := range index.Children {
		if CheckName(string(c.First)) != nil || len(c.ID) != Size || c.Count == 0 {
			return nil, corrupt("an index of a folder has an impossible child")
		}
		if i > 0 && string(c.First) <= string(index.Children[i-1].First) {
			return nil, corrupt("an index of a folder is out of order at %s", Show(string(c.First)))
		}
	}
	return &folderNode{level: index.Level, children: index.Children}, nil
}

// childFor is the number of the only child that can hold a name.
func (n *folderNode) childFor(name string) int {
	after := sort.Search(len(n.children), func(i int) bool { return string(n.children[i].First) > name })
	return max(after-1, 0)
}
