package table

import (
	"encoding/binary"
	"errors"
	"math"
)

// A table is kept as one text of bytes for its rows and one for each column, so
// that writers need not wait until all of it has been written. Numbers are
// little-endian; counts are varints.

// Columns lists the columns in which a row has a value.
func (t *Table) Columns() []Key {
	var keys []Key
	for key, c := range t.numbers {
		if c.count > 0 {
			keys = append(keys, key)
		}
	}
	for key, c := range t.texts {
		if c.count > 0 && t.numbers[key].Len() == 0 {
			keys = append(keys, key)
		}
	}
	return keys
}

// AppendRows writes which of the first rows are there.
func (t *Table) AppendRows(out []byte) []byte {
	out = binary.AppendUvarint(out, uint64(t.rows))
	for i := range t.present {
		out = appendBits(out, &t.present[i])
	}
	return out
}

// ReadRows makes a table without columns from what AppendRows wrote.
func ReadRows(data []byte) (*Table, error) {
	r := &reader{rest: data}
	t := New()
	t.rows = r.count(BlockRows)
	t.present = make([]Bits, (t.rows+BlockRows-1)/BlockRows)
	there := 0
	for i := range t.present {
		t.present[i] = r.bits()
		there += t.present[i].Count()
	}
	t.gone = t.rows - there
	return t, r.end()
}

// The forms of a column and of its blocks.
const (
	formNumbers = 1
	formTexts   = 2
	formBoth    = 3

	blockSparse = 1
	blockDense  = 2
)

// AppendColumn writes a column, of rows that were added later nothing.
func (t *Table) AppendColumn(out []byte, key Key, rows int) []byte {
	out = append(out, byte(key.Kind))
	out = appendText(out, key.Name)
	numbers, texts := t.numbers[key], t.texts[key]
	form := byte(0)
	if numbers.Len() > 0 {
		form |= formNumbers
	}
	if texts.Len() > 0 {
		form |= formTexts
	}
	out = append(out, form)
	if form&formNumbers != 0 {
		out = numbers.append(out, rows)
	}
	if form&formTexts != 0 {
		out = texts.append(out, rows)
	}
	return out
}

// ReadColumn adds a column that AppendColumn wrote.
func (t *Table) ReadColumn(data []byte) error {
	r := &reader{rest: data}
	key := Key{Kind: Kind(r.byte()), Name: r.text()}
	form := r.byte()
	if form&formNumbers != 0 {
		c := &Numbers{}
		c.read(r, len(t.present))
		t.numbers[key] = c
	}
	if form&formTexts != 0 {
		c := &Texts{}
		c.read(r, len(t.present))
		t.texts[key] = c
	}
	return r.end()
}

// blocksOf is how many blocks so many rows take.
func blocksOf(rows int) int { return (rows + BlockRows - 1) / BlockRows }

// upTo is how many cells of a block belong to the first rows.
func upTo(rows, block, cells int) int { return min(cells, rows-block*BlockRows) }

func (c *Numbers) append(out []byte, rows int) []byte {
	n := min(len(c.blocks), blocksOf(rows))
	out = binary.AppendUvarint(out, uint64(n))
	for i := range n {
		b := &c.blocks[i]
		if b.has == nil {
			k, _ := find(b.at, min(BlockRows, rows-i*BlockRows))
			out = appendAt(out, b.at[:k])
			out = appendNumbers(out, b.values[:k])
			continue
		}
		cells := upTo(rows, i, len(b.values))
		out = append(out, blockDense)
		out = appendBits(out, b.has)
		out = binary.AppendUvarint(out, uint64(cells))
		out = appendNumbers(out, b.values[:cells])
	}
	return out
}

func (c *Numbers) read(r *reader, blocks int) {
	c.blocks = make([]numberBlock, r.countUpTo(blocks))
	for i := range c.blocks {
		b := &c.blocks[i]
		switch form := r.byte(); form {
		case blockSparse:
			b.at = r.at()
			b.values = r.numbers(len(b.at))
			c.count += len(b.at)
		case blockDense:
			has := r.bits()
			b.has, b.values = &has, r.numbers(r.countUpTo(BlockRows))
			for k := len(b.values); k < BlockRows; k++ {
				b.has.Clear(k)
			}
			c.count += b.has.Count()
		default:
			r.fail()
		}
	}
}

func (c *Texts) append(out []byte, rows int) []byte {
	out = binary.AppendUvarint(out, uint64(len(c.words.list)))
	for code := 1; code < len(c.words.list); code++ {
		text, long := c.Text(uint32(code))
		if c.Rows(uint32(code)) == 0 { // nobody needs it: an empty text takes its place
			text, long = "", false
		}
		out = append(appendText(out, text), map[bool]byte{true: 1}[long])
	}
	n := min(len(c.blocks), blocksOf(rows))
	out = binary.AppendUvarint(out, uint64(n))
	for i := range n {
		b := &c.blocks[i]
		if !b.dense {
			k, _ := find(b.at, min(BlockRows, rows-i*BlockRows))
			out = appendAt(out, b.at[:k])
			out = appendCodes(out, b.codes[:k])
			continue
		}
		cells := upTo(rows, i, len(b.codes))
		out = append(out, blockDense)
		out = binary.AppendUvarint(out, uint64(cells))
		out = appendCodes(out, b.codes[:cells])
	}
	return out
}

func (c *Texts) read(r *reader, blocks int) {
	n := max(1, r.count(2))
	c.words = newWords(n)
	for range n - 1 {
		text := r.take(r.count(1))
		c.words.add(string(text), r.byte() == 1)
	}
	c.blocks = make([]textBlock, r.countUpTo(blocks))
	for i := range c.blocks {
		b := &c.blocks[i]
		switch form := r.byte(); form {
		case blockSparse:
			b.at = r.at()
			b.codes = r.codes(len(b.at))
		case blockDense:
			b.dense, b.codes = true, r.codes(r.countUpTo(BlockRows))
		default:
			r.fail()
		}
		c.countCodes(r, b.codes)
	}
	for _, w := range c.words.list[1:] {
		if w.rows == 0 {
			c.unused++
		}
	}
}

func (c *Texts) countCodes(r *reader, codes []uint32) {
	for _, code := range codes {
		switch {
		case code >= uint32(len(c.words.list)):
			r.fail()
			return
		case code > 0:
			c.words.list[code].rows++
			c.count++
		}
	}
}

func appendBits(out []byte, b *Bits) []byte {
	for _, w := range b {
		out = binary.LittleEndian.AppendUint64(out, w)
	}
	return out
}

func appendText(out []byte, s string) []byte {
	return append(binary.AppendUvarint(out, uint64(len(s))), s...)
}

func appendAt(out []byte, at []uint16) []byte {
	out = append(out, blockSparse)
	out = binary.AppendUvarint(out, uint64(len(at)))
	for _, i := range at {
		out = binary.LittleEndian.AppendUint16(out, i)
	}
	return out
}

func appendNumbers(out []byte, values []float64) []byte {
	for _, v := range values {
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(v))
	}
	return out
}

func appendCodes(out []byte, codes []uint32) []byte {
	for _, code := range codes {
		out = binary.LittleEndian.AppendUint32(out, code)
	}
	return out
}

// reader reads what was appended. After the first mistake all is zero.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) fail() { r.bad, r.rest = true, nil }

func (r *reader) end() error {
	if r.bad || len(r.rest) > 0 {
		return errors.New("this is not a part of a table")
	}
	return nil
}

func (r *reader) take(n int) []byte {
	if n > len(r.rest) {
		r.fail()
		return make([]byte, n)
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) byte() byte { return r.take(1)[0] }

// countUpTo reads a count and refuses more than a limit.
func (r *reader) countUpTo(limit int) int {
	n, k := binary.Uvarint(r.rest)
	if k <= 0 || n > uint64(limit) {
		r.fail()
		return 0
	}
	r.rest = r.rest[k:]
	return int(n)
}

// count reads a count of things; so many of them take at least a byte.
func (r *reader) count(perByte int) int { return r.countUpTo(len(r.rest) * perByte) }

func (r *reader) text() string { return string(r.take(r.count(1))) }

func (r *reader) bits() (b Bits) {
	raw := r.take(len(b) * 8)
	for i := range b {
		b[i] = binary.LittleEndian.Uint64(raw[i*8:])
	}
	return b
}

// at reads the rows of a sparse block: ascending, each once.
func (r *reader) at() []uint16 {
	raw := r.take(2 * r.countUpTo(fewRows))
	at := make([]uint16, len(raw)/2)
	for i := range at {
		at[i] = binary.LittleEndian.Uint16(raw[2*i:])
		if i > 0 && at[i] <= at[i-1] || at[i] >= BlockRows {
			r.fail()
			return nil
		}
	}
	return at
}

func (r *reader) numbers(n int) []float64 {
	raw, values := r.take(8*n), make([]float64, n)
	for i := range values {
		values[i] = math.Float64frombits(binary.LittleEndian.Uint64(raw[8*i:]))
	}
	return values
}

func (r *reader) codes(n int) []uint32 {
	raw, codes := r.take(4*n), make([]uint32, n)
	for i := range codes {
		codes[i] = binary.LittleEndian.Uint32(raw[4*i:])
	}
	return codes
}
