package door

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/chart"
	"dev.varve/backend/fault"
	"dev.varve/backend/registry"
	"dev.varve/backend/track"
)

// ModelPath names a registered model in a path.
type ModelPath struct {
	Model string `path:"model" doc:"Name of the registered model"`
}

// VersionPath names a version in a path.
type VersionPath struct {
	ModelPath
	Version int `path:"version" minimum:"1" doc:"Number of the version"`
}

func (d *Door) describeModels(h huma.API) {
	add(d, h, get("/models", "models", "models", "All registered models, by name"),
		func(context.Context, *nothing) (*answer[api.RegisteredModels], error) {
			return the(d.registeredModels())
		})
	add(d, h, get("/models/{model}", "model", "models", "One registered model with its versions, and who held which stage when"), d.registeredModel)
	add(d, h, get("/models/{model}/edits", "modelEdits", "models", "What happened to a registered model and its versions"), d.modelEdits)
	add(d, h, get("/models/{model}/compare", "compareVersions", "models", "Two versions side by side: metrics, params, data, requirements, signature"), d.compareVersions)
	add(d, h, get("/models/{model}/versions/{version}/files", "modelFiles", "models", "The files of a version, what its MLmodel says, and how it is used"), d.modelFiles)
	d.describeModelEdits(h)
	d.describeAddresses(h)
}

func (d *Door) registeredModels() (api.RegisteredModels, error) {
	out := api.RegisteredModels{Models: []api.RegisteredModel{}}
	err := d.Records.Registry(func(r track.Registry) error {
		r.Models(func(m *track.RegisteredModel) {
			if r.Found(m) && registry.IsModel(m) {
				out.Models = append(out.Models, registeredOf(r, m))
			}
		})
		return nil
	})
	slices.SortFunc(out.Models, func(a, b api.RegisteredModel) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return out, err
}

// registeredOf copies a registered model. The lock is held.
func registeredOf(r track.Registry, m *track.RegisteredModel) api.RegisteredModel {
	out := api.RegisteredModel{
		ID: m.ID, Name: m.Name(), Description: m.Description(), Mark: m.ID, Stages: []api.StageHeld{}, Aliases: []api.AliasPoint{},
		Created: m.MadeAt(), Updated: r.UpdatedAt(m),
	}
	for _, v := range r.Versions(m) {
		if !v.Trashed() {
			out.Versions++
		}
	}
	if v := r.Latest(m); v != nil {
		out.Latest, out.Mark = int(v.Number()), v.ID
	}
	for _, v := range slices.Backward(r.LatestByStage(m)) {
		if stage := v.Stage(); stage == track.StageProduction || stage == track.StageStaging {
			out.Stages = append(out.Stages, api.StageHeld{Stage: stage, Version: int(v.Number())})
		}
	}
	slices.SortFunc(out.Stages, func(a, b api.StageHeld) int { return cmp.Compare(a.Stage, b.Stage) })
	aliases := r.Aliases(m)
	for _, alias := range slices.Sorted(maps.Keys(aliases)) {
		out.Aliases = append(out.Aliases, api.AliasPoint{Alias: alias, Version: int(aliases[alias].Number())})
	}
	return out
}

type modelQuery struct {
	ModelPath
	Limit int  `query:"limit" default:"1000" minimum:"1" maximum:"100000" doc:"Versions at most"`
	Sizes bool `query:"sizes" doc:"Whether the sizes of versions are wanted"`
}

func (d *Door) registeredModel(ctx context.Context, in *modelQuery) (*answer[api.RegisteredDetail], error) {
	out := api.RegisteredDetail{Seq: d.Hub.Seq(), Metrics: []string{}, Lanes: []api.ModelLane{}}
	err := d.Records.Registry(func(r track.Registry) error {
		m, err := r.Model(in.Model)
		if err != nil {
			return err
		}
		out.RegisteredModel, out.Tags = registeredOf(r, m), tagsOf(m.Labels.Tags())
		out.List = versionsOf(r, m)
		return nil
	})
	if err != nil {
		return nil, err
	}
	out.Left = max(len(out.List)-in.Limit, 0)
	out.List = out.List[:len(out.List)-out.Left]
	d.withRuns(out.List)
	keys := map[string]bool{}
	for i := range out.List {
		for key := range out.List[i].Metrics {
			keys[key] = true
		}
		if in.Sizes {
			out.List[i].Size = d.sizeOf(ctx, in.Model, &out.List[i])
		}
	}
	out.Metrics = full(slices.SortedFunc(maps.Keys(keys), chart.Natural))
	lanes, err := d.lanes(out.ID)
	out.Lanes = full(lanes)
	return the(out, err)
}

// versionsOf copies the versions of a model that are not in the trash, the newest
// first. The lock is held.
func versionsOf(r track.Registry, m *track.RegisteredModel) []api.ModelVersion {
	list := []api.ModelVersion{}
	for _, v := range r.Versions(m) {
		if !v.Trashed() {
			list = append(list, versionOf(r, v))
		}
	}
	slices.SortFunc(list, func(a, b api.ModelVersion) int { return cmp.Compare(b.Number, a.Number) })
	return list
}

// versionOf copies a version. The lock is held; what its run knows is filled in
// afterwards (withRuns).
func versionOf(r track.Registry, v *track.ModelVersion) api.ModelVersion {
	out := api.ModelVersion{
		ID: v.ID, Number: int(v.Number()), Stage: v.Stage(), Aliases: full(r.AliasesOf(v)), Description: v.Description(), Tags: tagsOf(v.Labels.Tags()),
		Status: versionStatus(v.Status()), Message: v.Facts.Message, Source: v.Facts.Source, Run: v.Facts.Run, LoggedModel: v.Facts.LoggedModel,
		Data: []api.DataUse{}, Metrics: map[string]api.Number{}, Created: v.MadeAt(), Updated: r.VersionUpdatedAt(v), Who: v.Facts.User,
	}
	if v.Renumbered() {
		out.Asked = int(v.Facts.Number)
	}
	return out
}

// versionStatus says MLflow's statuses of a version in the words of the pages.
func versionStatus(status string) string {
	switch status {
	case track.VersionReady:
		return "ready"
	case "FAILED_REGISTRATION":
		return "failed"
	}
	return "pending"
}

func tagsOf(tags map[string]string) []api.Tag {
	list := make([]api.Tag, 0, len(tags))
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, api.Tag{Key: key, Value: tags[key]})
	}
	return list
}

// withRuns fills in what the runs and logged models know that versions were made of. Of
// those that have not arrived nothing is known.
func (d *Door) withRuns(list []api.ModelVersion) {
	rows := map[string]*api.RunRow{}
	var facts []*api.RunFacts
	for i := range list {
		if id := list[i].Run; id != "" && rows[id] == nil {
			row := &api.RunRow{}
			if err := d.Records.Run(id, func(r *track.Run) { *row = d.row(r) }); err != nil {
				continue
			}
			rows[id], facts = row, append(facts, &row.RunFacts)
		}
	}
	d.number(facts...)
	for i := range list {
		v := &list[i]
		if row := rows[v.Run]; row != nil {
			v.RunName, v.RunStatus, v.RunTrashed, v.Data, v.Metrics = row.Name, row.Status, row.Trashed, row.Data, row.Metrics
		}
		if own := d.modelMetrics(v.LoggedModel); len(own) > 0 {
			v.Metrics = own
		}
	}
}

// modelMetrics are the latest values of what was measured on a logged model.
func (d *Door) modelMetrics(id string) map[string]api.Number {
	if id == "" {
		return nil
	}
	out := map[string]api.Number{}
	latest := map[string]track.ModelMetric{}
	_ = d.Records.Model(id, func(m *track.LoggedModel) { // one that has not arrived has none
		for _, one := range m.Metrics {
			before, there := latest[one.Value.Key]
			if now := one.Value.Point; !there || cmp.Or(cmp.Compare(now.Step, before.Point.Step), cmp.Compare(now.Time, before.Point.Time)) >= 0 {
				latest[one.Value.Key] = one.Value
			}
		}
	})
	for key, one := range latest {
		if !chart.System(key) {
			out[key] = api.Number(one.Point.Value)
		}
	}
	return out
}

// oneVersion finds a version by its number.
func (d *Door) oneVersion(name string, number int) (v api.ModelVersion, err error) {
	if number < 1 {
		return v, inField("version", fault.New(fault.Invalid, "versions are counted from 1"))
	}
	err = d.Records.Registry(func(r track.Registry) error {
		found, err := r.Version(name, uint64(number))
		if err == nil {
			v = versionOf(r, found)
		}
		return err
	})
	if err == nil {
		list := []api.ModelVersion{v}
		d.withRuns(list)
		v = list[0]
	}
	return v, err
}
