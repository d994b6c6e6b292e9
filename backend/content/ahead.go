package content

import (
	"io"

	"github.com/zeebo/blake3"
)

// piece is a chunk with its name.
type piece struct {
	id   ID
	data []byte
}

// piecesAhead is how many pieces wait for the next who works on them, at most.
const piecesAhead = 4

// ahead reads and cuts a content, and computes all names of it, beside whoever stores
// the pieces: to hash takes as long as all the rest, and each content is hashed twice.
type ahead struct {
	cut    chan piece  // on their way to the digest
	pieces chan piece  // on their way to be stored
	used   chan []byte // buffers to use again
	ended  chan struct{}

	// What follows is there once pieces is closed.
	digest Digest
	err    error
}

// cutAhead begins to read r. Whoever calls it has to call stop, and must not read r
// before that.
func cutAhead(class Class, r io.Reader) (*ahead, error) {
	cut, err := newCutter(class, r)
	if err != nil {
		return nil, err
	}
	a := &ahead{
		cut: make(chan piece, piecesAhead), pieces: make(chan piece, piecesAhead),
		used: make(chan []byte, 2*piecesAhead+3), ended: make(chan struct{}),
	}
	go func() {
		defer close(a.cut)
		defer cut.release()
		a.err = a.cutAll(cut)
	}()
	go func() {
		defer close(a.pieces)
		a.digest = a.digestAll()
	}()
	return a, nil
}

// cutAll cuts the content and names the pieces.
func (a *ahead) cutAll(cut *cutter) error {
	for {
		chunk, err := cut.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return readFault(err)
		}
		if !a.pass(a.cut, piece{Sum(KindData, chunk), append(a.buffer(), chunk...)}) {
			return nil
		}
	}
}

// digestAll computes the digest of the content.
func (a *ahead) digestAll() Digest {
	whole := plainHashers.Get().(*blake3.Hasher)
	defer plainHashers.Put(whole)
	whole.Reset()
	for p := range a.cut {
		whole.Write(p.data)
		a.pass(a.pieces, p)
	}
	return sumOf(whole)
}

// pass hands a piece on, unless nobody wants it any more.
func (a *ahead) pass(to chan<- piece, p piece) bool {
	select {
	case to <- p:
		return true
	case <-a.ended:
		return false
	}
}

func (a *ahead) buffer() []byte {
	select {
	case b := <-a.used:
		return b[:0]
	default:
		return nil
	}
}

// stored gives the buffer of a piece back.
func (a *ahead) stored(p piece) { a.used <- p.data }

// stop waits until r is not read any more.
func (a *ahead) stop() {
	close(a.ended)
	for range a.pieces { // what nobody wants any more
	}
}
