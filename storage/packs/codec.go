package packs

import (
	"slices"
	"sync"

	"github.com/klauspost/compress"
	"github.com/klauspost/compress/zstd"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
)

// When compression is tried, in bytes. None of this is part of the format.
const (
	compressFrom = 64       // smaller objects have nothing to gain
	probeFrom    = 16 << 10 // larger ones are probed first
	probeSample  = 1 << 10
	probePays    = 0.1       // random bytes are estimated below 0.06, measured floats and text above 0.2
	window       = 256 << 10 // memory of an encoder grows with it
	maxWindow    = 8 << 20   // that a reader accepts
)

// codec turns objects into records and back. It is safe for concurrent use.
type codec struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
	// buffers hold one record each. Large ones are not kept.
	buffers sync.Pool
}

func newCodec(concurrency int) (*codec, error) {
	enc, err := zstd.NewWriter(nil,
		zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(concurrency), zstd.WithWindowSize(window),
		zstd.WithLowerEncoderMem(true), zstd.WithEncoderCRC(false)) // the record has a checksum and the object its name
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "prepare", "compression")
	}
	dec, err := zstd.NewReader(nil,
		zstd.WithDecoderConcurrency(concurrency), zstd.WithDecoderLowmem(true), zstd.WithDecodeAllCapLimit(true),
		zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderMaxMemory(content.MaxObject))
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "prepare", "decompression")
	}
	return &codec{enc: enc, dec: dec}, nil
}

// record makes the record of an object in a buffer; give it back with release.
func (c *codec) record(id content.ID, data []byte) *[]byte {
	b := c.buffer()
	*b = slices.Grow((*b)[:0], recordSize+len(data))[:recordSize]
	if c.pays(data) {
		packed := c.enc.EncodeAll(data, *b)
		if len(packed)-recordSize <= len(data)-len(data)/16 {
			*b = packed
			sealRecord(*b, id, len(data), storedZstd)
			return b
		}
	}
	*b = append((*b)[:recordSize], data...)
	sealRecord(*b, id, len(data), storedPlain)
	return b
}

// pays looks at two samples of a large object. To try and fail would cost
// more than all the rest of storing it.
func (c *codec) pays(data []byte) bool {
	if len(data) < probeFrom {
		return len(data) >= compressFrom
	}
	first, second := data[len(data)/4:][:probeSample], data[len(data)*3/4-probeSample:][:probeSample]
	return max(compress.Estimate(first), compress.Estimate(second)) >= probePays
}

// object undoes record for stored bytes whose CRC was right, and appends the
// object to dst.
func (c *codec) object(h recordHead, stored, dst []byte) ([]byte, error) {
	switch h.codec {
	case storedPlain:
		return append(dst, stored...), nil
	case storedZstd:
		start := len(dst)
		// The decoder stops at the end of the capacity, so a record that lies
		// about its length costs no memory.
		data, err := c.dec.DecodeAll(stored, slices.Grow(dst, h.raw))
		if err != nil || len(data)-start != h.raw {
			return nil, &fault.Error{Kind: fault.Corrupt, Message: "the record cannot be decompressed", Err: err}
		}
		return data, nil
	}
	return nil, fault.New(fault.Newer, "a record is compressed in a way (%d) that this Varve does not know", h.codec).
		WithHint("Use a later version of Varve.")
}

// verified is object with the name checked.
func (c *codec) verified(kind content.Kind, h recordHead, stored, dst []byte) ([]byte, error) {
	data, err := c.object(h, stored, dst)
	if err == nil && content.Sum(kind, data[len(dst):]) != h.id {
		err = corrupt("the object is not what its name says")
	}
	if err != nil {
		return nil, err
	}
	return data, nil
}

// check is verified without keeping the object.
func (c *codec) check(kind content.Kind, h recordHead, stored []byte) error {
	b := c.buffer()
	defer c.release(b)
	data, err := c.verified(kind, h, stored, (*b)[:0])
	if err == nil {
		*b = data
	}
	return err
}

func (c *codec) buffer() *[]byte {
	if b, ok := c.buffers.Get().(*[]byte); ok {
		return b
	}
	return new([]byte)
}

func (c *codec) release(b *[]byte) {
	const keep = 1 << 20
	if cap(*b) <= keep {
		c.buffers.Put(b)
	}
}
