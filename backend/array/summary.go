package array

import (
	"archive/zip"
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strings"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
)

// Bounds of what is looked at.
const (
	maxRead   = 1 << 30 // bytes of elements, of all arrays of a file
	maxArrays = 200     // of an archive
	block     = 4096    // elements at a time
)

// Summary is what an array has. Infinite elements and NaN count for nothing but
// their own numbers.
type Summary struct {
	Name   string // in an archive (.npz); empty for a file of one array
	Shape  []int64
	Type   string // as NumPy calls it
	Values int64
	Read   int64 // that were looked at; 0 if they are no plain numbers

	NaN, Infinite       int64
	Min, Max, Mean, Std float64
}

// Pair is an array of two files with the same name. One of the two may be missing.
type Pair struct {
	Before, After *Summary
	// Compared says that the two have the same shape, so that their elements were
	// compared one by one: so many differ, by so much at most.
	Compared bool
	Changed  int64
	Largest  float64
}

// IsSummed reports whether a file has arrays that Summarize knows, by its name.
func IsSummed(name string) bool {
	end := strings.ToLower(path.Ext(name))
	return end == ".npy" || end == ".npz"
}

// Summarize says what the arrays of a file have, which may be of any size: .npy, or
// .npz with several of them. What is none is fault.Invalid.
func Summarize(ctx context.Context, name string, r io.ReaderAt, size int64) ([]Summary, error) {
	list, err := arrays(name, r, size)
	if err != nil {
		return nil, err
	}
	left := int64(maxRead)
	out := make([]Summary, 0, len(list))
	for _, a := range list {
		s, err := open(a)
		if err == nil {
			err = s.each(ctx, &left, s.add)
			s.close()
		}
		if err != nil {
			return nil, wrong(name, a.name, err)
		}
		out = append(out, s.done())
	}
	return out, nil
}

// Compare compares the arrays of two files by their names.
func Compare(ctx context.Context, name string, before io.ReaderAt, sizeBefore int64, after io.ReaderAt, sizeAfter int64) ([]Pair, error) {
	old, err := arrays(name, before, sizeBefore)
	if err != nil {
		return nil, err
	}
	now, err := arrays(name, after, sizeAfter)
	if err != nil {
		return nil, err
	}
	left := int64(maxRead)
	var pairs []Pair
	for _, a := range now {
		i := slices.IndexFunc(old, func(b source) bool { return b.name == a.name })
		var p Pair
		if i < 0 {
			p, err = compare(ctx, nil, &a, &left)
		} else {
			p, err = compare(ctx, &old[i], &a, &left)
			old = slices.Delete(old, i, i+1)
		}
		if err != nil {
			return nil, wrong(name, a.name, err)
		}
		pairs = append(pairs, p)
	}
	for _, b := range old {
		p, err := compare(ctx, &b, nil, &left)
		if err != nil {
			return nil, wrong(name, b.name, err)
		}
		pairs = append(pairs, p)
	}
	return pairs, nil
}

func wrong(file, array string, err error) error {
	if array != "" {
		file += " (" + array + ")"
	}
	return fault.Wrap(err, fault.Invalid, "read", file)
}

// source is an array that is to be read.
type source struct {
	name string
	open func() (io.ReadCloser, error)
}

// arrays finds the arrays of a file.
func arrays(name string, r io.ReaderAt, size int64) ([]source, error) {
	if strings.ToLower(path.Ext(name)) != ".npz" {
		return []source{{"", func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(r, 0, size)), nil }}}, nil
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s is no archive of arrays, or is cut off: %v", name, err)
	}
	var list []source
	for _, f := range z.File {
		if inner, ok := strings.CutSuffix(f.Name, ".npy"); ok && len(list) < maxArrays {
			list = append(list, source{strings.ToValidUTF8(inner, "\uFFFD"), f.Open})
		}
	}
	if len(list) == 0 {
		return nil, fault.New(fault.Invalid, "there are no arrays in %s", name)
	}
	return list, nil
}

// stream is an array that is being read.
type stream struct {
	Summary
	header *header
	read   func([]byte) float64
	r      *bufio.Reader
	file   io.Closer
	bytes  []byte
	values []float64
	finite int64
	square float64
}

func open(a source) (*stream, error) {
	f, err := a.open()
	if err != nil {
		return nil, fault.Wrap(err, fault.Corrupt, "open", a.name)
	}
	s := &stream{file: f, r: bufio.NewReaderSize(f, 256<<10)}
	if s.header, err = readHead(s.r); err != nil {
		s.close()
		return nil, err
	}
	s.Name, s.Shape, s.Values, s.Type = a.name, s.header.shape, s.header.values(), s.header.name()
	if s.read = s.header.element(); s.read != nil {
		s.bytes, s.values = make([]byte, block*s.header.width), make([]float64, block)
	}
	s.Min, s.Max = math.Inf(1), math.Inf(-1)
	return s, nil
}

func (s *stream) close() { _ = s.file.Close() } // it was only read

// next reads the next numbers; none at the end, or if they are no numbers.
func (s *stream) next(left *int64) ([]float64, error) {
	n := min(block, s.Values-s.Read)
	size := n * int64(s.header.width)
	if s.read == nil || n == 0 || *left < size {
		return nil, nil
	}
	*left -= size
	if _, err := io.ReadFull(s.r, s.bytes[:size]); err != nil {
		return nil, cut(err)
	}
	for i := range n {
		s.values[i] = s.read(s.bytes[i*int64(s.header.width):])
	}
	s.Read += n
	return s.values[:n], nil
}

// each calls fn with all numbers, piece by piece.
func (s *stream) each(ctx context.Context, left *int64, fn func([]float64)) error {
	for {
		if err := content.Cancelled(ctx); err != nil {
			return err
		}
		values, err := s.next(left)
		if err != nil || len(values) == 0 {
			return err
		}
		fn(values)
	}
}

func (s *stream) add(values []float64) {
	for _, v := range values {
		switch {
		case math.IsNaN(v):
			s.NaN++
		case math.IsInf(v, 0):
			s.Infinite++
		default:
			s.finite++
			s.Min, s.Max = min(s.Min, v), max(s.Max, v)
			off := v - s.Mean
			s.Mean += off / float64(s.finite)
			s.square += off * (v - s.Mean)
		}
	}
}

func (s *stream) done() Summary {
	if s.finite == 0 {
		s.Min, s.Max, s.Mean = math.NaN(), math.NaN(), math.NaN()
	}
	s.Std = math.Sqrt(s.square / float64(s.finite)) // as NumPy's default
	return s.Summary
}

// compare reads two arrays beside each other.
func compare(ctx context.Context, before, after *source, left *int64) (p Pair, err error) {
	var sides [2]*stream
	for i, a := range []*source{before, after} {
		if a == nil {
			continue
		}
		if sides[i], err = open(*a); err != nil {
			return p, err
		}
		defer sides[i].close()
	}
	a, b := sides[0], sides[1]
	p.Compared = a != nil && b != nil && a.read != nil && b.read != nil && slices.Equal(a.Shape, b.Shape) && a.header.fortran == b.header.fortran
	var inner error
	for _, s := range sides {
		if s == nil || p.Compared && s == b {
			continue
		}
		err := s.each(ctx, left, func(values []float64) {
			s.add(values)
			if !p.Compared || inner != nil {
				return
			}
			var others []float64
			if others, inner = b.next(left); inner == nil && len(others) == len(values) {
				b.add(others)
				p.differ(values, others)
			}
		})
		if err == nil {
			err = inner
		}
		if err != nil {
			return p, err
		}
	}
	p.Before, p.After = a.summary(), b.summary()
	return p, nil
}

func (s *stream) summary() *Summary {
	if s == nil {
		return nil
	}
	done := s.done()
	return &done
}

func (p *Pair) differ(a, b []float64) {
	for i := range a {
		if a[i] == b[i] || math.IsNaN(a[i]) && math.IsNaN(b[i]) {
			continue
		}
		p.Changed++
		if by := math.Abs(a[i] - b[i]); by > p.Largest { // not for NaN
			p.Largest = by
		}
	}
}

// name is the type as NumPy calls it.
func (h *header) name() string {
	bits := fmt.Sprint(h.width * 8)
	switch h.kind {
	case "":
		return "several fields"
	case "b":
		return "bool"
	case "f":
		return "float" + bits
	case "i":
		return "int" + bits
	case "u":
		return "uint" + bits
	case "c":
		return "complex" + bits
	case "U":
		return fmt.Sprintf("text of up to %d characters", h.width)
	case "S":
		return fmt.Sprintf("text of up to %d bytes", h.width)
	case "M":
		return "datetime64"
	case "m":
		return "timedelta64"
	case "O":
		return "Python objects"
	}
	return h.kind + fmt.Sprint(h.width)
}
