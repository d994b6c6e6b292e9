package track

import (
	"encoding/binary"
	"math"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Points in the store are packed by column: their number, and then values, steps
// and times, each in one of two forms that its first byte names, whichever is
// shorter. docs/format/index.md describes it.

const (
	wideValues   = 0 // 8 bytes each
	narrowValues = 1 // 4 bytes each: all were numbers of single precision
	plainWhole   = 0 // the difference to the number before, each
	evenWhole    = 1 // such differences, each with how many times it comes in a row
)

func appendPoints(out []byte, points []event.Point) []byte {
	out = binary.AppendUvarint(slices.Grow(out, 16+11*len(points)), uint64(len(points)))
	out = appendValues(out, points)
	out = appendWhole(out, points, func(p *event.Point) int64 { return p.Step })
	return appendWhole(out, points, func(p *event.Point) int64 { return p.Time })
}

func appendValues(out []byte, points []event.Point) []byte {
	for i := range points {
		// NaN too has to be the same one afterwards.
		if v := points[i].Value; math.Float64bits(float64(float32(v))) != math.Float64bits(v) {
			out = append(out, wideValues)
			for i := range points {
				out = binary.LittleEndian.AppendUint64(out, math.Float64bits(points[i].Value))
			}
			return out
		}
	}
	out = append(out, narrowValues)
	for i := range points {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(points[i].Value)))
	}
	return out
}

// appendWhole appends a column of whole numbers.
func appendWhole(out []byte, points []event.Point, of func(*event.Point) int64) []byte {
	before, step, rows := int64(0), int64(0), 0
	for i := range points {
		at := of(&points[i])
		if i == 0 || at-before != step {
			rows++
		}
		before, step = at, at-before
	}
	even := rows*4 <= len(points)
	if even {
		out = append(out, evenWhole)
	} else {
		out = append(out, plainWhole)
	}
	before, step, rows = 0, 0, 0
	for i := range points {
		at := of(&points[i])
		switch {
		case !even:
			out = binary.AppendVarint(out, at-before)
		case i > 0 && at-before != step:
			out = binary.AppendUvarint(binary.AppendVarint(out, step), uint64(rows))
			rows = 0
		}
		before, step = at, at-before
		rows++
	}
	if even && rows > 0 {
		out = binary.AppendUvarint(binary.AppendVarint(out, step), uint64(rows))
	}
	return out
}

// mostPoints is how many points stand together at most: entryNodes nodes.
const mostPoints = entryNodes * keeps

// readPoints appends to dst what appendPoints wrote, and returns what follows.
func readPoints(data []byte, dst []event.Point) (points []event.Point, rest []byte, err error) {
	n, k := binary.Uvarint(data)
	if k <= 0 || n > mostPoints {
		return dst, nil, badPoints()
	}
	begun := len(dst)
	dst = slices.Grow(dst, int(n))[:begun+int(n)]
	added := dst[begun:]
	rest, ok := readValues(data[k:], added)
	if ok {
		rest, ok = readWhole(rest, added, func(p *event.Point, n int64) { p.Step = n })
	}
	if ok {
		rest, ok = readWhole(rest, added, func(p *event.Point, n int64) { p.Time = n })
	}
	if !ok {
		return dst[:begun], nil, badPoints()
	}
	return dst, rest, nil
}

func readValues(data []byte, points []event.Point) (rest []byte, ok bool) {
	switch {
	case len(data) > 8*len(points) && data[0] == wideValues:
		data = data[1:]
		for i := range points {
			points[i].Value = math.Float64frombits(binary.LittleEndian.Uint64(data[8*i:]))
		}
		return data[8*len(points):], true
	case len(data) > 4*len(points) && data[0] == narrowValues:
		data = data[1:]
		for i := range points {
			points[i].Value = float64(math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:])))
		}
		return data[4*len(points):], true
	}
	return nil, false
}

// readWhole reads a column of whole numbers.
func readWhole(data []byte, points []event.Point, set func(*event.Point, int64)) (rest []byte, ok bool) {
	if len(data) == 0 || data[0] > evenWhole {
		return nil, false
	}
	even := data[0] == evenWhole
	data = data[1:]
	at := int64(0)
	for i := 0; i < len(points); {
		step, k := varint(data)
		if k <= 0 {
			return nil, false
		}
		data = data[k:]
		times := uint64(1)
		if even {
			if times, k = binary.Uvarint(data); k <= 0 || times == 0 || times > uint64(len(points)-i) {
				return nil, false
			}
			data = data[k:]
		}
		for range times {
			at += step
			set(&points[i], at)
			i++
		}
	}
	return data, true
}

// varint is binary.Varint, faster for small numbers.
func varint(b []byte) (int64, int) {
	if len(b) > 0 && b[0] < 0x80 {
		return int64(b[0]>>1) ^ -int64(b[0]&1), 1
	}
	return binary.Varint(b)
}

// unpackBlock appends the points of a block to dst.
func unpackBlock(value []byte, dst []event.Point) ([]event.Point, error) {
	points, rest, err := readPoints(value, dst)
	if err == nil && len(rest) > 0 {
		err = badPoints()
	}
	return points, err
}

func badPoints() error { return fault.New(fault.Corrupt, "these are not points of a metric") }

// A sheaf holds the points of several short series of one run: key, length and
// packed points of each, by key.

func appendSheaf(out []byte, key string, points []event.Point) []byte {
	out = binary.AppendUvarint(out, uint64(len(key)))
	out = append(out, key...)
	packed := appendPoints(nil, points)
	out = binary.AppendUvarint(out, uint64(len(packed)))
	return append(out, packed...)
}

// readSheaf calls fn with each series of a sheaf, until it returns false.
func readSheaf(value []byte, fn func(key, packed []byte) bool) error {
	for len(value) > 0 {
		var parts [2][]byte
		for i := range parts {
			n, k := binary.Uvarint(value)
			if k <= 0 || n > uint64(len(value)-k) {
				return badPoints()
			}
			parts[i], value = value[k:k+int(n)], value[k+int(n):]
		}
		if !fn(parts[0], parts[1]) {
			return nil
		}
	}
	return nil
}

// fromSheaf appends the points that a sheaf has of a series to dst.
func fromSheaf(value []byte, key string, dst []event.Point) ([]event.Point, error) {
	var err error
	broken := readSheaf(value, func(k, packed []byte) bool {
		if string(k) != key {
			return true
		}
		dst, err = unpackBlock(packed, dst)
		return false
	})
	if broken != nil {
		err = broken
	}
	return dst, err
}
