package tables

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/sheet"
	"dev.varve/backend/track"
	"dev.varve/storage/exportdir"
)

const (
	runsName  = "runs.parquet"
	spoolName = "runs.rows"
	maxWide   = 2000 // columns of params, metrics and tags: more than that no program shows
)

// wide is the table with a row for each run. Which columns it has is known when all
// runs are: until then the rows wait in a file.
type wide struct {
	out     io.WriteCloser
	w       *bufio.Writer
	columns map[string]bool // of what persons named
}

// row is what waits.
type row struct {
	Fixed   []string
	Times   [2]int64
	Trashed bool
	Texts   map[string]string // params.… and tags.…
	Numbers map[string]float64
}

func newWide(f *exportdir.Folder) (*wide, error) {
	out, err := f.Create(spoolName)
	if err != nil {
		return nil, err
	}
	return &wide{out: out, w: bufio.NewWriterSize(out, 256<<10), columns: map[string]bool{}}, nil
}

// add takes a run. What MLflow and the machine themselves have recorded stands in
// the long tables alone, as in the other tables of runs.
func (x *wide) add(run *imports.Run, experiment string) error {
	one := row{
		Fixed: []string{run.ID, run.Name, track.StateOf(run.Status), experiment, run.Experiment, run.User, run.Tags[track.TagParent]},
		Times: [2]int64{run.Start, run.End}, Trashed: run.Trashed, Texts: map[string]string{}, Numbers: map[string]float64{},
	}
	for _, p := range run.Params {
		one.Texts["params."+p.Key] = p.Value
	}
	for key, value := range run.Tags {
		if !strings.HasPrefix(key, "mlflow.") {
			one.Texts["tags."+key] = value
		}
	}
	last := map[string]event.Point{}
	for _, s := range run.Metrics {
		for _, p := range s.Points {
			if old, ok := last[s.Key]; !strings.HasPrefix(s.Key, "system/") && (!ok || p.Compare(old) > 0) {
				last[s.Key] = p
			}
		}
	}
	for key, p := range last {
		one.Numbers["metrics."+key] = p.Value
	}
	for name := range one.Texts {
		x.columns[name] = true
	}
	for name := range one.Numbers {
		x.columns[name] = true
	}
	data, err := event.Marshal(one)
	if err != nil {
		return fault.Wrap(err, fault.Internal, "encode", "run")
	}
	if _, err = x.w.Write(binary.AppendUvarint(nil, uint64(len(data)))); err == nil {
		_, err = x.w.Write(data)
	}
	return err
}

func (x *wide) close() error {
	if x == nil || x.out == nil {
		return nil
	}
	err := x.out.Close()
	x.out = nil
	return err
}

// write makes the table.
func (x *wide) write(f *exportdir.Folder, r *imports.Report) error {
	if err := errors.Join(x.w.Flush(), x.close()); err != nil {
		return err
	}
	columns := []sheet.Column{
		{Name: "run"}, {Name: "name"}, {Name: "status"}, {Name: "experiment"}, {Name: "experiment_id"}, {Name: "user"}, {Name: "parent"},
		{Name: "started", Type: sheet.Time}, {Name: "ended", Type: sheet.Time}, {Name: "trashed", Type: sheet.Whole},
	}
	fixed := len(columns)
	names := slices.Sorted(maps.Keys(x.columns))
	if len(names) > maxWide {
		r.Skip(runsName, "it has %d columns: %d more stand in params.parquet, points.parquet and tags.parquet alone", maxWide, len(names)-maxWide)
		names = names[:maxWide]
	}
	for _, name := range names {
		kind := sheet.Text
		if strings.HasPrefix(name, "metrics.") {
			kind = sheet.Number
		}
		columns = append(columns, sheet.Column{Name: name, Type: kind})
	}
	table, err := newLong(f, runsName, columns)
	if err != nil {
		return err
	}
	in, err := f.Root.Open(exportdir.Stage(spoolName))
	if err != nil {
		return errors.Join(fault.Wrap(err, fault.Internal, "read", spoolName), table.out.Close())
	}
	defer in.Close()
	if err := rows(bufio.NewReaderSize(in, 256<<10), func(one *row) error { return table.Row(one.cells(columns, fixed)) }); err != nil {
		return errors.Join(err, table.out.Close())
	}
	return table.close()
}

func (one *row) cells(columns []sheet.Column, fixed int) []sheet.Cell {
	cells := make([]sheet.Cell, len(columns))
	for i, text := range one.Fixed {
		cells[i] = maybe(text)
	}
	trashed := int64(0)
	if one.Trashed {
		trashed = 1
	}
	cells[fixed-3], cells[fixed-2], cells[fixed-1] = moment(one.Times[0]), moment(one.Times[1]), sheet.OfWhole(trashed)
	for i, c := range columns[fixed:] {
		if number, ok := one.Numbers[c.Name]; ok {
			cells[fixed+i] = sheet.OfNumber(number)
		} else if text, ok := one.Texts[c.Name]; ok {
			cells[fixed+i] = sheet.OfText(text)
		}
	}
	return cells
}

// rows calls fn with what waits.
func rows(in *bufio.Reader, fn func(*row) error) error {
	for {
		n, err := binary.ReadUvarint(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		data := make([]byte, n)
		if err == nil {
			_, err = io.ReadFull(in, data)
		}
		var one row
		if err == nil {
			err = event.Unmarshal(data, &one)
		}
		if err != nil {
			return fault.Wrap(err, fault.Internal, "read", spoolName)
		}
		if err := fn(&one); err != nil {
			return err
		}
	}
}
