package content

import "context"

// cursor goes through the entries of a folder in order, and opens a node only
// when someone wants to see what is in it.
type cursor struct {
	tree  *Tree
	stack []place // what is still to come; the next is the last
	last  string  // name of the entry that was taken last
	begun bool
}

// place is an entry, or a node that has not been read.
type place struct {
	entry Entry
	node  bool
	id    ID
	want  expect
}

func folderCursor(t *Tree, id ID) *cursor {
	return &cursor{tree: t, stack: []place{{node: true, id: id, want: expect{level: anyLevel}}}}
}

// top is the next place, or nil at the end.
func (c *cursor) top() *place {
	if c == nil || len(c.stack) == 0 {
		return nil
	}
	return &c.stack[len(c.stack)-1]
}

func (c *cursor) pop() { c.stack = c.stack[:len(c.stack)-1] }

// open puts what is in the next node in its place.
func (c *cursor) open(ctx context.Context) error {
	p := *c.top()
	n, err := c.tree.node(ctx, p.id, p.want)
	if err != nil {
		return err
	}
	c.pop()
	for i := len(n.children) - 1; i >= 0; i-- {
		id, want := n.child(i)
		c.stack = append(c.stack, place{node: true, id: id, want: want})
	}
	for i := len(n.entries) - 1; i >= 0; i-- {
		c.stack = append(c.stack, place{entry: n.entries[i]})
	}
	return nil
}

// peek is the next entry, if the next place is one; what comes out of order
// would be compared with the wrong name.
func (c *cursor) peek() (*Entry, error) {
	p := c.top()
	if p == nil || p.node {
		return nil, nil
	}
	if c.begun && p.entry.Name < c.last {
		return nil, corrupt("the entries of a folder are out of order at %s", Show(p.entry.Name))
	}
	c.last, c.begun = p.entry.Name, true
	e := p.entry
	return &e, nil
}

// align skips the nodes that both have, opens others, and gives the next
// entries; nil at an end.
//
// When a node comes next on both sides, all that is below it was not compared
// yet, so that equal ids mean: nothing differs up to the end of both.
func align(ctx context.Context, a, b *cursor) (x, y *Entry, err error) {
	for {
		p, q := a.top(), b.top()
		pNode, qNode := p != nil && p.node, q != nil && q.node
		switch {
		case pNode && qNode && p.id == q.id:
			a.pop()
			b.pop()
		case pNode && qNode:
			left, right := opens(p, q)
			if left {
				err = a.open(ctx)
			}
			if right && err == nil {
				err = b.open(ctx)
			}
		case pNode && (q == nil || p.want.first <= q.entry.Name):
			err = a.open(ctx)
		case qNode && (p == nil || q.want.first <= p.entry.Name):
			err = b.open(ctx)
		default:
			if x, err = a.peek(); err == nil {
				y, err = b.peek()
			}
			return x, y, err
		}
		if err != nil {
			return nil, nil, err
		}
	}
}

// opens says which of two nodes must be opened: the one that begins first, and
// of two that begin alike the higher one, in which the other may lie. Nothing is
// known of the top of a folder before it is read.
func opens(p, q *place) (left, right bool) {
	switch {
	case p.want.level == anyLevel || q.want.level == anyLevel:
		return p.want.level == anyLevel, q.want.level == anyLevel
	case p.want.first != q.want.first:
		return p.want.first < q.want.first, p.want.first > q.want.first
	}
	return p.want.level >= q.want.level, p.want.level <= q.want.level
}
