package statcache

import (
	"encoding/binary"
	"errors"

	"dev.varve/backend/content"
)

// entry is one file.
type entry struct {
	path              string
	size              int64
	modified, changed int64 // ns since 1970
	device, inode     uint64
	ref               content.Ref
}

var errDamaged = errors.New("a remembered file is not in the form that it should have")

// append encodes the entry behind one with another path in the same block.
func (e *entry) append(b []byte, before string) []byte {
	shared := 0
	for shared < min(len(before), len(e.path)) && before[shared] == e.path[shared] {
		shared++
	}
	b = binary.AppendUvarint(b, uint64(shared))
	b = binary.AppendUvarint(b, uint64(len(e.path)-shared))
	b = append(b, e.path[shared:]...)
	b = binary.AppendUvarint(b, uint64(e.size))
	b = binary.AppendVarint(b, e.modified)
	b = binary.AppendVarint(b, e.changed-e.modified)
	b = binary.AppendUvarint(b, e.device)
	b = binary.AppendUvarint(b, e.inode)
	b = append(b, byte(e.ref.Class), e.ref.Depth)
	b = append(b, e.ref.ID[:]...)
	if e.ref.Depth > 0 {
		b = append(b, e.ref.Digest[:]...)
	}
	return b
}

// decode reads an entry from the beginning of a block's rest.
func (e *entry) decode(b []byte, path []byte) (rest, newPath []byte, err error) {
	d := decoder{b: b}
	shared, more := d.uint(), d.uint()
	if shared > uint64(len(path)) || more > uint64(len(d.b)) {
		return nil, nil, errDamaged
	}
	newPath = append(path[:shared], d.take(int(more))...)
	e.size = int64(d.uint())
	e.modified = d.int()
	e.changed = e.modified + d.int()
	e.device, e.inode = d.uint(), d.uint()
	kind := d.take(2)
	id := d.take(content.Size)
	if d.failed {
		return nil, nil, errDamaged
	}
	e.ref = content.Ref{Size: e.size, Class: content.Class(kind[0]), Depth: kind[1], ID: content.ID(id), Digest: content.Digest(id)}
	if e.ref.Depth > 0 {
		digest := d.take(content.Size)
		if d.failed {
			return nil, nil, errDamaged
		}
		e.ref.Digest = content.Digest(digest)
	}
	return d.b, newPath, e.ref.Check()
}

type decoder struct {
	b      []byte
	failed bool
}

func (d *decoder) uint() uint64 {
	v, n := binary.Uvarint(d.b)
	d.skip(n)
	return v
}

func (d *decoder) int() int64 {
	v, n := binary.Varint(d.b)
	d.skip(n)
	return v
}

func (d *decoder) skip(n int) {
	if d.failed = d.failed || n <= 0; !d.failed {
		d.b = d.b[n:]
	}
}

func (d *decoder) take(n int) []byte {
	if d.failed = d.failed || n > len(d.b); d.failed {
		return nil
	}
	taken := d.b[:n]
	d.b = d.b[n:]
	return taken
}
