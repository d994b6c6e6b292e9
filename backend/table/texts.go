package table

import (
	"slices"
	"sync/atomic"
)

// LongText is the length in bytes beyond which only the beginning of a text is
// kept.
const LongText = 256

// Texts is a column of texts. Each different text has a code, from 1 on.
type Texts struct {
	blocks []textBlock
	words  words
	count  int // rows that have one
	unused int // codes that no row has any more

	made     uint64 // how often the dictionary was made anew
	rankings [2]atomic.Pointer[Ranking]
}

// TextBlock is the part of a column that belongs to a block of rows. In a dense
// one Codes holds a code for each row of the block up to the last that has a
// text, 0 for none. In a sparse one, where At is not nil, it holds those of the
// rows At, ascending.
type TextBlock struct {
	Codes []uint32
	At    []uint16
}

type textBlock struct {
	codes []uint32
	at    []uint16
	dense bool
}

func newTexts() *Texts { return &Texts{words: newWords(0)} }

// Block is the part that belongs to a block of rows; it is empty where no row
// has a text.
func (c *Texts) Block(block int) TextBlock {
	if c == nil || block >= len(c.blocks) {
		return TextBlock{}
	}
	b := &c.blocks[block]
	if b.dense {
		return TextBlock{Codes: b.codes}
	}
	return TextBlock{b.codes, b.at}
}

// Code is the code of a row's text, 0 for none.
func (c *Texts) Code(row int) uint32 {
	if c == nil || row/BlockRows >= len(c.blocks) {
		return 0
	}
	b, i := &c.blocks[row/BlockRows], row%BlockRows
	if !b.dense {
		if k, ok := find(b.at, i); ok {
			return b.codes[k]
		}
		return 0
	}
	if i >= len(b.codes) {
		return 0
	}
	return b.codes[i]
}

// Text is the text of a code; long says that it is only the beginning.
func (c *Texts) Text(code uint32) (text string, long bool) {
	return c.words.text(code), c.words.list[code].long()
}

// Get is the text of a row.
func (c *Texts) Get(row int) (text string, long, ok bool) {
	code := c.Code(row)
	if code == 0 {
		return "", false, false
	}
	text, long = c.Text(code)
	return text, long, true
}

// Bits are the rows of a block that have a text.
func (c *Texts) Bits(block int) (b Bits) {
	part := c.Block(block)
	for _, i := range part.At {
		b.Set(int(i))
	}
	if part.At != nil {
		return b
	}
	for at := 0; at < len(part.Codes); at += 64 {
		for i, code := range part.Codes[at:min(at+64, len(part.Codes))] {
			b[at>>6] |= uint64((code|-code)>>31) << i // 1 for every code but 0
		}
	}
	return b
}

// Codes is one more than the highest code. A code that no row has any more may
// be among them.
func (c *Texts) Codes() int {
	if c == nil {
		return 0
	}
	return len(c.words.list)
}

// Rows is the number of rows that have the text of a code.
func (c *Texts) Rows(code uint32) int { return int(c.words.list[code].rows) }

// Len is the number of rows that have a text.
func (c *Texts) Len() int {
	if c == nil {
		return 0
	}
	return c.count
}

// code finds or makes the code of a text.
func (c *Texts) code(text string, whole bool) uint32 {
	long := !whole && len(text) > LongText
	if long {
		text = text[:LongText]
	}
	code, fresh := c.words.enter(text, long)
	if fresh {
		c.unused++
	}
	return code
}

func (c *Texts) set(row int, text string, whole bool) {
	code := c.code(text, whole)
	b, i := blockAt(&c.blocks, row), row%BlockRows
	if !b.dense {
		k, ok := find(b.at, i)
		switch {
		case ok:
			c.swap(&b.codes[k], code)
			return
		case len(b.at) < fewRows:
			b.at, b.codes = slices.Insert(b.at, k, uint16(i)), slices.Insert(b.codes, k, 0)
			c.swap(&b.codes[k], code)
			return
		}
		b.spread()
	}
	b.codes = reach(b.codes, i)
	c.swap(&b.codes[i], code)
}

// swap gives a cell another code, and counts.
func (c *Texts) swap(cell *uint32, code uint32) {
	if old := *cell; old == 0 {
		c.count++
	} else {
		c.release(old)
	}
	w := &c.words.list[code]
	if w.rows++; w.rows == 1 {
		c.unused--
	}
	*cell = code
	c.tidy()
}

func (b *textBlock) spread() {
	dense := textBlock{dense: true}
	for k, i := range b.at {
		dense.codes = reach(dense.codes, int(i))
		dense.codes[i] = b.codes[k]
	}
	*b = dense
}

func (c *Texts) clear(row int) {
	if row/BlockRows >= len(c.blocks) {
		return
	}
	b, i := &c.blocks[row/BlockRows], row%BlockRows
	var code uint32
	if !b.dense {
		k, ok := find(b.at, i)
		if !ok {
			return
		}
		code = b.codes[k]
		b.at, b.codes = slices.Delete(b.at, k, k+1), slices.Delete(b.codes, k, k+1)
	} else if i < len(b.codes) {
		code, b.codes[i] = b.codes[i], 0
	}
	if code == 0 {
		return
	}
	c.count--
	c.release(code)
	c.tidy()
}

// release notes that a row has a text no more.
func (c *Texts) release(code uint32) {
	w := &c.words.list[code]
	if w.rows--; w.rows == 0 {
		c.unused++
	}
}

// manyUnused is how many texts that nobody has are worth a new dictionary.
const manyUnused = 4096

// tidy makes the dictionary anew when most of it is of no use, as a tag leaves
// it that changes all the time.
func (c *Texts) tidy() {
	if c.unused >= manyUnused && c.unused >= len(c.words.list)/2 {
		c.shrink()
	}
}

// shrink makes the dictionary anew.
func (c *Texts) shrink() {
	moved := make([]uint32, len(c.words.list))
	kept := newWords(len(c.words.list) - c.unused)
	for code := 1; code < len(moved); code++ {
		if w := c.words.list[code]; w.rows > 0 {
			moved[code] = kept.add(c.words.text(uint32(code)), w.long())
			kept.list[moved[code]].rows = w.rows
		}
	}
	for i := range c.blocks {
		for k, code := range c.blocks[i].codes {
			c.blocks[i].codes[k] = moved[code]
		}
	}
	c.words, c.unused = kept, 0
	c.made++
	for i := range c.rankings {
		c.rankings[i].Store(nil)
	}
}
