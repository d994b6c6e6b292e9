package statcache

import (
	"bufio"
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
	"os"
	"path/filepath"

	"dev.varve/backend/content"
)

// A file consists of blocks: kind, length and checksum of what follows.
const (
	kindHead     = 'H' // magic and key; the first
	kindEntries  = 'E'
	kindHoldings = 'P' // of the store; the last but one
	kindEnd      = 'Z' // totals and the length of the holdings; the last, always of one length

	magic     = "varve stat cache 1\n"
	prefix    = 9 // bytes before the content of a block
	blockSize = 64 << 10
	mostBlock = 16 << 20 // with the longest path, and the holdings of a million packs
	endSize   = 5 * 8
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func sumOf(kind byte, body []byte) uint32 {
	return crc32.Update(crc32.Checksum([]byte{kind}, castagnoli), castagnoli, body)
}

func appendBlock(b []byte, kind byte, body []byte) []byte {
	b = append(b, kind)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(body)))
	b = binary.LittleEndian.AppendUint32(b, sumOf(kind, body))
	return append(b, body...)
}

// writer writes a new file beside the old one.
type writer struct {
	file *os.File
	out  *bufio.Writer
	body []byte // of the block that is being filled
	last string // in it
	most string // path so far
	buf  []byte
	err  error // the first; from then on nothing is written
}

// newWriter returns nil if a file cannot be made.
func newWriter(dir, key string) *writer {
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return nil
	}
	w := &writer{file: f, out: bufio.NewWriterSize(f, 1<<20)}
	w.block(kindHead, []byte(magic+key))
	return w
}

func (w *writer) block(kind byte, body []byte) {
	if w.err != nil {
		return
	}
	w.buf = appendBlock(w.buf[:0], kind, body)
	_, w.err = w.out.Write(w.buf)
}

func (w *writer) add(e *entry) {
	if w.err != nil || w.most != "" && content.ComparePaths(e.path, w.most) <= 0 {
		return // a folder that changed meanwhile is walked again
	}
	w.body = e.append(w.body, w.last)
	w.last, w.most = e.path, e.path
	if len(w.body) >= blockSize {
		w.endBlock()
	}
}

func (w *writer) endBlock() {
	if len(w.body) > 0 {
		w.block(kindEntries, w.body)
	}
	w.body, w.last = w.body[:0], ""
}

// keep ends the file and gives it its name. It need not survive a power cut: what is
// broken is not believed.
func (w *writer) keep(path string, all content.Totals, holdings []byte) error {
	w.endBlock()
	w.block(kindHoldings, holdings)
	end := make([]byte, 0, endSize)
	for _, n := range []int64{all.Files, all.Folders, all.Links, all.Bytes, int64(len(holdings))} {
		end = binary.LittleEndian.AppendUint64(end, uint64(n))
	}
	w.block(kindEnd, end)
	if w.err == nil {
		w.err = w.out.Flush()
	}
	if err := w.file.Close(); w.err == nil {
		w.err = err
	}
	if w.err == nil {
		w.err = os.Rename(w.file.Name(), path)
	}
	if w.err != nil {
		_ = os.Remove(w.file.Name()) // it goes with what was not written for long otherwise
	}
	return w.err
}

func (w *writer) discard() {
	_ = w.file.Close()
	_ = os.Remove(w.file.Name())
}

// reader goes through a file from its beginning to its end.
type reader struct {
	file     *os.File
	size     int64
	in       *bufio.Reader
	totals   content.Totals
	holdings []byte
	body     []byte // the block
	rest     []byte // what is left of it
	path     []byte
	now      entry
	ended    bool
}

// openReader returns nil if there is no such file, or it cannot be believed.
func openReader(path, key string) *reader {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return nil
	}
	r := &reader{file: f, in: bufio.NewReaderSize(f, 256<<10)}
	info, err := f.Stat()
	if err != nil {
		r.close()
		return nil
	}
	r.size = info.Size()
	kind, head, err := r.block()
	if err != nil || kind != kindHead || string(head) != magic+key || r.readEnd() != nil {
		r.close()
		return nil
	}
	r.advance()
	return r
}

func (r *reader) close() { _ = r.file.Close() } // it was only read

// block reads the next block.
func (r *reader) block() (kind byte, body []byte, err error) {
	var head [prefix]byte
	if _, err := io.ReadFull(r.in, head[:]); err != nil {
		return 0, nil, err
	}
	kind, n := head[0], binary.LittleEndian.Uint32(head[1:])
	if n > mostBlock || int64(n) > r.size {
		return 0, nil, errDamaged
	}
	if cap(r.body) < int(n) {
		r.body = make([]byte, n)
	}
	body = r.body[:n]
	if _, err := io.ReadFull(r.in, body); err != nil {
		return 0, nil, err
	}
	if sumOf(kind, body) != binary.LittleEndian.Uint32(head[5:]) {
		return 0, nil, errDamaged
	}
	return kind, body, nil
}

// readEnd reads the last two blocks.
func (r *reader) readEnd() error {
	last := r.size - prefix - endSize
	end, err := r.blockAt(last, kindEnd, endSize)
	if err != nil {
		return err
	}
	numbers := make([]int64, endSize/8)
	for i := range numbers {
		n := binary.LittleEndian.Uint64(end[8*i:])
		if n > math.MaxInt64 {
			return errDamaged
		}
		numbers[i] = int64(n)
	}
	r.totals = content.Totals{Files: numbers[0], Folders: numbers[1], Links: numbers[2], Bytes: numbers[3]}
	r.holdings, err = r.blockAt(last-prefix-numbers[4], kindHoldings, numbers[4])
	return err
}

// blockAt reads a block of a kind and length.
func (r *reader) blockAt(offset int64, kind byte, size int64) ([]byte, error) {
	if offset < 0 || size > mostBlock {
		return nil, errDamaged
	}
	b := make([]byte, prefix+size)
	if _, err := r.file.ReadAt(b, offset); err != nil {
		return nil, err
	}
	body := b[prefix:]
	if b[0] != kind || int64(binary.LittleEndian.Uint32(b[1:])) != size || sumOf(kind, body) != binary.LittleEndian.Uint32(b[5:]) {
		return nil, errDamaged
	}
	return body, nil
}

// advance goes to the next entry. From damage on there is none.
func (r *reader) advance() {
	for len(r.rest) == 0 {
		kind, body, err := r.block()
		if err != nil || kind != kindEntries || len(body) == 0 {
			r.ended = true
			return
		}
		r.rest, r.path = body, r.path[:0]
	}
	before := r.now.path
	var err error
	if r.rest, r.path, err = r.now.decode(r.rest, r.path); err == nil {
		r.now.path = string(r.path)
	}
	r.ended = err != nil || before != "" && content.ComparePaths(r.now.path, before) <= 0
}

// find goes on to a path, and never back.
func (r *reader) find(path string) (*entry, bool) {
	for !r.ended {
		switch c := content.ComparePaths(r.now.path, path); {
		case c == 0:
			return &r.now, true
		case c > 0:
			return nil, false
		}
		r.advance()
	}
	return nil, false
}
