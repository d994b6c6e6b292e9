package array

import (
	"encoding/binary"
	"math"
	"regexp"
	"strconv"
	"strings"

	"dev.varve/backend/fault"
)

const numpyMagic = "\x93NUMPY"

var (
	descr = regexp.MustCompile(`'descr':\s*'([<>|=])([a-zA-Z])([0-9]{1,2})'`)
	shape = regexp.MustCompile(`'shape':\s*\(([0-9, L]*)\)`)
)

// readNumPy reads an array as numpy.save writes it (format versions 1 to 3), of
// numbers of any width and order. Where a number stands in its shape does not
// matter here.
func readNumPy(data []byte) ([]Column, error) {
	broken := fault.New(fault.Invalid, "it is no NumPy array, or is cut off")
	if len(data) < 12 || string(data[:6]) != numpyMagic {
		return nil, broken
	}
	size, at := int(binary.LittleEndian.Uint16(data[8:])), 10
	if data[6] > 1 {
		long := binary.LittleEndian.Uint32(data[8:])
		if long > 1<<20 {
			return nil, broken
		}
		size, at = int(long), 12
	}
	if size > len(data)-at {
		return nil, broken
	}
	head, body := string(data[at:at+size]), data[at+size:]
	kind := descr.FindStringSubmatch(head)
	if kind == nil {
		return nil, fault.New(fault.Unsupported, "its elements are no plain numbers")
	}
	width, _ := strconv.Atoi(kind[3])
	read := element(kind[2], width, order(kind[1]))
	if read == nil {
		return nil, fault.New(fault.Unsupported, "its elements are of the type %s%s, which is not read", kind[2], kind[3])
	}
	n, ok := elements(head)
	if !ok || n > len(body)/width {
		return nil, broken
	}
	values := make([]float64, n)
	for i := range values {
		values[i] = read(body[i*width:])
	}
	return []Column{{Values: values}}, nil
}

func order(mark string) binary.ByteOrder {
	if mark == ">" {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// elements is the product of the lengths in the shape.
func elements(head string) (int, bool) {
	m := shape.FindStringSubmatch(head)
	if m == nil {
		return 0, false
	}
	n := 1
	for part := range strings.SplitSeq(m[1], ",") {
		if part = strings.Trim(part, " L"); part == "" {
			continue
		}
		length, err := strconv.Atoi(part)
		if err != nil || length > MaxFile || n*length > MaxFile {
			return 0, false
		}
		n *= length
	}
	return n, true
}

// element reads one number; nil if there is no such type.
func element(kind string, width int, o binary.ByteOrder) func([]byte) float64 {
	switch kind + strconv.Itoa(width) {
	case "f8":
		return func(b []byte) float64 { return math.Float64frombits(o.Uint64(b)) }
	case "f4":
		return func(b []byte) float64 { return float64(math.Float32frombits(o.Uint32(b))) }
	case "f2":
		return func(b []byte) float64 { return half(o.Uint16(b)) }
	case "i8":
		return func(b []byte) float64 { return float64(int64(o.Uint64(b))) }
	case "i4":
		return func(b []byte) float64 { return float64(int32(o.Uint32(b))) }
	case "i2":
		return func(b []byte) float64 { return float64(int16(o.Uint16(b))) }
	case "i1":
		return func(b []byte) float64 { return float64(int8(b[0])) }
	case "u8":
		return func(b []byte) float64 { return float64(o.Uint64(b)) }
	case "u4":
		return func(b []byte) float64 { return float64(o.Uint32(b)) }
	case "u2":
		return func(b []byte) float64 { return float64(o.Uint16(b)) }
	case "u1", "b1":
		return func(b []byte) float64 { return float64(b[0]) }
	}
	return nil
}

// half reads a number of half precision (IEEE 754).
func half(bits uint16) float64 {
	sign, exponent, fraction := 1.0, int(bits>>10&31), float64(bits&1023)
	if bits>>15 == 1 {
		sign = -1
	}
	switch {
	case exponent == 31 && fraction == 0:
		return sign * math.Inf(1)
	case exponent == 31:
		return math.NaN()
	case exponent == 0:
		return sign * math.Ldexp(fraction, -24)
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}
