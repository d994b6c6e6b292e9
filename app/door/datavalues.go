package door

import (
	"cmp"
	"context"
	"path"
	"slices"

	"dev.varve/app/door/api"
	"dev.varve/backend/array"
	"dev.varve/backend/artifact"
	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/backend/tabular"
)

// mostRows are shown of each kind of change.
const mostRows = 50

// HowMatched says how the rows of tables are matched.
type HowMatched struct {
	Key   string `query:"key" doc:"The column by which rows of a table are matched; empty: one that is found"`
	Whole bool   `query:"whole" doc:"Rows of a table are matched by all of their values"`
	Sheet string `query:"sheet" doc:"Of workbooks, by its name or number; empty: the first one with something in it"`
}

// dataValues compares the values of one file of two versions.
func (d *Door) dataValues(ctx context.Context, in *struct {
	TwoVersions
	HowMatched
	Path string `query:"path" required:"true" minLength:"1" doc:"Of the file, the same in both versions"`
}) (*answer[api.DataValues], error) {
	from, to, err := d.between(in.TwoVersions)
	if err != nil {
		return nil, err
	}
	kind := valuesOf(in.Path)
	if kind != valuesTable && kind != valuesArrays {
		return nil, inField("path", fault.New(fault.Unsupported, "%s is no table and no array, as far as its name says", content.Show(in.Path)).
			WithHint("Tables end in .csv, .tsv, .parquet or .xlsx, arrays in .npy or .npz."))
	}
	before, err := d.Data.Open(ctx, in.Dataset, from.ID, in.Path)
	if err != nil {
		return nil, err
	}
	defer before.Close()
	after, err := d.Data.Open(ctx, in.Dataset, to.ID, in.Path)
	if err != nil {
		return nil, err
	}
	defer after.Close()
	leave, err := d.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	out := api.DataValues{Path: in.Path}
	if kind == valuesTable {
		out.Table, err = d.compareTables(ctx, before, after, in.HowMatched)
	} else {
		out.Arrays, err = compareArrays(ctx, before, after)
	}
	return the(out, err)
}

func (d *Door) compareTables(ctx context.Context, before, after artifact.Content, how HowMatched) (*api.TableChanges, error) {
	old, err := d.table(before, how.Sheet)
	if err != nil {
		return nil, err
	}
	defer old.close()
	now, err := d.table(after, how.Sheet)
	if err != nil {
		return nil, err
	}
	defer now.close()
	found, err := tabular.Compare(ctx, old, now, tabular.Options{Key: how.Key, Whole: how.Whole, Limits: tabular.Usual, Rows: min(shownRows(old, mostRows), shownRows(now, mostRows))})
	if err != nil {
		return nil, old.file.blame(now.file.blame(err))
	}
	return tableChanges(found), nil
}

func tableChanges(d *tabular.Difference) *api.TableChanges {
	out := &api.TableChanges{
		Before: tableFacts(&d.Before.Facts, d.Before.Rows, d.Before.More), After: tableFacts(&d.After.Facts, d.After.Rows, d.After.More),
		Added: columnSummaries(d.Added), Removed: columnSummaries(d.Removed), Common: []api.ColumnDrift{},
		Key: d.Key, Chosen: d.Chosen, Keys: full(d.Keys), Same: d.Same, AddedRows: d.AddedRows, RemovedRows: d.RemovedRows, ChangedRows: d.ChangedRows,
		ColumnsBefore: columnNames(d.Before.Columns), ColumnsAfter: columnNames(d.After.Columns),
		FirstAdded: full(d.ShownAdded), FirstRemoved: full(d.ShownRemoved), FirstChanged: make([]api.ChangedRow, len(d.ShownChanged)),
	}
	slices.SortStableFunc(d.Common, func(a, b tabular.Drift) int {
		return cmp.Or(cmp.Compare(b.Cells, a.Cells), cmp.Compare(b.Distance, a.Distance))
	})
	n := min(len(d.Common), mostColumns)
	out.Left = len(d.Common) - n
	for i := range d.Common[:n] {
		out.Common = append(out.Common, columnDrift(&d.Common[i]))
	}
	for i, row := range d.ShownChanged {
		out.FirstChanged[i] = api.ChangedRow{Key: row.Key, Cells: make([]api.ChangedCell, len(row.Cells))}
		for j, cell := range row.Cells {
			out.FirstChanged[i].Cells[j] = api.ChangedCell(cell)
		}
	}
	return out
}

func columnNames(columns []tabular.Column) []string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = c.Name
	}
	return list
}

func columnDrift(d *tabular.Drift) api.ColumnDrift {
	out := api.ColumnDrift{
		Name: d.After.Name, Before: columnSummary(&d.Before), After: columnSummary(&d.After), Cells: d.Cells, New: full(d.New), Gone: full(d.Gone),
	}
	if d.Distance >= 0 {
		distance := api.Number(d.Distance)
		out.Distance = &distance
	}
	return out
}

func compareArrays(ctx context.Context, before, after artifact.Content) ([]api.ArrayPair, error) {
	old, now := contentsOf(before), contentsOf(after)
	pairs, err := array.Compare(ctx, path.Base(after.Path), old, old.size, now, now.size)
	if err != nil {
		return nil, old.blame(now.blame(err))
	}
	out := make([]api.ArrayPair, len(pairs))
	for i, p := range pairs {
		out[i] = api.ArrayPair{Before: arraySummary(p.Before), After: arraySummary(p.After), Compared: p.Compared, Changed: p.Changed, Largest: api.Number(p.Largest)}
	}
	return out, nil
}
