package mlflow

import (
	"context"
	"slices"

	"dev.varve/backend/track"
)

// Registered models: names under which versions of models stand. In an agent the
// owner answers for all of them (everywhere).

// modelName names a registered model.
type modelName struct {
	everywhere
	Name string `json:"name"`
}

type newRegistered struct {
	modelName
	Tags        []tag  `json:"tags"`
	Description string `json:"description"`
}

func (d *door) createRegistered(ctx context.Context, req *newRegistered, out []byte) ([]byte, error) {
	if err := need("name", req.Name); err != nil {
		return nil, err
	}
	_, err := d.Tracker.CreateRegisteredModel(ctx, track.NewRegisteredModel{
		Name: req.Name, Description: req.Description, Tags: tagMap(req.Tags),
	})
	if err != nil {
		return nil, err
	}
	return d.appendRegisteredAnswer(out, req.Name)
}

func (d *door) getRegistered(_ context.Context, req *modelName, out []byte) ([]byte, error) {
	if err := need("name", req.Name); err != nil {
		return nil, err
	}
	return d.appendRegisteredAnswer(out, req.Name)
}

// appendRegisteredAnswer answers with the model of a name.
func (d *door) appendRegisteredAnswer(out []byte, name string) ([]byte, error) {
	err := d.Tracker.Registry(func(r track.Registry) error {
		m, err := r.Model(name)
		if err == nil {
			out = append(appendRegistered(member(append(out, '{'), "registered_model"), r, m), '}')
		}
		return err
	})
	return out, err
}

type renamedModel struct {
	modelName
	NewName string `json:"new_name"`
}

func (d *door) renameRegistered(ctx context.Context, req *renamedModel, out []byte) ([]byte, error) {
	if err := need("name", req.Name, "new_name", req.NewName); err != nil {
		return nil, err
	}
	if err := d.Tracker.RenameRegisteredModel(ctx, req.Name, req.NewName); err != nil {
		return nil, err
	}
	return d.appendRegisteredAnswer(out, req.NewName)
}

type describedModel struct {
	modelName
	Description *string `json:"description"`
}

func (d *door) describeRegistered(ctx context.Context, req *describedModel, out []byte) ([]byte, error) {
	if err := need("name", req.Name); err != nil {
		return nil, err
	}
	if err := d.Tracker.DescribeRegisteredModel(ctx, req.Name, req.Description); err != nil {
		return nil, err
	}
	return d.appendRegisteredAnswer(out, req.Name)
}

func (d *door) deleteRegistered(ctx context.Context, req *modelName, out []byte) ([]byte, error) {
	if err := need("name", req.Name); err != nil {
		return nil, err
	}
	return nothing(out), d.Tracker.DeleteRegisteredModel(ctx, req.Name)
}

type registeredTag struct {
	modelName
	tag
}

func (d *door) setRegisteredTag(ctx context.Context, req *registeredTag, out []byte) ([]byte, error) {
	if err := need("name", req.Name, "key", req.Key); err != nil {
		return nil, err
	}
	return nothing(out), d.Tracker.SetRegisteredModelTag(ctx, req.Name, req.Key, req.Value)
}

func (d *door) deleteRegisteredTag(ctx context.Context, req *registeredTag, out []byte) ([]byte, error) {
	if err := need("name", req.Name, "key", req.Key); err != nil {
		return nil, err
	}
	return nothing(out), d.Tracker.DeleteRegisteredModelTag(ctx, req.Name, req.Key)
}

type latestVersions struct {
	modelName
	Stages []string `json:"stages"`
}

func (d *door) getLatestVersions(_ context.Context, req *latestVersions, out []byte) ([]byte, error) {
	if err := need("name", req.Name); err != nil {
		return nil, err
	}
	err := d.Tracker.Registry(func(r track.Registry) error {
		m, err := r.Model(req.Name)
		if err != nil {
			return err
		}
		wanted := map[string]bool{}
		for _, s := range req.Stages {
			canonical, err := track.CanonicalStage(s)
			if err != nil {
				return err
			}
			wanted[canonical] = true
		}
		latest := slices.DeleteFunc(r.LatestByStage(m), func(v *track.ModelVersion) bool {
			return len(wanted) > 0 && !wanted[v.Stage()]
		})
		out = append(appendVersions(append(out, '{'), "model_versions", r, latest, true), '}')
		return nil
	})
	return out, err
}

type modelAlias struct {
	modelName
	Alias   string `json:"alias"`
	Version string `json:"version"`
}

func (d *door) setAlias(ctx context.Context, req *modelAlias, out []byte) ([]byte, error) {
	if err := need("name", req.Name, "alias", req.Alias, "version", req.Version); err != nil {
		return nil, err
	}
	number, err := track.VersionNumber(req.Version)
	if err != nil {
		return nil, err
	}
	return nothing(out), d.Tracker.SetAlias(ctx, req.Name, req.Alias, number, "")
}

func (d *door) deleteAlias(ctx context.Context, req *modelAlias, out []byte) ([]byte, error) {
	if err := need("name", req.Name, "alias", req.Alias); err != nil {
		return nil, err
	}
	return nothing(out), d.Tracker.DeleteAlias(ctx, req.Name, req.Alias)
}

func (d *door) getByAlias(_ context.Context, req *modelAlias, out []byte) ([]byte, error) {
	if err := need("name", req.Name, "alias", req.Alias); err != nil {
		return nil, err
	}
	err := d.Tracker.Registry(func(r track.Registry) error {
		v, err := r.ByAlias(req.Name, req.Alias)
		if err == nil {
			out = append(appendVersion(member(append(out, '{'), "model_version"), r, v, true), '}')
		}
		return err
	})
	return out, err
}
