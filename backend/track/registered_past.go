package track

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// PastRegistered is a registered model as another program has recorded it, whole.
type PastRegistered struct {
	NewRegisteredModel
	Aliases  map[string]uint64 // number of a version by alias
	Versions []PastVersion
}

// PastVersion is a version of it. Its Number is set, and its Model is empty.
type PastVersion struct {
	NewModelVersion
	User  string
	Stage string // one of Stages; empty: StageNone
}

// TakenRegistered says what of a PastRegistered is new.
type TakenRegistered struct {
	New      bool   // it is not here
	Versions int    // new ones
	Left     string // why nothing is taken, in words
}

// WouldTakeRegistered says what TakeRegistered would do, and changes nothing.
func (t *Tracker) WouldTakeRegistered(p PastRegistered) (TakenRegistered, error) {
	id, _ := t.registered(p.Name)
	taken, _, err := t.lackingRegistered(id, p)
	return taken, err
}

// TakeRegistered records a registered model with the versions, under the numbers that
// they have elsewhere, all or nothing. Versions that are here stay as they are, in the
// trash or not, and aliases come with the versions that they point to, unless they
// point somewhere here. A model of this name whose versions are others, or that lies in
// the trash, is left alone. Tags are the caller's to check.
func (t *Tracker) TakeRegistered(ctx context.Context, p PastRegistered) (TakenRegistered, error) {
	id, _ := t.registered(p.Name)
	defer t.lockAll([]string{registeredNames, registeredPrefix + id})()
	if now, _ := t.registered(p.Name); now != id {
		return TakenRegistered{Left: "it has just been made or renamed here"}, nil
	}
	taken, drafts, err := t.lackingRegistered(id, p)
	if err != nil {
		return taken, err
	}
	return taken, t.commit(ctx, drafts...)
}

// lackingRegistered makes the events that are lacking here; id is the model's of that
// name, or empty.
func (t *Tracker) lackingRegistered(id string, p PastRegistered) (taken TakenRegistered, drafts []event.Draft, err error) {
	if err := p.check(); err != nil {
		return taken, nil, err
	}
	fresh := p.Versions
	var pointed Labels
	if id != "" {
		fresh, pointed, taken.Left = t.freshVersions(id, p)
	} else if taken.Left = t.leftRegistered(p.Name); taken.Left == "" {
		taken.New = true
		id = t.newRegisteredID(p.Name)
		drafts = []event.Draft{{Stream: registeredPrefix + id, Body: event.ModelRegistered{
			Name: p.Name, Description: p.Description, Tags: p.Tags, Made: p.Made,
		}}}
	}
	if taken.Left != "" {
		return taken, nil, nil
	}
	taken.Versions = len(fresh)
	ids := map[uint64]string{}
	for i := range fresh {
		ids[fresh[i].Number] = t.NewID()
		drafts = append(drafts, fresh[i].drafts(id, ids[fresh[i].Number])...)
	}
	for _, alias := range slices.Sorted(maps.Keys(p.Aliases)) {
		version, isFresh := ids[p.Aliases[alias]]
		if _, set := pointed.get(event.AliasPrefix + alias); isFresh && !set {
			drafts = append(drafts, event.Draft{Stream: registeredPrefix + id, Body: event.LabelSet{Key: event.AliasPrefix + alias, Value: version}})
		}
	}
	return taken, drafts, nil
}

func (p *PastRegistered) check() error {
	if err := CheckRegisteredName(p.Name); err != nil {
		return err
	}
	seen := map[uint64]bool{0: true}
	for _, v := range p.Versions {
		if seen[v.Number] {
			return fault.New(fault.Invalid, "it has two versions %d, or one without a number", v.Number)
		}
		seen[v.Number] = true
		if v.Stage != "" && !slices.Contains(Stages, v.Stage) {
			return fault.New(fault.Invalid, "version %d has a stage %q that there is not", v.Number, v.Stage)
		}
	}
	for alias := range p.Aliases {
		if err := CheckNewAlias(alias); err != nil {
			return err
		}
	}
	return nil
}

// leftRegistered says why a model that is not here, or in the trash, cannot be made.
func (t *Tracker) leftRegistered(name string) (why string) {
	_ = t.Registry(func(r Registry) error { // which only fails if this does
		r.Models(func(m *RegisteredModel) {
			if m.Trashed() && m.Name() == name {
				why = "a registered model of this name lies in the trash here"
			}
		})
		return nil
	})
	return why
}

// freshVersions are the versions that the model of an id does not have, with its labels;
// or it says why the model is another one.
func (t *Tracker) freshVersions(id string, p PastRegistered) (fresh []PastVersion, labels Labels, why string) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	m, f := t.state.registry.models[id], t.state.registry.families[id]
	if IsPrompt(m.Labels.Tags()) != IsPrompt(p.Tags) {
		return nil, nil, "what has this name here is a prompt, and not a model, or the other way round"
	}
	labels = maps.Clone(m.Labels)
	if f == nil {
		return p.Versions, labels, ""
	}
	var clashing []string
	for _, v := range p.Versions {
		switch old, taken := f.numbers[v.Number]; {
		case !taken:
			fresh = append(fresh, v)
		case old != nil && !v.is(old): // nil: it was deleted here for good
			clashing = append(clashing, digits(v.Number))
		}
	}
	if len(clashing) > 0 {
		return nil, nil, fmt.Sprintf("the registered model of this name here has other versions of the same numbers: %s", strings.Join(clashing, ", "))
	}
	return fresh, labels, ""
}

// is reports whether a version here is this one.
func (v *PastVersion) is(old *ModelVersion) bool {
	return (v.Run == "" || v.Run == old.Facts.Run) && (v.Made == old.Facts.Made || v.Made == old.MadeAt())
}

// drafts are the events that make the version.
func (v *PastVersion) drafts(model, id string) []event.Draft {
	status := v.Status
	if status == VersionReady {
		status = ""
	}
	drafts := []event.Draft{{Stream: versionPrefix + id, Body: event.ModelVersion{
		Model: model, Number: v.Number, Source: v.Source, Location: v.Location, Run: v.Run, LoggedModel: v.LoggedModel,
		Description: v.Description, Tags: v.Tags, RunLink: v.RunLink, User: v.User, Status: status, Message: v.Message, Made: v.Made,
	}}}
	if v.Stage != "" && v.Stage != StageNone {
		drafts = append(drafts, event.Draft{Stream: versionPrefix + id, Body: stageLabel(v.Stage, "")})
	}
	return drafts
}
