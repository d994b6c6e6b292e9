package content

import (
	"errors"
	"io"
	"sync"

	chunkers "github.com/PlakarKorp/go-cdc-chunkers"
	_ "github.com/PlakarKorp/go-cdc-chunkers/chunkers/jc" // registers the algorithm

	"dev.varve/backend/fault"
)

// Class says how a content is cut into chunks. The numbers are part of the
// format and keep their meaning for ever.
type Class uint8

const (
	// Whole is one chunk: files below 256 KiB.
	Whole Class = 0
	// Class64K is for files up to 4 GiB.
	Class64K Class = 1
	// Class512K is for larger ones.
	Class512K Class = 2

	lastClass = Class512K
)

// Files below wholeLimit bytes are one chunk; new ones from largeFrom bytes on
// get the large class.
const (
	wholeLimit = 256 << 10
	largeFrom  = 4 << 30
)

// Cutting describes a class completely. The workspace's marker lists them, so
// that a reader of the far future knows what was done.
type Cutting struct {
	Class     Class  `json:"class"`
	Name      string `json:"name"`
	Algorithm string `json:"algorithm"`
	Min       int    `json:"min"`    // bytes
	Normal    int    `json:"normal"` // bytes; see docs/format/trees.md for what it means
	Max       int    `json:"max"`    // bytes
}

// Cuttings lists the classes that cut, smallest first.
func Cuttings() []Cutting {
	const algorithm = "jc-v1.1.0" // a versioned name: the unversioned ones may change
	return []Cutting{
		{Class64K, "64K", algorithm, 16 << 10, 64 << 10, 256 << 10},
		{Class512K, "512K", algorithm, 128 << 10, 512 << 10, 2 << 20},
	}
}

// classFor chooses how to cut content of at least wholeLimit bytes.
func classFor(previous Class, expected int64) Class {
	switch {
	case previous == Class64K || previous == Class512K:
		return previous
	case expected >= largeFrom:
		return Class512K
	default:
		return Class64K
	}
}

// cutter is a chunker with its buffer.
type cutter struct {
	*chunkers.Chunker
	class Class
}

// cutters reuses chunkers: each holds twice its largest chunk.
var cutters [lastClass + 1]sync.Pool

// newCutter prepares a cutter for one stream; give it back with release.
func newCutter(class Class, r io.Reader) (*cutter, error) {
	if c, ok := cutters[class].Get().(*cutter); ok {
		c.Reset(r)
		return c, nil
	}
	p := Cuttings()[class-1]
	// Twice a chunk keeps the copying inside the chunker rare.
	buffer := make([]byte, 2*p.Max)
	c, err := chunkers.NewChunkerBuffer(p.Algorithm, r,
		&chunkers.ChunkerOpts{MinSize: p.Min, NormalSize: p.Normal, MaxSize: p.Max}, buffer)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "prepare to cut content", p.Name)
	}
	return &cutter{c, class}, nil
}

// next returns the next chunk, valid until the next call, and io.EOF without
// bytes at the end.
func (c *cutter) next() ([]byte, error) {
	chunk, err := c.Next()
	if len(chunk) > 0 && (err == nil || errors.Is(err, io.EOF)) {
		return chunk, nil // Next says EOF beside a short last chunk
	}
	if err == nil {
		err = io.EOF
	}
	return nil, err
}

func (c *cutter) release() {
	c.Reset(nil)
	cutters[c.class].Put(c)
}

// heads are buffers for the start of a file, which decides whether it is cut.
var heads = sync.Pool{New: func() any { b := make([]byte, wholeLimit); return &b }}
