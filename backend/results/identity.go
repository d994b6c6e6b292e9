package results

import (
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"

	"github.com/zeebo/blake3"
)

// identities give rows the ids of their runs.
//
// A row is known again by its name, if a column has names, or else by its params,
// tags and start: not by its results, nor by where it stands or in which file. So a
// table that was sorted, that has more rows, or whose empty cells were filled is
// imported again without doubling; one that has other results is a table that
// differs from what is here, which is told and changes nothing. Of rows that are
// known by the same the second is the second also next time.
type identities struct {
	*Source
	by   []int // columns that rows are known by
	seen map[[8]byte]uint32
}

func newIdentities(s *Source) *identities {
	k := &identities{Source: s, seen: map[[8]byte]uint32{}}
	k.by = s.knownBy()
	return k
}

// knownBy are the columns that rows are known by, in the order of their names.
func (s *Source) knownBy() (by []int) {
	take := func(kinds ...Kind) {
		for i, c := range s.Survey.Columns {
			if slices.Contains(kinds, c.Kind) {
				by = append(by, i)
			}
		}
	}
	if s.name >= 0 {
		return []int{s.name}
	}
	if take(Param, Tag, Start); len(by) == 0 {
		take(Metric, End, Note)
	}
	slices.SortFunc(by, func(a, b int) int {
		if s.Survey.Columns[a].Key < s.Survey.Columns[b].Key {
			return -1
		}
		return 1
	})
	return by
}

// KnownBy says in words what a row is known by.
func (s *Source) KnownBy() string {
	if s.name >= 0 {
		return "its " + s.Survey.Columns[s.name].Name
	}
	by := s.knownBy()
	if len(by) == 0 {
		return "nothing"
	}
	switch s.Survey.Columns[by[0]].Kind {
	case Param, Tag, Start:
		return "its params, tags and start"
	}
	return "all its values"
}

// id is the id of a row's run.
func (k *identities) id(w *row) string {
	h := blake3.New()
	part(h, "varve table row 1")
	part(h, k.Experiment)
	named := false
	for _, i := range k.by {
		c := &k.Survey.Columns[i]
		text := at(w.cells, c.At)
		if text == "" {
			continue
		}
		named = true
		part(h, c.identity())
		part(h, w.canonical(c, text))
	}
	if !named { // a row without a name among those that have one
		for i := range k.Survey.Columns {
			c := &k.Survey.Columns[i]
			part(h, c.identity())
			part(h, w.canonical(c, at(w.cells, c.At)))
		}
	}
	sum := h.Sum(nil)
	short := [8]byte(sum)
	if n := k.seen[short]; n > 0 {
		part(h, "again "+strconv.Itoa(int(n)))
		sum = h.Sum(nil)
	}
	k.seen[short]++
	return hex.EncodeToString(sum[:16])
}

// identity is what a column is called in ids: it does not matter whether the one
// that names runs is called run or trial.
func (c *Column) identity() string {
	if c.Kind == Name {
		return "name"
	}
	return "column " + c.Key
}

// canonical is a value as it is the same however it is written.
func (w *row) canonical(c *Column, text string) string {
	if value, _, ok := w.Survey.number(text); ok {
		return strconv.FormatFloat(value, 'g', -1, 64)
	}
	if c.dated() {
		if t, ok := moment(text, w.Survey.order(c), w.Zone); ok {
			return strconv.FormatInt(t.UnixMilli(), 10)
		}
	}
	return text
}

// part adds a text to a hash so that no other parts give the same.
func part(h *blake3.Hasher, text string) {
	_, _ = h.Write(binary.AppendUvarint(nil, uint64(len(text)))) // a hash never fails
	_, _ = h.WriteString(text)
}
