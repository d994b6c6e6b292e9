package array

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"dev.varve/backend/fault"
)

const numpyMagic = "\x93NUMPY"

var (
	descr   = regexp.MustCompile(`'descr':\s*'([<>|=]?)([a-zA-Z])([0-9]*)(?:\[[^\]']*\])?'`)
	several = regexp.MustCompile(`'descr':\s*\[`)
	shape   = regexp.MustCompile(`'shape':\s*\(([0-9, L]*)\)`)
	fortran = regexp.MustCompile(`'fortran_order':\s*True`)
)

// maxHead is how many bytes the head of an array has at most.
const maxHead = 1 << 20

var errBroken = fault.New(fault.Invalid, "it is no NumPy array, or is cut off")

// header is what stands before the elements of an array.
type header struct {
	kind    string // a letter; empty if an element has several parts
	width   int    // bytes of an element
	order   binary.ByteOrder
	shape   []int64
	fortran bool
}

// readHead reads what numpy.save writes before the elements (format versions 1 to 3).
func readHead(r io.Reader) (*header, error) {
	var start [12]byte
	if _, err := io.ReadFull(r, start[:10]); err != nil || string(start[:6]) != numpyMagic {
		return nil, cut(err)
	}
	size := int(binary.LittleEndian.Uint16(start[8:]))
	if start[6] > 1 {
		if _, err := io.ReadFull(r, start[10:]); err != nil {
			return nil, cut(err)
		}
		long := binary.LittleEndian.Uint32(start[8:])
		if long > maxHead {
			return nil, errBroken
		}
		size = int(long)
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(r, text); err != nil {
		return nil, cut(err)
	}
	return parseHead(text)
}

// cut is the error of a file that ends too early; what the disk says stays as it is.
func cut(err error) error {
	if err == nil || err == io.EOF || err == io.ErrUnexpectedEOF {
		return errBroken
	}
	return err
}

func parseHead(text []byte) (*header, error) {
	h := &header{order: binary.LittleEndian, fortran: fortran.Match(text)}
	kind, lengths := descr.FindSubmatch(text), shape.FindSubmatch(text)
	if lengths == nil || kind == nil && !several.Match(text) {
		return nil, errBroken
	}
	if kind != nil {
		h.kind = string(kind[2])
		h.width, _ = strconv.Atoi(string(kind[3])) // none: its elements are not read
		h.order = order(string(kind[1]))
	}
	all := int64(1)
	for part := range strings.SplitSeq(string(lengths[1]), ",") {
		if part = strings.Trim(part, " L"); part == "" {
			continue
		}
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil || n > math.MaxInt32*1024 || n > 0 && all > math.MaxInt64/n/64 {
			return nil, errBroken
		}
		h.shape = append(h.shape, n)
		all *= max(n, 1)
	}
	return h, nil
}

// values is how many elements there are.
func (h *header) values() int64 {
	n := int64(1)
	for _, length := range h.shape {
		n *= length
	}
	return n
}

// readNumPy reads an array of numbers of any width and order. Where a number stands
// in its shape does not matter here.
func readNumPy(data []byte) ([]Column, error) {
	r := bytes.NewReader(data)
	h, err := readHead(r)
	if err != nil {
		return nil, err
	}
	read := h.element()
	switch {
	case h.kind == "":
		return nil, fault.New(fault.Unsupported, "its elements are no plain numbers")
	case read == nil:
		return nil, fault.New(fault.Unsupported, "its elements are of the type %s%d, which is not read", h.kind, h.width)
	case h.values() > int64(r.Len()/h.width):
		return nil, errBroken
	}
	body := data[len(data)-r.Len():]
	values := make([]float64, h.values())
	for i := range values {
		values[i] = read(body[i*h.width:])
	}
	return []Column{{Values: values}}, nil
}

func order(mark string) binary.ByteOrder {
	if mark == ">" {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// element reads one number; nil if there is no such type.
func (h *header) element() func([]byte) float64 {
	o := h.order
	switch h.kind + strconv.Itoa(h.width) {
	case "f8":
		return func(b []byte) float64 { return math.Float64frombits(o.Uint64(b)) }
	case "f4":
		return func(b []byte) float64 { return float64(math.Float32frombits(o.Uint32(b))) }
	case "f2":
		return func(b []byte) float64 { return Half(o.Uint16(b)) }
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

// Half reads a number of half precision (IEEE 754).
func Half(bits uint16) float64 {
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
