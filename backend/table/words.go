package table

import (
	"hash/maphash"
	"strings"
)

// words are the different texts of a column, by code. A record of a million runs
// has millions of them, so they hold next to no pointers, which the garbage
// collector would follow again and again: texts stand behind each other in pages,
// and the way from a text to its code is a table of codes.
type words struct {
	list  []word // by code; the first is not used
	pages []*strings.Builder
	slots []uint32 // codes, each where its text's hash says or at the next free place; nil until a text is looked for
	used  int      // slots
}

// word is where a text stands.
type word struct {
	page, at uint32
	size     uint32 // bytes, and longBit
	rows     uint32 // that have it
}

// longBit says that a text is only the beginning.
const longBit = 1 << 31

func (w word) long() bool { return w.size&longBit != 0 }

// The sizes of pages: small columns take little.
const (
	leastPage = 256
	mostPage  = 64 << 10
)

// newWords has room for so many codes.
func newWords(codes int) words { return words{list: make([]word, 1, max(1, codes))} }

// text is the text of a code.
func (w *words) text(code uint32) string {
	at := &w.list[code]
	if at.page == 0 {
		return ""
	}
	return w.pages[at.page-1].String()[at.at : at.at+at.size&^longBit]
}

// add gives a text the next code, without looking whether it has one.
func (w *words) add(text string, long bool) uint32 {
	code := uint32(len(w.list))
	at := word{size: uint32(len(text))}
	if text != "" {
		page := w.room(len(text))
		at.page, at.at = uint32(len(w.pages)), uint32(page.Len())
		page.WriteString(text)
	}
	if long {
		at.size |= longBit
	}
	w.list = append(w.list, at)
	return code
}

// room is a page with room for so many bytes: what stands in one never moves.
func (w *words) room(size int) *strings.Builder {
	next := leastPage
	if n := len(w.pages); n > 0 {
		last := w.pages[n-1]
		if last.Cap()-last.Len() >= size {
			return last
		}
		next = min(2*last.Cap(), mostPage)
	}
	page := &strings.Builder{}
	page.Grow(max(next, size))
	w.pages = append(w.pages, page)
	return page
}

// enter finds or makes the code of a text.
func (w *words) enter(text string, long bool) (code uint32, fresh bool) {
	if 4*(w.used+1) > 3*len(w.slots) {
		w.spread()
	}
	slot := w.slot(text)
	for ; w.slots[slot] != 0; slot = w.after(slot) {
		code = w.slots[slot]
		if w.list[code].long() == long && w.text(code) == text {
			return code, false
		}
	}
	code = w.add(text, long)
	w.slots[slot] = code
	w.used++
	return code, true
}

// spread makes the table of codes anew, with twice the room that they take. A text
// that no row has any more gets another code when it comes back: several of those
// may be alike.
func (w *words) spread() {
	size := 16
	for size < 2*len(w.list) {
		size *= 2
	}
	w.slots, w.used = make([]uint32, size), 0
	for code := 1; code < len(w.list); code++ {
		if w.list[code].rows == 0 {
			continue
		}
		slot := w.slot(w.text(uint32(code)))
		for w.slots[slot] != 0 {
			slot = w.after(slot)
		}
		w.slots[slot] = uint32(code)
		w.used++
	}
}

var hashSeed = maphash.MakeSeed()

// slot is where a text's code stands if nothing else stands there.
func (w *words) slot(text string) int {
	return int(maphash.String(hashSeed, text) & uint64(len(w.slots)-1))
}

func (w *words) after(slot int) int { return (slot + 1) & (len(w.slots) - 1) }
