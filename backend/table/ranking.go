package table

// Vocabulary is the different texts of a column as they were at one moment. It may be
// read while the column changes.
type Vocabulary struct {
	list  []word
	pages []string
	made  uint64 // how often the dictionary had been made anew
}

// Vocabulary takes a picture of the texts, which costs next to nothing.
func (c *Texts) Vocabulary() *Vocabulary {
	v := &Vocabulary{list: c.words.list, pages: make([]string, len(c.words.pages)), made: c.made}
	for i, page := range c.words.pages {
		v.pages[i] = page.String()
	}
	return v
}

// Codes is one more than the highest code.
func (v *Vocabulary) Codes() int { return len(v.list) }

// Text is the text of a code; long says that it is only the beginning.
func (v *Vocabulary) Text(code uint32) (text string, long bool) {
	at := &v.list[code]
	size := at.size // not the rows, which may change at this moment
	if at.page == 0 {
		return "", size&longBit != 0
	}
	return v.pages[at.page-1][at.at : at.at+size&^longBit], size&longBit != 0
}

// Ranking says what rows are sorted by that have the texts of a vocabulary: worked out
// once, and kept with the column until somebody sorts by it again.
type Ranking struct {
	*Vocabulary
	Plain bool     // by bytes, not in natural order
	Keys  []uint64 // by code; SortText has the place in Order, or, descending, from its end
	Order []uint32 // codes of those that count as texts, ascending
}

// Ranking is the one that was kept last for a direction, or nil. It may know fewer
// texts than there are by now; current says that it knows all.
func (c *Texts) Ranking(descending, plain bool) (r *Ranking, current bool) {
	r = c.rankings[direction(descending)].Load()
	if !c.Knows(r) || r.Plain != plain {
		return nil, false
	}
	return r, r.Codes() == c.Codes()
}

// Knows reports whether the codes of a ranking are those of the column.
func (c *Texts) Knows(r *Ranking) bool { return c != nil && r != nil && r.made == c.made }

// Keep keeps a ranking, unless codes have changed since.
func (c *Texts) Keep(r *Ranking, descending bool) {
	if c.Knows(r) {
		c.rankings[direction(descending)].Store(r)
	}
}

func direction(descending bool) int {
	if descending {
		return 1
	}
	return 0
}
