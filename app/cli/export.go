package cli

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/client"
	"dev.varve/backend/fault"
)

func (a *App) runsExport() *cobra.Command {
	q, format, out := runsQuery{}, "", ""
	var columns []string
	c := &cobra.Command{
		Use:   "export [QUERY...]",
		Short: "Write a table of runs",
		Long: `Writes runs as a table, one in a row, with a column for each param, tag and metric,
or with those of --columns. Times are in UTC, durations in seconds. In CSV and TSV
a text that a spreadsheet would take for a formula gets an apostrophe before it.
docs/export.md describes the formats.

Exit codes: 0; 202 for a query or a column that makes no sense; the others as in
'varve --help'.`,
		Example: `  varve runs export > runs.csv
  varve runs export --format tsv "metrics.rmse < 0.8"
  varve runs export --columns "name,params.lr,min(metrics.loss)" --order "min(metrics.loss)"
  varve runs export --format parquet -o runs.parquet`,
		RunE: func(c *cobra.Command, args []string) error {
			q.filter = strings.Join(args, " ")
			if format == "" {
				format = formatOf(out)
			}
			if a.json {
				format = "json"
			}
			query, err := a.exportQuery(c, q, format, columns)
			if err != nil {
				return err
			}
			cl, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			return q.pointed(a.export(c, cl, query, out))
		},
	}
	a.queryFlags(c, &q)
	c.Flags().StringVar(&format, "format", "", "csv, tsv, json or parquet; csv if neither this nor the name of a file says it")
	c.Flags().StringArrayVar(&columns, "columns", nil, "names as in an order, with commas between; may be repeated")
	c.Flags().StringVarP(&out, "output", "o", "", "a file to write to")
	return a.jsonFlag(c)
}

// formatOf is the format that the name of a file asks for.
func formatOf(path string) string {
	switch end := strings.ToLower(filepath.Ext(path)); end {
	case ".tsv", ".json", ".parquet":
		return end[1:]
	}
	return "csv"
}

func (a *App) exportQuery(c *cobra.Command, q runsQuery, format string, columns []string) (url.Values, error) {
	switch format {
	case "csv", "tsv", "json", "parquet":
	default:
		return nil, usage(c, fault.New(fault.Invalid, "--format is csv, tsv, json or parquet, not %q", format))
	}
	if q.limit < 0 {
		return nil, usage(c, fault.New(fault.Invalid, "--limit cannot be %d", q.limit))
	}
	query := url.Values{"filter": {q.filter}, "order": q.order, "format": {format}, "limit": {strconv.Itoa(q.limit)}}
	for _, list := range columns {
		query["column"] = append(query["column"], listed(list)...)
	}
	if q.experiment != "" {
		ids, err := a.experimentIDs(c, q.experiment)
		if err != nil {
			return nil, err
		}
		query["experiment"] = ids
	}
	return query, nil
}

// listed splits names at the commas that do not stand in quotes.
func listed(list string) (names []string) {
	var quote rune
	from := 0
	for i, r := range list + "," {
		switch {
		case quote != 0 && i < len(list):
			if r == quote {
				quote = 0
			}
		case r == '`' || r == '"' || r == '\'':
			quote = r
		case r == ',':
			if name := strings.TrimSpace(list[from:i]); name != "" {
				names = append(names, name)
			}
			from = i + 1
		}
	}
	return names
}

// export asks for a table and writes it to the output, or to a file that is
// whole or not there.
func (a *App) export(c *cobra.Command, cl *client.Client, query url.Values, path string) error {
	resp, err := cl.Do(c.Context(), http.MethodGet, cl.Address+client.Prefix+"/runs/export?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return client.ProblemOf(resp)
	}
	if path == "" {
		return broken(io.Copy(a.Out, resp.Body))
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fault.Wrap(err, fault.Denied, "write", path)
	}
	defer os.Remove(file.Name()) // it is gone when it has got its name
	if err := broken(io.Copy(file, resp.Body)); err != nil {
		return errors.Join(err, file.Close())
	}
	err = errors.Join(file.Chmod(0o644), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	return fault.Wrap(err, fault.Internal, "write", path)
}

// broken says in words that an answer broke off.
func broken(_ int64, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fault.New(fault.Unavailable, "Varve broke off in the middle of the table")
	}
	return fault.Wrap(err, fault.Internal, "write", "table")
}
