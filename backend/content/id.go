// Package content keeps files and folders as trees of objects that are named
// by what they contain. Equal content has an equal name, so that it is stored
// once, and nothing can change without its name changing.
//
// WriteFile cuts a file into chunks and stores them, Open reads it back.
// Build stores a person's file or folder as it is, Assemble makes a folder
// from files that were stored one by one, and OpenTree looks into either.
// Where objects lie is the business of a Store.
//
// docs/format/trees.md is the format.
package content

import (
	"encoding/hex"
	"sync"

	"github.com/zeebo/blake3"

	"dev.varve/backend/fault"
)

// Size is the length of an ID and of a Digest in bytes.
const Size = 32

// ID is the name of a stored object, computed from its bytes by Sum.
type ID [Size]byte

// Digest says what a file or folder contains, however it is stored: it does
// not depend on times, permissions, or how content is cut and nodes are laid
// out. For a file it is BLAKE3-256 of its bytes.
type Digest [Size]byte

// Kind says which of the two kinds of objects something is. They have
// different names even when their bytes are equal, and lie in different packs.
type Kind uint8

const (
	// KindData is a chunk of a file's content.
	KindData Kind = 1
	// KindTree is a node that names other objects.
	KindTree Kind = 2
)

// String is the word that paths and messages use.
func (k Kind) String() string {
	switch k {
	case KindData:
		return "data"
	case KindTree:
		return "tree"
	}
	return "unknown"
}

// Contexts of BLAKE3's key derivation. They are part of the format.
const (
	nodeContext   = "varve 2026-11 tree node"
	folderContext = "varve 2026-11 folder digest"
)

// Setting up a hasher costs more than hashing a small node.
var (
	plainHashers  = sync.Pool{New: func() any { return blake3.New() }}
	nodeHashers   = sync.Pool{New: func() any { return blake3.NewDeriveKey(nodeContext) }}
	folderHashers = sync.Pool{New: func() any { return blake3.NewDeriveKey(folderContext) }}
)

// Sum computes the name of an object.
func Sum(kind Kind, data []byte) ID {
	if kind == KindData {
		return blake3.Sum256(data)
	}
	h := nodeHashers.Get().(*blake3.Hasher)
	defer nodeHashers.Put(h)
	h.Reset()
	h.Write(data)
	return sumOf(h)
}

func sumOf(h *blake3.Hasher) (sum [Size]byte) {
	h.Sum(sum[:0])
	return sum
}

// ParseID reads the text form of an ID: 64 hex digits. Anything else is
// fault.Invalid.
func ParseID(text string) (ID, error) {
	raw, err := parseHex("an id", text)
	return ID(raw), err
}

// ParseDigest reads the text form of a Digest: 64 hex digits. Anything else
// is fault.Invalid.
func ParseDigest(text string) (Digest, error) {
	raw, err := parseHex("a digest", text)
	return Digest(raw), err
}

// IsZero reports whether the id was never set.
func (id ID) IsZero() bool { return id == ID{} }

// IsZero reports whether the digest was never set.
func (d Digest) IsZero() bool { return d == Digest{} }

// String is the text form: 64 lower-case hex digits.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// String is the text form: 64 lower-case hex digits.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText gives the text form.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// MarshalText gives the text form.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the text form.
func (id *ID) UnmarshalText(text []byte) (err error) {
	*id, err = ParseID(string(text))
	return err
}

// UnmarshalText reads the text form.
func (d *Digest) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDigest(string(text))
	return err
}

// MarshalCBOR gives a byte string of 32 bytes.
func (id ID) MarshalCBOR() ([]byte, error) { return marshalBytes(id), nil }

// MarshalCBOR gives a byte string of 32 bytes.
func (d Digest) MarshalCBOR() ([]byte, error) { return marshalBytes(d), nil }

// UnmarshalCBOR takes nothing but a byte string of 32 bytes.
func (id *ID) UnmarshalCBOR(data []byte) error { return unmarshalBytes(data, (*[Size]byte)(id)) }

// UnmarshalCBOR takes nothing but a byte string of 32 bytes.
func (d *Digest) UnmarshalCBOR(data []byte) error { return unmarshalBytes(data, (*[Size]byte)(d)) }

// A CBOR byte string of 32 bytes starts with these two bytes.
const cborBytes, cborLength = 0x58, Size

func marshalBytes(raw [Size]byte) []byte {
	return append([]byte{cborBytes, cborLength}, raw[:]...)
}

func unmarshalBytes(data []byte, raw *[Size]byte) error {
	if len(data) != 2+Size || data[0] != cborBytes || data[1] != cborLength {
		return fault.New(fault.Corrupt, "a name of content is not a byte string of %d bytes", Size)
	}
	copy(raw[:], data[2:])
	return nil
}

func parseHex(what, text string) (raw [Size]byte, err error) {
	if len(text) == 2*Size {
		_, err = hex.Decode(raw[:], []byte(text))
	}
	if len(text) != 2*Size || err != nil {
		return [Size]byte{}, fault.New(fault.Invalid, "%q is not %s of %d hex digits", text, what, 2*Size)
	}
	return raw, nil
}
