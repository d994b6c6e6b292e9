package sheet

import (
	"encoding/binary"
	"errors"
)

// thrift walks along what is written in Thrift's compact protocol, as the footer and
// the heads of pages of Parquet are, and believes nothing: the library makes room for
// as many things as a file claims to have, and follows it as deep as it goes.
type thrift struct {
	data []byte
	at   int
	left int // elements of lists that may still come
	// fields are the numbers of a struct and of the structs in it, and the lengths of
	// its lists, by place.
	fields map[place]int64
}

// place is where a number stands: in the field inner of the struct in the field
// outer; outer is 0 for the struct at the top.
type place struct{ outer, inner int64 }

// deepest is how deep structs and lists may lie in one another. Those of Parquet go
// to about eight.
const deepest = 24

var errThrift = errors.New("it is damaged, or no file of an honest program")

// Types of Thrift's compact protocol.
const (
	isTrue = iota + 1
	isFalse
	isByte
	isInt16
	isInt32
	isInt64
	isDouble
	isBinary
	isList
	isSet
	isMap
	isStruct
	isUUID
)

// walk reads the struct that data begins with, and returns its length.
func (t *thrift) walk() (int, error) {
	t.fields = map[place]int64{}
	err := t.structure(0, 0)
	return t.at, err
}

func (t *thrift) structure(depth int, outer int64) error {
	for id := int64(0); ; {
		head, err := t.byte()
		if err != nil || head == 0 {
			return err
		}
		if step := head >> 4; step != 0 {
			id += int64(step)
		} else if id, err = t.signed(); err != nil {
			return err
		}
		below := id
		if depth > 0 {
			below = -1 // deeper than anybody asks
		}
		n, err := t.value(head&15, depth+1, below)
		if err != nil {
			return err
		}
		if depth == 0 || depth == 1 && outer > 0 {
			t.fields[place{outer, id}] = n
		}
	}
}

// value reads a value that stands in a field, and returns it if it is a number.
func (t *thrift) value(kind byte, depth int, outer int64) (int64, error) {
	if depth > deepest {
		return 0, errThrift
	}
	switch kind {
	case isTrue:
		return 1, nil
	case isFalse:
		return 0, nil
	case isByte:
		return 0, t.skip(1)
	case isInt16, isInt32, isInt64:
		return t.signed()
	case isDouble:
		return 0, t.skip(8)
	case isUUID:
		return 0, t.skip(16)
	case isBinary:
		n, err := t.length()
		return 0, errors.Join(err, t.skip(n))
	case isList, isSet:
		return t.list(depth)
	case isMap:
		return 0, t.mapping(depth)
	case isStruct:
		return 0, t.structure(depth, outer)
	}
	return 0, errThrift
}

func (t *thrift) list(depth int) (int64, error) {
	head, err := t.byte()
	if err != nil {
		return 0, err
	}
	n := int(head >> 4)
	if n == 15 {
		if n, err = t.length(); err != nil {
			return 0, err
		}
	}
	return int64(n), t.elements(n, depth, head&15)
}

func (t *thrift) mapping(depth int) error {
	n, err := t.length()
	if err != nil || n == 0 {
		return err
	}
	both, err := t.byte()
	if err != nil {
		return err
	}
	return t.elements(n, depth, both>>4, both&15)
}

// elements reads what lies in a list or a map, where even truths have a byte.
func (t *thrift) elements(n, depth int, kinds ...byte) error {
	if t.left -= n; t.left < 0 {
		return errThrift
	}
	for range n {
		for _, kind := range kinds {
			if kind == isTrue || kind == isFalse {
				kind = isByte
			}
			if _, err := t.value(kind, depth+1, -1); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *thrift) byte() (byte, error) {
	if t.at >= len(t.data) {
		return 0, errThrift
	}
	t.at++
	return t.data[t.at-1], nil
}

func (t *thrift) skip(n int) error {
	if n < 0 || n > len(t.data)-t.at {
		return errThrift
	}
	t.at += n
	return nil
}

func (t *thrift) signed() (int64, error) {
	n, size := binary.Varint(t.data[t.at:]) // in zigzag, as Thrift has them
	if size <= 0 {
		return 0, errThrift
	}
	t.at += size
	return n, nil
}

// length is a number of bytes or elements, each of which has at least a byte.
func (t *thrift) length() (int, error) {
	n, size := binary.Uvarint(t.data[t.at:])
	if size <= 0 || n > uint64(len(t.data)) {
		return 0, errThrift
	}
	t.at += size
	return int(n), nil
}
