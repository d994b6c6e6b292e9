package chart

import (
	"math"
	"slices"
	"strings"
)

// Candidates are what charts of an experiment can show.
type Candidates struct {
	Table   *Table
	Metrics []string // columns of last values, such as metrics.loss
	Params  []string // columns
	// Lines are the metrics that have more than one point in some run.
	Lines   map[string]bool
	Compare bool // a few chosen runs beside each other, not all of an experiment
}

// Suggestion is a first look at an experiment.
type Suggestion struct {
	Main   string // column of the metric by which runs are judged; empty: there is none
	Key    string // of it
	Better Sense
	Word   string // of the key, by which that is known
	Params []string
	Charts []Spec
}

// The bounds of a first look.
const (
	mostAxes  = 7  // params of parallel coordinates
	mostTexts = 12 // of a param that is worth a look
)

// seeds are params that say only that a run was repeated.
var seeds = []string{"seed", "fold", "repeat", "repetition", "replicate", "rep", "trial"}

// Suggest proposes charts of many runs: how the main metric went, with the mean
// of runs that differ in nothing but a seed; it against the param that moved it
// most; what moved it; for chosen runs, first of all, params and results side by
// side. Main says which metric is the main one.
func Suggest(c Candidates) Suggestion {
	var s Suggestion
	main, ok := Main(c.facts(c.Metrics))
	if !ok {
		return s
	}
	s.Main, s.Key = c.columnOf(main.Key), main.Key
	s.Better, s.Word = Better(main.Key)
	target := c.Table.Columns[s.Main]
	params, repeated := c.varying()
	s.Params = params
	movers, learned := MoversOf(target, c.columns(params))
	if learned && movers.Explained > 0 {
		s.Params = s.Params[:0:0]
		for _, m := range movers.List {
			s.Params = append(s.Params, m.Column.Name)
		}
	}
	if c.Compare {
		s.addParallel(c, target)
	}
	s.addLine(c, repeated)
	if len(s.Params) > 0 && target.varies() && target.numeric() && !c.Compare {
		x := c.Table.Columns[s.Params[0]]
		s.Charts = append(s.Charts, Spec{Kind: Scatter, X: x.Name, Y: []string{s.Main}, LogX: x.logarithmic(), LogY: target.logarithmic()})
		if learned {
			s.Charts = append(s.Charts, Spec{Kind: Importance, Y: []string{s.Main}})
		}
		s.addParallel(c, target)
	}
	if !c.Compare && len(c.Lines) == 0 && target.numeric() && target.present() > 1 {
		s.Charts = append(s.Charts, Spec{Kind: Bar, Y: []string{s.Main}})
	}
	return s
}

// facts are what Main has to know.
func (c Candidates) facts(names []string) []MetricFacts {
	var list []MetricFacts
	for _, name := range names {
		if column := c.Table.Columns[name]; column.numeric() && column.present() > 0 {
			list = append(list, MetricFacts{Key: column.Label, Runs: column.present(), Varies: column.varies()})
		}
	}
	return list
}

func (c Candidates) columnOf(key string) string {
	for _, name := range c.Metrics {
		if c.Table.Columns[name].Label == key {
			return name
		}
	}
	return ""
}

func (c Candidates) columns(names []string) []*Column {
	list := make([]*Column, len(names))
	for i, name := range names {
		list[i] = c.Table.Columns[name]
	}
	return list
}

// varying are the params in which runs differ, and whether one of them is a
// seed. Texts of which there are many, or that are paths, are left out.
func (c Candidates) varying() (params []string, repeated bool) {
	for _, name := range c.Params {
		column := c.Table.Columns[name]
		switch {
		case !column.varies():
		case isSeed(column.Label):
			repeated = true
		case column.Type == TextColumn && (len(column.Categories) > mostTexts || slices.ContainsFunc(column.Categories, isPath)):
		default:
			params = append(params, name)
		}
	}
	return params, repeated
}

// isPath reports whether a text is no choice among few: a path, an address, prose.
func isPath(text string) bool { return strings.ContainsAny(text, "/\\\n") || len(text) > 40 }

func isSeed(key string) bool {
	list := wordsOf(key)
	return len(list) > 0 && (slices.Contains(seeds, list[len(list)-1]) || strings.Join(list, "_") == "random_state")
}

// addLine adds the curve of the main metric or, if that was recorded once, of
// the best that is a curve.
func (s *Suggestion) addLine(c Candidates, repeated bool) {
	var curves []string
	for _, name := range c.Metrics {
		if c.Lines[name] {
			curves = append(curves, name)
		}
	}
	best, ok := Main(c.facts(curves))
	if !ok {
		return
	}
	line := Spec{Kind: Line, Y: []string{c.columnOf(best.Key)}, X: string(Step), Clip: true}
	if repeated && len(s.Params) > 0 && len(s.Params) <= maxGroup && !c.Compare {
		line.Group, line.Band = slices.Clone(s.Params), RangeBand
	}
	s.Charts = append(s.Charts, line)
}

// addParallel adds the params in which runs differ, the most important first,
// the next best metric, and the main one.
func (s *Suggestion) addParallel(c Candidates, target *Column) {
	if !target.numeric() || target.present() < 2 || len(s.Params) == 0 {
		return
	}
	axes := slices.Clone(s.Params[:min(len(s.Params), mostAxes)])
	var others []string
	for _, name := range c.Metrics {
		if name != s.Main {
			others = append(others, name)
		}
	}
	if second, ok := Main(c.facts(others)); ok && second.Varies {
		axes = append(axes, c.columnOf(second.Key))
	}
	s.Charts = append(s.Charts, Spec{Kind: Parallel, Axes: append(axes, s.Main)})
}

// Best are the rows with the best value; none if all are equal, or nothing says
// what is better.
func Best(values []float64, sense Sense) []int {
	best, any, level := math.NaN(), false, true
	for _, v := range values {
		if math.IsNaN(v) {
			continue
		}
		if any && v != best {
			level = false
		}
		if !any || sense == Lower && v < best || sense == Higher && v > best {
			best, any = v, true
		}
	}
	if level || sense == Either {
		return nil
	}
	var rows []int
	for i, v := range values {
		if v == best {
			rows = append(rows, i)
		}
	}
	return rows
}
