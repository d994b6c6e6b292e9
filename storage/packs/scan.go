package packs

import (
	"bytes"
	"errors"
	"io"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
)

// view reads a file by pieces through one buffer, so that a scan of many
// small records makes few calls.
type view struct {
	r    io.ReaderAt
	size int64
	buf  []byte
	off  int64 // of buf
}

const viewSize = 256 << 10

func newView(r io.ReaderAt, size int64) *view { return &view{r: r, size: size} }

// at returns n bytes from an offset, valid until the next call, or as many as
// there are before the end of the file. A real read error is a fault.
func (v *view) at(off int64, n int) ([]byte, error) {
	n = int(min(int64(n), max(v.size-off, 0)))
	if off < v.off || off+int64(n) > v.off+int64(len(v.buf)) {
		want := int(min(int64(max(n, viewSize)), v.size-off))
		if cap(v.buf) < want {
			v.buf = make([]byte, want)
		}
		v.buf = v.buf[:want]
		got, err := v.r.ReadAt(v.buf, off)
		v.buf, v.off = v.buf[:got], off
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fault.Wrap(err, fault.Unavailable, "read", "a pack")
		}
		n = min(n, got)
	}
	return v.buf[off-v.off:][:n], nil
}

// record returns the whole record at an offset, or nil if there is none that
// is whole and has a good CRC.
func (v *view) record(off int64) (recordHead, []byte, error) {
	b, err := v.at(off, recordSize)
	if err != nil {
		return recordHead{}, nil, err
	}
	h, ok := decodeRecordHead(b)
	if !ok || off+recordSize+int64(h.stored) > v.size {
		return recordHead{}, nil, nil
	}
	if b, err = v.at(off, recordSize+h.stored); err != nil {
		return recordHead{}, nil, err
	}
	if h, _, err = decodeRecord(b); err != nil {
		return recordHead{}, nil, nil
	}
	return h, b, nil
}

// gap is a piece of a pack that holds no good record though good ones follow.
type gap struct{ from, to int64 }

// scanResult is what a scan found.
type scanResult struct {
	records []Record
	gaps    []gap
	end     int64 // end of the last good record
}

// scanner reads records one after the other.
type scanner struct {
	view   *view
	codec  *codec
	kind   content.Kind
	resync bool // go on behind damage
}

// scan reads records from an offset to a limit. Without resync it stops at
// the first place that holds no whole record.
func (s *scanner) scan(from, limit int64) (scanResult, error) {
	res := scanResult{end: from}
	for at := from; at < limit; {
		h, b, err := s.view.record(at)
		if err != nil {
			return res, err
		}
		if b == nil || at+int64(len(b)) > limit {
			if !s.resync {
				return res, nil
			}
			next, err := s.next(at+1, limit)
			if err != nil || next < 0 {
				return res, err
			}
			res.gaps = append(res.gaps, gap{at, next})
			at = next
			continue
		}
		r := Record{ID: h.id, Offset: uint32(at), Stored: uint32(h.stored)}
		res.records = append(res.records, r)
		at = r.end()
		res.end = at
	}
	return res, nil
}

// next looks for the next good record behind damage, or returns -1. The bytes
// of a file in a pack may look like a record; therefore its object must have
// its name.
func (s *scanner) next(from, limit int64) (int64, error) {
	for at := from; at+recordSize < limit; {
		b, err := s.view.at(at, viewSize)
		if err != nil {
			return 0, err
		}
		i := bytes.Index(b, []byte(recordMagic))
		if i < 0 {
			if len(b) < viewSize {
				return -1, nil
			}
			at += int64(len(b) - len(recordMagic) + 1)
			continue
		}
		at += int64(i)
		h, rec, err := s.view.record(at)
		if err != nil {
			return 0, err
		}
		if rec != nil && at+int64(len(rec)) <= limit {
			if err := s.codec.check(s.kind, h, rec[recordSize:]); err == nil {
				return at, nil
			}
		}
		at++
	}
	return -1, nil
}

// packFile is everything that can be learned from the file of a pack.
type packFile struct {
	header  header
	sealed  bool
	records []Record
	gaps    []gap
	end     int64   // of the last record
	faults  []error // damage to header, directory or footer
	begun   bool    // false: an empty shell, left where somebody was stopped before the first record
}

// readPack reads a pack by its directory, or record by record if it has none
// that can be believed. With resync it goes on behind damage; from is where
// the records begin that are wanted of an unsealed pack.
func readPack(v *view, c *codec, kind content.Kind, name Name, from int64, resync bool) (packFile, error) {
	var p packFile
	head, err := v.at(0, headerSize)
	if err != nil {
		return p, err
	}
	head = bytes.Clone(head)
	if p.begun = begun(head); !p.begun {
		return p, nil
	}
	p.header, err = decodeHeader(head, kind, name)
	if err != nil {
		if !errors.Is(err, fault.Corrupt) {
			return p, err
		}
		// Its place says what it is, and its records speak for themselves.
		p.header, p.faults = header{kind: kind, name: name}, append(p.faults, err)
	}
	limit := v.size
	if tail, err := v.at(max(v.size-footerSize, 0), footerSize); err != nil {
		return p, err
	} else if f, ok := decodeFooter(tail, v.size); ok {
		p.sealed, limit = true, f.dirOffset
		dir, err := v.at(f.dirOffset, f.dirLength)
		if err != nil {
			return p, err
		}
		if p.records, err = decodeDirectory(dir, f); err == nil {
			if p.end = f.dirOffset; !bytes.Equal(sealOf(head, dir), f.seal[:]) {
				p.faults = append(p.faults, corrupt("its seal is not that of its header and directory"))
			}
			return p, nil
		}
		p.faults = append(p.faults, err)
		from, resync = headerSize, true
	}
	s := scanner{view: v, codec: c, kind: kind, resync: resync}
	res, err := s.scan(max(from, headerSize), limit)
	p.records, p.gaps, p.end = res.records, res.gaps, res.end
	if !p.sealed && len(p.faults) > 0 && len(p.records) == 0 {
		p.faults, p.begun = nil, false
	}
	return p, err
}
