package door

import (
	"context"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/compare"
	"dev.varve/backend/content"
	"dev.varve/backend/dataset"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// mostLines are listed of the differences in a file.
const mostLines = 4000

// TwoVersions are the versions that a request compares. Huma reads only exported types
// that lie in others.
type TwoVersions struct {
	Dataset string `path:"dataset" doc:"Id of the data set"`
	Version string `path:"version" doc:"Id of the version"`
	From    string `query:"from" doc:"Id of the version that it is compared with; empty: the one before it"`
}

func (d *Door) describeDataChanges(h huma.API) {
	const path = "/datasets/{dataset}/versions/{version}/changes"
	add(d, h, get(path, "dataChanges", "data", "What differs between two versions, file by file"), d.dataChanges)
	add(d, h, get(path+"/lines", "dataLines", "data", "What differs between two versions in the lines of a text file"), d.dataLines)
	add(d, h, get(path+"/values", "dataValues", "data", "What differs between two versions in a table or in arrays"), d.dataValues)
}

func (d *Door) dataChanges(ctx context.Context, in *struct {
	TwoVersions
	Limit int `query:"limit" default:"1000" minimum:"0" maximum:"10000" doc:"Changes that are listed at most; 0: they are only counted"`
}) (*answer[api.DataChanges], error) {
	from, to, err := d.between(in.TwoVersions)
	if err != nil {
		return nil, err
	}
	found, err := d.Data.Changes(ctx, in.Dataset, from.ID, to.ID, in.Limit)
	if err != nil {
		return nil, err
	}
	out := api.DataChanges{
		From: from, To: to,
		Added: countOf(found.Added), Removed: countOf(found.Removed), Changed: countOf(found.Changed), Moved: countOf(found.Moved),
		Grown:   found.Added.Bytes - found.Removed.Bytes + found.Changed.Bytes - found.ChangedFrom,
		Changes: make([]api.DataChange, len(found.Changes)), More: found.More, Unpaired: found.Unpaired,
	}
	for i := range found.Changes {
		out.Changes[i] = changeOf(&found.Changes[i])
	}
	return the(out, nil)
}

// between finds the versions that are compared.
func (d *Door) between(in TwoVersions) (from, to api.VersionName, err error) {
	var name string
	var numbers map[string]int
	if err := d.Records.Dataset(in.Dataset, func(s *track.Dataset) { name, numbers = s.Name(), versionNumbers(s) }); err != nil {
		return from, to, err
	}
	for id, n := range numbers {
		switch {
		case id == in.Version:
			to = api.VersionName{ID: id, Number: n}
		case in.From == "" && n < numbers[in.Version] && n > from.Number:
			from = api.VersionName{ID: id, Number: n}
		}
	}
	if in.From != "" {
		from = api.VersionName{ID: in.From, Number: numbers[in.From]}
	}
	switch hint := "`varve data versions " + name + "` shows them."; {
	case to.Number == 0:
		return from, to, fault.New(fault.NotFound, "data set %s has no version %s", name, shorten(in.Version, 100)).WithHint("%s", hint)
	case from.Number == 0 && in.From != "":
		return from, to, inField("from", fault.New(fault.NotFound, "data set %s has no version %s", name, shorten(in.From, 100)).WithHint("%s", hint))
	case from.Number == 0:
		return from, to, fault.New(fault.NotFound, "version %d of %s is its first, so that there is none before it", to.Number, name).
			WithHint("Name the version that it is to be compared with.")
	}
	return from, to, nil
}

func countOf(t content.Totals) api.ChangeCount {
	return api.ChangeCount{Files: t.Files + t.Links, Folders: t.Folders, Bytes: t.Bytes}
}

func changeOf(c *content.Change) api.DataChange {
	out := api.DataChange{
		Kind: string(c.Kind), Path: content.Text(c.Path), From: content.Text(c.From), What: make([]string, len(c.What)),
		Before: dataSide(&c.Before), After: dataSide(&c.After),
		Lines: c.Kind == content.Changed && c.Has(content.OfContent) && max(c.Before.Size, c.After.Size) <= dataset.MostText,
	}
	for i, w := range c.What {
		out.What[i] = string(w)
	}
	if c.Kind == content.Changed && c.Has(content.OfContent) {
		out.Values = valuesOf(out.Path)
	}
	return out
}

func dataSide(s *content.Side) *api.DataSide {
	if s.Type == 0 {
		return nil
	}
	return &api.DataSide{Type: s.Type.String(), Size: s.Size, Mode: strconv.FormatUint(uint64(s.Mode), 8), Link: content.Text(s.Target)}
}

// dataLines compares one file of two versions line by line.
func (d *Door) dataLines(ctx context.Context, in *struct {
	TwoVersions
	Path string `query:"path" required:"true" minLength:"1" doc:"Of the file, the same in both versions"`
}) (*answer[api.DataLines], error) {
	from, to, err := d.between(in.TwoVersions)
	if err != nil {
		return nil, err
	}
	before, err := d.Data.Text(ctx, in.Dataset, from.ID, in.Path)
	if err != nil {
		return nil, err
	}
	after, err := d.Data.Text(ctx, in.Dataset, to.ID, in.Path)
	if err != nil {
		return nil, err
	}
	out := api.DataLines{Path: in.Path}
	out.Hunks, out.More = hunksOf(compare.Diff(before, after), mostLines)
	if before != after && len(out.Hunks) == 0 {
		out.Note = "Only the ends of lines differ."
	}
	return the(out, nil)
}

// hunksOf copies differences up to so many lines, and says how many there are
// more; all of them if most is 0.
func hunksOf(found []compare.Hunk, most int) (hunks []api.CodeHunk, more int) {
	hunks = []api.CodeHunk{}
	left := most
	for _, h := range found {
		lines := h.Lines
		if most > 0 {
			lines = lines[:min(len(lines), left)]
			left, more = left-len(lines), more+len(h.Lines)-len(lines)
		}
		if len(lines) == 0 {
			continue
		}
		hunk := api.CodeHunk{Line: h.Line, Lines: make([]api.CodeLine, len(lines))}
		for i, l := range lines {
			hunk.Lines[i] = api.CodeLine(l)
		}
		hunks = append(hunks, hunk)
	}
	return hunks, more
}
