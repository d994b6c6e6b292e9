package registry

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// Request asks for a version of a registered model.
type Request struct {
	track.NewModelVersion
	// HasRun and HasLoggedModel say that the request names them, if only as
	// empty: otherwise they are taken from the version that the source names.
	HasRun, HasLoggedModel bool
	// Create says that the registered model is made if there is none of its name.
	Create bool
}

// promptSources are what MLflow's clients write as the source of a prompt.
var promptSources = []string{"dummy-source", "prompt-template"}

// Register checks where a version comes from, finds out where its files lie, and
// makes it.
func Register(ctx context.Context, r Recorder, q Request) (number uint64, id string, err error) {
	n := q.NewModelVersion
	if track.IsPrompt(n.Tags) {
		if !slices.Contains(promptSources, n.Source) {
			return 0, "", fault.New(fault.Invalid, "Invalid prompt source: '%s'. Prompt sources must use an MLflow placeholder.", n.Source)
		}
		return r.CreateModelVersion(ctx, n)
	}
	if err := checkHost(n.Source); err != nil {
		return 0, "", err
	}
	if n, err = trace(r, q); err != nil {
		return 0, "", err
	}
	if err := checkSource(r, n.Source, n.Run, n.LoggedModel); err != nil {
		return 0, "", err
	}
	if err := settle(r, &n); err != nil {
		return 0, "", err
	}
	if q.Create {
		if err := create(ctx, r, n.Model); err != nil {
			return 0, "", err
		}
	}
	number, id, err = r.CreateModelVersion(ctx, n)
	if err == nil && n.LoggedModel != "" {
		err = noteVersion(ctx, r, n.LoggedModel, n.Model, number)
	}
	return number, id, err
}

// create makes a registered model, unless it is there.
func create(ctx context.Context, r Recorder, name string) error {
	_, err := r.CreateRegisteredModel(ctx, track.NewRegisteredModel{Name: name})
	if !errors.Is(err, fault.Exists) {
		return err
	}
	return r.Registry(func(reg track.Registry) error {
		m, found := reg.Model(name)
		if found == nil && IsModel(m) {
			return nil
		}
		return err
	})
}

// IsModel reports whether a registered model is none of MLflow's prompts, which share
// their names.
func IsModel(m *track.RegisteredModel) bool { return !track.IsPrompt(m.Labels.Tags()) }

// trace makes a source that names a version by alias or stage name it by number, and
// takes run and logged model from it.
func trace(r Record, q Request) (track.NewModelVersion, error) {
	n := q.NewModelVersion
	u := splitURI(n.Source)
	if u.scheme != "models" {
		return n, nil
	}
	if u.host != "" {
		return n, fault.New(fault.Invalid, "Invalid model version source: '%s'. Registered model sources must use the active model registry.", n.Source)
	}
	m, err := ParseModelURI(n.Source)
	if err != nil {
		return n, foreign(n.Source, "model_id")
	}
	if m.ID != "" {
		return n, nil
	}
	err = r.Registry(func(reg track.Registry) error {
		of, err := reg.Model(m.Name)
		if err != nil {
			return err
		}
		if track.IsPrompt(of.Labels.Tags()) {
			return fault.New(fault.Invalid, "Invalid model version source: '%s'. Prompt versions cannot be used as model version sources.", n.Source)
		}
		v, err := m.find(reg)
		if err != nil {
			return err
		}
		if q.HasRun && n.Run != v.Facts.Run || q.HasLoggedModel && n.LoggedModel != v.Facts.LoggedModel {
			return fault.New(fault.Invalid, "Invalid model version source: '%s'. The run_id and model_id request parameters must match the referenced model version.", n.Source)
		}
		n.Source, n.Location = "models:/"+m.Name+"/"+numeral(v.Number()), v.Location()
		n.Run, n.LoggedModel = v.Facts.Run, v.Facts.LoggedModel
		return nil
	})
	return n, err
}

// settle finds out where the files of a logged model lie, and which run made it.
func settle(r Record, n *track.NewModelVersion) error {
	id := n.LoggedModel
	named := false
	if m, err := ParseModelURI(n.Source); err == nil && m.ID != "" {
		id, named = m.ID, true
	}
	if id == "" {
		return nil
	}
	err := r.Model(id, func(m *track.LoggedModel) {
		if named {
			n.Location = r.ModelURI(m)
		}
		if n.Run == "" {
			n.Run = m.Run
		}
	})
	if errors.Is(err, fault.NotFound) {
		return fault.New(fault.Invalid, "Unable to fetch model from model URI source artifact location '%s'.Error: %v", n.Source, err)
	}
	return err
}

// versionsTag is where a logged model says which versions were made of it.
const versionsTag = "mlflow.modelVersions"

type versionRef struct {
	Name    string `json:"name"`
	Version uint64 `json:"version"`
}

// noteVersion lets a logged model know that a version was made of it, as MLflow's
// clients look for it there.
func noteVersion(ctx context.Context, r Recorder, model, name string, number uint64) error {
	var refs []json.RawMessage
	err := r.Model(model, func(m *track.LoggedModel) {
		if text, ok := m.Labels.Tag(versionsTag); ok {
			_ = json.Unmarshal([]byte(text), &refs) // what somebody else wrote there is replaced
		}
	})
	if err != nil {
		return err
	}
	one, err := json.Marshal(versionRef{name, number})
	if err != nil {
		return fault.Wrap(err, fault.Internal, "encode", versionsTag)
	}
	all, err := json.Marshal(append(refs, one))
	if err != nil {
		return fault.Wrap(err, fault.Internal, "encode", versionsTag)
	}
	return r.SetModelTags(ctx, model, []event.Param{{Key: versionsTag, Value: spaced(string(all))}})
}

// spaced writes a list of versions as Python does.
func spaced(text string) string {
	return strings.NewReplacer(`{"name":`, `{"name": `, `,"version":`, `, "version": `, `},{`, `}, {`).Replace(text)
}
