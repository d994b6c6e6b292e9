package content

import (
	"dev.varve/backend/fault"
)

// Outside refers to a file that the store does not hold: it stays where it is, on
// the computer where the reference was made. That it is still the same file is
// told by its size and time.
type Outside struct {
	Path     string `cbor:"16,keyasint"` // absolute
	Size     int64  `cbor:"17,keyasint"`
	Modified int64  `cbor:"18,keyasint"` // ns since 1970
}

// Marshal gives the form that events have.
func (o Outside) Marshal() ([]byte, error) {
	data, err := encoder.Marshal(o)
	return data, fault.Wrap(err, fault.Internal, "encode reference to", o.Path)
}

// OutsideOf reads a reference of an event; ok is false for one to content of the
// store.
func OutsideOf(ref []byte) (o Outside, ok bool) {
	err := decodeExactly(ref, &o)
	return o, err == nil && o.Path != "" && o.Size >= 0
}
