package search

import (
	"sort"

	"dev.varve/backend/table"
)

// To name each different text of a column and to sort them takes most of the time of
// an order by texts that are all different. So their ranking is kept with the column,
// and completed when texts have come.

// worthRanking is how many texts are worth a ranking; tests ask for less.
var worthRanking = 1000

// isTexts reports whether a key is a column of texts.
func (k *sortKey) isTexts() bool {
	return k.of == nil && (k.Kind == Param || k.Kind == Tag || k.Kind == Attribute && k.typ != typeNumber && k.typ != typeState && !derived[k.Name])
}

// rank finds or makes the rankings of the keys that are texts. The tag of a name is the
// column of another key, where all runs have one.
func (a *arranger) rank(source Source) {
	for i := range a.keys {
		if k := &a.keys[i]; k.isTexts() && k.Column != (Column{Tag, nameTag}) {
			a.ranked[i] = k.ranking(source)
		}
	}
}

func (k *sortKey) ranking(source Source) *table.Ranking {
	column := func() *table.Texts { return source.Table().Texts(TableKey(k.Kind, k.Name)) }
	var before *table.Ranking
	var words *table.Vocabulary
	source.Stride(func() {
		if column().Codes() < worthRanking {
			return
		}
		current := false
		if before, current = column().Ranking(k.descending, k.typ == typeText); !current {
			words = column().Vocabulary()
		}
	})
	if words == nil {
		return before
	}
	r := k.rankingOf(words, before)
	if r != nil {
		source.Stride(func() { column().Keep(r, k.descending) })
	}
	return r
}

// rankingOf ranks texts; before knows some of them already, or is nil. It is nil if
// one is long: what it is sorted by the column does not say.
func (k *sortKey) rankingOf(words *table.Vocabulary, before *table.Ranking) *table.Ranking {
	r := &table.Ranking{Vocabulary: words, Plain: k.typ == typeText, Keys: make([]uint64, words.Codes())}
	known := 0
	if before != nil {
		known = copy(r.Keys, before.Keys)
	}
	var texts []string
	var codes []uint32
	for code := known; code < words.Codes(); code++ {
		text, long := words.Text(uint32(code))
		if long {
			return nil
		}
		if code == 0 && !(k.Kind == Attribute && neverAbsent[k.Name]) {
			r.Keys[0] = table.SortAbsent()
			continue
		}
		reading := k.readingOf(text)
		if key, ok := k.sortsAlone(reading); ok {
			r.Keys[code] = key
			continue
		}
		texts, codes = append(texts, reading.text), append(codes, uint32(code))
	}
	sorted := newTextSorter(texts, r.Plain).all()
	for i, at := range sorted {
		sorted[i] = codes[at]
	}
	r.Order = sorted
	if before != nil {
		r.Order = merged(r, before.Order, sorted)
	}
	k.setPlaces(r)
	return r
}

// merged puts sorted codes into an order, of which there are few as a rule.
func merged(r *table.Ranking, order, more []uint32) []uint32 {
	all := make([]uint32, 0, len(order)+len(more))
	for _, code := range more {
		text, _ := r.Text(code)
		n := placeOf(r, order, text)
		all = append(append(all, order[:n]...), code)
		order = order[n:]
	}
	return append(all, order...)
}

// placeOf is the place of a text in an order: that of the first one that does not
// come before it.
func placeOf(r *table.Ranking, order []uint32, text string) int {
	compare := newTextSorter(nil, r.Plain).compare
	return sort.Search(len(order), func(i int) bool {
		other, _ := r.Text(order[i])
		return compare(other, text) >= 0
	})
}

// setPlaces gives all texts of an order their keys. Of equal texts, of which all but one
// belong to no row, all have one.
func (k *sortKey) setPlaces(r *table.Ranking) {
	last := len(r.Order) - 1
	for place, code := range r.Order {
		if place > 0 {
			text, _ := r.Text(code)
			if before, _ := r.Text(r.Order[place-1]); text == before {
				r.Keys[code] = r.Keys[r.Order[place-1]]
				continue
			}
		}
		if k.descending {
			place = last - place
		}
		r.Keys[code] = table.SortText(uint32(place))
	}
}

// rankOf is what a reading is sorted by among ranked texts; ok is false for a text
// that is not among them.
func (k *sortKey) rankOf(reading reading, r *table.Ranking) (key uint64, ok bool) {
	if key, ok := k.sortsAlone(reading); ok {
		return key, true
	}
	n := placeOf(r, r.Order, reading.text)
	if n == len(r.Order) {
		return 0, false
	}
	text, _ := r.Text(r.Order[n])
	return r.Keys[r.Order[n]], text == reading.text
}

// rankedFrom reads a column whose texts are ranked.
func (a *arranger) rankedFrom(column *table.Texts, r *table.Ranking) keyReader {
	known := column.Knows(r)
	return func(row int) (uint64, bool) {
		code := column.Code(row)
		if !known || int(code) >= len(r.Keys) {
			a.stale = true
			return 0, true
		}
		return r.Keys[code], true
	}
}
