package search

import (
	"context"
	"math"
	"slices"
	"strings"

	"dev.varve/backend/table"
)

// Place is a row of one of several sources.
type Place struct{ Source, Row int32 }

// Arrange puts all rows of a selection in an order of runs: as Sort does with
// whole records, of which few are read. Rows that have gone since they were
// selected are left out. A row that changes meanwhile is sorted by what it had
// or by what it has. The only error is that of the context.
func Arrange(ctx context.Context, sources []Source, selected *Selection, o *Order) ([]Place, error) {
	a := newArranger(o, selected.Matching)
	if len(sources) == 1 { // texts of several columns have no places among each other
		a.rank(sources[0])
	}
	places, err := a.arrange(ctx, sources, selected)
	if err == nil && a.stale {
		return newArranger(o, selected.Matching).arrange(ctx, sources, selected)
	}
	return places, err
}

func (a *arranger) arrange(ctx context.Context, sources []Source, selected *Selection) ([]Place, error) {
	if a.asksForChildren {
		a.children = countChildren(sources)
	}
	err := selected.walk(ctx, sources, a)
	if err == nil {
		err = a.readRecords(ctx, sources)
	}
	if err != nil || a.stale {
		return nil, err
	}
	order := a.sort()
	a.breakTies(sources, order)
	places := make([]Place, 0, len(order))
	for _, i := range order {
		if a.places[i].Row >= 0 {
			places = append(places, a.places[i])
		}
	}
	return places, ctx.Err()
}

// arranger gathers what rows are sorted by, a number for each key.
type arranger struct {
	keys            []sortKey
	byID            *sortKey // the last key, which decides between equals
	asksForChildren bool
	children        map[string]int

	places []Place
	by     [][]uint64 // for each key, by place
	texts  []*interner
	ranked []*table.Ranking // for each key; nil: its texts are ranked when all are known
	stale  bool             // a text was met that its ranking does not know

	number  int // of the source
	readers []keyReader
	ask     func(block int) table.Bits
	open    []int // places of which the whole record has to be read
}

// keyReader returns what a row is sorted by; ok is false if columns cannot say.
type keyReader func(row int) (key uint64, ok bool)

func newArranger(o *Order, rows int) *arranger {
	a := &arranger{keys: o.keys, places: make([]Place, 0, rows)}
	if last := len(a.keys) - 1; a.keys[last].Column == (Column{Attribute, "run_id"}) {
		a.byID, a.keys = &a.keys[last], a.keys[:last]
	}
	a.by, a.texts, a.ranked = make([][]uint64, len(a.keys)), make([]*interner, len(a.keys)), make([]*table.Ranking, len(a.keys))
	for i := range a.keys {
		a.by[i], a.texts[i] = make([]uint64, 0, rows), newInterner()
		a.asksForChildren = a.asksForChildren || a.keys[i].Column == Column{Attribute, "children"}
	}
	return a
}

// begin prepares to read a part of a source, inside Stride.
func (a *arranger) begin(number int, source Source) {
	c := &compiler{source: source, table: source.Table(), children: a.children}
	a.number, a.ask, a.readers = number, source.Ask, make([]keyReader, len(a.keys))
	for i := range a.keys {
		a.readers[i] = a.reader(c, i)
	}
}

func (a *arranger) end() { a.readers, a.ask = nil, nil }

// take gathers rows of a block.
func (a *arranger) take(block int, rows *table.Bits) {
	ask := a.ask(block)
	rows.Each(func(i int) {
		row, known := block*table.BlockRows+i, !ask.Has(i)
		for k, reader := range a.readers {
			key, ok := uint64(0), false
			if known {
				key, ok = reader(row)
			}
			known = known && ok
			a.by[k] = append(a.by[k], key)
		}
		if !known {
			a.open = append(a.open, len(a.places))
		}
		a.places = append(a.places, Place{int32(a.number), int32(row)})
	})
}

// reader makes the reader of a key.
func (a *arranger) reader(c *compiler, i int) keyReader {
	k, texts := &a.keys[i], a.texts[i]
	if a.ranked[i] != nil {
		return a.rankedFrom(c.texts(k.Kind, k.Name), a.ranked[i])
	}
	switch of := k.of.(type) {
	case nil:
	case duration:
		return k.numbersFrom(c.durations(of))
	}
	switch {
	case k.of != nil:
	case k.Kind == Metric:
		return k.numbersFrom(c.numbers(Metric, k.Name).Get)
	case k.Kind == MetricMin, k.Kind == MetricMax:
		return k.numbersFrom((&tableExtreme{c.numbers(k.Kind, k.Name), c.numbers(Metric, k.Name)}).get)
	case k.Kind == Attribute && k.typ == typeNumber && k.Name != "children":
		return k.numbersFrom(c.numbers(Attribute, k.Name).Get)
	case k.isTexts():
		return k.textsFrom(c.texts(k.Kind, k.Name), texts)
	}
	row := &tableRow{compiler: c}
	return func(i int) (uint64, bool) {
		row.row, row.long = i, false
		r := k.read(row)
		return k.sortsBy(r, texts), !row.long
	}
}

func (k *sortKey) numbersFrom(get func(row int) (float64, bool)) keyReader {
	return func(row int) (uint64, bool) {
		f, ok := get(row)
		if !ok {
			return table.SortAbsent(), true
		}
		return table.SortNumber(finite(f), k.descending), true
	}
}

// textsFrom reads a column of texts, each different one once.
func (k *sortKey) textsFrom(column *table.Texts, texts *interner) keyReader {
	seen := make([]uint64, max(1, column.Codes()))
	seen[0] = table.SortAbsent()
	if k.Kind == Attribute && neverAbsent[k.Name] {
		seen[0] = k.sortsBy(k.readingOf(""), texts)
	}
	return func(row int) (uint64, bool) {
		code := column.Code(row)
		if seen[code] == 0 {
			text, long := column.Text(code)
			if long {
				return 0, false
			}
			seen[code] = k.sortsBy(k.readingOf(text), texts)
		}
		return seen[code], true
	}
}

// sortsBy is what a reading is sorted by. A text has its number in the interner
// until all are known.
func (k *sortKey) sortsBy(r reading, texts *interner) uint64 {
	key, ok := k.sortsAlone(r)
	if !ok {
		key = table.SortText(texts.of(r.text))
	}
	return key
}

// sortsAlone is what a reading is sorted by that is no text: it needs no other.
func (k *sortKey) sortsAlone(r reading) (key uint64, ok bool) {
	switch {
	case r.class == isMissing:
		return table.SortAbsent(), true
	case r.class == isNaN:
		return table.SortNumber(math.NaN(), false), true
	case r.class == isText, k.typ == typeText:
		return 0, false
	}
	return table.SortNumber(r.number, k.descending), true
}

// readRecords asks the records of rows of which columns do not tell enough.
func (a *arranger) readRecords(ctx context.Context, sources []Source) error {
	for open := a.open; len(open) > 0; {
		if err := ctx.Err(); err != nil {
			return err
		}
		source := sources[a.places[open[0]].Source]
		source.Stride(func() {
			for range strideRows {
				if len(open) > 0 && sources[a.places[open[0]].Source] == source {
					a.readRecord(source, open[0])
					open = open[1:]
				}
			}
		})
	}
	return nil
}

func (a *arranger) readRecord(source Source, i int) {
	row := source.Row(int(a.places[i].Row))
	if row == nil {
		a.places[i].Row = -1
		return
	}
	for k := range a.keys {
		reading := a.keys[k].read(row)
		if a.ranked[k] == nil {
			a.by[k][i] = a.keys[k].sortsBy(reading, a.texts[k])
			continue
		}
		key, known := a.keys[k].rankOf(reading, a.ranked[k])
		a.by[k][i], a.stale = key, a.stale || !known
	}
}

// sort sorts by all keys but the id, the least significant first.
func (a *arranger) sort() []uint32 {
	order := make([]uint32, len(a.places))
	for i := range order {
		order[i] = uint32(i)
	}
	for k := len(a.keys) - 1; k >= 0; k-- {
		a.texts[k].rank(&a.keys[k], a.by[k])
		table.SortStably(order, a.by[k])
	}
	return order
}

// rank puts the place of each text among the others in place of its number.
func (n *interner) rank(k *sortKey, keys []uint64) {
	if len(n.list) == 0 {
		return
	}
	byText := newTextSorter(n.list, k.typ == typeText).all()
	places := make([]uint32, len(n.list))
	for place, i := range byText {
		if k.descending {
			place = len(byText) - 1 - place
		}
		places[i] = uint32(place)
	}
	for i, key := range keys {
		if number, ok := table.TextPlace(key); ok {
			keys[i] = table.SortText(places[number])
		}
	}
}

// breakTies sorts rows by their ids that are equal in everything else.
func (a *arranger) breakTies(sources []Source, order []uint32) {
	if a.byID == nil {
		return
	}
	equal := func(i, j uint32) bool {
		return !slices.ContainsFunc(a.by, func(keys []uint64) bool { return keys[i] != keys[j] })
	}
	var tied [][]uint32
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && equal(order[from], order[to]) {
			to++
		}
		if to-from > 1 {
			tied = append(tied, order[from:to])
		}
		from = to
	}
	ids := a.ids(sources, tied)
	for _, rows := range tied {
		slices.SortFunc(rows, func(i, j uint32) int {
			c := strings.Compare(ids[i], ids[j])
			if a.byID.descending {
				return -c
			}
			return c
		})
	}
}

// ids are the ids of rows.
func (a *arranger) ids(sources []Source, lists [][]uint32) map[uint32]string {
	bySource := make([][]uint32, len(sources))
	for _, i := range slices.Concat(lists...) {
		if p := a.places[i]; p.Row >= 0 {
			bySource[p.Source] = append(bySource[p.Source], i)
		}
	}
	ids := map[uint32]string{}
	for number, rows := range bySource {
		for some := range slices.Chunk(rows, strideBlocks*table.BlockRows) {
			sources[number].Stride(func() {
				for _, i := range some {
					ids[i] = sources[number].ID(int(a.places[i].Row))
				}
			})
		}
	}
	return ids
}

// interner numbers texts.
type interner struct {
	numbers map[string]uint32
	list    []string
}

func newInterner() *interner { return &interner{numbers: map[string]uint32{}} }

func (n *interner) of(text string) uint32 {
	i, ok := n.numbers[text]
	if !ok {
		i = uint32(len(n.list))
		n.numbers[text] = i
		n.list = append(n.list, text)
	}
	return i
}
