package chart_test

import (
	"fmt"
	"slices"
	"testing"

	"dev.varve/backend/chart"
)

func TestShortNames(t *testing.T) {
	for _, c := range []struct{ names, want []string }{
		{[]string{"learning_rate", "max_depth"}, []string{"lr", "depth"}},
		{[]string{"model.optim.Learning_Rate", "data/path", "x."}, []string{"lr", "path", "x."}},
		{[]string{"a.lr", "b.lr", "depth"}, []string{"a.lr", "b.lr", "depth"}},
		{[]string{"lr", "learning_rate"}, []string{"lr", "learning_rate"}},
		{nil, []string{}},
	} {
		if got := chart.ShortNames(c.names); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, not %q", c.names, got, c.want)
		}
	}
}

// TestArraysOfRunsWithoutColour are shown, where those with a colour have none.
func TestArraysOfRunsWithoutColour(t *testing.T) {
	f := mustDraw(t, newLab(), chart.Spec{Kind: chart.Arrays, Y: []string{"two.npy"}}, chart.View{Slots: map[string]int{"run7": 3}})
	got := ""
	for _, s := range f.Series {
		got += fmt.Sprint(" ", s.ID, ":", s.Slot)
	}
	if got != " run0:1 run1:2 run2:3" {
		t.Errorf("drawn:%s", got)
	}
}

// TestTheBestHaveAColour where nobody has chosen, and the metric says which.
func TestTheBestHaveAColour(t *testing.T) {
	for column, want := range map[string]string{"metrics.loss": "run0 run2", "metrics.accuracy": "run1 run3", "metrics.things": "run0 run1", "params.loss": "run0 run1"} {
		l := &lab{table: chart.Table{Runs: []chart.RunName{{ID: "run0"}, {ID: "run1"}, {ID: "run2"}, {ID: "run3"}}, Matching: 4}}
		l.column(column, 0.1, 0.8, 0.2, 0.9)
		f := mustDraw(t, l, chart.Spec{Kind: chart.Scatter, X: column, Y: []string{column}, Limit: 2}, chart.View{})
		got := ""
		for _, s := range f.Series {
			if s.Slot > 0 {
				got += " " + s.ID
			}
		}
		if got != " "+want {
			t.Errorf("%s: in colour are%s, not %s", column, got, want)
		}
	}
}
