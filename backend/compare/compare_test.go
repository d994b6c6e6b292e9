package compare_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/chart"
	"dev.varve/backend/compare"
)

// shown writes a row as a person would read it.
func shown(r compare.Row) string {
	var words []string
	for i, c := range r.Cells {
		word := c.Text
		switch {
		case c.Missing:
			word = "–"
		case c.Number != nil:
			word = fmt.Sprint(*c.Number)
		}
		for _, best := range r.Best {
			if best == i {
				word += "*"
			}
		}
		if c.Change != nil {
			word += fmt.Sprintf(" %+.1f%%", *c.Change)
		}
		words = append(words, word)
	}
	line := r.Key + ": " + strings.Join(words, " | ")
	if r.Same {
		line += " (same)"
	}
	return line
}

func lines(sections []compare.Section) map[string]string {
	out := map[string]string{}
	for _, s := range sections {
		for _, r := range s.Rows {
			out[string(s.Kind)+" "+r.Key] = shown(r)
		}
		out[string(s.Kind)] = fmt.Sprint("equal ", s.Equal, ", left ", s.Left)
	}
	return out
}

func TestSideBySide(t *testing.T) {
	nan := math.NaN()
	runs := []compare.Run{
		{
			Status: "finished", Took: 1000, Metrics: map[string]float64{"loss": 0.5, "acc": 0.8, "lr": 1, "gone": 0, "odd": nan},
			Params: map[string]string{"lr": "0.1", "depth": "3", "empty": ""}, Tags: map[string]string{"team": "a"}, Note: "first",
			Data: []compare.Data{{"wine", "v1", "aa"}}, Packages: []string{"numpy==1.0", "Typing_Extensions==4", "own @ file:///x", "-e git+https://h/x#egg=edit"},
		},
		{
			Status: "failed", Took: nan, Metrics: map[string]float64{"loss": 0.4, "acc": 0.8, "lr": 2, "odd": nan},
			Params: map[string]string{"lr": "0.2", "depth": "3"}, Tags: map[string]string{"team": "a"},
			Data: []compare.Data{{"wine", "v2", "bb"}}, Packages: []string{"numpy==2.0", "typing-extensions==4", "own @ file:///x", "-e git+https://h/x#egg=edit", "new==1"},
		},
		{Status: "finished", Took: 500, Metrics: map[string]float64{"loss": 0.4, "acc": 0.8, "lr": 2}, Params: map[string]string{"lr": "0.1", "depth": "3"}, Tags: map[string]string{"team": "a"}},
	}
	got := lines(compare.Runs(runs, compare.Options{Better: map[string]chart.Sense{"lr": chart.Higher}}))
	for key, want := range map[string]string{
		"run took":          "took: 1000 | – | 500 -50.0%",
		"run status":        "status: finished | failed | finished",
		"metrics loss":      "loss: 0.5 | 0.4* -20.0% | 0.4* -20.0%",
		"metrics acc":       "acc: 0.8 | 0.8 +0.0% | 0.8 +0.0% (same)",
		"metrics lr":        "lr: 1 | 2* +100.0% | 2* +100.0%",
		"metrics gone":      "gone: 0 | – | –",
		"metrics odd":       "odd: NaN | NaN | –",
		"metrics":           "equal 1, left 0",
		"params lr":         "lr: 0.1 | 0.2 | 0.1",
		"params depth":      "depth: 3 | 3 | 3 (same)",
		"params empty":      "",
		"data wine":         "wine: v1 | v2 | –",
		"tags team":         "team: a | a | a (same)",
		"notes note":        "note: first | – | –",
		"packages":          "equal 3, left 0",
		"packages numpy":    "numpy: 1.0 | 2.0 | –",
		"packages new":      "new: – | 1 | –",
		"packages own":      "",
		"environment where": "",
	} {
		if got[key] != want {
			t.Errorf("%s: %q, want %q", key, got[key], want)
		}
	}
	got = lines(compare.Runs(runs, compare.Options{Baseline: 2}))
	if want := "loss: 0.5 +25.0% | 0.4* +0.0% | 0.4*"; got["metrics loss"] != want {
		t.Errorf("from the last: %q, want %q", got["metrics loss"], want)
	}
}

// TestTooMany keeps what differs.
func TestTooMany(t *testing.T) {
	a, b := map[string]string{}, map[string]string{}
	for i := range compare.MostRows + 10 {
		key := fmt.Sprint("p", i)
		a[key], b[key] = "1", "1"
	}
	b[fmt.Sprint("p", compare.MostRows+5)] = "2"
	s := compare.Runs([]compare.Run{{Params: a}, {Params: b}}, compare.Options{})
	for _, s := range s {
		if s.Kind == compare.Params && (len(s.Rows) != compare.MostRows || s.Left != 10 || s.Rows[0].Same || s.Equal != compare.MostRows+9) {
			t.Errorf("%d rows, %d left, %d equal, first %+v", len(s.Rows), s.Left, s.Equal, s.Rows[0])
		}
	}
}

// TestAnyRuns: every row has a cell for each run, what is the same is so, and the
// best is as good as all others.
func TestAnyRuns(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		key := rapid.SampledFrom([]string{"loss", "acc", "x", "p==q", ""})
		runs := make([]compare.Run, rapid.IntRange(1, 6).Draw(r, "runs"))
		for i := range runs {
			runs[i] = compare.Run{
				Took: rapid.Float64().Draw(r, "took"), Metrics: rapid.MapOf(key, rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{1, 2, math.NaN()}))).Draw(r, "metrics"),
				Params: rapid.MapOf(key, rapid.StringN(0, 1, 2)).Draw(r, "params"), Packages: rapid.SliceOf(rapid.StringMatching(`[a-c]{0,1}(==| @ |#egg=)?[12]?`)).Draw(r, "packages"),
			}
		}
		for _, s := range compare.Runs(runs, compare.Options{Baseline: rapid.IntRange(-1, 7).Draw(r, "baseline")}) {
			for _, row := range s.Rows {
				if len(row.Cells) != len(runs) {
					r.Fatalf("%+v", row)
				}
				for _, best := range row.Best {
					v := *row.Cells[best].Number
					for _, c := range row.Cells {
						if c.Number != nil && (row.Better == chart.Lower && *c.Number < v || row.Better == chart.Higher && *c.Number > v) {
							r.Fatalf("%v is better than %v in %+v", *c.Number, v, row)
						}
					}
				}
			}
		}
	})
}
