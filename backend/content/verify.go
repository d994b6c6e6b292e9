package content

import (
	"context"
	"errors"

	"dev.varve/backend/fault"
)

// Verifier reads what trees consist of and compares it with its names. What several
// trees share is read once. It is for one goroutine.
type Verifier struct {
	Store Store
	// Sample says which chunks of files to read; nil: all. What holds them together
	// is always read.
	Sample func(chunk ID) bool
	// Damaged is told each file that is not whole, and each folder of which a part
	// is lost with all that is in it; paths are within the tree, and "" is all of it.
	Damaged func(path string, why error)
	// Progress is told how much of a tree has been looked at since the last time.
	Progress func(path string, more Totals)

	folders map[ID]Totals   // nodes of folders that are right, with all below them
	pieces  map[ID]int64    // chunks and lists that are right, and the bytes that they stand for
	hurt    map[ID]struct{} // what is missing or damaged, or of which a part is
	read    int64
	buf     []byte
}

// Read is how many bytes of chunks have been read.
func (v *Verifier) Read() int64 { return v.read }

// Hurt reports whether an object was missing or damaged, or a part of it was.
func (v *Verifier) Hurt(id ID) bool { _, is := v.hurt[id]; return is }

// Tree verifies a tree. Damage is no error of it: it is told to Damaged.
func (v *Verifier) Tree(ctx context.Context, root ID) error {
	if v.folders == nil {
		v.folders, v.pieces, v.hurt = map[ID]Totals{}, map[ID]int64{}, map[ID]struct{}{}
	}
	t, err := OpenTree(ctx, v.Store, root)
	if err != nil {
		_, err := v.damage(root, "", err)
		return err
	}
	top := t.Top()
	_, err = v.entry(ctx, t, &top, top.Name)
	return err
}

// damage tells damage, and returns what is none.
func (v *Verifier) damage(id ID, path string, err error) (ok bool, _ error) {
	if !isDamage(err) {
		return false, err
	}
	v.hurt[id] = struct{}{}
	v.Damaged(path, err)
	return false, nil
}

// entry verifies what is at a path, and says whether all of it is right.
func (v *Verifier) entry(ctx context.Context, t *Tree, e *Entry, path string) (ok bool, err error) {
	switch e.Type {
	case File:
		ok, err = v.file(ctx, e.Ref, path)
		v.Progress(path, Totals{Files: 1, Bytes: e.Ref.Size})
	case Folder:
		ok, err = v.node(ctx, t, e.Sub, expect{level: anyLevel}, path)
	default:
		ok = true
	}
	return ok, err
}

// node verifies a node of a folder, and all below it.
func (v *Verifier) node(ctx context.Context, t *Tree, id ID, want expect, path string) (ok bool, err error) {
	if err := Cancelled(ctx); err != nil {
		return false, err
	}
	if known, whole := v.folders[id]; whole {
		v.Progress(path, known)
		return true, nil
	}
	n, err := t.node(ctx, id, want)
	if err != nil {
		return v.damage(id, path, err)
	}
	all, sum := true, Totals{}
	for i := range n.entries {
		e := &n.entries[i]
		ok, err := v.entry(ctx, t, e, join(path, e.Name))
		if err != nil {
			return false, err
		}
		all = all && ok
		sum.add(e)
	}
	for i := range n.children {
		child, want := n.child(i)
		ok, err := v.node(ctx, t, child, want, path)
		if err != nil {
			return false, err
		}
		all = all && ok
		below := v.folders[child]
		sum.Files, sum.Bytes = sum.Files+below.Files, sum.Bytes+below.Bytes
	}
	if all {
		v.folders[id] = sum
	}
	return all, nil
}

// file verifies a file's content. It is told once, however much of it is damaged.
func (v *Verifier) file(ctx context.Context, ref Ref, path string) (ok bool, err error) {
	if ref.Size == 0 {
		return true, nil // has no object
	}
	err = ref.Check()
	if err == nil {
		err = v.list(ctx, ref.ID, ref.Depth, ref.Size)
	}
	if err == nil {
		return true, nil
	}
	return v.damage(ref.ID, path, err)
}

// list verifies a list of chunks, or a chunk, and all below it: what is right after the
// first damage is read as well, so that all damage is known.
func (v *Verifier) list(ctx context.Context, id ID, depth uint8, size int64) error {
	if known, whole := v.pieces[id]; whole && known == size {
		return nil
	}
	err := v.below(ctx, id, depth, size)
	switch {
	case err == nil:
		v.pieces[id] = size
	case isDamage(err):
		v.hurt[id] = struct{}{}
	}
	return err
}

func isDamage(err error) bool {
	return errors.Is(err, fault.NotFound) || errors.Is(err, fault.Corrupt)
}

// below returns the first damage, or what is none.
func (v *Verifier) below(ctx context.Context, id ID, depth uint8, size int64) (first error) {
	if depth == 0 {
		return v.chunk(ctx, id, size)
	}
	data, err := v.Store.Get(ctx, id)
	if err != nil {
		return err
	}
	l, err := decodeList(data, depth, size)
	if err != nil {
		return err
	}
	for i := range len(l.starts) - 1 {
		err := v.list(ctx, l.id(i), depth-1, l.starts[i+1]-l.starts[i])
		if err != nil && !isDamage(err) {
			return err
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// chunk reads a chunk, or only looks whether it is there.
func (v *Verifier) chunk(ctx context.Context, id ID, size int64) error {
	if v.Sample != nil && !v.Sample(id) {
		return presence{ctx, v.Store, v.Store.Has}.below(id, 0, size)
	}
	data, err := fetch(ctx, v.Store, id, v.buf[:0])
	if err != nil {
		return err
	}
	v.buf = data
	v.read += int64(len(data))
	if int64(len(data)) != size {
		return corrupt("the chunk %s has %d bytes and should have %d", id, len(data), size)
	}
	return nil
}
