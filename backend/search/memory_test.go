package search

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"dev.varve/backend/table"
)

// memory is a Source of runs in memory.
type memory struct {
	table   *table.Table
	rows    []*runRow
	wrong   map[int]bool // rows of which the columns do not tell the truth
	inside  bool
	reads   int
	changes func(strides int)
	strides int
}

func newMemory(rows []*runRow) *memory {
	m := &memory{table: table.New(), wrong: map[int]bool{}}
	for _, r := range rows {
		m.add(r)
	}
	return m
}

// add enters a run as the tracker does.
func (m *memory) add(r *runRow) {
	row := m.table.Add()
	m.rows = append(m.rows, r)
	number := func(kind Kind, name string, f float64) { m.table.SetNumber(TableKey(kind, name), row, f) }
	text := func(kind Kind, name, s string) { m.table.SetText(TableKey(kind, name), row, s, kind == DatasetInput) }
	for key, f := range r.metrics {
		number(Metric, key, f)
		for kind, extreme := range map[Kind]map[string]float64{MetricMin: r.min, MetricMax: r.max} {
			if e, ok := extreme[key]; ok && e != f {
				number(kind, key, e)
			}
		}
	}
	for key, s := range r.params {
		text(Param, key, s)
	}
	for key, s := range r.tags {
		text(Tag, key, s)
	}
	for name, v := range r.attributes {
		switch {
		case name == "run_id" || name == "experiment" || name == "artifact_uri" || name == "children" || name == stateAttribute:
		case !v.isText:
			number(Attribute, name, v.number)
		case v.text != "":
			text(Attribute, name, v.text)
		}
	}
	if len(r.datasets) > 0 {
		text(DatasetInput, "", PackDatasets(r.datasets))
	}
}

func (m *memory) check() {
	if !m.inside {
		panic("asked outside Stride")
	}
}

func (m *memory) Stride(fn func()) {
	if m.changes != nil {
		m.changes(m.strides)
	}
	m.strides++
	m.inside = true
	fn()
	m.inside = false
}

func (m *memory) Table() *table.Table { m.check(); return m.table }
func (m *memory) ID(row int) string   { m.check(); return m.rows[row].attributes["run_id"].text }

func (m *memory) Row(row int) Row {
	m.check()
	m.reads++
	if !m.table.Has(row) {
		return nil
	}
	return m.rows[row]
}

func (m *memory) Ask(block int) (ask table.Bits) {
	m.check()
	for row := range m.wrong {
		if row/table.BlockRows == block {
			ask.Set(row % table.BlockRows)
		}
	}
	return ask
}

func (m *memory) Derived(attribute string, row int) (string, bool) {
	m.check()
	v, ok := m.rows[row].attributes[attribute]
	return v.text, ok
}

// finding is a memory that finds rows by their ids.
type finding struct{ *memory }

func (m finding) RowOf(id string) (int, bool) {
	row := slices.IndexFunc(m.rows, func(r *runRow) bool { return r != nil && r.attributes["run_id"].text == id })
	return row, row >= 0 && m.table.Has(row)
}

// Texts of which a table keeps the beginning only, alike up to there.
var longTexts = []string{strings.Repeat("0", 300), strings.Repeat("x", 300) + " elastic net", strings.Repeat("x", 300) + "a"}

// anyRuns draws runs that fit together: extremes that are those of the points,
// and as many children as there are.
func anyRuns(t *rapid.T, most int) []*runRow {
	texts := append([]string{"9", "10", "run-9", "run-10"}, append(someTexts, longTexts...)...)
	text := rapid.SampledFrom(texts)
	words := rapid.MapOfN(rapid.SampledFrom(someKeys), text, 0, 4)
	rows := make([]*runRow, rapid.IntRange(0, most).Draw(t, "runs"))
	for i := range rows {
		r := anyRow(t)
		r.params, r.tags = words.Draw(t, "params"), words.Draw(t, "tags")
		if rapid.Bool().Draw(t, "note") {
			r.tags[noteTag] = text.Draw(t, "text of note")
		}
		r.min, r.max, r.at = map[string]float64{}, map[string]float64{}, map[string]map[int64]float64{}
		for key, last := range r.metrics {
			r.at[key] = map[int64]float64{}
			points := append(rapid.SliceOfN(rapid.SampledFrom(someFloats), 0, 2).Draw(t, "points"), last)
			for step, f := range points {
				r.at[key][int64(step)] = f
				if math.IsNaN(f) {
					continue
				}
				if e, ok := r.min[key]; !ok || f < e {
					r.min[key] = f
				}
				if e, ok := r.max[key]; !ok || f > e {
					r.max[key] = f
				}
			}
		}
		r.attributes["run_id"] = Text(rapid.SampledFrom([]string{"r", "a", "b1234567"}).Draw(t, "id") + fmt.Sprint(i))
		r.attributes["experiment"] = Text("B")
		r.attributes["user_id"] = Text(rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "user"))
		rows[i] = r
	}
	nest(t, rows)
	return rows
}

// nest puts runs into others.
func nest(t *rapid.T, rows []*runRow) {
	children := map[string]int{}
	for _, r := range rows {
		if parent := rapid.IntRange(0, 2*len(rows)).Draw(t, "parent"); parent < len(rows) {
			id := rows[parent].attributes["run_id"].text
			r.tags[parentTag] = id
			children[id]++
		}
	}
	for _, r := range rows {
		r.attributes["children"] = Number(float64(children[r.attributes["run_id"].text]))
	}
}
