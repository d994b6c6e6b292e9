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

func (a *App) dataDiff() *cobra.Command {
	var limit int
	var lines, values, key, sheet string
	var whole bool
	c := &cobra.Command{
		Use:   "diff NAME[@VERSION] [VERSION]",
		Short: "Show what differs between two versions",
		Long: `Shows which files were added, removed, changed or moved from one version of a data
set to another. With one version it is compared with the one before it, and with
none the newest is. The second one is a number, or NAME@VERSION again. A file
whose content is at another path is moved; times of files are not compared.

With --lines, the lines of one text file are compared. With --values, what is in a
table (.csv, .tsv, .parquet, .xlsx) or in NumPy's arrays (.npy, .npz): columns and
rows that came, went or changed, and how far the values of each column drifted.
Rows are matched by a column whose values are all different in both versions: the
one that --key names, or one that looks like a key, or else by all of their values.
DRIFT is from 0 to 1: of numbers the largest difference of the shares of values up
to any number (Kolmogorov and Smirnov's distance), of text the share of values that
would have to be others. Of large tables the first 1,000,000 rows are read.

Exit codes: 0, whether something differs or not; 201 if there is no such data set,
version or file, or no version before; 202 if the versions are of two data sets;
213 if --lines names what is no text or larger than 1 MiB, or --values what is no
table and no array; 202 if one is damaged or --key is no key.`,
		Example: "  varve data diff wine-quality\n  varve data diff wine-quality@1 3\n  varve data diff wine-quality@1 wine-quality@3 --lines wine.csv\n  varve data diff wine-quality --values wine.csv --key bottle",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			if err := oneOf(c, "lines", "values"); err != nil {
				return err
			}
			if err := oneOf(c, "key", "whole-rows"); err != nil {
				return err
			}
			path, q, name, err := a.diffOf(c, args)
			if err != nil {
				return err
			}
			if c.Flags().Changed("lines") {
				q.Set("path", lines)
				return a.diffLines(c, path+"/lines", q)
			}
			if c.Flags().Changed("values") {
				q.Set("path", values)
				q.Set("key", key)
				q.Set("whole", strconv.FormatBool(whole))
				q.Set("sheet", sheet)
				return a.diffValues(c, path+"/values", q)
			}
			q.Set("limit", strconv.Itoa(limit))
			var found api.DataChanges
			if err := a.ask(c, path, q, &found); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(found)
			}
			return a.printChanges(name, &found)
		},
	}
	c.Flags().IntVar(&limit, "limit", 1000, "changes that are listed at most, up to 10000; 0: they are only counted")
	c.Flags().StringVar(&lines, "lines", "", "compare the lines of this file")
	c.Flags().StringVar(&values, "values", "", "compare the table or the arrays in this file")
	c.Flags().StringVar(&key, "key", "", "with --values: match rows by this column")
	c.Flags().BoolVar(&whole, "whole-rows", false, "with --values: match rows by all of their values")
	c.Flags().StringVar(&sheet, "sheet", "", "with --values: the sheet of workbooks, by its name or number")
	return a.jsonFlag(c)
}

// oneOf refuses two flags of which each says something else.
func oneOf(c *cobra.Command, a, b string) error {
	if c.Flags().Changed(a) && c.Flags().Changed(b) {
		return fault.New(fault.Invalid, "--%s and --%s contradict each other", a, b).WithHint("Give one of them.")
	}
	return nil
}

// ask gets an answer of the door.
func (a *App) ask(c *cobra.Command, path string, q url.Values, into any) error {
	cl, err := a.connect(c.Context())
	if err != nil {
		return err
	}
	return cl.Get(c.Context(), path, q, into)
}

// diffOf is what the door is asked for two versions.
func (a *App) diffOf(c *cobra.Command, args []string) (path string, q url.Values, name string, err error) {
	d, v, err := a.findVersion(c, args[0])
	if err != nil {
		return "", nil, "", err
	}
	q = url.Values{}
	if len(args) == 2 {
		other := args[1]
		if !isPointer(other) && !strings.Contains(other, "@") {
			other = d.Name + "@" + other
		}
		first, before := d, v
		if d, v, err = a.findVersion(c, other); err != nil {
			return "", nil, "", err
		}
		if d.ID != first.ID {
			return "", nil, "", fault.New(fault.Invalid, "%s and %s are versions of two data sets", args[0], args[1]).
				WithHint("Name two versions of one, such as: varve data diff %s@1 2", first.Name)
		}
		q.Set("from", before.ID)
	}
	return "/datasets/" + d.ID + "/versions/" + v.ID + "/changes", q, d.Name, nil
}

func (a *App) printChanges(name string, d *api.DataChanges) error {
	fmt.Fprintf(a.Out, "%s version %d → %d: %s\n", name, d.From.Number, d.To.Number, changesInWords(d))
	if d.Unpaired {
		fmt.Fprintln(a.Out, "So many files differ that none was looked for at another path.")
	}
	if len(d.Changes) > 0 {
		fmt.Fprintln(a.Out)
	}
	rows := make([][]string, len(d.Changes))
	for i := range d.Changes {
		rows[i] = changeRow(&d.Changes[i])
	}
	if len(rows) > 0 {
		if err := table(a.Out, []string{"CHANGE", "PATH", "WHAT"}, rows); err != nil {
			return err
		}
	}
	if d.More > 0 && len(rows) > 0 {
		fmt.Fprintf(a.Out, "… and %d more; --limit lists more of them\n", d.More)
	}
	return nil
}

// changesInWords sums changes up: 3 files added, 1 changed, +18.2 KiB.
func changesInWords(d *api.DataChanges) string {
	var words []string
	for _, c := range []struct {
		count api.ChangeCount
		what  string
	}{{d.Added, "added"}, {d.Removed, "removed"}, {d.Changed, "changed"}, {d.Moved, "moved"}} {
		if c.count.Files > 0 {
			words = append(words, say.Count(int(c.count.Files), "file")+" "+c.what)
		}
		if c.count.Folders > 0 {
			words = append(words, say.Count(int(c.count.Folders), "folder")+" "+c.what)
		}
	}
	if len(words) == 0 {
		return "nothing differs"
	}
	return strings.Join(append(words, signed(d.Grown)), ", ")
}

// signed shows by how many bytes something grew.
func signed(n int64) string {
	if n > 0 {
		return "+" + say.Bytes(n)
	}
	return say.Bytes(n)
}

func changeRow(c *api.DataChange) []string {
	row := []string{c.Kind, c.Path, ""}
	var said []string
	switch {
	case c.Before == nil:
		said = append(said, sizeOf(c.After))
	case c.After == nil:
		said = append(said, sizeOf(c.Before))
	case c.From != "":
		said = append(said, "from "+c.From)
	}
	for _, w := range c.What {
		said = append(said, aspectWords(w, c.Before, c.After))
	}
	row[2] = strings.Join(said, ", ")
	return row
}

func sizeOf(s *api.DataSide) string {
	if s.Type == "file" {
		return say.Bytes(s.Size)
	}
	return s.Type
}

// aspectWords says what differs of something that both versions have.
func aspectWords(what string, before, after *api.DataSide) string {
	switch what {
	case "content":
		return fmt.Sprintf("%s → %s", say.Bytes(before.Size), say.Bytes(after.Size))
	case "mode":
		return fmt.Sprintf("mode %s → %s", before.Mode, after.Mode)
	case "type":
		return fmt.Sprintf("%s → %s", before.Type, after.Type)
	}
	return fmt.Sprintf("link to %s → %s", before.Link, after.Link)
}

// diffLines prints how the lines of a file differ.
func (a *App) diffLines(c *cobra.Command, path string, q url.Values) error {
	var found api.DataLines
	if err := a.ask(c, path, q, &found); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(found)
	}
	for _, h := range found.Hunks {
		fmt.Fprintf(a.Out, "line %d\n", h.Line)
		for _, l := range h.Lines {
			fmt.Fprintf(a.Out, "%s%s\n", l.Op, l.Text)
		}
	}
	if found.Note != "" {
		fmt.Fprintln(a.Out, found.Note)
	}
	if found.More > 0 {
		fmt.Fprintf(a.Out, "… and %d lines more\n", found.More)
	}
	return nil
}
