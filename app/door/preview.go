package door

import (
	"context"
	"path"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"dev.varve/app/door/api"
	"dev.varve/backend/array"
	"dev.varve/backend/artifact"
	"dev.varve/backend/fault"
	"dev.varve/backend/tabular"
)

// Bounds of what is answered.
const (
	mostColumns = 500    // that are described of a table
	mostCells   = 20_000 // of rows that are shown
)

// DataPath names a file of a version. Huma reads only exported types that lie in
// others.
type DataPath struct {
	Dataset string `path:"dataset" doc:"Id of the data set"`
	Version string `path:"version" doc:"Id of the version"`
	Path    string `query:"path" required:"true" minLength:"1" doc:"From the root, with /"`
}

// HowMuch says what is wanted of a preview.
type HowMuch struct {
	Rows  int    `query:"rows" default:"100" minimum:"0" maximum:"1000" doc:"First rows of a table"`
	Sheet string `query:"sheet" doc:"Of a workbook, by its name or number; empty: the first one with something in it"`
}

func (d *Door) describePreviews(h huma.API) {
	const version = "/datasets/{dataset}/versions/{version}"
	o := get(version+"/file", "dataFile", "data", "The bytes of a file of a version, to be saved; ranges can be asked for")
	o.Responses = bytesResponse("The file")
	add(d, h, o, func(ctx context.Context, in *DataPath) (*stream, error) {
		return send(d.Data.Open(ctx, in.Dataset, in.Version, in.Path))
	})
	add(d, h, get(version+"/preview", "dataPreview", "data", "What is in a file of a version: in the columns of a table, in arrays"),
		func(ctx context.Context, in *struct {
			DataPath
			HowMuch
		}) (*answer[api.FilePreview], error) {
			file, err := d.Data.Open(ctx, in.Dataset, in.Version, in.Path)
			if err != nil {
				return nil, err
			}
			return the(d.preview(ctx, file, in.HowMuch))
		})
	add(d, h, get("/runs/{run}/preview", "artifactPreview", "runs", "What is in an artifact: in the columns of a table, in arrays"),
		func(ctx context.Context, in *struct {
			ArtifactQuery
			HowMuch
		}) (*answer[api.FilePreview], error) {
			file, err := d.artifact(ctx, in.Run, in.Path)
			if err != nil {
				return nil, err
			}
			return the(d.preview(ctx, file, in.HowMuch))
		})
}

// send answers with the bytes of a file.
func send(file artifact.Content, err error) (*stream, error) {
	if err != nil {
		return nil, err
	}
	return &stream{Body: func(c huma.Context) {
		r, w := humago.Unwrap(c)
		defer file.Close()
		sendArtifact(w, r, file)
	}}, nil
}

// preview looks into a file and closes it.
func (d *Door) preview(ctx context.Context, file artifact.Content, much HowMuch) (out api.FilePreview, err error) {
	defer file.Close()
	leave, err := d.enter(ctx)
	if err != nil {
		return out, err
	}
	defer leave()
	out = api.FilePreview{Path: file.Path, Size: file.Size}
	switch valuesOf(file.Path) {
	case valuesTable:
		out.Table, err = d.previewTable(ctx, file, much)
	case valuesArrays:
		var list []array.Summary
		r := contentsOf(file)
		list, err = array.Summarize(ctx, path.Base(file.Path), r, r.size)
		err = r.blame(err)
		for i := range list {
			out.Arrays = append(out.Arrays, *arraySummary(&list[i]))
		}
	}
	return out, err
}

func (d *Door) previewTable(ctx context.Context, file artifact.Content, much HowMuch) (*api.TablePreview, error) {
	source, err := d.table(file, much.Sheet)
	if err != nil {
		return nil, err
	}
	defer source.close()
	found, err := tabular.Describe(ctx, source, tabular.Usual, shownRows(source, much.Rows))
	if err != nil {
		return nil, source.file.blame(err)
	}
	n := min(len(found.Columns), mostColumns)
	out := &api.TablePreview{
		TableFacts: tableFacts(&found.Facts, found.Rows, found.More), Columns: columnSummaries(found.Columns[:n]), Left: len(found.Columns) - n,
		First: make([][]string, len(found.First)),
	}
	for i, row := range found.First {
		out.First[i] = row[:n]
	}
	if found.Broken != nil {
		if err := source.file.blame(found.Broken); fault.KindOf(err) != fault.Invalid && fault.KindOf(err) != fault.Unsupported {
			return nil, err
		}
		out.Broken = found.Broken.Error()
	}
	return out, nil
}

// shownRows is how many rows of a table are shown: fewer of very wide ones.
func shownRows(s tabular.Source, wanted int) int {
	return min(wanted, max(mostCells/max(len(s.Columns()), 1), 1))
}

func tableFacts(f *tabular.Facts, rows int, more bool) api.TableFacts {
	return api.TableFacts{Kind: f.Kind, Encoding: f.Encoding, Separator: f.Separator, Sheet: f.Sheet, Sheets: f.Sheets, Rows: rows, More: more}
}

func columnSummaries(columns []tabular.Summary) []api.ColumnSummary {
	list := make([]api.ColumnSummary, len(columns))
	for i := range columns {
		list[i] = columnSummary(&columns[i])
	}
	return list
}

func columnSummary(c *tabular.Summary) api.ColumnSummary {
	out := api.ColumnSummary{
		Name: c.Name, Type: c.Kind.String(), Declared: c.Declared, Rows: c.Rows, Missing: c.Missing, Distinct: c.Distinct, Many: c.Many,
	}
	for _, one := range c.Common {
		out.Common = append(out.Common, api.CategoryCount(one))
	}
	if c.Numbers+c.Infinite == 0 {
		return out
	}
	out.Numbers = &api.NumberSummary{
		Count: c.Numbers, Infinite: c.Infinite, Min: api.Number(c.Min), Max: api.Number(c.Max), Mean: api.Number(c.Mean), Std: api.Number(c.Std),
		Bins: full(c.Bins), Sampled: c.Sampled,
	}
	for _, q := range c.Quantiles {
		out.Numbers.Quantiles = append(out.Numbers.Quantiles, api.Number(q))
	}
	return out
}

func arraySummary(a *array.Summary) *api.ArraySummary {
	if a == nil {
		return nil
	}
	return &api.ArraySummary{
		Name: a.Name, Shape: full(a.Shape), Type: a.Type, Values: a.Values, Read: a.Read, NaN: a.NaN, Infinite: a.Infinite,
		Min: api.Number(a.Min), Max: api.Number(a.Max), Mean: api.Number(a.Mean), Std: api.Number(a.Std),
	}
}
