package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
)

// branch is one line of a tree.
type branch[T any] struct {
	item   T
	prefix string // what is drawn before it
}

// laid puts things below their parents, in the order given. What has no parent
// among them stands at the top, and so does one thing of each circle, so that
// every thing is shown once.
func laid[T any](items []T, id, parent func(T) string) (lines []branch[T]) {
	known, children := map[string]bool{}, map[string][]T{}
	for _, item := range items {
		known[id(item)] = true
	}
	var top []T
	for _, item := range items {
		if p := parent(item); p != "" && p != id(item) && known[p] {
			children[p] = append(children[p], item)
		} else {
			top = append(top, item)
		}
	}
	shown := map[string]bool{}
	type open struct {
		item          T
		first, behind string // before the item, and before what is below it
	}
	put := func(roots []T) {
		var stack []open // runs may be nested deeper than a program may call itself
		for _, root := range slices.Backward(roots) {
			stack = append(stack, open{item: root})
		}
		for len(stack) > 0 {
			at := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if shown[id(at.item)] {
				continue
			}
			shown[id(at.item)] = true
			lines = append(lines, branch[T]{at.item, at.first})
			below := children[id(at.item)]
			for i, child := range slices.Backward(below) {
				first, behind := "├ ", "│ "
				if i == len(below)-1 {
					first, behind = "└ ", "  "
				}
				stack = append(stack, open{child, at.behind + first, at.behind + behind})
			}
		}
	}
	put(top)
	for _, item := range items { // what is left runs in circles
		if !shown[id(item)] {
			put([]T{item})
		}
	}
	return lines
}

// listTree shows runs below those that they are nested in.
func (a *App) listTree(c *cobra.Command, q runsQuery) error {
	runs, metrics, _, err := a.pages(c, q)
	if err != nil {
		return err
	}
	if len(runs) == 0 {
		fmt.Fprintln(a.Err, "No runs.")
		return nil
	}
	slices.Reverse(runs) // below its parent, what began first comes first
	lines := laid(runs, func(r api.RunRow) string { return r.ID }, func(r api.RunRow) string { return r.Parent })
	metrics = metrics[:min(len(metrics), 3)]
	rows := make([][]string, len(lines))
	for i, l := range lines {
		rows[i] = []string{clipped(l.prefix) + l.item.Name, l.item.ID, string(l.item.Status), when(l.item.Started)}
		for _, m := range metrics {
			rows[i] = append(rows[i], metricOf(&l.item, m))
		}
	}
	return table(a.Out, append([]string{"NAME", "RUN", "STATUS", "STARTED"}, metrics...), rows)
}

func metricOf(r *api.RunRow, key string) string {
	if v, ok := r.Metrics[key]; ok {
		return figure(float64(v))
	}
	return "–"
}

// mostDepth is how much of the lines of a tree is drawn: beyond it, the number of
// levels is said.
const mostDepth = 40

func clipped(prefix string) string {
	if n := len([]rune(prefix)) / 2; n > mostDepth {
		return fmt.Sprintf("(%d deep) └ ", n)
	}
	return prefix
}

// folder is a line of the tree of experiments: the last part of a name, or a
// folder that is no experiment itself.
type folder struct {
	path string
	x    *api.Experiment
}

// folders lays experiments out by the slashes in their names.
func folders(list []api.Experiment) []branch[folder] {
	at := map[string]*folder{}
	var all []*folder
	place := func(path string) *folder {
		f, ok := at[path]
		if !ok {
			f = &folder{path: path}
			at[path] = f
			all = append(all, f)
		}
		return f
	}
	for i := range list {
		for j, c := range list[i].Name {
			if c == '/' && j > 0 {
				place(list[i].Name[:j])
			}
		}
		place(list[i].Name).x = &list[i]
	}
	slices.SortFunc(all, func(a, b *folder) int { return cmp.Compare(a.path, b.path) })
	items := make([]folder, len(all))
	for i, f := range all {
		items[i] = *f
	}
	return laid(items, func(f folder) string { return f.path }, func(f folder) string {
		return f.path[:max(strings.LastIndexByte(f.path, '/'), 0)]
	})
}
