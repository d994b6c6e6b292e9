package cli

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/say"
)

func (a *App) dataPreview() *cobra.Command {
	var rows int
	var sheet string
	c := &cobra.Command{
		Use:   "preview NAME[@VERSION] FILE",
		Short: "Show what is in a table, or in arrays, of a version",
		Long: `Shows what is in the columns of a table of a version: type, missing and different
values, smallest, largest, mean and median; then the first rows. Tables are text
(.csv, .tsv), Parquet and Excel workbooks (.xlsx). Of NumPy's arrays (.npy, .npz)
it shows shape, type and the same figures.

Of a large table the first 1,000,000 rows are read, fewer if it is wide.

Exit codes: 0; 201 if there is no such data set, version or file; 202 if the file
is damaged; 213 if it is neither, or of a kind that is not read.`,
		Example: "  varve data preview wine-quality wine-quality.csv\n  varve data preview wine-quality@2 measured.parquet --rows 0 --json",
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			d, v, err := a.findVersion(c, args[0])
			if err != nil {
				return err
			}
			q := url.Values{"path": {args[1]}, "rows": {strconv.Itoa(rows)}, "sheet": {sheet}}
			var found api.FilePreview
			if err := a.ask(c, "/datasets/"+d.ID+"/versions/"+v.ID+"/preview", q, &found); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(found)
			}
			return a.printPreview(&found)
		},
	}
	c.Flags().IntVar(&rows, "rows", 10, "first rows that are shown, up to 1000")
	c.Flags().StringVar(&sheet, "sheet", "", "the sheet of a workbook, by its name or number")
	return a.jsonFlag(c)
}

func (a *App) printPreview(p *api.FilePreview) error {
	switch {
	case p.Table != nil:
		return a.printTable(p)
	case len(p.Arrays) > 0:
		return a.printArrays(p.Arrays)
	}
	return fault.New(fault.Unsupported, "%s has %s, and is no table and no array, as far as its name says", p.Path, say.Bytes(p.Size)).
		WithHint("`varve data get` restores it, to be opened with the program that it is made for.")
}

func (a *App) printTable(p *api.FilePreview) error {
	t := p.Table
	fmt.Fprintf(a.Out, "%s: %s\n", p.Path, strings.Join(tableWords(t), ", "))
	if t.Broken != "" {
		fmt.Fprintf(a.Out, "The rows after that cannot be read: %s\n", t.Broken)
	}
	fmt.Fprintln(a.Out)
	lines := make([][]string, len(t.Columns))
	for i := range t.Columns {
		lines[i] = columnRow(&t.Columns[i])
	}
	if err := table(a.Out, []string{"COLUMN", "TYPE", "MISSING", "DIFFERENT", "MIN", "MEDIAN", "MEAN", "MAX", "MOST FREQUENT"}, lines); err != nil {
		return err
	}
	if t.Left > 0 {
		fmt.Fprintf(a.Out, "… and %s more\n", say.Count(t.Left, "column"))
	}
	if len(t.First) == 0 {
		return nil
	}
	fmt.Fprintln(a.Out)
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return table(a.Out, names, t.First)
}

// tableWords say what was read of a table.
func tableWords(t *api.TablePreview) []string {
	words := []string{thousands(t.Rows) + " rows", say.Count(len(t.Columns)+t.Left, "column")}
	if t.More {
		words[0] = "the first " + words[0]
	}
	if t.Rows == 1 {
		words[0] = strings.TrimSuffix(words[0], "s")
	}
	for _, one := range []struct{ before, what string }{{"", t.Kind}, {"", t.Encoding}, {"separated by ", t.Separator}, {"sheet ", t.Sheet}} {
		if one.what != "" {
			words = append(words, one.before+one.what)
		}
	}
	return words
}

func columnRow(c *api.ColumnSummary) []string {
	row := []string{c.Name, c.Type, thousands(c.Missing), thousands(c.Distinct), "", "", "", "", ""}
	if c.Many {
		row[3] = "more than " + row[3]
	}
	if n := c.Numbers; n != nil {
		row[4], row[5], row[6], row[7] = valueOf(c, n.Min), valueOf(c, n.Quantiles[2]), valueOf(c, n.Mean), valueOf(c, n.Max)
	}
	var common []string
	for _, one := range c.Common[:min(len(c.Common), 3)] {
		common = append(common, fmt.Sprintf("%s (%s)", one.Text, thousands(one.Count)))
	}
	row[8] = strings.Join(common, ", ")
	return row
}

func (a *App) printArrays(list []api.ArraySummary) error {
	rows := make([][]string, len(list))
	for i := range list {
		s := &list[i]
		rows[i] = []string{s.Name, shapeOf(s), s.Type, "–", "–", "–", "–", "–"}
		if s.Name == "" {
			rows[i][0] = "–"
		}
		if s.Read > 0 {
			rows[i] = append(rows[i][:3], strconv.FormatInt(s.NaN, 10), amount(float64(s.Min)), amount(float64(s.Max)), amount(float64(s.Mean)), amount(float64(s.Std)))
		}
	}
	return table(a.Out, []string{"ARRAY", "SHAPE", "TYPE", "NAN", "MIN", "MAX", "MEAN", "STD"}, rows)
}
