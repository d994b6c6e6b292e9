package track

import (
	"encoding/binary"
	"math"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// A code is: its version as one byte, the number of writers and their ids, and
// then what a record holds, one after the other. Numbers are varints.

// codeWriter collects a record. After the first error nothing counts.
type codeWriter struct {
	body    []byte
	origin  int64 // what times are differences to
	writers map[event.Writer]uint64
	list    []event.Writer
	err     error
}

func (w *codeWriter) finish(version byte) []byte {
	out := make([]byte, 0, 1+binary.MaxVarintLen32+len(w.list)*16+len(w.body))
	out = append(out, version)
	out = binary.AppendUvarint(out, uint64(len(w.list)))
	for _, writer := range w.list {
		out = append(out, writer[:]...)
	}
	return append(out, w.body...)
}

func (w *codeWriter) count(n int)    { w.body = binary.AppendUvarint(w.body, uint64(n)) }
func (w *codeWriter) signed(n int64) { w.body = binary.AppendVarint(w.body, n) }
func (w *codeWriter) number(f float64) {
	w.body = binary.LittleEndian.AppendUint64(w.body, math.Float64bits(f))
}

func (w *codeWriter) flag(b bool) {
	if b {
		w.body = append(w.body, 1)
		return
	}
	w.body = append(w.body, 0)
}

func (w *codeWriter) text(s string) {
	w.count(len(s))
	w.body = append(w.body, s...)
}

func (w *codeWriter) id(id event.ID) {
	n, ok := w.writers[id.Writer]
	if !ok {
		n = uint64(len(w.list))
		w.writers[id.Writer], w.list = n, append(w.list, id.Writer)
	}
	w.body = binary.AppendUvarint(w.body, n)
	w.body = binary.AppendUvarint(w.body, id.Seq)
}

func (w *codeWriter) stamp(s event.Stamp) {
	w.signed(s.Time - w.origin)
	w.id(s.ID)
}

// blob writes something rare as CBOR.
func (w *codeWriter) blob(v any, absent bool) {
	if absent {
		w.count(0)
		return
	}
	data, err := event.Marshal(v)
	if err != nil && w.err == nil {
		w.err = err
	}
	w.count(len(data))
	w.body = append(w.body, data...)
}

// codeReader reads a record. After the first error all that it reads is zero.
type codeReader struct {
	rest    []byte
	origin  int64
	writers []event.Writer
	err     error
}

func openCode(data []byte, version byte) (*codeReader, error) {
	r := &codeReader{}
	if len(data) == 0 || data[0] != version {
		r.fail()
		return nil, r.err
	}
	r.rest = data[1:]
	r.writers = make([]event.Writer, r.countOf(len(event.Writer{})))
	for i := range r.writers {
		r.rest = r.rest[copy(r.writers[i][:], r.rest):]
	}
	return r, r.err
}

func (r *codeReader) fail() {
	if r.err == nil {
		r.err = fault.New(fault.Corrupt, "this is not a record of Varve")
	}
	r.rest = nil
}

func (r *codeReader) unsigned() uint64 {
	n, k := binary.Uvarint(r.rest)
	if k <= 0 {
		r.fail()
		return 0
	}
	r.rest = r.rest[k:]
	return n
}

// count reads how many things follow, of which each takes a byte at least.
func (r *codeReader) count() int { return r.countOf(1) }

func (r *codeReader) countOf(size int) int {
	n := r.unsigned()
	if n > uint64(len(r.rest)/size) {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *codeReader) signed() int64 {
	n, k := binary.Varint(r.rest)
	if k <= 0 {
		r.fail()
		return 0
	}
	r.rest = r.rest[k:]
	return n
}

func (r *codeReader) number() float64 {
	if len(r.rest) < 8 {
		r.fail()
		return 0
	}
	f := math.Float64frombits(binary.LittleEndian.Uint64(r.rest))
	r.rest = r.rest[8:]
	return f
}

func (r *codeReader) flag() bool {
	if len(r.rest) == 0 || r.rest[0] > 1 {
		r.fail()
		return false
	}
	b := r.rest[0] == 1
	r.rest = r.rest[1:]
	return b
}

func (r *codeReader) bytes() []byte {
	n := r.count()
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *codeReader) text() string { return string(r.bytes()) }

func (r *codeReader) id() event.ID {
	n := r.unsigned()
	if n >= uint64(len(r.writers)) {
		r.fail()
		return event.ID{}
	}
	return event.ID{Writer: r.writers[n], Seq: r.unsigned()}
}

func (r *codeReader) stamp() event.Stamp {
	return event.Stamp{Time: r.origin + r.signed(), ID: r.id()}
}

// blob reads what blob wrote; it is false if it was absent.
func (r *codeReader) blob(v any) bool {
	data := slices.Clone(r.bytes())
	if len(data) == 0 || r.err != nil {
		return false
	}
	if err := event.Unmarshal(data, v); err != nil {
		r.fail()
		return false
	}
	return true
}
