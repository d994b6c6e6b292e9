package door

import (
	"bytes"
	"encoding/binary"
	"encoding/json"

	"dev.varve/backend/fault"
)

// frameHead is the length of what stands before the JSON of a frame.
const frameHead = 16

// framed begins a binary answer: eight letters that say what it is, the length of a
// head and four bytes of nothing, the head as JSON with spaces up to a multiple
// of eight, and the body, for which there is room. Numbers are little-endian.
func framed(letters string, head any, body int) ([]byte, error) {
	text, err := json.Marshal(head)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "encode", "answer")
	}
	text = append(text, bytes.Repeat([]byte{' '}, -len(text)&7)...)
	out := make([]byte, 0, frameHead+len(text)+body)
	out = append(out, letters...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(text)))
	out = binary.LittleEndian.AppendUint32(out, 0)
	return append(out, text...), nil
}
