package journal

import (
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
	Bytes    int64  // how many bytes cannot be read
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
		stem, ok := strings.CutSuffix(e.Name(), ".log")
		if !ok || len(stem) != 8 {
			continue
		}
		if n, err := strconv.ParseUint(stem, 16, 32); err == nil && n > 0 {
			numbers = append(numbers, n)
		}
	}
	return numbers, nil
}

// segment is one open segment with its header.
type segment struct {
	path   string
	file   host.File
	size   int64
	header header
	body   int64 // offset of the first frame behind the header
	hurt   bool  // the header is damaged; body is where the first whole frame stands
}

// errUnused says that a segment has no header: its writer ended before it
// used it.
var errUnused = fault.New(fault.Corrupt, "this segment was never used")

// openSegment opens a segment and reads its header. A header that is broken
// with nothing valid behind it is errUnused; with valid frames behind it the
// segment is hurt, but readable.
func openSegment(disk host.Disk, dir string, number uint64, writer event.Writer) (*segment, error) {
	path := filepath.Join(dir, segmentName(number))
	file, err := disk.Open(path)
	if err != nil {
		return nil, err
	}
	s := &segment{path: path, file: file}
	if err := s.readHeader(number, writer); err != nil {
		file.Close()
		return nil, err
	}
	return s, nil
}

func (s *segment) readHeader(number uint64, writer event.Writer) error {
	size, err := s.file.Size()
	if err != nil {
		return err
	}
	s.size = size
	w := window{file: s.file, limit: size}
	head, err := w.have(0, len(magic)+prefix)
	if err != nil {
		return err
	}
	if len(head) >= len(magic) && string(head[:len(magic)]) == magic {
		b, err := w.at(int64(len(magic)))
		if err != nil {
			return err
		}
		if payload, v := parse(b); v == whole && kindOf(payload) == kindHeader {
			return s.checkHeader(payload, number, writer)
		}
	}
	next, st, err := findFrame(&w, 1, writer, 0)
	if err != nil {
		return err
	}
	if next < 0 {
		return errUnused
	}
	s.header = header{Writer: writer, Commit: st.Commit, Segment: number, First: 1}
	s.body, s.hurt = next, true
	return nil
}

func (s *segment) checkHeader(payload []byte, number uint64, writer event.Writer) error {
	if err := event.Unmarshal(payload, &s.header); err != nil {
		return fault.Wrap(err, fault.Corrupt, "read", s.path)
	}
	h := &s.header
	switch {
	case h.Format > formatVersion:
		return fault.New(fault.Newer, "this part of the record was written by a later version of Varve (%s)", h.Program).
			On("read", s.path).WithHint("Update Varve on this computer.")
	case h.Writer != writer || h.Segment != number:
		return fault.New(fault.Corrupt, "this journal segment belongs elsewhere: its header names writer %s, segment %d", h.Writer, h.Segment).
			On("read", s.path)
	}
	s.body = int64(len(magic) + prefix + len(payload))
	return nil
}

// findFrame searches from offset on for the first whole frame of writer whose
// commit is at least the given one. It returns −1 if there is none.
func findFrame(w *window, offset int64, writer event.Writer, commit uint64) (int64, stem, error) {
	var st stem
	for ; offset < w.limit; offset++ {
		b, err := w.have(offset, prefix)
		if err != nil || len(b) < prefix {
			return -1, st, err
		}
		if b[0]|b[1]|b[2]|b[3] == 0 || b[3] != 0 && b[3] > maxPayload>>24 {
			continue
		}
		if b, err = w.at(offset); err != nil {
			return -1, st, err
		}
		payload, v := parse(b)
		if v != whole || kindOf(payload) == 0 {
			continue
		}
		if event.Unmarshal(payload, &st) == nil && st.Writer == writer && st.Commit >= commit {
			return offset, st, nil
		}
	}
	return -1, st, nil
}
