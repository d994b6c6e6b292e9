package chart

import (
	"context"
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// WriteCSV writes all that a chart shows as a table: every point, nothing
// thinned, numbers to the last digit. Lines are read one after the other, so
// that there may be more points than memory.
func WriteCSV(ctx context.Context, w io.Writer, s Spec, t *Table, source Source, v View) error {
	v.Raw = true
	out := csv.NewWriter(w)
	if s.Kind != Line || t.Groups != nil {
		f, err := Draw(ctx, s, t, source, v)
		if err != nil {
			return err
		}
		if err := f.writeHead(out); err != nil {
			return err
		}
		return f.writeRows(out)
	}
	for i, run := range t.Runs {
		part := *t
		part.Runs, part.Matching = []RunName{run}, 1
		f, err := Draw(ctx, s, &part, source, v)
		if err != nil {
			return err
		}
		if i == 0 {
			if err := f.writeHead(out); err != nil {
				return err
			}
		}
		if err := f.writeRows(out); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// tableDims are the dimensions of all series, each once, without what only
// places points on a screen.
func (f *Figure) tableDims() []string {
	var dims []string
	for _, t := range f.Series {
		for _, dim := range t.Dims {
			if dim != "diameter" && !slices.Contains(dims, dim) {
				dims = append(dims, dim)
			}
		}
	}
	if f.Kind == Line {
		return []string{"x", "y"} // also where there are no points
	}
	return dims
}

func (f *Figure) writeHead(out *csv.Writer) error {
	head := []string{"series", "run", "key", "what"}
	for i, dim := range f.tableDims() {
		if dim == "row" {
			continue
		}
		if f.Kind == Line || i < len(f.Axes) && !slices.Contains([]string{"n", "sd", "trend", "from", "to", "low"}, dim) {
			dim = f.Axes[i].head(dim)
		}
		head = append(head, dim)
	}
	return out.Write(head)
}

// head is the name of a column, with the unit of its numbers.
func (h AxisHead) head(dim string) string {
	switch {
	case h.Label == "":
		return dim
	case h.Kind == DurationColumn:
		return h.Label + ", ms"
	}
	return h.Label
}

func (f *Figure) writeRows(out *csv.Writer) error {
	dims := f.tableDims()
	for i, t := range f.Series {
		if t.Role == ClippedRole || t.Role == LevelsRole {
			continue // they are among the values, or follow from them
		}
		values, what := f.blocks[i], string(t.Role)
		if t.Role == BandRole {
			values, what = f.upper(i), "high"
		}
		for at := 0; at < len(values); at += len(t.Dims) {
			line := []string{t.Label, strings.Join(t.Runs, " "), t.Key, what}
			for _, dim := range dims {
				k := slices.Index(t.Dims, dim)
				if dim == "row" {
					if k >= 0 {
						line[1] = f.Rows[int(values[at+k])]
					}
					continue
				}
				cell := ""
				if k >= 0 {
					cell = f.cell(k, values[at+k])
				}
				line = append(line, cell)
			}
			if err := out.Write(line); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// upper is the upper edge of a band: it is drawn on the lower one, the series
// before it.
func (f *Figure) upper(i int) []float64 {
	values := slices.Clone(f.blocks[i])
	for k := 1; k < len(values); k += 2 {
		values[k] += f.blocks[i-1][k]
	}
	return values
}

// cell is a number of a dimension as a text: a category by its name, a time in
// UTC.
func (f *Figure) cell(dim int, v float64) string {
	if dim < len(f.Axes) {
		h := &f.Axes[dim]
		switch {
		case len(h.Categories) > 0 && v >= 0 && int(v) < len(h.Categories):
			return h.Categories[int(v)]
		case h.Kind == TimeColumn && finite(v) && math.Abs(v) < 1e14:
			return time.UnixMilli(int64(v)).UTC().Format("2006-01-02T15:04:05.000Z")
		}
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
