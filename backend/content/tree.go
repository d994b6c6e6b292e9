package content

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"strings"

	"github.com/zeebo/blake3"

	"dev.varve/backend/fault"
)

// Tree looks into a stored tree. It reads nodes when they are needed and
// keeps none. It is safe for concurrent use.
type Tree struct {
	store Store
	root  ID
	top   Entry
}

// putRoot stores the root node above the top of a tree.
func putRoot(ctx context.Context, store Store, top *Entry) (ID, error) {
	if err := top.check(true); err != nil {
		return ID{}, err
	}
	return putNode(ctx, store, typeRoot, top.wire())
}

// OpenTree reads the root of a tree. It fails with fault.NotFound,
// fault.Corrupt or fault.Newer.
func OpenTree(ctx context.Context, store Store, root ID) (*Tree, error) {
	data, err := store.Get(ctx, root)
	if err != nil {
		return nil, err
	}
	var wire wireEntry
	if err := decodeNode(data, typeRoot, &wire); err != nil {
		return nil, err
	}
	top, err := wire.entry(true)
	if err != nil {
		return nil, err
	}
	return &Tree{store: store, root: root, top: top}, nil
}

// Root is the id by which the tree was opened.
func (t *Tree) Root() ID { return t.root }

// Top is what the tree consists of: a folder, or a single file.
func (t *Tree) Top() Entry { return t.top }

// Digest is the identity of the tree's content.
func (t *Tree) Digest() Digest { return t.top.Digest }

// Totals counts what is in the tree, its top folder not included.
func (t *Tree) Totals() Totals {
	if t.top.Type == Folder {
		return t.top.Totals
	}
	return Totals{Files: 1, Bytes: t.top.Ref.Size}
}

// Open reads a file of the tree.
func (t *Tree) Open(ctx context.Context, e Entry) (*Reader, error) {
	if e.Type != File {
		return nil, fault.New(fault.Invalid, "%s is a %s, not a file", Show(e.Name), e.Type)
	}
	return Open(ctx, t.store, e.Ref)
}

// Lookup finds an entry by its path, names separated by slashes. The empty
// path is the top. In a tree that is a single file, that file's name is the
// only other path. It fails with fault.NotFound where there is nothing.
func (t *Tree) Lookup(ctx context.Context, path string) (Entry, error) {
	if path == "" {
		return t.top, nil
	}
	if t.top.Type == File {
		if path == t.top.Name {
			return t.top, nil
		}
		return Entry{}, notThere(path)
	}
	at := t.top
	for name := range strings.SplitSeq(path, "/") {
		if at.Type != Folder {
			return Entry{}, notThere(path)
		}
		found, err := t.find(ctx, at.Sub, name)
		if errors.Is(err, errNoName) {
			return Entry{}, notThere(path)
		}
		if err != nil {
			return Entry{}, err
		}
		at = found
	}
	return at, nil
}

// errNoName tells a missing name from a missing node.
var errNoName = errors.New("no such name")

// find goes down the nodes of one folder to a name.
func (t *Tree) find(ctx context.Context, id ID, name string) (Entry, error) {
	want := expect{level: anyLevel}
	for {
		n, err := t.node(ctx, id, want)
		if err != nil {
			return Entry{}, err
		}
		if n.children == nil {
			for i := range n.entries {
				if n.entries[i].Name == name {
					return n.entries[i], nil
				}
			}
			return Entry{}, errNoName
		}
		id, want = n.child(n.childFor(name))
	}
}

// List gives the entries of a folder in the order of their names, from the
// first name after a given one on; "" starts at the beginning. It reads only
// the nodes that are needed, so that a page of a huge folder is cheap. The
// sequence ends after the first error.
func (t *Tree) List(ctx context.Context, path, after string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		e, err := t.Lookup(ctx, path)
		switch {
		case err != nil:
			yield(Entry{}, err)
		case e.Type != Folder:
			yield(Entry{}, fault.New(fault.Invalid, "%s is a %s, not a folder", Show(path), e.Type))
		default:
			t.entries(ctx, e.Sub, expect{level: anyLevel}, after, yield)
		}
	}
}

// entries yields what lies below one node and says whether to go on.
func (t *Tree) entries(ctx context.Context, id ID, want expect, after string, yield func(Entry, error) bool) bool {
	n, err := t.node(ctx, id, want)
	if err != nil {
		yield(Entry{}, err)
		return false
	}
	for i := range n.entries {
		if e := n.entries[i]; e.Name > after && !yield(e, nil) {
			return false
		}
	}
	for i := n.childFor(after); i < len(n.children); i++ {
		id, want := n.child(i)
		if !t.entries(ctx, id, want, after, yield) {
			return false
		}
	}
	return true
}

// expect is what an index says about a node below it. Nodes have their right
// names even when a hostile index puts them together wrongly.
type expect struct {
	level int
	first string
	count uint64
	last  string // names lie below this one; empty: no bound
}

// anyLevel is for the top node of a folder, about which nothing is known.
const anyLevel = -1

// child is the id of a child and what is known about it.
func (n *folderNode) child(i int) (ID, expect) {
	c := n.children[i]
	want := expect{level: int(n.level) - 1, first: string(c.First), count: c.Count}
	if i+1 < len(n.children) {
		want.last = string(n.children[i+1].First)
	}
	return ID(c.ID), want
}

// node reads a node of a folder and checks it against its index.
func (t *Tree) node(ctx context.Context, id ID, want expect) (*folderNode, error) {
	data, err := t.store.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	n, err := decodeFolderNode(data)
	if err != nil {
		return nil, err
	}
	if want.level == anyLevel {
		if len(n.children) == 1 {
			return nil, corrupt("the top of a folder is an index with one child")
		}
		return n, nil
	}
	first, last, count := n.bounds()
	if int(n.level) != want.level || first != want.first || count != want.count || want.last != "" && last >= want.last {
		return nil, corrupt("an index of a folder does not fit what is below it at %s", Show(want.first))
	}
	return n, nil
}

// bounds is the first and last name that a node holds itself, and how many
// entries lie below it.
func (n *folderNode) bounds() (first, last string, count uint64) {
	if k := len(n.children); k > 0 {
		for _, c := range n.children {
			count += c.Count
		}
		return string(n.children[0].First), string(n.children[k-1].First), count
	}
	if k := len(n.entries); k > 0 {
		return n.entries[0].Name, n.entries[k-1].Name, uint64(k)
	}
	return "", "", 0
}

// Walk visits all entries, a folder before what is in it, names in order. The
// top is visited too: a folder with the empty path, a single file with its
// name. If visit returns fs.SkipDir for a folder, what is in it is left out;
// any other error ends the walk and is returned.
//
// Walk checks that sizes, counts and digests of folders are those of what is
// in them, and fails with fault.Corrupt where they are not, after visiting it.
func (t *Tree) Walk(ctx context.Context, visit func(path string, e Entry) error) error {
	return t.walk(ctx, t.top.Name, t.top, 0, visit)
}

func (t *Tree) walk(ctx context.Context, path string, e Entry, depth int, visit func(string, Entry) error) error {
	if err := Cancelled(ctx); err != nil {
		return err
	}
	err := visit(path, e)
	if e.Type != Folder || err != nil {
		if errors.Is(err, fs.SkipDir) && e.Type == Folder {
			return nil
		}
		return err
	}
	if depth > MaxDepth {
		return corrupt("folders lie more than %d deep in one another at %s", MaxDepth, Show(path))
	}
	sum := newFolderWriter(ctx, nil) // without a store it only adds up
	defer sum.release()
	t.entries(ctx, e.Sub, expect{level: anyLevel}, "", func(child Entry, failed error) bool {
		if err = failed; err == nil {
			if err = sum.add(&child); err == nil {
				err = t.walk(ctx, join(path, child.Name), child, depth+1, visit)
			}
		}
		return err == nil
	})
	if err != nil {
		return err
	}
	var real Entry
	if err := sum.finish(&real); err != nil {
		return err
	}
	if real.Digest != e.Digest || real.Totals != e.Totals {
		return corrupt("the folder %s does not contain what it says", Show(path))
	}
	return nil
}

func join(folder, name string) string {
	if folder == "" {
		return name
	}
	return folder + "/" + name
}

// WriteTo writes the content of a file to w and fails with fault.Corrupt, after
// writing, if it does not have the digest that the entry says. The chunks are
// checked as they are read.
func (t *Tree) WriteTo(ctx context.Context, e Entry, w io.Writer) error {
	r, err := t.Open(ctx, e)
	if err != nil {
		return err
	}
	if e.Ref.Depth == 0 {
		_, err = r.WriteTo(w) // the chunk's name is the digest
		return err
	}
	whole := plainHashers.Get().(*blake3.Hasher)
	defer plainHashers.Put(whole)
	whole.Reset()
	if _, err := r.WriteTo(io.MultiWriter(w, whole)); err != nil {
		return err
	}
	if sumOf(whole) != e.Digest {
		return corrupt("the content of %s is not what its digest says", Show(e.Name))
	}
	return nil
}
