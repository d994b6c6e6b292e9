package cli

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"dev.varve/app/door/api"
)

type node struct{ id, parent string }

func drawnTree(nodes []node) (lines []string) {
	for _, l := range laid(nodes, func(n node) string { return n.id }, func(n node) string { return n.parent }) {
		lines = append(lines, l.prefix+l.item.id)
	}
	return lines
}

func TestTrees(t *testing.T) {
	for _, c := range []struct {
		name  string
		nodes []node
		want  []string
	}{
		{"nothing", nil, nil},
		{"below each other", []node{{"a", ""}, {"c", "b"}, {"b", "a"}, {"d", "a"}}, []string{"a", "├ b", "│ └ c", "└ d"}},
		{"a parent that is not there", []node{{"b", "gone"}, {"c", "b"}}, []string{"b", "└ c"}},
		{"its own parent", []node{{"a", "a"}}, []string{"a"}},
		{"in a circle", []node{{"a", "c"}, {"b", "a"}, {"c", "b"}, {"d", "c"}}, []string{"a", "└ b", "  └ c", "    └ d"}},
	} {
		if got := drawnTree(c.nodes); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestAThousandLevels(t *testing.T) {
	nodes := []node{{"0", ""}}
	for i := range 9999 {
		nodes = append(nodes, node{fmt.Sprint(i + 1), fmt.Sprint(i)})
	}
	lines := laid(nodes, func(n node) string { return n.id }, func(n node) string { return n.parent })
	if len(lines) != 10_000 || clipped(lines[9999].prefix) != "(9999 deep) └ " {
		t.Errorf("%d lines, the last one begins with %.40q", len(lines), clipped(lines[len(lines)-1].prefix))
	}
}

func TestFolders(t *testing.T) {
	var list []api.Experiment
	for _, name := range []string{"wine/red", "wine", "lake/cores/2026", "/odd", "a//b"} {
		list = append(list, api.Experiment{Name: name})
	}
	var got []string
	for _, l := range folders(list) {
		mark := ""
		if l.item.x == nil {
			mark = " (folder)"
		}
		got = append(got, l.prefix+l.item.path+mark)
	}
	want := []string{
		"/odd", "a (folder)", "└ a/ (folder)", "  └ a//b", "lake (folder)", "└ lake/cores (folder)", "  └ lake/cores/2026", "wine", "└ wine/red",
	}
	if !slices.Equal(got, want) {
		t.Errorf("folders %q, want %q", got, want)
	}
}

func TestSparklines(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	of := func(values ...float64) (points []metricPoint) {
		for i, v := range values {
			points = append(points, metricPoint{Step: int64(i), Value: api.Number(v)})
		}
		return points
	}
	long := of(make([]float64, 10_000)...)
	long[7777].Value = 1
	equal := make([]metricPoint, 1000)
	for i := range equal {
		equal[i].Value = api.Number(i)
	}
	for _, c := range []struct {
		name   string
		points []metricPoint
		want   string
	}{
		{"rising", of(0, 1, 2, 3, 4, 5, 6, 7), "▁▂▃▄▅▆▇█"},
		{"one point", of(3), "▁"},
		{"all the same", of(2, 2, 2), "▁▁▁"},
		{"NaN is a gap", of(0, nan, 1), "▁ █"},
		{"infinities stand at the edges", of(0, inf, 1, -inf), "▁██▁"},
		{"nothing but NaN", of(nan, nan), "  "},
		{"the largest numbers", of(-math.MaxFloat64, 0, math.MaxFloat64), "▁▅█"},
		{"a thousand at one step", equal, "▁"},
		{"steps at the ends of the numbers", []metricPoint{{Step: math.MinInt64, Value: 0}, {Step: math.MaxInt64, Value: 1}}, "▁" + strings.Repeat(" ", plotWidth-2) + "█"},
	} {
		if got := sparkline(c.points, plotWidth); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := sparkline(long, plotWidth); len([]rune(got)) != plotWidth || strings.Count(got, "█") != 1 {
		t.Errorf("one peak among ten thousand points: %q", got)
	}
}
