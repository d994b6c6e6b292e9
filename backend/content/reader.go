package content

import (
	"context"
	"errors"
	"io"
	"sort"
	"sync"

	"dev.varve/backend/fault"
)

// Reader reads one content from a store. It keeps one chunk and one list node
// of each level in memory, and is safe for concurrent use.
type Reader struct {
	ctx   context.Context
	store Store
	ref   Ref

	mu    sync.Mutex
	pos   int64
	lists []cachedList // by level, from the top
	chunk []byte
	start int64 // offset of chunk in the content
}

type cachedList struct {
	id   ID
	list *list
}

var (
	_ io.ReadSeeker = (*Reader)(nil)
	_ io.ReaderAt   = (*Reader)(nil)
	_ io.WriterTo   = (*Reader)(nil)
)

// Open prepares to read a content. It reads nothing yet, apart from checking
// the reference, which may come from outside. ctx holds for all reads.
func Open(ctx context.Context, store Store, ref Ref) (*Reader, error) {
	if err := ref.Check(); err != nil {
		return nil, err
	}
	return &Reader{ctx: ctx, store: store, ref: ref, lists: make([]cachedList, ref.Depth)}, nil
}

// Size is the length of the content in bytes.
func (r *Reader) Size() int64 { return r.ref.Size }

// Read reads on from the present position. It fails with fault.NotFound or
// fault.Corrupt when a piece is missing or damaged, never with wrong bytes.
func (r *Reader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(p) == 0 {
		return 0, nil
	}
	piece, err := r.at(r.pos)
	if err != nil {
		return 0, err
	}
	n := copy(p, piece)
	r.pos += int64(n)
	return n, nil
}

// ReadAt reads len(p) bytes from an offset, or less and an error.
func (r *Reader) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, fault.New(fault.Invalid, "an offset cannot be negative")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for n < len(p) {
		piece, err := r.at(off + int64(n))
		if err != nil {
			return n, err
		}
		n += copy(p[n:], piece)
	}
	return n, nil
}

// Seek sets the position of the next Read.
func (r *Reader) Seek(offset int64, whence int) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch whence {
	case io.SeekCurrent:
		offset += r.pos
	case io.SeekEnd:
		offset += r.ref.Size
	}
	if offset < 0 || whence < io.SeekStart || whence > io.SeekEnd {
		return r.pos, fault.New(fault.Invalid, "there is no such position in the content")
	}
	r.pos = offset
	return offset, nil
}

// WriteTo writes the rest of the content to w, chunk by chunk.
func (r *Reader) WriteTo(w io.Writer) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var written int64
	for {
		piece, err := r.at(r.pos)
		if errors.Is(err, io.EOF) {
			return written, nil
		}
		if err != nil {
			return written, err
		}
		n, err := w.Write(piece)
		r.pos, written = r.pos+int64(n), written+int64(n)
		if err != nil {
			return written, err
		}
	}
}

// at returns the stored bytes from an offset to the end of their chunk, and
// io.EOF behind the end.
func (r *Reader) at(off int64) ([]byte, error) {
	if err := Cancelled(r.ctx); err != nil {
		return nil, err
	}
	if off >= r.ref.Size {
		return nil, io.EOF
	}
	if off < r.start || off >= r.start+int64(len(r.chunk)) {
		if err := r.load(off); err != nil {
			return nil, err
		}
	}
	return r.chunk[off-r.start:], nil
}

// load fetches the chunk that holds an offset.
func (r *Reader) load(off int64) error {
	id, start, size := r.ref.ID, int64(0), r.ref.Size
	for i := range r.lists {
		l, err := r.listAt(i, id, size)
		if err != nil {
			return err
		}
		k := sort.Search(len(l.starts), func(k int) bool { return l.starts[k] > off-start }) - 1
		id, size = l.id(k), l.starts[k+1]-l.starts[k]
		start += l.starts[k]
	}
	chunk, err := r.get(id)
	if err != nil {
		return err
	}
	if int64(len(chunk)) != size {
		return corrupt("a chunk has %d bytes and should have %d", len(chunk), size)
	}
	r.chunk, r.start = chunk, start
	return nil
}

// get fetches a chunk, into the memory of the last one if the store can.
func (r *Reader) get(id ID) ([]byte, error) {
	buffer := r.chunk[:0]
	r.chunk = nil // whatever happens, it is not that chunk any more
	return fetch(r.ctx, r.store, id, buffer)
}

// fetch is Get, into memory that is not needed any more if the store can.
func fetch(ctx context.Context, store Store, id ID, buffer []byte) ([]byte, error) {
	if a, ok := store.(Appender); ok {
		return a.AppendObject(ctx, id, buffer)
	}
	return store.Get(ctx, id)
}

// listAt returns the list node of the i-th level from the top.
func (r *Reader) listAt(i int, id ID, size int64) (*list, error) {
	if c := r.lists[i]; c.list != nil && c.id == id {
		if c.list.starts[len(c.list.starts)-1] != size {
			return nil, corrupt("a list of chunks is said to have two sizes")
		}
		return c.list, nil
	}
	data, err := r.store.Get(r.ctx, id)
	if err != nil {
		return nil, err
	}
	l, err := decodeList(data, r.ref.Depth-uint8(i), size)
	if err != nil {
		return nil, err
	}
	r.lists[i] = cachedList{id, l}
	return l, nil
}
