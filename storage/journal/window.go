package journal

import (
	"encoding/binary"
	"errors"
	"io"

	"dev.varve/backend/host"
)

// window reads a segment through a sliding buffer, so that a segment of any
// length costs the memory of its longest frame.
type window struct {
	file  host.File
	limit int64 // bytes of the file that count
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
	size := min(int64(max(n, windowBytes)), w.limit-offset)
	if size <= 0 {
		return nil, nil
	}
	if int64(cap(w.buf)) < size {
		w.buf = make([]byte, size)
	}
	w.buf = w.buf[:size]
	got, err := w.file.ReadAt(w.buf, offset)
	if err != nil && !errors.Is(err, io.EOF) {
		w.buf = w.buf[:0]
		return nil, err
	}
	w.start, w.buf = offset, w.buf[:got]
	return w.buf, nil
}

// zeros reports whether only zeros stand from offset to the limit.
func (w *window) zeros(offset int64) (bool, error) {
	for offset < w.limit {
		b, err := w.have(offset, windowBytes)
		if err != nil || len(b) == 0 {
			return err == nil, err
		}
		for _, c := range b {
			if c != 0 {
				return false, nil
			}
		}
		offset += int64(len(b))
	}
	return true, nil
}
