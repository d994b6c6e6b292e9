package door

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/job"
	"dev.varve/backend/track"
)

// Kinds of jobs.
const (
	kindAdd     = "data.add"
	kindEdit    = "data.edit"
	kindRestore = "data.get"
	kindStart   = "run.start"
	kindSweep   = "run.sweep"
)

type datasetPath struct {
	Dataset string `path:"dataset" doc:"Id of the data set"`
}

func (d *Door) describeData(h huma.API) {
	add(d, h, get("/datasets", "datasets", "data", "All data sets, by name"),
		func(_ context.Context, in *struct {
			Removed bool `query:"removed" doc:"Those that were removed, instead"`
		}) (*answer[api.Datasets], error) {
			return the(api.Datasets{Datasets: d.datasets(in.Removed)}, nil)
		})
	add(d, h, get("/datasets/{dataset}", "dataset", "data", "One data set"), d.dataset)
	add(d, h, get("/datasets/{dataset}/versions/{version}/files", "dataFiles", "data", "What lies directly in a folder of a version"),
		func(ctx context.Context, in *struct {
			Dataset string `path:"dataset" doc:"Id of the data set"`
			Version string `path:"version" doc:"Id of the version"`
			Path    string `query:"path" doc:"From the root, with /"`
		}) (*answer[api.DataFiles], error) {
			files, err := d.Data.Files(ctx, in.Dataset, in.Version, in.Path)
			return the(api.DataFiles{Files: full(files)}, err)
		})
	add(d, h, post("/datasets/look", "look", "data", "What would become of a path that was dropped or pasted"),
		func(ctx context.Context, in *struct{ Body api.Place }) (*answer[api.Look], error) {
			path, err := absolute("path", in.Body.Path)
			if err != nil {
				return nil, err
			}
			return the(d.Data.Look(ctx, path))
		})
	add(d, h, post("/datasets", "addData", "data", "Lay down a version of a data set"), d.addData)
	add(d, h, post("/datasets/{dataset}/versions/{version}/restore", "restoreData", "data", "Bring a version, or a part of it, into a folder; or say what that would do"), d.restoreData)
	h.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[api.RestorePlan](), true, "RestorePlan")
	add(d, h, post("/datasets/{dataset}/versions/{version}/edit", "editData", "data", "Lay down the next version as this one with some paths changed"), d.editData)
	d.describeUpkeep(h)
	d.describeDataAliases(h)
	d.describeDescriptions(h)
	d.describePreviews(h)
	add(d, h, post("/datasets/{dataset}/remove", "removeData", "data", "Remove a version, or the data set, or bring it back"),
		func(ctx context.Context, in *struct {
			Dataset string `path:"dataset" doc:"Id of the data set"`
			Body    api.DataRemoval
		}) (*answer[api.DataRemoved], error) {
			return the(d.Data.Remove(ctx, in.Dataset, in.Body))
		})
	d.describePointers(h)
}

// full makes an empty list of none: JSON has a difference, pages have not.
func full[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// absolute checks a path of this machine.
func absolute(field, path string) (string, error) {
	path = strings.TrimSpace(path)
	if !filepath.IsAbs(path) || strings.ContainsRune(path, 0) {
		return "", inField(field, fault.New(fault.Invalid, "%q is not a whole path", shorten(path, 200)).
			WithHint("Write it from the root, such as %s.", filepath.FromSlash("/home/ada/data")))
	}
	return filepath.Clean(path), nil
}

// uses counts the runs that used data sets and versions, by their ids.
func (d *Door) uses() map[string]int {
	counts := map[string]int{}
	var mine []string
	d.Records.Briefs(nil, func(r track.Brief) bool {
		inputs := r.Inputs()
		if len(inputs) == 0 || r.Gone() {
			return true
		}
		mine = mine[:0]
		for _, in := range inputs {
			mine = append(mine, in.ID, in.Version)
		}
		slices.Sort(mine)
		for _, id := range slices.Compact(mine) {
			counts[id]++
		}
		return true
	})
	return counts
}

func (d *Door) datasets(removed bool) []api.Dataset {
	counts, list := d.uses(), []api.Dataset{}
	d.Records.Datasets(func(s *track.Dataset) {
		if s.Trashed() == removed {
			list = append(list, datasetOf(s, counts))
		}
	})
	slices.SortFunc(list, func(a, b api.Dataset) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return list
}

func (d *Door) dataset(_ context.Context, in *datasetPath) (*answer[api.Dataset], error) {
	counts := d.uses()
	var found api.Dataset
	err := d.Records.Dataset(in.Dataset, func(s *track.Dataset) { found = datasetOf(s, counts) })
	return the(found, err)
}

// datasetOf copies a data set. The lock is held.
func datasetOf(s *track.Dataset, counts map[string]int) api.Dataset {
	set := api.Dataset{
		ID: s.ID, Name: s.Name(), Created: s.Created.Time / 1e6, Runs: counts[s.ID], Gone: s.GoneAt(),
		Versions: make([]api.DataVersion, 0, len(s.Versions)),
	}
	aliases := s.Aliases()
	for i, n := range s.Numbers() {
		v := &s.Versions[i]
		one := api.DataVersion{
			ID: v.Value.ID, Number: int(n), Digest: hex.EncodeToString(v.Value.Digest), Message: v.Value.Message, Who: v.Value.User,
			Source: v.Value.Source, Created: s.MadeAt(i), Files: v.Value.Files, Bytes: v.Value.Bytes, Runs: counts[v.Value.ID],
			Aliases: aliases[v.Value.ID], Removed: s.Removed(v.Value.ID),
		}
		if one.Removed != 0 {
			set.Removed = append(set.Removed, one)
		} else {
			set.Versions = append(set.Versions, one)
		}
	}
	for _, list := range [][]api.DataVersion{set.Versions, set.Removed} {
		slices.SortFunc(list, func(a, b api.DataVersion) int { return cmp.Compare(b.Number, a.Number) })
	}
	return set
}

func (d *Door) addData(_ context.Context, in *struct{ Body api.Addition }) (*answer[api.Job], error) {
	a := in.Body
	if err := track.CheckDatasetName(a.Name); err != nil {
		return nil, inField("name", err)
	}
	path, err := absolute("path", a.Path)
	if err != nil {
		return nil, err
	}
	a.Path = path
	if a.Pointer != "" {
		if a.Pointer, err = absolute("pointer", a.Pointer); err != nil {
			return nil, err
		}
	}
	return the(d.start(kindAdd, "Add "+a.Name, func(ctx context.Context, p *job.Progress) (job.Outcome, error) {
		added, err := d.Data.Add(ctx, a, p)
		return added.outcome(a.Name), err
	}), nil)
}

// outcome says what came of an addition to a data set.
func (a AddedData) outcome(name string) job.Outcome {
	summary := fmt.Sprintf("%s has version %d.", name, a.Number)
	if !a.New {
		summary = fmt.Sprintf("Nothing has changed since version %d.", a.Number)
	}
	return job.Outcome{Result: a.Dataset, Summary: strings.TrimSpace(summary + " " + a.Left)}
}

func (d *Door) restoreData(_ context.Context, in *struct {
	Dataset string `path:"dataset" doc:"Id of the data set"`
	Version string `path:"version" doc:"Id of the version"`
	Body    api.Restoration
}) (*answer[api.Job], error) {
	dest, err := absolute("dest", in.Body.Dest)
	if err != nil {
		return nil, err
	}
	name, number, err := d.versionOf(in.Dataset, in.Version)
	if err != nil {
		return nil, err
	}
	in.Body.Dest = dest
	r := restoring{d: d, dataset: in.Dataset, version: in.Version, number: number, want: in.Body}
	return the(r.start(name), nil)
}

// versionOf returns the name of a data set, and the number of its version with an id.
func (d *Door) versionOf(dataset, version string) (name string, number int, err error) {
	err = d.Records.Dataset(dataset, func(s *track.Dataset) { name, number = s.Name(), versionNumbers(s)[version] })
	if err == nil && number == 0 {
		err = fault.New(fault.NotFound, "data set %s has no version %s", name, version)
	}
	return name, number, err
}
