package imports

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"dev.varve/backend/fault"
	"dev.varve/backend/registry"
	"dev.varve/backend/track"
)

// Registrar is a Source that may have a registry of models, too.
type Registrar interface {
	// Registered calls fn with each registered model, and each prompt.
	Registered(ctx context.Context, r *Report, fn func(*track.PastRegistered) error) error
}

// PlannedModel is what an import would do with a registered model.
type PlannedModel struct {
	Name            string
	Versions, Fresh int    // in all, and of them not here yet
	Reason          string // why nothing of it is taken, in words
}

// stageDeleted is the stage of a version that MLflow has deleted, but for its number.
const stageDeleted = "Deleted_Internal"

// eachRegistered calls fn with each registered model, fit to be taken. Of single
// experiments there are none: their models have versions from elsewhere, too.
func (im *Import) eachRegistered(ctx context.Context, r *Report, fn func(*track.PastRegistered) error) error {
	source, ok := im.Source.(Registrar)
	if !ok || len(im.Options.Only) > 0 {
		return nil
	}
	return source.Registered(ctx, r, func(m *track.PastRegistered) error {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		cleaner{registeredNamed(m.Name), r}.registered(m)
		return fn(m)
	})
}

func registeredNamed(name string) string { return "registered model " + short(name) }

func (im *Import) lookRegistered(ctx context.Context, r *Report) (list []PlannedModel, err error) {
	err = im.eachRegistered(ctx, r, func(m *track.PastRegistered) error {
		would, err := im.Record.WouldTakeRegistered(*m)
		if errors.Is(err, fault.Invalid) {
			would.Left, err = plainly(err), nil
		}
		list = append(list, PlannedModel{Name: m.Name, Versions: len(m.Versions), Fresh: would.Versions, Reason: would.Left})
		return err
	})
	return list, err
}

// registered takes a registered model, whose runs and logged models are here by now.
func (t *taking) registered(ctx context.Context, m *track.PastRegistered) error {
	where := registeredNamed(m.Name)
	would, err := t.Record.WouldTakeRegistered(*m)
	if err == nil && would.Versions > 0 {
		err = t.adopt(where, m)
	}
	if err == nil && (would.New || would.Versions > 0) {
		would, err = t.Record.TakeRegistered(ctx, *m)
	}
	switch {
	case errors.Is(err, fault.Invalid):
		t.report.Fail(where, err)
		return nil
	case err != nil:
		return err
	case would.Left != "":
		t.report.Skip(where, "%s", would.Left)
	}
	if would.New {
		t.done.Registered++
	}
	t.done.Versions += would.Versions
	return nil
}

// adopt lets versions point to the files that are here. Those of other places stay
// there, which is said.
func (t *taking) adopt(where string, m *track.PastRegistered) error {
	for i := range m.Versions {
		v := &m.Versions[i]
		if track.IsPrompt(v.Tags) {
			continue // whose source is a word that stands for none
		}
		here, err := registry.Adopt(t.Record, &v.NewModelVersion)
		if err != nil {
			return err
		}
		if !here {
			t.report.Skip(fmt.Sprintf("%s: files of version %d", where, v.Number), "they lie at %s, with no run or logged model that was imported", short(v.Source))
		}
	}
	return nil
}

// registered leaves out what no registered model can have, and versions that were
// deleted.
func (c cleaner) registered(m *track.PastRegistered) {
	m.Tags, m.Description = c.tags(m.Tags), c.value("description", "", m.Description)
	m.Versions = slices.DeleteFunc(m.Versions, func(v track.PastVersion) bool {
		if v.Number == 0 {
			c.r.Skip(c.where, "a version of it has no number")
		}
		return v.Number == 0 || v.Stage == stageDeleted
	})
	slices.SortFunc(m.Versions, func(a, b track.PastVersion) int { return cmp.Compare(a.Number, b.Number) })
	for i := range m.Versions {
		v := &m.Versions[i]
		in := cleaner{fmt.Sprintf("%s, version %d", c.where, v.Number), c.r}
		v.Tags, v.Description = in.tags(v.Tags), in.value("description", "", v.Description)
		if v.Stage == "" {
			continue
		}
		stage, err := track.CanonicalStage(v.Stage)
		in.r.Fail(in.where, err)
		v.Stage = stage
	}
	for alias, number := range m.Aliases {
		err := track.CheckNewAlias(alias)
		if err == nil && !slices.ContainsFunc(m.Versions, func(v track.PastVersion) bool { return v.Number == number }) {
			err = fault.New(fault.Invalid, "it points to version %d, which is not there", number)
		}
		if c.r.Fail(fmt.Sprintf("%s: alias %q", c.where, short(alias)), err) {
			delete(m.Aliases, alias)
		}
	}
}
