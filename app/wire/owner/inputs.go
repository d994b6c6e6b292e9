package owner

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/pointer"
	"dev.varve/backend/project"
	"dev.varve/backend/track"
)

// inputs finds the versions of data that a run reads: those that its paths are, and
// those that pointer files in the project's folder mean. A path whose content is no
// known version is no input.
func (o *Owner) inputs(ctx context.Context, dir string, paths []project.Param) ([]event.DatasetInput, error) {
	var inputs []event.DatasetInput
	add := func(m track.Match, context, key, value string) error {
		if slices.ContainsFunc(inputs, func(i event.DatasetInput) bool { return i.Version == m.Version.ID }) {
			return nil
		}
		in, err := inputOf(m, context, key, value)
		inputs = append(inputs, in)
		return err
	}
	for _, p := range paths {
		m, ok, err := o.datasets().Match(ctx, p.Value)
		if err == nil && ok {
			err = add(m, p.Name, "path", p.Value)
		}
		if err != nil {
			return nil, err
		}
	}
	found, err := pointer.Find(ctx, o.datasets().Folders.Source(dir))
	if err != nil {
		return nil, err
	}
	for _, f := range found {
		m, err := o.meant(f)
		if err == nil {
			err = add(m, f.Path, "pointer", f.Path)
		}
		if err != nil {
			return nil, err
		}
	}
	return inputs, nil
}

// meant is the version that a pointer file of a project means. One that is not here
// is known by its name and content.
func (o *Owner) meant(f pointer.Found) (track.Match, error) {
	at, err := o.datasets().Pointed(f.Pointer)
	switch {
	case errors.Is(err, fault.NotFound):
		return track.Match{Name: f.Name, Number: f.Number, Version: event.DatasetVersion{ID: f.ID, Digest: f.Content, Files: f.Files, Bytes: f.Bytes}}, nil
	case err != nil:
		return track.Match{}, fault.Wrap(err, fault.Conflict, "read", f.Path)
	}
	return track.Match{Dataset: at.Dataset, Name: at.Name, Number: at.Number, Version: at.Version}, nil
}

// inputOf describes a version as an input of a run. The context is what the run
// calls it; key and value say where that is from.
func inputOf(m track.Match, context, key, value string) (event.DatasetInput, error) {
	source, err1 := json.Marshal(map[string]any{"dataset": m.Dataset, "version": m.Version.ID, "number": m.Number, key: value})
	profile, err2 := json.Marshal(map[string]any{"files": m.Version.Files, "bytes": m.Version.Bytes})
	in := event.DatasetInput{
		Name: m.Name, Digest: hex.EncodeToString(m.Version.Digest)[:32], SourceType: "varve", Source: string(source),
		Profile: string(profile), Tags: []event.Param{{Key: "mlflow.data.context", Value: context}},
		Dataset: m.Dataset, Content: m.Version.Digest,
	}
	if m.Dataset != "" {
		in.Version = m.Version.ID
	}
	return in, fault.Wrap(errors.Join(err1, err2), fault.Internal, "describe", m.Name)
}
