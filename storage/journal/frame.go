package journal

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Layout constants; docs/format/journal.md is their page.
const (
	magic         = "VARVLOG1"
	formatVersion = 1
	formatRewrite = 2        // of segments that were rewritten, see rewrite.go
	prefix        = 8        // length and crc before each payload
	maxPayload    = 16 << 20 // bytes
	maxFold       = 4 << 20  // bytes of foreign frames in one fold frame
	maxProgram    = 256      // bytes of Config.Program that a header keeps

	// maxEvent leaves room so that a fold frame can carry any event.
	maxEvent = maxPayload - 1<<10
	// headerRoom is more than magic and header frame ever need.
	headerRoom = 1 << 10
	// sealRoom is kept free for the seal at the end of each segment.
	sealRoom = 256
	// leastFrame is less than any event frame needs.
	leastFrame = 48
)

// Kinds of frames. An event is event.KindEvent.
const (
	kindHeader  = 1
	kindEvent   = event.KindEvent
	kindSeal    = 3
	kindFold    = 4
	kindRemoved = 5
)

// How a segment ended, as its successor says it.
const (
	endSealed    = 1
	endTorn      = 2
	endAbandoned = 3
)

type header struct {
	Kind        uint64       `cbor:"0,keyasint"`
	Writer      event.Writer `cbor:"1,keyasint"`
	Commit      uint64       `cbor:"2,keyasint"`
	Segment     uint64       `cbor:"3,keyasint"`
	Format      uint64       `cbor:"4,keyasint"`
	Incarnation event.Writer `cbor:"5,keyasint"`
	Device      event.Writer `cbor:"6,keyasint"`
	Workspace   event.Writer `cbor:"7,keyasint"`
	First       uint64       `cbor:"8,keyasint"`
	Created     int64        `cbor:"9,keyasint"`
	Previous    *previous    `cbor:"10,keyasint,omitempty"`
	Program     string       `cbor:"11,keyasint,omitempty"`
	Reserved    int64        `cbor:"12,keyasint"`
	Rewriting   *rewriting   `cbor:"13,keyasint,omitempty"`
}

// rewriting is what the header of a rewritten segment says besides.
type rewriting struct {
	Times uint64   `cbor:"1,keyasint"` // how often it has been rewritten
	Was   previous `cbor:"2,keyasint"` // what the next header says about it
}

// previous is what a segment's header says about the one before.
type previous struct {
	Segment uint64   `cbor:"1,keyasint"`
	Bytes   int64    `cbor:"2,keyasint"`
	Hash    [32]byte `cbor:"3,keyasint"`
	Last    uint64   `cbor:"4,keyasint"`
	End     uint64   `cbor:"5,keyasint"`
}

type seal struct {
	Kind   uint64       `cbor:"0,keyasint"`
	Writer event.Writer `cbor:"1,keyasint"`
	Commit uint64       `cbor:"2,keyasint"`
	Last   uint64       `cbor:"3,keyasint"`
	Events uint64       `cbor:"4,keyasint"`
	Hash   [32]byte     `cbor:"5,keyasint"`
}

type fold struct {
	Kind    uint64       `cbor:"0,keyasint"`
	Writer  event.Writer `cbor:"1,keyasint"`
	Commit  uint64       `cbor:"2,keyasint"`
	Source  event.Writer `cbor:"3,keyasint"`
	Segment uint64       `cbor:"4,keyasint"`
	Offset  int64        `cbor:"5,keyasint"`
	Frames  []byte       `cbor:"6,keyasint"`
	Final   bool         `cbor:"7,keyasint,omitempty"`
	Before  uint64       `cbor:"14,keyasint,omitempty"`
}

// removed stands where frames of events stood that were purged.
type removed struct {
	Kind   uint64       `cbor:"0,keyasint"`
	Writer event.Writer `cbor:"1,keyasint"`
	Commit uint64       `cbor:"2,keyasint"` // the last of theirs
	First  uint64       `cbor:"3,keyasint"`
	Count  uint64       `cbor:"4,keyasint"` // sequence numbers covered, from First on
}

func (r *removed) last() uint64 { return r.First + r.Count - 1 }

// stem is what the payloads of all kinds have in common.
type stem struct {
	Kind   uint64       `cbor:"0,keyasint"`
	Writer event.Writer `cbor:"1,keyasint"`
	Commit uint64       `cbor:"2,keyasint"`
	Before uint64       `cbor:"14,keyasint,omitempty"`
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// finish writes length and checksum into the eight bytes that were left free
// before the payload frame[prefix:].
func finish(frame []byte, limit int) error {
	n := len(frame) - prefix
	if n <= 0 || n > limit {
		return fault.New(fault.Invalid, "one event of %d bytes is more than the journal takes (%d)", n, limit).
			WithHint("Record it in several smaller steps.")
	}
	binary.LittleEndian.PutUint32(frame, uint32(n))
	binary.LittleEndian.PutUint32(frame[4:], checksum(frame))
	return nil
}

func checksum(frame []byte) uint32 {
	sum := crc32.Update(0, castagnoli, frame[:4])
	return crc32.Update(sum, castagnoli, frame[prefix:])
}

// appendFrame encodes v as a whole frame behind buf.
func appendFrame(buf []byte, v any) ([]byte, error) {
	payload, err := event.Marshal(v)
	if err != nil {
		return buf, fault.Wrap(err, fault.Internal, "encode", "frame")
	}
	start := len(buf)
	buf = append(buf, make([]byte, prefix)...)
	buf = append(buf, payload...)
	return buf, finish(buf[start:], maxPayload)
}

// Deterministic CBOR writes a map of less than 24 pairs with its keys in
// order, so every payload begins with the same 21 bytes but for the number of
// pairs and the kind: pairs, 0, kind, 1, 0x50 (16 bytes follow), writer.
const (
	writerAt  = 5
	signature = writerAt + 16
)

// kindOf returns the kind of a payload of writer without decoding it, or 0.
func kindOf(payload []byte, writer event.Writer) uint64 {
	if len(payload) < signature || payload[0]>>5 != 5 || payload[1] != 0 || payload[2] > 23 ||
		payload[3] != 1 || payload[4] != 0x50 || !bytes.Equal(payload[writerAt:signature], writer[:]) {
		return 0
	}
	return uint64(payload[2])
}

// verdict is what parse says about the bytes at one place.
type verdict int

const (
	whole  verdict = iota // a frame stands here
	empty                 // a zero length: the clean end, if zeros follow
	short                 // the frame would go beyond the bytes at hand
	broken                // no frame: length out of range or checksum wrong
)

// parse looks for a frame at the beginning of b and returns its payload.
func parse(b []byte) (payload []byte, v verdict) {
	if len(b) < prefix {
		return nil, short
	}
	n := binary.LittleEndian.Uint32(b)
	switch {
	case n == 0:
		return nil, empty
	case n > maxPayload:
		return nil, broken
	case int(n) > len(b)-prefix:
		return nil, short
	}
	frame := b[:prefix+int(n)]
	if binary.LittleEndian.Uint32(b[4:]) != checksum(frame) {
		return nil, broken
	}
	return frame[prefix:], whole
}
