package track

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"dev.varve/backend/search"
	"dev.varve/backend/table"
)

// Vocabulary is what the runs of experiments have: their keys, and what stands
// there. It is for whoever writes a filter.
type Vocabulary struct {
	tracker     *Tracker
	experiments []string
}

var _ search.Names = Vocabulary{}

// Vocabulary of experiments; of all with nil.
func (t *Tracker) Vocabulary(experiments []string) Vocabulary { return Vocabulary{t, experiments} }

// mostNames is how many names are returned at most: a run may have ten thousand
// keys, and each of them can be completed.
const mostNames = 50_000

// Keys are the names of a kind, the most frequent first.
func (v Vocabulary) Keys(kind search.Kind) []search.Name {
	counts := map[string]int{}
	v.each(func(in *runTable) {
		if kind == search.Data {
			in.countInputs(counts)
			return
		}
		for _, name := range in.Keys(table.Kind(kind)) {
			key := search.TableKey(kind, name)
			counts[name] += max(in.Numbers(key).Len(), in.Texts(key).Len())
		}
	})
	return frequent(counts)
}

// Values are the texts of a column, the most frequent first. Long ones are left
// out: nobody writes them.
func (v Vocabulary) Values(column search.Column) []search.Name {
	counts := map[string]int{}
	v.each(func(in *runTable) {
		switch column {
		case search.Column{Kind: search.Attribute, Name: "experiment"}:
			counts[v.tracker.state.nameOf(in.experiment)] += in.Len()
		case search.Column{Kind: search.DatasetInput, Name: "name"}:
			in.countInputs(counts)
		default:
			in.countTexts(search.TableKey(column.Kind, column.Name), counts)
		}
	})
	return frequent(counts)
}

func (v Vocabulary) each(fn func(*runTable)) {
	for _, in := range v.tracker.tablesOf(v.experiments) {
		v.tracker.mu.RLock()
		fn(in)
		v.tracker.mu.RUnlock()
	}
}

// manyTexts is how many different texts of a column are looked at: of a column
// with more, no value is frequent.
const manyTexts = 10_000

func (t *runTable) countTexts(key table.Key, counts map[string]int) {
	texts := t.Texts(key)
	for code := 1; code < min(texts.Codes(), manyTexts); code++ {
		text, long := texts.Text(uint32(code))
		if n := texts.Rows(uint32(code)); n > 0 && !long && text != "" && !strings.Contains(text, "\n") {
			counts[text] += n
		}
	}
}

func (t *runTable) countInputs(counts map[string]int) {
	packed := map[string]int{}
	t.countTexts(search.TableKey(search.DatasetInput, ""), packed)
	for inputs, n := range packed {
		for _, d := range search.UnpackDatasets(inputs) {
			counts[d.Name] += n
		}
	}
}

func frequent(counts map[string]int) []search.Name {
	names := make([]search.Name, 0, len(counts))
	for _, text := range slices.Sorted(maps.Keys(counts)) {
		names = append(names, search.Name{Text: text, Runs: counts[text]})
	}
	slices.SortStableFunc(names, func(a, b search.Name) int { return cmp.Compare(b.Runs, a.Runs) })
	return names[:min(len(names), mostNames)]
}
