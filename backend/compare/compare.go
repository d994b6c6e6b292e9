// Package compare lays runs side by side: what each has of everything that any
// of them has, what is the same in all, which value of a metric is the best, and
// how far each is from those of a baseline.
package compare

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"dev.varve/backend/chart"
)

// Run is what is compared of a run.
type Run struct {
	Status   string
	Took     float64 // ms; NaN: nobody knows
	Metrics  map[string]float64
	Params   map[string]string
	Tags     map[string]string // people's own
	Note     string
	Data     []Data
	Code     map[string]string // commit, branch, source, …
	Machine  map[string]string // environment, Python, host, …
	Packages []string          // as pip freeze writes them
}

// Data is a version of a data set that a run used.
type Data struct {
	Name, Version string // Version for people: v7
	Digest        string
}

// Kind is what a section is about.
type Kind string

// The kinds of sections, in their order.
const (
	Itself      Kind = "run" // status, and took: a duration in ms
	Metrics     Kind = "metrics"
	Params      Kind = "params"
	DataUsed    Kind = "data"
	Code        Kind = "code"
	Environment Kind = "environment"
	Packages    Kind = "packages"
	Tags        Kind = "tags"
	Notes       Kind = "notes"
)

// Section are the rows of one kind.
type Section struct {
	Kind  Kind
	Equal int // rows that are the same in all runs
	Left  int // rows that were left out since there are too many
	Rows  []Row
}

// Row is one thing, and what each run has of it.
type Row struct {
	Key    string
	Same   bool
	Better chart.Sense // of a metric
	Word   string      // of its name that says so; empty if a person did
	Best   []int       // runs with the best value, if not all have it
	Cells  []Cell      // by run
}

// Cell is what a run has.
type Cell struct {
	Missing bool
	Number  *float64
	Text    string   // of what is no number
	Change  *float64 // from the baseline, in percent of it
	Link    string   // the digest of a version of data
}

// MostRows is how many rows of a kind are shown; those that differ come first.
const MostRows = 2000

// Options are what a person chose.
type Options struct {
	Baseline int                    // number of the run that the others are measured by
	Better   map[string]chart.Sense // of metrics, where their name says something else or nothing
}

// Runs lays runs side by side.
func Runs(runs []Run, o Options) []Section {
	sections := []Section{
		section(Itself, runRows(runs, o)),
		section(Metrics, metricRows(runs, o)),
		section(Params, textRows(runs, func(r *Run) map[string]string { return r.Params })),
		section(DataUsed, dataRows(runs)),
		section(Code, textRows(runs, func(r *Run) map[string]string { return r.Code })),
		section(Environment, textRows(runs, func(r *Run) map[string]string { return r.Machine })),
		packages(runs),
		section(Tags, textRows(runs, func(r *Run) map[string]string { return r.Tags })),
		section(Notes, textRows(runs, func(r *Run) map[string]string { return map[string]string{"note": r.Note} })),
	}
	return slices.DeleteFunc(sections, func(s Section) bool { return len(s.Rows) == 0 && s.Equal == 0 })
}

func section(kind Kind, rows []Row) Section {
	s := Section{Kind: kind, Rows: rows}
	for _, r := range rows {
		if r.Same {
			s.Equal++
		}
	}
	if len(rows) > MostRows {
		slices.SortStableFunc(s.Rows, func(a, b Row) int { return cmp.Compare(number(a.Same), number(b.Same)) })
		s.Left, s.Rows = len(rows)-MostRows, s.Rows[:MostRows]
	}
	return s
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// keysOf are all keys that any run has, in natural order.
func keysOf[V any](runs []Run, of func(*Run) map[string]V) []string {
	all := map[string]bool{}
	for i := range runs {
		for key := range of(&runs[i]) {
			all[key] = true
		}
	}
	return slices.SortedFunc(maps.Keys(all), chart.Natural)
}

func metricRows(runs []Run, o Options) []Row {
	var rows []Row
	for _, key := range keysOf(runs, func(r *Run) map[string]float64 { return r.Metrics }) {
		better, word := chart.Better(key)
		if chosen, ok := o.Better[key]; ok {
			better, word = chosen, ""
		}
		rows = append(rows, numbers(key, runs, o.Baseline, better, word, func(r *Run) (float64, bool) {
			v, ok := r.Metrics[key]
			return v, ok
		}))
	}
	return rows
}

func runRows(runs []Run, o Options) []Row {
	rows := textRows(runs, func(r *Run) map[string]string { return map[string]string{"status": r.Status} })
	row := numbers("took", runs, o.Baseline, chart.Either, "", func(r *Run) (float64, bool) { return r.Took, !math.IsNaN(r.Took) })
	if slices.ContainsFunc(row.Cells, func(c Cell) bool { return !c.Missing }) {
		rows = append(rows, row)
	}
	return rows
}

// numbers is a row of numbers.
func numbers(key string, runs []Run, baseline int, better chart.Sense, word string, of func(*Run) (float64, bool)) Row {
	row := Row{Key: key, Better: better, Word: word, Cells: make([]Cell, len(runs))}
	values := make([]float64, len(runs))
	for i := range runs {
		v, ok := of(&runs[i])
		values[i] = v
		if !ok {
			values[i] = math.NaN()
			row.Cells[i].Missing = true
			continue
		}
		row.Cells[i].Number = &v
	}
	row.Best = chart.Best(values, better)
	base := math.NaN()
	if baseline >= 0 && baseline < len(runs) {
		base = values[baseline]
	}
	for i, v := range values {
		if change := (v - base) / math.Abs(base) * 100; i != baseline && !math.IsNaN(change) && !math.IsInf(change, 0) {
			row.Cells[i].Change = &change
		}
	}
	row.Same = same(row.Cells)
	return row
}

// same reports whether all cells are the same. NaN is the same as NaN.
func same(cells []Cell) bool {
	for _, c := range cells[1:] {
		first := cells[0]
		switch {
		case c.Missing != first.Missing, c.Text != first.Text, c.Link != first.Link:
			return false
		case c.Number != nil && first.Number != nil && *c.Number != *first.Number && !(math.IsNaN(*c.Number) && math.IsNaN(*first.Number)):
			return false
		}
	}
	return true
}

func textRows(runs []Run, of func(*Run) map[string]string) []Row {
	var rows []Row
	for _, key := range keysOf(runs, of) {
		row := Row{Key: key, Cells: make([]Cell, len(runs))}
		any := false
		for i := range runs {
			text := of(&runs[i])[key]
			// An empty text says nothing; of params it is all that was said.
			row.Cells[i] = Cell{Text: text, Missing: text == ""}
			any = any || text != ""
		}
		if any {
			row.Same = same(row.Cells)
			rows = append(rows, row)
		}
	}
	return rows
}

func dataRows(runs []Run) []Row {
	names := keysOf(runs, func(r *Run) map[string]bool {
		set := map[string]bool{}
		for _, d := range r.Data {
			set[d.Name] = true
		}
		return set
	})
	var rows []Row
	for _, name := range names {
		row := Row{Key: name, Cells: make([]Cell, len(runs))}
		for i := range runs {
			at := slices.IndexFunc(runs[i].Data, func(d Data) bool { return d.Name == name })
			if at < 0 {
				row.Cells[i].Missing = true
				continue
			}
			d := runs[i].Data[at]
			row.Cells[i] = Cell{Text: d.Version, Link: d.Digest}
		}
		row.Same = same(row.Cells)
		rows = append(rows, row)
	}
	return rows
}

// packages are the packages in which environments differ; the others are
// counted alone. Runs whose packages nobody recorded are not counted as lacking
// them.
func packages(runs []Run) Section {
	versions := make([]map[string]string, len(runs))
	known := 0
	for i := range runs {
		if len(runs[i].Packages) > 0 {
			versions[i] = versionsOf(runs[i].Packages)
			known++
		}
	}
	s := Section{Kind: Packages}
	if known < 2 {
		return s
	}
	all := map[string]bool{}
	for _, v := range versions {
		for name := range v {
			all[name] = true
		}
	}
	for _, name := range slices.SortedFunc(maps.Keys(all), chart.Natural) {
		row := Row{Key: name, Cells: make([]Cell, len(runs))}
		var of []Cell // the runs whose packages are known
		for i, v := range versions {
			row.Cells[i] = Cell{Text: v[name], Missing: v[name] == ""}
			if v != nil {
				of = append(of, row.Cells[i])
			}
		}
		if same(of) {
			s.Equal++
			continue
		}
		s.Rows = append(s.Rows, row)
	}
	if len(s.Rows) > MostRows {
		s.Left, s.Rows = len(s.Rows)-MostRows, s.Rows[:MostRows]
	}
	return s
}

// versionsOf are the versions of packages by their names, as pip freeze writes
// them: name==1.2, name @ address, or -e address#egg=name. Case, and what
// stands between the words of a name, do not count (PEP 503).
func versionsOf(lines []string) map[string]string {
	versions := map[string]string{}
	for _, line := range lines {
		name, version, ok := strings.Cut(line, "==")
		if !ok {
			name, version, ok = strings.Cut(line, " @ ")
		}
		if !ok {
			before, egg, found := strings.Cut(line, "#egg=")
			if name, version = line, line; found {
				name, version = egg, strings.TrimPrefix(before, "-e ")
			}
		}
		name = strings.ToLower(strings.TrimSpace(name))
		name = strings.NewReplacer("_", "-", ".", "-").Replace(name)
		versions[name] = strings.TrimSpace(version)
	}
	return versions
}
