package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
)

func (a *App) importTable() *cobra.Command {
	im := importing{Import: api.Import{Table: &api.ImportTable{}}}
	var columns []string
	c := &cobra.Command{
		Use:   "table FILE",
		Short: "Import a table of results: CSV, TSV or Excel",
		Long: `Makes a run of each row of a table: of text in any usual form (comma, semicolon or tab;
decimal point or comma; UTF-8, UTF-16 or Windows-1252), or of a sheet of an Excel
workbook (.xlsx). The first row has the names of the columns. What columns become is
guessed from their names and values: numbers become metrics or params, dates the start,
texts the name, params, tags or notes. --dry-run shows the guess, and --map changes it.
How numbers and dates are written is found out too; --decimal and --dates say it where a
table allows both (1,234 and 03/04/2024).

A row is known again by its name if a column has names, else by its params, tags and
start. So a table that has grown is imported again without doubling. If a row that is
here has another value meanwhile, what is here stays and the difference is listed; a row
with another name, or other params, is a new run. Nothing in the file is touched.

The runs go to the experiment that --experiment names, or to one named like the file;
keep the name to import the same table again. Times without a zone are of this computer.
Numbers are what the cells hold, not what is shown; a formula counts by the value that
was saved with it.

Exit codes: 0, also if things were left out; 201 if there is no such file, sheet or
column, or no rows; 202 for options that make no sense; 206 if it may not be read; 208 if
the disk is full; 209 if it is damaged; 213 if it is no such table; 130 if you interrupt
it: what was imported stays.`,
		Example: `  varve import table results.csv --dry-run
  varve import table results.csv --experiment sweeps/2023 --map depth=param
  varve import table results.tsv --map "val loss=metric" --map remark=skip
  varve import table lab.xlsx --sheet 2 --map operator=skip
  varve import table runs.csv --decimal comma --dates month-first --dry-run`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			im.From = args[0]
			var err error
			if im.Table.Columns, err = chosenColumns(columns); err != nil {
				return err
			}
			return a.runImport(c, &im)
		},
	}
	im.flags(c)
	c.Flags().StringVar(&im.Table.Sheet, "sheet", "", "of a workbook, by its name or number; without it the first one with something in it")
	c.Flags().StringVar(&im.Table.Experiment, "experiment", "", "where the runs go; without it one named like the file")
	c.Flags().StringArrayVar(&columns, "map", nil, "COLUMN=param|metric|tag|name|start|end|note|skip: what a column becomes; may be repeated")
	c.Flags().StringVar(&im.Table.Decimal, "decimal", "", "what stands before decimals: point or comma")
	c.Flags().StringVar(&im.Table.Dates, "dates", "", "how dates are written: day-first, month-first or year-first")
	return a.jsonFlag(c)
}

// chosenColumns reads COLUMN=KIND. A name may have an equals sign in it.
func chosenColumns(list []string) (map[string]string, error) {
	chosen := make(map[string]string, len(list))
	for _, text := range list {
		i := strings.LastIndex(text, "=")
		if i <= 0 {
			return nil, fault.New(fault.Invalid, "--map %q does not say what a column becomes", text).WithHint("Write it as --map depth=param.")
		}
		name, kind := text[:i], text[i+1:]
		if other, twice := chosen[name]; twice && other != kind {
			return nil, fault.New(fault.Invalid, "--map makes the column %q two things, %s and %s", name, other, kind)
		}
		chosen[name] = kind
	}
	return chosen, nil
}

// showColumns shows what becomes of the columns of a table.
func (a *App) showColumns(plan api.ImportPlan) error {
	t := plan.Table
	if t == nil {
		return nil
	}
	facts := strings.Join(notEmpty(t.Encoding, t.Separator, "decimal "+t.Decimal, datesInWords(t.Dates), t.Sheet), ", ")
	fmt.Fprintf(a.Out, "%s. A row is known by %s.\n", facts, t.KnownBy)
	rows := make([][]string, len(t.Columns))
	for i, c := range t.Columns {
		example := ""
		if len(t.Preview) > 0 {
			example = strings.Join(strings.Fields(t.Preview[0][i]), " ")
		}
		rows[i] = []string{c.Name, c.Kind, example, strconv.Itoa(c.Filled), c.Why}
	}
	return table(a.Out, []string{"COLUMN", "BECOMES", "FIRST", "FILLED", "BECAUSE"}, rows)
}

func datesInWords(dates string) string {
	if dates == "" {
		return ""
	}
	return "dates " + strings.ReplaceAll(dates, "-", " ")
}

func notEmpty(list ...string) (some []string) {
	for _, text := range list {
		if text != "" {
			some = append(some, text)
		}
	}
	return some
}
