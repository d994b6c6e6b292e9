package journal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"dev.varve/backend/event"
	"dev.varve/backend/host"
)

// window reads a segment through a sliding buffer, so that a segment of any
// length costs the memory of its longest frame.
type window struct {
	file  host.File
	limit int64 // bytes of the file that count
	step  int   // bytes to read at once; 0 means windowBytes
	start int64 // offset of buf[0]
	buf   []byte
}

const windowBytes = 256 << 10

// at returns the bytes from offset on: at least one whole frame if there is
// one, fewer bytes only at the limit. The slice is valid until the next call.
func (w *window) at(offset int64) ([]byte, error) {
	b, err := w.have(offset, prefix)
	if err != nil || len(b) < prefix {
		return b, err
	}
	n := binary.LittleEndian.Uint32(b)
	if n > maxPayload {
		return b, nil
	}
	return w.have(offset, prefix+int(n))
}

// have returns at least n bytes from offset on, or all up to the limit.
func (w *window) have(offset int64, n int) ([]byte, error) {
	from := offset - w.start
	if from >= 0 && from+int64(n) <= int64(len(w.buf)) {
		return w.buf[from:], nil
	}
	step := w.step
	if step == 0 {
		step = windowBytes
	}
	size := min(int64(max(n, step)), w.limit-offset)
	if size <= 0 {
		return nil, nil
	}
	if int64(cap(w.buf)) < size {
		w.buf = make([]byte, size)
	}
	w.buf = w.buf[:size]
	got, err := w.file.ReadAt(w.buf, offset)
	if err != nil && !errors.Is(err, io.EOF) {
		w.forget()
		return nil, err
	}
	w.start, w.buf = offset, w.buf[:got]
	return w.buf, nil
}

// forget makes the next call read the file again.
func (w *window) forget() { w.start, w.buf = 0, w.buf[:0] }

// zeros reports whether only zeros stand from offset to the limit.
func (w *window) zeros(offset int64) (bool, error) {
	last, err := w.lastByte(offset)
	return last < offset, err
}

// lastByte returns the offset of the last byte from offset on that is not
// zero, or offset−1.
func (w *window) lastByte(offset int64) (int64, error) {
	last := offset - 1
	for offset < w.limit {
		b, err := w.have(offset, 1)
		if err != nil || len(b) == 0 {
			return last, err
		}
		if i := len(bytes.TrimRight(b, "\x00")); i > 0 {
			last = offset + int64(i) - 1
		}
		offset += int64(len(b))
	}
	return last, nil
}

// hit is a whole frame that find found.
type hit struct {
	stem
	offset int64
}

// start is where the group commit of the frame begins.
func (h hit) start() int64 {
	if h.Kind == kindSeal || h.Before > uint64(h.offset) { // a seal is written after all commits
		return h.offset
	}
	return h.offset - int64(h.Before)
}

// find searches from offset on for the first whole frame of writer whose
// commit is at least the given one.
func (w *window) find(offset int64, writer event.Writer, commit uint64) (h hit, found bool, err error) {
	const lead = prefix + writerAt
	for {
		b, err := w.have(offset, prefix+signature)
		if err != nil || len(b) < prefix+signature {
			return h, false, err
		}
		i := bytes.Index(b[lead:], writer[:])
		if i < 0 {
			offset += int64(len(b) - (prefix + signature) + 1)
			continue
		}
		at := offset + int64(i)
		if b, err = w.at(at); err != nil {
			return h, false, err
		}
		offset = at + 1
		payload, v := parse(b)
		if v != whole || kindOf(payload, writer) == 0 {
			continue
		}
		h = hit{offset: at}
		if event.Unmarshal(payload, &h.stem) == nil && h.Commit >= commit {
			return h, true, nil
		}
	}
}
