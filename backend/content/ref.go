package content

import (
	"bytes"
	"math"

	"github.com/fxamacker/cbor/v2"
	"github.com/zeebo/blake3"

	"dev.varve/backend/fault"
)

// maxDepth is how many levels of list nodes a file may have. With at least 32
// entries a node, eight levels hold more than a file can be long.
const maxDepth = 8

// Ref names the content of one file. Two Refs of equal content may differ in
// everything but Size and Digest, if the content was cut in different ways.
type Ref struct {
	Size   int64  // bytes
	Class  Class  // how it was cut
	Depth  uint8  // levels of list nodes above the chunks; 0: ID is the only chunk
	ID     ID     // the chunk, or the top list node
	Digest Digest // BLAKE3-256 of the whole content
}

// emptyRef is the content of an empty file. It has a name but no object.
var emptyRef = Ref{ID: blake3.Sum256(nil), Digest: blake3.Sum256(nil)}

// wireRef is the form of a Ref in events.
type wireRef struct {
	Size   uint64 `cbor:"1,keyasint"`
	ID     []byte `cbor:"2,keyasint"`
	Class  uint8  `cbor:"3,keyasint,omitempty"`
	Depth  uint8  `cbor:"4,keyasint,omitempty"`
	Digest []byte `cbor:"5,keyasint,omitempty"`
}

// Check says in words, as fault.Corrupt, why a reference that came from
// outside cannot be right. It looks at nothing but the reference.
func (r Ref) Check() error {
	switch {
	case r.Size < 0:
		return corrupt("content has a negative size")
	case r.Depth > maxDepth:
		return corrupt("content has more than %d levels", maxDepth)
	case r.Class > lastClass:
		return fault.New(fault.Newer, "content is cut in a way (class %d) that this Varve does not know", r.Class)
	case r.Depth == 0 && r.Size > MaxObject:
		return corrupt("one chunk cannot have %d bytes", r.Size)
	case r.Depth == 0 && r.ID != ID(r.Digest):
		return corrupt("the only chunk of a content is not its digest")
	case r.Size == 0 && r != emptyRef:
		return corrupt("empty content has a wrong reference")
	}
	return nil
}

// MarshalCBOR gives the form that events have.
func (r Ref) MarshalCBOR() ([]byte, error) {
	w := wireRef{Size: uint64(r.Size), ID: r.ID[:], Class: uint8(r.Class), Depth: r.Depth}
	if r.Depth > 0 {
		w.Digest = r.Digest[:]
	}
	return encoder.Marshal(w)
}

// UnmarshalCBOR reads the form that events have, and checks it.
func (r *Ref) UnmarshalCBOR(data []byte) error {
	var w wireRef
	if err := decodeExactly(data, &w); err != nil {
		return err
	}
	got, err := w.ref()
	if err == nil {
		*r = got
	}
	return err
}

func (w wireRef) ref() (Ref, error) {
	if w.Size > math.MaxInt64 || len(w.ID) != Size {
		return Ref{}, corrupt("a reference to content has a wrong size or name")
	}
	r := Ref{Size: int64(w.Size), Class: Class(w.Class), Depth: w.Depth, ID: ID(w.ID), Digest: Digest(w.ID)}
	if w.Depth > 0 {
		if len(w.Digest) != Size {
			return Ref{}, corrupt("a reference to content has no digest")
		}
		r.Digest = Digest(w.Digest)
	}
	return r, r.Check()
}

var (
	encoder = mustMode(cbor.CoreDetEncOptions().EncMode())
	decoder = mustMode(cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		MaxNestedLevels:   8,
		MaxArrayElements:  4 * nodeMax,
		MaxMapPairs:       32,
	}.DecMode())
)

// mustMode cannot fail for options that a test has tried once.
func mustMode[M any](mode M, err error) M {
	if err != nil {
		panic(err)
	}
	return mode
}

// decodeExactly decodes what this package would encode in the same way, and
// nothing else, so that every value has one form.
func decodeExactly(data []byte, into any) error {
	if err := decoder.Unmarshal(data, into); err != nil {
		return &fault.Error{Kind: fault.Corrupt, Message: "not in the form that it should have", Err: err}
	}
	again, err := encoder.Marshal(into)
	if err != nil || !bytes.Equal(again, data) {
		return &fault.Error{Kind: fault.Corrupt, Message: "not in the one form that it may have", Err: err}
	}
	return nil
}

func corrupt(format string, args ...any) error {
	return fault.New(fault.Corrupt, format, args...)
}
