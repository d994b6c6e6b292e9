package mlflow

import (
	"context"

	"dev.varve/backend/registry"
	"dev.varve/backend/track"
)

// modelVersion names a version of a registered model.
type modelVersion struct {
	modelName
	Version string `json:"version"`
}

// number reads the number, and refuses requests that name no version.
func (v *modelVersion) number(more ...string) (uint64, error) {
	if err := need(append([]string{"name", v.Name, "version", v.Version}, more...)...); err != nil {
		return 0, err
	}
	if err := track.CheckRegisteredName(v.Name); err != nil {
		return 0, err
	}
	return track.VersionNumber(v.Version)
}

type newVersion struct {
	modelName
	Source      string  `json:"source"`
	RunID       *string `json:"run_id"`
	Tags        []tag   `json:"tags"`
	RunLink     string  `json:"run_link"`
	Description string  `json:"description"`
	ModelID     *string `json:"model_id"`
}

func (d *door) createVersion(ctx context.Context, req *newVersion, out []byte) ([]byte, error) {
	if err := need("name", req.Name, "source", req.Source); err != nil {
		return nil, err
	}
	if err := track.CheckRegisteredName(req.Name); err != nil {
		return nil, err
	}
	q := registry.Request{HasRun: req.RunID != nil, HasLoggedModel: req.ModelID != nil, NewModelVersion: track.NewModelVersion{
		Model: req.Name, Source: req.Source, Run: or(req.RunID), LoggedModel: or(req.ModelID),
		Description: req.Description, Tags: tagMap(req.Tags), RunLink: req.RunLink,
	}}
	number, _, err := registry.Register(ctx, d.Tracker, q)
	if err != nil {
		return nil, err
	}
	return d.appendVersionAnswer(out, req.Name, number)
}

func or(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// appendVersionAnswer answers with a version.
func (d *door) appendVersionAnswer(out []byte, name string, number uint64) ([]byte, error) {
	err := d.Tracker.Registry(func(r track.Registry) error {
		v, err := r.Version(name, number)
		if err == nil {
			out = append(appendVersion(member(append(out, '{'), "model_version"), r, v, true), '}')
		}
		return err
	})
	return out, err
}

func (d *door) getVersion(_ context.Context, req *modelVersion, out []byte) ([]byte, error) {
	number, err := req.number()
	if err != nil {
		return nil, err
	}
	return d.appendVersionAnswer(out, req.Name, number)
}

type describedVersion struct {
	modelVersion
	Description *string `json:"description"`
}

func (d *door) describeVersion(ctx context.Context, req *describedVersion, out []byte) ([]byte, error) {
	number, err := req.number()
	if err != nil {
		return nil, err
	}
	if err := d.Tracker.DescribeModelVersion(ctx, req.Name, number, req.Description); err != nil {
		return nil, err
	}
	return d.appendVersionAnswer(out, req.Name, number)
}

type staged struct {
	modelVersion
	Stage   string `json:"stage"`
	Archive bool   `json:"archive_existing_versions"`
}

func (d *door) transitionStage(ctx context.Context, req *staged, out []byte) ([]byte, error) {
	number, err := req.number("stage", req.Stage)
	if err != nil {
		return nil, err
	}
	_, err = d.Tracker.TransitionStage(ctx, track.Transition{Model: req.Name, Number: number, Stage: req.Stage, Archive: req.Archive})
	if err != nil {
		return nil, err
	}
	return d.appendVersionAnswer(out, req.Name, number)
}

func (d *door) deleteVersion(ctx context.Context, req *modelVersion, out []byte) ([]byte, error) {
	number, err := req.number()
	if err != nil {
		return nil, err
	}
	return nothing(out), d.Tracker.DeleteModelVersion(ctx, req.Name, number)
}

func (d *door) downloadURI(_ context.Context, req *modelVersion, out []byte) ([]byte, error) {
	if err := track.CheckRegisteredName(req.Name); err != nil {
		return nil, err
	}
	number, err := track.VersionNumber(req.Version)
	if err != nil {
		return nil, err
	}
	err = d.Tracker.Registry(func(r track.Registry) error {
		v, err := r.Version(req.Name, number)
		if err == nil {
			out = append(memberString(append(out, '{'), "artifact_uri", v.Location()), '}')
		}
		return err
	})
	return out, err
}

type versionTag struct {
	modelVersion
	tag
}

func (d *door) setVersionTag(ctx context.Context, req *versionTag, out []byte) ([]byte, error) {
	number, err := req.number("key", req.Key)
	if err != nil {
		return nil, err
	}
	return nothing(out), d.Tracker.SetModelVersionTag(ctx, req.Name, number, req.Key, req.Value)
}

func (d *door) deleteVersionTag(ctx context.Context, req *versionTag, out []byte) ([]byte, error) {
	number, err := req.number("key", req.Key)
	if err != nil {
		return nil, err
	}
	return nothing(out), d.Tracker.DeleteModelVersionTag(ctx, req.Name, number, req.Key)
}
