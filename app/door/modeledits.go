package door

import (
	"context"
	"errors"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/registry"
	"dev.varve/backend/track"
)

func (d *Door) describeModelEdits(h huma.API) {
	add(d, h, large(post("/models/{model}/edit", "editModel", "models", "Promote a version, move aliases, describe and tag: at once; the answer can take it back")), d.editModel)
	add(d, h, large(post("/models/undo", "undoModel", "models", "Take changes of registered models and versions back, at once; those that were changed again since then stay; the answer can take this back in turn")), d.undoModel)
	add(d, h, put("/models/{model}/name", "renameModel", "models", "Give a registered model another name"),
		func(ctx context.Context, in *struct {
			ModelPath
			Body api.NewName
		}) (*done, error) {
			return ok(d.Records.RenameRegisteredModel(ctx, in.Model, in.Body.Name))
		})
	add(d, h, post("/models/{model}/trash", "trashModel", "models", "Put a registered model, with its versions, into the trash"),
		func(ctx context.Context, in *ModelPath) (*done, error) {
			var id string
			err := d.Records.Registry(func(r track.Registry) error {
				m, err := r.Model(in.Model)
				if err == nil {
					id = m.ID
				}
				return err
			})
			if err != nil {
				return nil, err
			}
			return ok(d.Records.TrashRegisteredModel(ctx, id, true))
		})
	add(d, h, post("/models/{model}/versions/{version}/trash", "trashVersion", "models", "Put a version into the trash"),
		func(ctx context.Context, in *VersionPath) (*done, error) {
			v, err := d.oneVersion(in.Model, in.Version)
			if err != nil {
				return nil, err
			}
			return ok(d.Records.TrashModelVersion(ctx, v.ID, true))
		})
	add(d, h, post("/models/register", "registerModel", "models", "Make a version of a registered model from a model of a run"), d.registerModel)
	add(d, h, get("/runs/{run}/models", "modelSources", "models", "The models of a run that can be registered, and what was made of them"),
		func(ctx context.Context, in *runPath) (*answer[api.ModelSources], error) {
			return the(d.modelSources(ctx, in.Run))
		})
}

func (d *Door) editModel(ctx context.Context, in *struct {
	ModelPath
	Body api.EditModel
}) (*answer[api.EditedModel], error) {
	b := &in.Body
	edit := track.RegistryEdit{
		Model: in.Model, Number: uint64(max(b.Version, 0)), Why: b.Why, Stage: b.Stage, Archive: b.Archive,
		Aliases: b.Aliases, DropAliases: b.DropAliases, Description: b.Description, Set: paramsOf(b.Set), Unset: b.Unset,
	}
	changes, err := d.Records.EditRegistered(ctx, edit)
	return editedModel(changes, err)
}

// editedModel tells what was changed.
func editedModel(changes []track.RegistryChange, err error) (*answer[api.EditedModel], error) {
	out := api.EditedModel{Changes: make([]api.ModelChange, len(changes))}
	for i, c := range changes {
		out.Changes[i] = api.ModelChange{Model: c.Registered, Version: c.Version, ID: c.Change.String()}
	}
	return the(out, err)
}

func paramsOf(tags []api.Tag) (list []event.Param) {
	for _, tag := range tags {
		list = append(list, event.Param{Key: tag.Key, Value: tag.Value})
	}
	return list
}

func (d *Door) undoModel(ctx context.Context, in *struct{ Body api.UndoModel }) (*answer[api.EditedModel], error) {
	changes := make([]track.RegistryChange, len(in.Body.Changes))
	for i, c := range in.Body.Changes {
		id, err := parseEdit(c.ID)
		if err != nil {
			return nil, err
		}
		if (c.Model == "") == (c.Version == "") {
			return nil, inField("changes", fault.New(fault.Invalid, "a change is one of a model, or of a version"))
		}
		changes[i] = track.RegistryChange{Registered: c.Model, Version: c.Version, Change: id}
	}
	return editedModel(d.Records.UndoRegistry(ctx, in.Body.Even, changes...))
}

func (d *Door) registerModel(ctx context.Context, in *struct{ Body api.RegisterModel }) (*answer[api.Registered], error) {
	b := &in.Body
	if err := track.CheckRegisteredName(b.Name); err != nil {
		return nil, inField("name", err)
	}
	tags := map[string]string{}
	for _, tag := range b.Set {
		tags[tag.Key] = tag.Value
	}
	ask := registry.Request{Create: true, NewModelVersion: track.NewModelVersion{Model: b.Name, Source: b.Source, Description: b.Description, Tags: tags}}
	if err := d.settleSource(ctx, &ask); err != nil {
		return nil, inField("source", err)
	}
	there := d.Records.Registry(func(r track.Registry) error { _, err := r.Model(b.Name); return err }) == nil
	number, id, err := registry.Register(ctx, d.Records, ask)
	return the(api.Registered{Name: b.Name, Version: int(number), ID: id, Made: !there}, err)
}

// settleSource finds out whose model a source is. A model of a run that is a logged
// model is registered as that.
func (d *Door) settleSource(ctx context.Context, ask *registry.Request) error {
	at, err := registry.Resolve(d.Records, ask.Source)
	if err != nil || at.Version != nil {
		return err
	}
	ask.Run, ask.LoggedModel = at.Run, at.LoggedModel
	if at.Owner == (track.Owner{}) {
		return nil
	}
	files, err := d.filesOf(ctx, at.Owner, at.Path)
	if errors.Is(err, fault.Unsupported) {
		return nil // MLflow's clients look for them there
	}
	if err != nil || len(files) > 0 {
		return err
	}
	if model, below, ok := d.inModel(at.Run, at.Path); ok && below == "" && at.Owner.Run != "" {
		ask.Source, ask.LoggedModel = "models:/"+model.ID, model.ID
		return nil
	}
	return fault.New(fault.NotFound, "there are no files at %s", ask.Source)
}

// modelSources finds the logged models of a run, and folders with a file MLmodel.
func (d *Door) modelSources(ctx context.Context, run string) (api.ModelSources, error) {
	out := api.ModelSources{Sources: []api.ModelSource{}}
	if err := d.Records.Run(run, func(*track.Run) {}); err != nil {
		return out, err
	}
	_, files, err := d.allFiles(ctx, run)
	if err != nil {
		return out, err
	}
	for _, m := range d.models(run) {
		if m.Status != "failed" {
			out.Sources = append(out.Sources, api.ModelSource{Name: m.Name, Source: "models:/" + m.ID, Versions: []api.VersionLabel{}})
		}
	}
	for _, f := range files {
		if folder, isModel := modelFolder(f.Path); isModel {
			out.Sources = append(out.Sources, api.ModelSource{Name: folder, Source: "runs:/" + run + "/" + folder, Versions: []api.VersionLabel{}})
		}
	}
	return out, d.noteVersions(run, out.Sources)
}

// noteVersions fills in which versions were made of the models of a run.
func (d *Door) noteVersions(run string, sources []api.ModelSource) error {
	return d.Records.Registry(func(r track.Registry) error {
		r.Models(func(m *track.RegisteredModel) {
			for _, v := range r.Versions(m) {
				if v.Facts.Run != run || v.Trashed() || !r.Found(m) {
					continue
				}
				for i := range sources {
					if s := &sources[i]; v.Facts.Source == s.Source || v.Facts.LoggedModel != "" && s.Source == "models:/"+v.Facts.LoggedModel {
						s.Versions = append(s.Versions, api.VersionLabel{Model: m.Name(), Version: int(v.Number())})
					}
				}
			}
		})
		return nil
	})
}
