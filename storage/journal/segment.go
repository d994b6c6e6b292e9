package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// Damage names bytes that are not what they were when they were acknowledged.
type Damage struct {
	File     string // path of the segment
	Offset   int64  // where it begins
	Bytes    int64  // how many bytes cannot be read; 0 if nobody knows
	Sentence string // what is wrong, for the person
}

func segmentName(n uint64) string { return fmt.Sprintf("%08x.log", n) }

// segmentNumbers lists the segments in a writer's folder, ascending.
func segmentNumbers(disk host.Disk, dir string) ([]uint64, error) {
	entries, err := disk.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var numbers []uint64
	for _, e := range entries {
		if n, ok := SegmentNumber(e.Name()); ok && !e.IsDir() {
			numbers = append(numbers, n)
		}
	}
	return numbers, nil
}

// SegmentNumber is the number of the segment in a file of a log's folder; ok is
// false for a file that is none.
func SegmentNumber(file string) (n uint64, ok bool) {
	stem, ok := strings.CutSuffix(file, ".log")
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(stem, 16, 32)
	return n, err == nil && n > 0 && segmentName(n) == file
}

// SegmentPath is the file of a segment of a log.
func SegmentPath(dir string, number uint64) string { return filepath.Join(dir, segmentName(number)) }

// Reserved is the length in bytes that a segment has until it is sealed, as its
// header says: a copy of its beginning needs zeros up to there.
func Reserved(disk host.Disk, dir string, writer event.Writer, number uint64) (int64, error) {
	s, err := openSegment(disk, dir, number, writer)
	if err != nil {
		return 0, err
	}
	return s.header.Reserved, s.file.Close()
}

// Rewritten is how often a segment has been written anew.
func Rewritten(disk host.Disk, dir string, writer event.Writer, number uint64) (uint64, error) {
	s, err := openSegment(disk, dir, number, writer)
	if err != nil {
		return 0, err
	}
	return s.rewritten(), s.file.Close()
}

// Named are the segments of a log that others name as what came before them.
func Named(disk host.Disk, dir string, writer event.Writer) (map[uint64]bool, error) {
	numbers, err := segmentNumbers(disk, dir)
	if err != nil {
		return nil, err
	}
	named := map[uint64]bool{}
	for _, n := range numbers {
		s, err := openSegment(disk, dir, n, writer)
		if errors.Is(err, errUnused) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if s.header.Previous != nil {
			named[s.header.Previous.Segment] = true
		}
		if err := s.file.Close(); err != nil {
			return nil, err
		}
	}
	return named, nil
}

// segment is one open segment with its header.
type segment struct {
	path   string
	number uint64
	file   host.File
	size   int64 // of the file when it was opened
	header header
	known  bool  // the header could be read
	hurt   bool  // the bytes before body are damaged
	body   int64 // offset of the first frame behind the header
}

// errUnused says that a segment has no header: its writer ended before it
// used it.
var errUnused = fault.New(fault.Corrupt, "this journal segment was never used")

// openSegment opens a segment and reads its header. A header that is broken
// with nothing behind it is errUnused; with valid frames behind it the segment
// is hurt, but readable. A segment of which nothing can be read, or that
// belongs elsewhere, is Corrupt.
func openSegment(disk host.Disk, dir string, number uint64, writer event.Writer) (*segment, error) {
	path := filepath.Join(dir, segmentName(number))
	file, err := disk.Open(path)
	if err != nil {
		return nil, err
	}
	s := &segment{path: path, number: number, file: file}
	if err = s.readHeader(writer); err == nil && s.hurt {
		// Its writer may have been just there when it was read.
		s = &segment{path: path, number: number, file: file}
		err = s.readHeader(writer)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return s, nil
}

func (s *segment) readHeader(writer event.Writer) error {
	size, err := s.file.Size()
	if err != nil {
		return err
	}
	s.size = size
	w := window{file: s.file, limit: size, step: headerRoom}
	head, err := w.have(0, len(magic))
	if err != nil {
		return err
	}
	s.hurt = len(head) < len(magic) || string(head[:len(magic)]) != magic
	b, err := w.at(int64(len(magic)))
	if err != nil {
		return err
	}
	if payload, v := parse(b); v == whole && len(payload) > 2 && payload[1] == 0 && payload[2] == kindHeader {
		return s.checkHeader(payload, writer)
	}
	return s.readWithoutHeader(writer)
}

// readWithoutHeader looks for what may stand behind a header that is broken.
func (s *segment) readWithoutHeader(writer event.Writer) error {
	w := window{file: s.file, limit: s.size}
	h, found, err := w.find(1, writer, 0)
	switch {
	case err != nil:
		return err
	case found:
		s.header.Commit = h.Commit
		s.body, s.hurt = h.offset, true
		return nil
	}
	// The header is synced before any event is written, so a segment that was
	// never used holds at most a part of its header.
	clean, err := w.zeros(headerEnd(&w))
	if err != nil {
		return err
	}
	if clean {
		return errUnused
	}
	return fault.New(fault.Corrupt, "nothing in this journal segment can be read")
}

// headerEnd is where a header that cannot be read would end at the latest.
func headerEnd(w *window) int64 {
	const start = int64(len(magic) + prefix)
	b, err := w.have(int64(len(magic)), prefix)
	if err != nil || len(b) < prefix {
		return headerRoom // zeros meets the error again
	}
	n := int64(binary.LittleEndian.Uint32(b))
	if n == 0 || n > headerRoom-start {
		return headerRoom
	}
	return start + n
}

func (s *segment) checkHeader(payload []byte, writer event.Writer) error {
	// A later format may give other keys other types, so its number is read alone.
	var format struct {
		Format uint64 `cbor:"4,keyasint"`
	}
	if err := event.Unmarshal(payload, &format); err != nil {
		return fault.Wrap(err, fault.Corrupt, "read", s.path)
	}
	if format.Format > formatRewrite {
		return fault.New(fault.Newer, "this part of the record was written by a later version of Varve").
			On("read", s.path).WithHint("Update Varve on this computer.")
	}
	if err := event.Unmarshal(payload, &s.header); err != nil {
		return fault.Wrap(err, fault.Corrupt, "read", s.path)
	}
	h := &s.header
	if kindOf(payload, writer) != kindHeader || h.Segment != s.number {
		return fault.New(fault.Corrupt, "this journal segment belongs elsewhere: its header names writer %s, segment %d", h.Writer, h.Segment)
	}
	if p := h.Previous; h.First == 0 || p != nil && (p.Segment == 0 || p.Segment >= h.Segment || p.Bytes < 0) {
		return fault.New(fault.Corrupt, "the header of this journal segment says what cannot be")
	}
	if r := h.Rewriting; r != nil && r.Times == 0 {
		return fault.New(fault.Corrupt, "the header of this journal segment says what cannot be")
	}
	s.known, s.body = true, int64(len(magic)+prefix+len(payload))
	return nil
}

// names reports whether the header says that number is its predecessor.
func (s *segment) names(number uint64) bool {
	return s.known && s.header.Previous != nil && s.header.Previous.Segment == number
}

// rewritten is how often the segment has been rewritten; offsets in one of
// another number say nothing about it.
func (s *segment) rewritten() uint64 {
	if s.header.Rewriting == nil {
		return 0
	}
	return s.header.Rewriting.Times
}
