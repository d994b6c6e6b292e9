package cli

import (
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/say"
	"dev.varve/backend/tabular"
)

// fewRows of each kind of change are printed; --json has more.
const fewRows = 10

// diffValues prints how a table, or arrays, differ.
func (a *App) diffValues(c *cobra.Command, path string, q url.Values) error {
	var found api.DataValues
	if err := a.ask(c, path, q, &found); err != nil {
		return err
	}
	switch {
	case a.json:
		return a.printJSON(found)
	case found.Table != nil:
		return a.printTableChanges(found.Path, found.Table)
	}
	rows := make([][]string, len(found.Arrays))
	for i := range found.Arrays {
		rows[i] = arrayRow(&found.Arrays[i])
	}
	return table(a.Out, []string{"ARRAY", "SHAPE", "TYPE", "CHANGED", "BY AT MOST", "NAN", "MIN", "MAX", "MEAN"}, rows)
}

func (a *App) printTableChanges(file string, d *api.TableChanges) error {
	by := "by all of their values"
	if d.Key != "" {
		by = "by " + d.Key
	}
	fmt.Fprintf(a.Out, "%s, rows matched %s: %s\n", file, by, rowsInWords(d))
	if d.Before.More || d.After.More {
		fmt.Fprintf(a.Out, "Only the first rows were read: %s and %s.\n", thousands(d.Before.Rows), thousands(d.After.Rows))
	}
	for _, column := range d.Added {
		fmt.Fprintf(a.Out, "+ column %s, %s\n", column.Name, column.Type)
	}
	for _, column := range d.Removed {
		fmt.Fprintf(a.Out, "- column %s, %s\n", column.Name, column.Type)
	}
	if err := a.printDrift(d); err != nil {
		return err
	}
	return a.printRows(d)
}

func rowsInWords(d *api.TableChanges) string {
	var words []string
	for _, c := range []struct {
		n    int
		what string
	}{{d.AddedRows, "added"}, {d.RemovedRows, "removed"}, {d.ChangedRows, "changed"}, {d.Same, "the same"}} {
		if c.n > 0 {
			words = append(words, thousands(c.n)+" "+c.what)
		}
	}
	if len(words) == 0 {
		return "there are none"
	}
	return strings.Join(words, ", ")
}

// printDrift prints how the values of columns changed, those that did not only
// counted.
func (a *App) printDrift(d *api.TableChanges) error {
	var rows [][]string
	var notes []string
	same := 0
	for i := range d.Common {
		c := &d.Common[i]
		if !drifted(c) {
			same++
			continue
		}
		rows = append(rows, driftRow(c, d.Key != ""))
		for _, n := range []struct {
			values []string
			what   string
		}{{c.New, "new"}, {c.Gone, "gone"}} {
			if len(n.values) > 0 {
				notes = append(notes, fmt.Sprintf("%s, %s: %s", c.Name, n.what, strings.Join(n.values, ", ")))
			}
		}
	}
	if len(rows) > 0 {
		fmt.Fprintln(a.Out)
		if err := table(a.Out, []string{"COLUMN", "TYPE", "CHANGED", "MISSING", "MEAN", "MEDIAN", "MIN", "MAX", "DRIFT"}, rows); err != nil {
			return err
		}
	}
	if same > 0 {
		fmt.Fprintf(a.Out, "%s with the same values\n", say.Count(same, "column"))
	}
	for _, note := range notes {
		fmt.Fprintln(a.Out, note)
	}
	return nil
}

// drifted reports whether the values of a column are others.
func drifted(c *api.ColumnDrift) bool {
	return c.Cells > 0 || c.Before.Type != c.After.Type || c.Before.Missing != c.After.Missing || c.Before.Rows != c.After.Rows ||
		c.Distance == nil && c.Before.Type != "empty" || c.Distance != nil && *c.Distance > 0
}

func driftRow(c *api.ColumnDrift, matched bool) []string {
	row := []string{c.Name, both(c.Before.Type, c.After.Type), "", both(thousands(c.Before.Missing), thousands(c.After.Missing)), "", "", "", "", "–"}
	if matched {
		row[2] = thousands(c.Cells)
	}
	a, b := c.Before.Numbers, c.After.Numbers
	if a != nil && b != nil {
		one := func(v func(*api.NumberSummary) api.Number) string {
			return both(valueOf(&c.Before, v(a)), valueOf(&c.After, v(b)))
		}
		row[4] = one(func(n *api.NumberSummary) api.Number { return n.Mean })
		row[5] = one(func(n *api.NumberSummary) api.Number { return n.Quantiles[2] })
		row[6] = one(func(n *api.NumberSummary) api.Number { return n.Min })
		row[7] = one(func(n *api.NumberSummary) api.Number { return n.Max })
	}
	if c.Distance != nil {
		row[8] = strconv.FormatFloat(float64(*c.Distance), 'f', 3, 64)
	}
	return row
}

// both shows a value of two versions, once if it is the same.
func both(before, after string) string {
	if before == after {
		return after
	}
	return before + " → " + after
}

// valueOf shows a value of a column that has numbers or times.
func valueOf(c *api.ColumnSummary, v api.Number) string {
	if c.Type == "time" {
		return tabular.Moment(float64(v))
	}
	return amount(float64(v))
}

// amount shows a number of data: whole ones with all their digits.
func amount(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 5, 64)
}

func (a *App) printRows(d *api.TableChanges) error {
	if len(d.FirstChanged) > 0 {
		fmt.Fprintln(a.Out)
	}
	for _, row := range d.FirstChanged[:min(len(d.FirstChanged), fewRows)] {
		cells := make([]string, len(row.Cells))
		for i, cell := range row.Cells {
			cells[i] = fmt.Sprintf("%s %s → %s", cell.Column, shownCell(cell.Before), shownCell(cell.After))
		}
		fmt.Fprintf(a.Out, "%s %s: %s\n", d.Key, row.Key, strings.Join(cells, ", "))
	}
	for _, part := range []struct {
		sign    string
		columns []string
		rows    [][]string
	}{{"+", d.ColumnsAfter, d.FirstAdded}, {"-", d.ColumnsBefore, d.FirstRemoved}} {
		if len(part.rows) == 0 {
			continue
		}
		lines := make([][]string, min(len(part.rows), fewRows))
		for i := range lines {
			lines[i] = append([]string{part.sign}, part.rows[i]...)
		}
		fmt.Fprintln(a.Out)
		if err := table(a.Out, append([]string{""}, part.columns...), lines); err != nil {
			return err
		}
	}
	return nil
}

func shownCell(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}

func arrayRow(p *api.ArrayPair) []string {
	name, one := "", p.After
	if one == nil {
		one = p.Before
	}
	if name = one.Name; name == "" {
		name = "–"
	}
	part := func(s *api.ArraySummary, show func(*api.ArraySummary) string) string {
		if s == nil {
			return "nothing"
		}
		return show(s)
	}
	of := func(show func(*api.ArraySummary) string) string {
		return both(part(p.Before, show), part(p.After, show))
	}
	number := func(v func(*api.ArraySummary) api.Number) string {
		return of(func(s *api.ArraySummary) string {
			if s.Read == 0 {
				return "–"
			}
			return amount(float64(v(s)))
		})
	}
	changed, largest := "–", "–"
	if p.Compared {
		changed, largest = fmt.Sprintf("%d of %d", p.Changed, one.Read), amount(float64(p.Largest))
	}
	return []string{
		name, of(shapeOf), of(func(s *api.ArraySummary) string { return s.Type }), changed, largest, of(func(s *api.ArraySummary) string { return strconv.FormatInt(s.NaN, 10) }),
		number(func(s *api.ArraySummary) api.Number { return s.Min }), number(func(s *api.ArraySummary) api.Number { return s.Max }), number(func(s *api.ArraySummary) api.Number { return s.Mean }),
	}
}

// shapeOf writes a shape as 3×224×224.
func shapeOf(s *api.ArraySummary) string {
	if len(s.Shape) == 0 {
		return "one value"
	}
	parts := make([]string, len(s.Shape))
	for i, n := range s.Shape {
		parts[i] = strconv.FormatInt(n, 10)
	}
	return strings.Join(parts, "×")
}
