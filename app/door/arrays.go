package door

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"dev.varve/app/door/api"
	"dev.varve/backend/array"
	"dev.varve/backend/artifact"
	"dev.varve/backend/chart"
	"dev.varve/backend/fault"
	"dev.varve/backend/search"
)

// The bounds of what is read of arrays.
const (
	mostArraySteps  = 64        // of one run: more columns of cells cannot be told apart
	mostArrayValues = 4_000_000 // of one run
	mostArrayTables = 40        // files that are looked into for their columns, of one request
	arrayRuns       = 50        // newest runs that are looked at for what arrays there are
)

// arrayFile is a file of arrays of a run.
type arrayFile struct {
	array.Name
	artifact.File
	in artifact.Tree
}

// arrayFiles are the files of a run that may hold arrays, by key and in the order
// of steps. Of several of one step, the last by path counts.
func (d *Door) arrayFiles(ctx context.Context, run string) (map[string][]arrayFile, error) {
	tree, list, err := d.allFiles(ctx, run)
	if errors.Is(err, fault.NotFound) { // it has vanished since
		return nil, nil
	}
	files := map[string][]arrayFile{}
	for _, f := range list {
		if n, ok := array.Parse(f.Path); ok {
			files[n.Key] = append(files[n.Key], arrayFile{n, f, tree})
		}
	}
	for key, list := range files {
		slices.SortStableFunc(list, func(a, b arrayFile) int { return cmp.Or(cmp.Compare(a.Step, b.Step), cmp.Compare(b.Path, a.Path)) })
		files[key] = slices.CompactFunc(list, func(a, b arrayFile) bool { return a.Step == b.Step })
	}
	return files, err
}

func readArray(ctx context.Context, f *arrayFile) ([]array.Column, error) {
	content, err := f.in.Open(ctx, f.Path)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	return array.Read(f.Path, content)
}

// unreadable reports whether an array is wrong by itself: the others can be shown.
func unreadable(err error) bool {
	return errors.Is(err, fault.Invalid) || errors.Is(err, fault.Unsupported) || errors.Is(err, fault.Corrupt) || errors.Is(err, fault.NotFound)
}

// arrays lists the arrays that runs logged.
func (d *Door) arrays(ctx context.Context, in *struct {
	Run []string `query:"run,explode" required:"true" minItems:"1" maxItems:"50" doc:"Ids"`
}) (*answer[api.Arrays], error) {
	list, err := d.arraysOf(ctx, in.Run)
	return the(api.Arrays{Arrays: list}, err)
}

func (d *Door) arraysOf(ctx context.Context, runs []string) ([]api.LoggedArray, error) {
	found, looked := map[string]*api.LoggedArray{}, 0
	columns := map[string][]string{} // by key
	for _, run := range runs {
		files, err := d.arrayFiles(ctx, run)
		if err != nil {
			return nil, err
		}
		for _, key := range slices.Sorted(maps.Keys(files)) {
			if _, known := columns[key]; !known && looked < mostArrayTables {
				looked++
				if columns[key], err = d.columnsOf(ctx, &files[key][len(files[key])-1]); err != nil {
					return nil, err
				}
			}
			for _, column := range columns[key] {
				name := array.Join(key, column)
				if found[name] == nil {
					found[name] = &api.LoggedArray{Name: name}
				}
				found[name].Runs++
				found[name].Steps = max(found[name].Steps, len(files[key]))
			}
		}
	}
	list := make([]api.LoggedArray, 0, len(found))
	for _, name := range slices.SortedFunc(maps.Keys(found), chart.Natural) {
		list = append(list, *found[name])
	}
	return list, nil
}

// columnsOf are the names of the arrays in a file; none if it holds none.
func (d *Door) columnsOf(ctx context.Context, f *arrayFile) ([]string, error) {
	read, err := readArray(ctx, f)
	if err != nil && !unreadable(err) {
		return nil, err
	}
	names := []string{}
	for _, c := range read {
		if len(c.Values) > 1 {
			names = append(names, c.Name)
		}
	}
	return names, nil
}

// firstArray is the array that a chart shows if nobody chose one: the one with
// the most steps. Empty, if there is none.
func (d *Door) firstArray(ctx context.Context, which api.Charted) (string, error) {
	filter, err := search.ParseQuery(which.Filter, d.given(which.Filter))
	if err != nil {
		return "", inField("filter", err)
	}
	ids, _, err := d.charted(ctx, which, filter, arrayRuns)
	if err != nil {
		return "", err
	}
	list, err := d.arraysOf(ctx, ids[:min(len(ids), arrayRuns)])
	if err != nil || len(list) == 0 {
		return "", err
	}
	return slices.MaxFunc(list, func(a, b api.LoggedArray) int {
		return cmp.Or(cmp.Compare(a.Steps, b.Steps), cmp.Compare(b.Name, a.Name))
	}).Name, nil
}

// Arrays reads an array of a run. One that it has not is empty.
func (c curves) Arrays(ctx context.Context, run, name string) (out chart.LoggedArrays, err error) {
	files, err := c.arrayFiles(ctx, run)
	if err != nil {
		return out, err
	}
	key, column := array.Split(name)
	list := files[key]
	if n := len(list); n > mostArraySteps {
		out.Skipped = n - mostArraySteps
		some := make([]arrayFile, mostArraySteps)
		for i := range some {
			some[i] = list[i*(n-1)/(mostArraySteps-1)]
		}
		list = some
	}
	values := 0
	for i := range list {
		columns, err := readArray(ctx, &list[i])
		if err != nil && !unreadable(err) {
			return out, err
		}
		at := slices.IndexFunc(columns, func(c array.Column) bool { return c.Name == column })
		if err != nil || at < 0 {
			out.Refused++
			continue
		}
		if values += len(columns[at].Values); values > mostArrayValues {
			out.Skipped += len(list) - i
			break
		}
		out.List = append(out.List, chart.Array{Step: list[i].Step, Values: columns[at].Values})
	}
	return out, nil
}
