package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"

	"dev.varve/backend/fault"
)

// Bounds of Parquet. The library reads one page of each column at a time.
const (
	maxFooter   = 16 << 20
	maxElements = 300_000 // of lists in the footer: columns × parts
	maxSchema   = 10_000
	maxPage     = 64 << 20
	maxPages    = 192 << 20 // those of all columns that are in memory at the same time
	maxHead     = 64 << 10  // of a page
	maxInPage   = 8 << 20   // values
)

// checkFooter looks whether the library can be trusted with a footer.
func checkFooter(r io.ReaderAt, size int64) error {
	end := make([]byte, 8)
	if size < 12 {
		return errThrift
	}
	if _, err := r.ReadAt(end, size-8); err != nil {
		return err
	}
	n := int64(binary.LittleEndian.Uint32(end))
	if string(end[4:]) == "PARE" {
		return fault.New(fault.Unsupported, "it is encrypted")
	}
	if n > maxFooter || n > size-12 {
		return errThrift
	}
	footer := make([]byte, n)
	if _, err := r.ReadAt(footer, size-8-n); err != nil {
		return err
	}
	t := thrift{data: footer, left: maxElements}
	if _, err := t.walk(); err != nil {
		return err
	}
	schema, parts := t.fields[place{0, 2}], t.fields[place{0, 4}]
	if schema > maxSchema || schema*parts > maxElements {
		return fault.New(fault.Unsupported, "it has %d columns in %d parts, which is more than is read here", schema, parts)
	}
	return nil
}

// checker looks at the pages of a part of a Parquet file before the library does,
// which makes room for whatever a page claims.
type checker struct {
	r    io.ReaderAt
	size int64
	head []byte
	page []byte // as it is written, and
	open []byte // unpacked
	zstd *zstd.Decoder
	// levels of the columns
	levels []levels
}

func newChecker(r io.ReaderAt, size int64) (*checker, error) {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxPage))
	return &checker{r: r, size: size, head: make([]byte, maxHead), zstd: d}, err
}

func (c *checker) close() { c.zstd.Close() }

// oldDictionary is how older programs call pages that are encoded with RLEDictionary.
const oldDictionary = format.Encoding(2)

// levels are the largest ones of a column; those of 0 are not written.
type levels struct{ repetition, definition int }

// part checks the pages of all columns of a part.
func (c *checker) part(group *format.RowGroup) error {
	all := 0
	for i := range group.Columns {
		if i >= len(c.levels) {
			return errThrift
		}
		largest, err := c.chunk(&group.Columns[i].MetaData, c.levels[i])
		if err != nil {
			return err
		}
		if all += largest; all > maxPages {
			return fault.New(fault.Unsupported, "its pages are so large that a row takes more than %d MiB of memory to read", maxPages>>20)
		}
	}
	return nil
}

// chunk checks the pages of a column, and returns how much memory they need at most.
func (c *checker) chunk(m *format.ColumnMetaData, of levels) (largest int, err error) {
	at := m.DataPageOffset
	if m.DictionaryPageOffset > 0 && m.DictionaryPageOffset < at {
		at = m.DictionaryPageOffset
	}
	if at < 4 || m.TotalCompressedSize < 0 || m.TotalCompressedSize > c.size-at {
		return 0, errThrift
	}
	dictionary := 0
	for end := at + m.TotalCompressedSize; at < end; {
		p, err := c.at(at, end)
		if err != nil {
			return 0, err
		}
		if err := c.content(p, m.Codec, of); err != nil {
			return 0, err
		}
		if p.kind == format.DictionaryPage {
			dictionary += p.memory()
		}
		largest = max(largest, p.memory())
		at = p.end
	}
	return largest + dictionary, nil
}

// page is what its head says of it.
type page struct {
	kind               format.PageType
	packed, plain      int64
	values, encoding   int64
	repeated, defined  int64 // bytes of the levels of a page of the second kind
	compressed, second bool
	begin, end         int64 // of its content, in the file
}

func (p *page) memory() int { return int(p.packed + p.plain + 9*p.values) }

// at reads the head of a page.
func (c *checker) at(at, end int64) (*page, error) {
	head := c.head[:min(int64(len(c.head)), end-at)]
	if n, err := c.r.ReadAt(head, at); err != nil && (!errors.Is(err, io.EOF) || n < len(head)) {
		return nil, err
	}
	t := thrift{data: head, left: 1000}
	n, err := t.walk()
	if err != nil {
		return nil, err
	}
	number := func(outer, inner int64) int64 { return t.fields[place{outer, inner}] }
	p := &page{kind: format.PageType(number(0, 1)), plain: number(0, 2), packed: number(0, 3), compressed: true, begin: at + int64(n)}
	switch p.kind {
	case format.DataPage:
		p.values, p.encoding = number(5, 1), number(5, 2)
	case format.DictionaryPage:
		p.values, p.encoding = number(7, 1), number(7, 2)
	case format.DataPageV2:
		p.values, p.encoding, p.defined, p.repeated, p.second = number(8, 1), number(8, 4), number(8, 5), number(8, 6), true
		if given, ok := t.fields[place{8, 7}]; ok {
			p.compressed = given == 1
		}
	}
	p.end = p.begin + p.packed
	levels := p.repeated + p.defined
	if p.packed < 0 || p.end > end || p.plain < 0 || p.values < 0 || p.defined < 0 || p.repeated < 0 || levels > p.packed {
		return nil, errThrift
	}
	if p.packed > maxPage || p.plain > maxPage || p.values > maxInPage {
		return nil, fault.New(fault.Unsupported, "it has pages of more than %d MiB or %d values", maxPage>>20, maxInPage)
	}
	return p, nil
}

// content looks whether a page unpacks to what it says, and has no more values.
func (c *checker) content(p *page, codec format.CompressionCodec, of levels) error {
	if cap(c.page) < int(p.packed) {
		c.page = make([]byte, p.packed)
	}
	data := c.page[:p.packed]
	if n, err := c.r.ReadAt(data, p.begin); err != nil && n < len(data) {
		return err
	}
	var before []byte // levels
	if p.second {
		before, data = data[:p.repeated+p.defined], data[p.repeated+p.defined:]
	}
	if p.compressed {
		var err error
		if data, err = c.unpack(data, codec, int(p.plain)-len(before)); err != nil {
			return err
		}
	}
	switch p.kind {
	case format.DataPage:
		for _, level := range []int{of.repetition, of.definition} {
			var err error
			if data, err = leading(data, level, p.values); err != nil {
				return err
			}
		}
	case format.DataPageV2:
		if err := errors.Join(
			runs(before[:p.repeated], widthOf(of.repetition), p.values), runs(before[p.repeated:], widthOf(of.definition), p.values)); err != nil {
			return err
		}
	case format.DictionaryPage:
		return nil
	default:
		return errThrift
	}
	return encoded(data, format.Encoding(p.encoding), p.values)
}

func (c *checker) unpack(data []byte, codec format.CompressionCodec, size int) ([]byte, error) {
	if size < 0 {
		return nil, errThrift
	}
	switch codec {
	case format.Uncompressed:
		return data, nil
	case format.Snappy:
		if n, err := snappy.DecodedLen(data); err != nil || n > size {
			return nil, errThrift
		}
		if cap(c.open) < size {
			c.open = make([]byte, size)
		}
		return snappy.Decode(c.open[:cap(c.open)], data)
	case format.Zstd:
		plain, err := c.zstd.DecodeAll(data, c.open[:0])
		if err != nil || len(plain) > size {
			return nil, errThrift
		}
		c.open = plain
		return plain, nil
	case format.Gzip:
		r, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, errThrift
		}
		plain, err := io.ReadAll(io.LimitReader(r, int64(size)+1))
		if err != nil || len(plain) > size {
			return nil, errThrift
		}
		return plain, nil
	}
	return nil, fault.New(fault.Unsupported, "it is compressed with %s, which is not read here; with zstd, snappy or gzip it is", codec)
}

// leading takes the levels off a page of the first kind.
func leading(data []byte, level int, values int64) ([]byte, error) {
	if level == 0 {
		return data, nil
	}
	if len(data) < 4 {
		return nil, errThrift
	}
	n := int64(binary.LittleEndian.Uint32(data))
	if data = data[4:]; n > int64(len(data)) {
		return nil, errThrift
	}
	return data[n:], runs(data[:n], widthOf(level), values)
}

// widthOf is how many bits a level has.
func widthOf(level int) (bits int) {
	for ; level > 0; level >>= 1 {
		bits++
	}
	return bits
}

// encoded looks at the values of a page by how they are written.
func encoded(data []byte, e format.Encoding, values int64) error {
	switch e {
	case format.Plain, format.ByteStreamSplit:
		return nil
	case oldDictionary, format.RLEDictionary:
		if len(data) == 0 {
			return nil
		}
		return runs(data[1:], int(data[0]), values)
	case format.RLE: // of truths, with their length before them
		if len(data) < 4 {
			return errThrift
		}
		return runs(data[4:], 1, values)
	}
	return fault.New(fault.Unsupported, "its values are encoded as %s, which is not read here; plainly or with a dictionary they are", e)
}

// runs counts the values of runs: the library believes their lengths.
func runs(data []byte, bits int, values int64) error {
	if bits > 32 {
		return errThrift
	}
	for total := uint64(0); len(data) > 0; {
		head, n := binary.Uvarint(data)
		if n <= 0 || head>>1 > maxInPage {
			return errThrift
		}
		data = data[n:]
		count, size := head>>1, uint64(bits+7)/8
		if head&1 == 1 {
			size, count = count*uint64(bits), count*8
		}
		// The last one of eight may be filled up.
		if total += count; total > uint64(values)+7 || size > uint64(len(data)) {
			return errThrift
		}
		data = data[size:]
	}
	return nil
}
